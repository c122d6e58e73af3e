"""The change feed: every change has its number, and every consumer gets each of them, whatever dies."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.engine import Connection

from hub.domain.identity import IdentityState
from hub.errors import ConfigurationError
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.feed import consume, consumers, done_with, forget, peek, read
from hub.jobs.pull import PullRequest, pull
from hub.jobs.resolve import ResolveRequest, resolve
from hub.store import facts
from hub.store.engine import Store
from hub.store.feed import Change
from tests.conftest import SteppingClock
from tests.fakes.small_world import MemorySource, Row, SameMail, mapper


def hold(store: Store, clock: SteppingClock, held: dict[str, str]) -> None:
    """Makes the source hold these (key: mail), and resolves."""
    rows = [Row(key, {"first": f"N{key}", "mail": mail}) for key, mail in held.items()]
    source = MemorySource(rows)
    pull(store, clock, PullRequest("crm", "rows", source, mapper(), "m", full=True, max_missing_share=None))
    resolve(store, clock, ResolveRequest(SameMail(), "h", SurvivorshipRules()))


@pytest.fixture
def world(store: Store, clock: SteppingClock) -> Store:
    """Three golden records; then one changes, one is merged into another; then both part again."""
    hold(store, clock, {"1": "a@x.example", "2": "b@x.example", "3": "c@x.example"})
    hold(store, clock, {"1": "a@x.example", "2": "a@x.example", "3": "d@x.example"})
    hold(store, clock, {"1": "a@x.example", "2": "b@x.example"})
    return store


def told(changes: Sequence[Change]) -> list[tuple[int, int, str]]:
    return [(one.seq, one.version, one.state.value) for one in changes]


def test_every_version_of_every_golden_record_has_its_place(world: Store) -> None:
    found = read(world, 0)
    assert [one.seq for one in found.changes] == list(range(1, 10))
    versions: dict[str, list[int]] = {}
    for one in found.changes:
        versions.setdefault(one.identity_id, []).append(one.version)
    assert sorted(versions.values()) == [[1, 2, 3]] * 3
    states = [one.state for one in found.changes]
    assert states.count(IdentityState.REDIRECTED) == states.count(IdentityState.ARCHIVED) == 1
    mails = [one.contact["emails"][0]["value"] for one in found.changes if one.contact.get("emails")]
    assert {"c@x.example", "d@x.example"} <= set(mails)
    assert (found.upto, found.newest) == (9, 9)


def test_a_feed_read_in_pieces_is_the_feed(world: Store) -> None:
    pieces, after = list[Change](), 0
    while (found := read(world, after, 2)).changes:
        pieces += found.changes
        after = found.upto
    assert pieces == list(read(world, 0).changes)


def test_a_merged_golden_record_says_where_it_leads(store: Store, clock: SteppingClock) -> None:
    hold(store, clock, {"1": "a@x.example", "2": "b@x.example"})
    hold(store, clock, {"1": "a@x.example", "2": "a@x.example"})
    (gone,) = (one for one in read(store, 0).changes if one.state is IdentityState.REDIRECTED)
    assert gone.redirect_to in {one.identity_id for one in read(store, 0).changes} - {gone.identity_id}


def test_a_consumer_gets_the_same_again_until_it_has_dealt_with_it(
    world: Store, clock: SteppingClock
) -> None:
    assert peek(world, "web", 4) == peek(world, "web", 4)
    done_with(world, clock, "web", 4)
    done_with(world, clock, "web", 4)
    assert [one.seq for one in peek(world, "web").changes] == [5, 6, 7, 8, 9]
    assert [one.seq for one in peek(world, "mail", 2).changes] == [1, 2]
    with pytest.raises(ConfigurationError) as refused:
        done_with(world, clock, "web", 2)
    assert refused.value.code == "already-past"
    assert done_with(world, clock, "web", 2, back=True).seq == 2
    with pytest.raises(ConfigurationError) as refused:
        done_with(world, clock, "web", 10)
    assert refused.value.code == "unknown-change"
    hold(world, clock, {"1": "a@x.example", "2": "z@x.example"})
    done_with(world, clock, "web", 9)
    assert [one.seq for one in peek(world, "web").changes] == [10]


class Diary:
    """A consumer that writes down what it dealt with, in the transaction that moves it on."""

    def __init__(self, *, dies_at: int | None = None) -> None:
        self.dies_at = dies_at

    def __call__(self, connection: Connection, changes: Sequence[Change]) -> None:
        for one in changes:
            held = facts.get(connection, "diary") or ""
            facts.put(connection, "diary", f"{held} {one.seq}".strip())
            if one.seq == self.dies_at:
                raise KeyboardInterrupt

    @staticmethod
    def of(store: Store) -> list[int]:
        with store.reading() as connection:
            return [int(number) for number in (facts.get(connection, "diary") or "").split()]


def test_a_consumer_that_dies_misses_nothing_and_does_nothing_twice(
    world: Store, clock: SteppingClock
) -> None:
    for dies_at in (1, 5, 9):
        with pytest.raises(KeyboardInterrupt):
            consume(world, clock, "web", Diary(dies_at=dies_at), limit=dies_at)
        assert Diary.of(world) == []
    consume(world, clock, "web", Diary(), limit=4)
    with pytest.raises(KeyboardInterrupt):
        consume(world, clock, "web", Diary(dies_at=6))
    assert Diary.of(world) == [1, 2, 3, 4]
    consume(world, clock, "web", Diary())
    consume(world, clock, "web", Diary())
    assert Diary.of(world) == list(range(1, 10))


def test_two_of_one_name_share_the_changes_and_none_is_dealt_with_twice(
    world: Store, clock: SteppingClock
) -> None:
    def work(_: int) -> None:
        while consume(world, clock, "web", Diary(), limit=1).changes:
            pass

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, range(2)))
    assert Diary.of(world) == list(range(1, 10))


def test_who_reads_and_how_far_is_known_until_forgotten(world: Store, clock: SteppingClock) -> None:
    done_with(world, clock, "web", 3)
    known, newest = consumers(world)
    assert ([(one.name, one.seq) for one in known], newest) == ([("web", 3)], 9)
    with pytest.raises(ConfigurationError) as refused:
        forget(world, "wep")
    assert refused.value.hint == "did you mean `web`?"
    forget(world, "web")
    assert consumers(world)[0] == []
    assert len(told(peek(world, "web").changes)) == 9
