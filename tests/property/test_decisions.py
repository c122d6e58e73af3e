"""Whatever people decide, taken back it leaves everything as it was; and every id ever given resolves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hub.domain.matching import Verdict
from hub.errors import HubError
from hub.jobs.decide import judge, merge, split, undo
from hub.jobs.override import override
from hub.jobs.push import PushRequest, push
from hub.store import identities
from hub.store.engine import Store
from hub.store.metadata import metadata
from hub.store.opening import open_store
from tests.conftest import SteppingClock
from tests.fakes.decided_world import anna, snapshot
from tests.fakes.small_world import MailPayloads, MemoryDestination
from tests.unit.hub.jobs.test_resolve import groups, run, take

KEYS = [f"crm:{key}" for key in "123456"]
MAILS = st.lists(st.sampled_from(["a@x.org", "b@x.org", "c@x.org"]), min_size=6, max_size=6)
KEY = st.sampled_from(KEYS)
ACT = st.one_of(
    st.tuples(st.just("merge"), KEY, KEY),
    st.tuples(st.just("split"), KEY, KEY),
    st.tuples(st.just("override"), KEY, st.sampled_from(["Director", "Clerk", None])),
    st.tuples(st.just("add"), KEY, st.sampled_from(["a@x.org", "d@x.org"])),
    st.tuples(st.just("remove"), KEY, st.sampled_from(["a@x.org", "d@x.org"])),
    st.tuples(st.just("judge"), KEY, st.tuples(KEY, st.sampled_from(Verdict))),
)
ACTS = st.lists(ACT, min_size=1, max_size=4)


def mail(value: str) -> dict[str, Any]:
    return {"value": value, "match": value, "type": None, "primary": False}


def act(store: Store, clock: SteppingClock, what: str, key: str, other: Any) -> int | None:
    """The number of the decision; None when it is refused."""
    acts: dict[str, Callable[[], Any]] = {
        "merge": lambda: merge(store, clock, anna(), [key, other]),
        "split": lambda: split(store, clock, anna(), key, [other]),
        "override": lambda: override(store, clock, anna(), key, {"job_title": other}),
        "add": lambda: override(store, clock, anna(), key, {"emails+": [mail(other)]}),
        "remove": lambda: override(store, clock, anna(), key, {"emails-": [mail(other)]}),
        "judge": lambda: judge(store, clock, anna(), key, *other),
    }
    try:
        return int(acts[what]().decision.number)
    except HubError:
        return None


def empty(url: str) -> Store:
    store = open_store(url)
    with store.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))
    return store


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MAILS, ACTS)
@example(  # the part that was split off takes back the id of the side that was merged away
    ["b@x.org", *["a@x.org"] * 5], [("merge", "crm:1", "crm:2"), ("split", "crm:1", "crm:3")]
)
@example(["a@x.org"] * 6, [("override", "crm:1", "Director")] * 2)  # said twice, it is one decision
@example(  # a part that another record joined for a while keeps the id
    ["a@x.org"] * 6, [("judge", "crm:2", ("crm:3", Verdict.DIFFERENT)), ("split", "crm:1", "crm:1")]
)
def test_taking_decisions_back_one_by_one_gives_back_every_state_before(
    store_url: str, mails: list[str], acts: list[tuple[str, str, Any]]
) -> None:
    store, clock = empty(store_url), SteppingClock()
    take(store, clock, *((key[4:], mail) for key, mail in zip(KEYS, mails, strict=True)))
    run(store, clock)
    push(store, clock, PushRequest("crm", MemoryDestination(), MailPayloads()))
    states, made, given_out = [snapshot(store)], [], set(groups(store))
    for one in acts:
        number = act(store, clock, *one)
        if number is None or number in made:
            assert snapshot(store) == states[-1]  # refused, or said before: nothing was stored
            continue
        run(store, clock)
        made.append(number)
        states.append(snapshot(store))
        given_out |= set(groups(store))
    assert run(store, clock, full=True).tally.golden_changed == 0
    for number, state in zip(reversed(made), reversed(states[:-1]), strict=True):
        undo(store, clock, anna(), number)
        run(store, clock)
        assert snapshot(store) == state
    with store.reading() as connection:
        assert all(identities.resolve_id(connection, one) for one in given_out)
    store.close()


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MAILS, KEY, KEY)
def test_merge_then_split_by_hand_gives_back_members_values_origins_and_links(
    store_url: str, mails: list[str], key: str, other: str
) -> None:
    store, clock = empty(store_url), SteppingClock()
    take(store, clock, *((key[4:], mail) for key, mail in zip(KEYS, mails, strict=True)))
    run(store, clock)
    for place, identity in enumerate(groups(store)):
        override(store, clock, anna(), identity, {"job_title": f"T{place}"})
    run(store, clock)
    push(store, clock, PushRequest("crm", MemoryDestination(), MailPayloads()))
    before, members = snapshot(store), groups(store)
    mine = next(keys for keys in members.values() if other in keys)
    if key in mine:
        with pytest.raises(HubError, match="one identity"):
            merge(store, clock, anna(), [key, other])
    else:
        merge(store, clock, anna(), [key, other])
        run(store, clock)
        assert len(groups(store)) == len(members) - 1
        split(store, clock, anna(), key, mine)
        run(store, clock)
        after = snapshot(store)
        assert {**after, "judgements": None} == {**before, "judgements": None}
    store.close()
