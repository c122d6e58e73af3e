"""Days that people are told are those of their time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hub.domain.matching import Verdict
from hub.errors import ConfigurationError, ConflictError
from hub.jobs.decide import Person, judge, merge
from hub.jobs.explain import explain_identity, explain_pair
from hub.jobs.profile import profile
from hub.store.engine import Store
from tests.conftest import SteppingClock
from tests.fakes.decided_world import anna
from tests.fakes.small_world import SameMail
from tests.unit.hub.jobs.test_decide import company
from tests.unit.hub.jobs.test_resolve import groups, run, take

NIGHT = datetime(2026, 1, 1, 23, 30, tzinfo=UTC)
ZONES = pytest.mark.parametrize(("zone", "day"), [("Europe/Paris", "2026-01-02"), ("UTC", "2026-01-01")])


@ZONES
def test_the_day_of_a_judgement_is_told_in_the_time_zone_of_who_decides(
    store: Store, clock: SteppingClock, zone: str, day: str
) -> None:
    company(store, clock)
    clock.moment = NIGHT
    judge(store, clock, anna(), "crm:1", "crm:3", Verdict.DIFFERENT)
    judge(store, clock, anna(), "crm:1", "crm:2", Verdict.SAME)
    who = Person("ben", zone=ZoneInfo(zone))
    with pytest.raises(ConflictError, match=rf"crm:1 ≠ crm:3 \(anna on {day}, decision 1\)"):
        merge(store, clock, who, ["crm:1", "crm:3"])
    judge(store, clock, anna(), "crm:3", "crm:5", Verdict.SAME)
    with pytest.raises(ConflictError, match=rf"but crm:1 ≠ crm:3 \(anna on {day}"):
        judge(store, clock, who, "crm:1", "crm:5", Verdict.SAME)
    assert day in str(explain_pair(store, SameMail(), "crm:1", "crm:3", who.zone).judged)
    assert day in explain_identity(store, "crm:1", who.zone).judgements[0]


@ZONES
def test_the_day_on_which_a_record_went_is_told_in_the_time_zone_of_who_asks(
    store: Store, clock: SteppingClock, zone: str, day: str
) -> None:
    take(store, clock, ("1", "a@x.org"), ("2", "a@x.org"))
    run(store, clock)
    clock.moment = NIGHT
    take(store, clock, ("2", "a@x.org"))
    run(store, clock)
    assert list(groups(store).values()) == [["crm:2"]]
    with pytest.raises(ConfigurationError, match=f"crm:1 is gone from its source since {day}"):
        profile(store, "crm:1", zone=ZoneInfo(zone))
    with pytest.raises(ConfigurationError, match=f"crm:1 is gone from its source since {day}"):
        merge(store, clock, Person("ben", zone=ZoneInfo(zone)), ["crm:1", "crm:2"])
