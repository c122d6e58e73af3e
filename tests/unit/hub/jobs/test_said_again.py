"""A source that says the same again says it later: by recency that counts, also when nothing else changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from hub.domain.runs import PullTally
from hub.golden.survivorship import Criterion, SurvivorshipRules, by
from hub.jobs.pull import PullRequest, pull
from hub.jobs.resolve import ResolveRequest, resolve
from hub.ports import Clock
from hub.store import golden, records
from hub.store.engine import Store
from hub.store.tables import records as records_table
from mappings.spec import MappingSpec
from tests.fakes.small_world import SPEC, MemorySource, Row, SameMail, mapper

RULES = SurvivorshipRules(default=by(Criterion.RECENCY))


def row(name: str, day: int, **values: str | None) -> Row:
    return Row("1", {"last": name, "mail": "one@x.org", **values}, at=datetime(2025, 5, day, tzinfo=UTC))


def take_in(
    store: Store, clock: Clock, source: str, told: Row, spec: MappingSpec = SPEC, mapping: str = "m1"
) -> PullTally:
    asked = PullRequest(source, "rows", MemorySource([told]), mapper(spec), mapping, full=True)
    return pull(store, clock, asked).tally


def family(store: Store, clock: Clock, *, full: bool = False) -> str:
    resolve(store, clock, ResolveRequest(SameMail(), "h", RULES, full=full))
    with store.reading() as connection:
        (held,) = golden.active(connection)["name"].to_pylist()
    return str(held["family"])


@pytest.mark.parametrize("beside", [{}, {"gone": " "}], ids=["nothing else", "a field that nobody reads"])
def test_what_is_said_again_is_the_newest(store: Store, clock: Clock, beside: dict[str, str]) -> None:
    take_in(store, clock, "crm", row("Noël", 1))
    take_in(store, clock, "shop", row("Ortiz", 2))
    assert family(store, clock) == "Ortiz"
    assert take_in(store, clock, "crm", row("Noël", 3, **beside)) == PullTally(read=1, stored=1)
    assert family(store, clock) == family(store, clock, full=True) == "Noël"


def test_said_again_at_the_same_time_is_nothing_new(store: Store, clock: Clock) -> None:
    take_in(store, clock, "crm", row("Noël", 1))
    assert take_in(store, clock, "crm", row("Noël", 1)) == PullTally(read=1, unchanged=1)


def test_no_time_is_no_news(store: Store, clock: Clock) -> None:
    told = row("Noël", 1)
    take_in(store, clock, "crm", told)
    told.at = None
    assert take_in(store, clock, "crm", told) == PullTally(read=1, unchanged=1)
    with store.reading() as connection:
        (at,) = connection.execute(sa.select(records_table.c.source_updated_at)).scalars()
    assert at == "2025-05-01T00:00:00.000000Z"


def test_a_contact_that_tells_its_own_time_goes_by_that(store: Store, clock: Clock) -> None:
    spec = MappingSpec.model_validate(
        {"mapping": 1, "updated_at": "first", "fields": {"name.family": "last", "emails": "mail"}}
    )
    take_in(store, clock, "crm", row("Noël", 1, first="2025-01-01T00:00:00Z"), spec)
    with store.reading() as connection:
        before = records.last_change(connection)
    assert take_in(store, clock, "crm", row("Noël", 3, first="2025-01-01T00:00:00Z"), spec).stored == 1
    with store.reading() as connection:
        assert records.last_change(connection) == before
