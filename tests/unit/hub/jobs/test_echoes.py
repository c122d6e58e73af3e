"""A system that is source and destination: what comes back of what was sent to it is no news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hub.domain.plan import Action, Change, Receipt
from hub.golden.survivorship import Criterion, SurvivorshipRules, by
from hub.jobs.echoes import Echoes
from hub.jobs.intake import Intake
from hub.jobs.planning import PushRequest
from hub.jobs.pull import PullRequest, pull
from hub.jobs.push import plan_push, push
from hub.jobs.remap import remap
from hub.jobs.resolve import ResolveRequest, resolve
from hub.ports import Clock
from hub.store import golden, ledger
from hub.store.engine import Store
from mappings.outbound import PayloadMapper
from mappings.outbound_spec import OutboundSpec
from tests.fakes.small_world import CAN_READ, MemoryDestination, MemorySource, Row, SameMail, Showing, mapper

OUT = OutboundSpec.model_validate(
    {"mapping": 1, "fields": {"mail": "emails[0].value", "first": "name.given", "last": "name.family"}}
)
NOBODY = OutboundSpec.model_validate(
    {"mapping": 1, "only": "kind == 'organization'", "fields": {"mail": "emails[0].value"}}
)
RULES = SurvivorshipRules(default=by(Criterion.RECENCY))
ECHOES = Echoes("crm", frozenset({"first", "last", "mail"}))


class TwoWay:
    """A shop, and a CRM that the hub reads and writes."""

    def __init__(self, store: Store, clock: Clock, *, filtering: bool = True) -> None:
        self.store, self.clock = store, clock
        self.crm: MemoryDestination = Showing(CAN_READ)
        self.echoes = ECHOES if filtering else None

    def shop_says(self, day: int, first: str) -> None:
        row = Row("1", {"first": first, "mail": "a@x.org"}, at=_day(day))
        self.pull("shop", [row], None)

    def crm_is_pulled(self, day: int, **edited: str | None) -> None:
        """As the CRM shows it, changed on that day."""
        ((key, held),) = self.crm.held.items()
        held |= edited
        values = {name: str(value) if value is not None else None for name, value in held.items()}
        self.pull("crm", [Row(key, values, at=_day(day))], self.echoes)

    def name(self) -> str | None:
        """What the golden record says, and the CRM shows after a push."""
        resolve(self.store, self.clock, ResolveRequest(SameMail(), "h", RULES))
        push(self.store, self.clock, self.request())
        with self.store.reading() as connection:
            (row,) = golden.active(connection).to_pylist()
        ((_, held),) = self.crm.held.items()
        assert held["first"] == row["name"]["given"]
        given: str | None = row["name"]["given"]
        return given

    def request(self) -> PushRequest:
        return PushRequest("crm", self.crm, PayloadMapper(OUT), mapping_hash="m", allow_many=True)

    def pull(self, name: str, rows: list[Row], echoes: Echoes | None) -> None:
        source = MemorySource(rows, starts_over=True)
        pull(
            self.store,
            self.clock,
            PullRequest(name, "rows", source, mapper(), "m1", full=True, echoes=echoes),
        )


def _day(day: int) -> datetime:
    return datetime(2026, 1, day, tzinfo=UTC)


@pytest.mark.parametrize(("filtering", "survives"), [(True, "Zoé"), (False, "Ada")])
def test_an_echo_does_not_win_over_what_its_own_source_says_later(
    store: Store, clock: Clock, filtering: bool, survives: str
) -> None:
    world = TwoWay(store, clock, filtering=filtering)
    world.shop_says(1, "Ada")
    assert world.name() == "Ada"
    world.crm_is_pulled(5)  # the hub wrote it on the fifth
    world.shop_says(3, "Zoé")  # said before that, and pulled after it
    assert world.name() == survives


def test_what_people_change_there_is_news_and_stays_so(store: Store, clock: Clock) -> None:
    world = TwoWay(store, clock)
    world.shop_says(1, "Ada")
    world.name()
    world.crm_is_pulled(5)
    world.crm_is_pulled(6, first="Eve")
    assert world.name() == "Eve"  # the ledger says so now too: it is still theirs
    world.crm_is_pulled(6)
    world.shop_says(4, "Zoé")
    assert world.name() == "Eve"
    world.shop_says(7, "Noé")
    assert world.name() == "Noé"
    world.crm_is_pulled(9)  # and that is an echo again
    world.shop_says(8, "Kim")
    assert world.name() == "Kim"
    assert plan_push(store, world.request()).empty


def test_an_echo_stays_one_when_records_are_mapped_anew(store: Store, clock: Clock) -> None:
    world = TwoWay(store, clock)
    world.shop_says(1, "Ada")
    world.name()
    world.crm_is_pulled(5)
    remap(store, clock, Intake("crm", mapper(), "m2"))
    world.shop_says(3, "Zoé")
    assert world.name() == "Zoé"


@pytest.mark.parametrize("told", ["as deleted", "by its absence"])
def test_a_record_that_a_pull_of_the_destination_tells_gone_is_known_to_be_gone_with_the_next_push(
    store: Store, clock: Clock, told: str
) -> None:
    world = TwoWay(store, clock)
    world.crm.misses = True
    world.shop_says(1, "Ada")
    world.name()
    world.crm_is_pulled(5)
    ((key, _),) = world.crm.held.items()
    world.crm.held.clear()  # somebody deletes it there, or merges it into another
    deleted = [Row(key, {"mail": "a@x.org"}, deleted=True)] if told == "as deleted" else []
    world.pull("crm", [*deleted, Row("theirs", {"mail": "b@x.org"})], ECHOES)
    resolve(store, clock, ResolveRequest(SameMail(), "h", RULES))
    assert (
        plan_push(store, world.request()).counts[Action.UPDATE] == 1
    )  # though its golden record is as it was
    assert push(store, clock, world.request()).tally.parked == 1
    with store.reading() as connection:
        assert [(one.state, one.code) for one in ledger.parked(connection)] == [("gone", "remote-gone")]


def test_a_record_that_the_hub_itself_took_out_is_not_looked_for_when_a_pull_tells_it_gone(
    store: Store, clock: Clock
) -> None:
    world = TwoWay(store, clock)
    world.shop_says(1, "Ada")
    world.name()
    world.crm_is_pulled(5)
    ((key, _),) = world.crm.held.items()
    world.pull("shop", [Row("1", {"mail": "a@x.org"}, deleted=True), Row("2", {"mail": "b@x.org"})], None)
    nobody = replace(world.request(), mapper=PayloadMapper(NOBODY), mapping_hash="n")
    push(store, clock, nobody)
    assert world.crm.held == {}
    world.pull("crm", [Row(key, {"mail": "a@x.org"}, deleted=True)], ECHOES)
    assert plan_push(store, nobody).empty


class Died(BaseException):
    """The process ends here."""


class DiesAfter(Showing):
    """It takes an update, and the process dies."""

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        super().write(changes)
        raise Died


def test_what_is_under_way_or_was_when_a_push_died_is_an_echo_too(store: Store, clock: Clock) -> None:
    world = TwoWay(store, clock)
    world.shop_says(1, "Ada")
    world.name()
    world.crm_is_pulled(5)
    world.shop_says(6, "Zoé")
    crm, world.crm = world.crm, DiesAfter(CAN_READ, world.crm.held)
    with pytest.raises(Died):
        world.name()
    world.crm = crm
    world.crm_is_pulled(9)
    world.shop_says(8, "Kim")
    assert world.name() == "Kim"


def test_the_two_go_quiet(store: Store, clock: Clock) -> None:
    world = TwoWay(store, clock)
    world.shop_says(1, "Ada")
    world.name()
    for day in (5, 6, 7):
        world.crm_is_pulled(day)
        world.name()
    assert len(world.crm.calls) == 1
