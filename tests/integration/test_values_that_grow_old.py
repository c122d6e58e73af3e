"""A limit of age is counted from the day of the resolve: what grows too old is built anew, nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.golden.survivorship import FieldRule, SurvivorshipRules
from hub.jobs.check import check
from hub.jobs.profile import profile
from hub.jobs.pull import PullRequest, pull
from hub.jobs.resolve import ResolveRequest, resolve
from hub.store.engine import Store
from matching import LocalMatcher
from tests.conftest import SteppingClock
from tests.fakes.small_world import MemorySource, Row, mapper

RULES = SurvivorshipRules({"erp": 1, "web": 2}, fields={"name": FieldRule(max_age=330)})
REQUEST = ResolveRequest(LocalMatcher(), "h", RULES)


def take(store: Store, clock: SteppingClock, source: str, *rows: Row) -> None:
    read = MemorySource(list(rows))
    pull(store, clock, PullRequest(source, "rows", read, mapper(), "m1", full=True, max_missing_share=None))


def test_a_value_gives_way_on_the_day_it_is_too_old(store: Store, clock: SteppingClock) -> None:
    others = [
        Row(f"o{n}", {"first": f"Olga{n}", "last": f"Petrov{n}", "mail": f"o{n}@x.example"}) for n in range(4)
    ]
    older, younger = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)
    ann = {"first": "Ann", "last": "Martin", "mail": "ann.martin@x.example"}
    take(store, clock, "erp", Row("1", ann, at=older), *others)
    take(store, clock, "web", Row("1", {**ann, "last": "Durand-Martin"}, at=younger))
    resolve(store, clock, REQUEST)
    held = profile(store, "erp:1")
    assert (held.members, held.record.contact["name"]["family"]) == (("erp:1", "web:1"), "Martin")
    assert resolve(store, clock, REQUEST).run_id is None

    clock.moment += timedelta(days=40)
    later = resolve(store, clock, REQUEST)
    assert (later.partial, later.tally.golden_changed) == (True, 1)
    now = profile(store, "erp:1")
    assert now.record.contact["name"]["family"] == "Durand-Martin"
    (told,) = (one for one in now.values if one.field == "name")
    assert (told.rule, [value for value, _ in told.lost]) == ("max_age", ["Ann Martin"])
    assert check(store, clock, REQUEST).equal

    clock.moment += timedelta(days=1)
    assert resolve(store, clock, REQUEST).tally.golden_changed == 0


def test_days_are_those_of_the_time_zone(store: Store, clock: SteppingClock) -> None:
    paris = replace(RULES, fields={"name": FieldRule(max_age=10)}, zone=ZoneInfo("Europe/Paris"))
    request = replace(REQUEST, rules=paris)
    clock.moment = datetime(2026, 1, 30, 22, tzinfo=UTC)
    late = datetime(2026, 1, 19, 23, 30, tzinfo=UTC)  # the 20th in Paris
    ann = {"first": "Ann", "last": "Martin", "mail": "ann.martin@x.example"}
    take(store, clock, "erp", Row("1", ann, at=late))
    take(store, clock, "web", Row("1", {**ann, "last": "Durand-Martin"}, at=late + timedelta(days=2)))
    for hour, family in ((22, "Martin"), (23, "Durand-Martin")):  # in Paris the 31st begins at 23:00
        clock.moment = datetime(2026, 1, 30, hour, 30, tzinfo=UTC)
        resolve(store, clock, request)
        assert profile(store, "erp:1").record.contact["name"]["family"] == family
        assert check(store, clock, request).equal


def test_another_time_zone_is_another_rule_where_values_grow_old_only() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert replace(RULES, zone=paris).fingerprint() != RULES.fingerprint()
    assert SurvivorshipRules(zone=paris).fingerprint() == SurvivorshipRules().fingerprint()
