from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.arrivals import Arrivals, plain_name

NAMES = st.sets(st.text(min_size=1, max_size=6), max_size=12)


def again(arrivals: Arrivals) -> Arrivals:
    """As it comes back from a store."""
    return Arrivals.of(json.loads(json.dumps(arrivals.as_cursor())))


@settings(deadline=None)  # the machine may be busy
@given(NAMES, NAMES)
def test_after_a_whole_read_only_what_is_new_comes(first: set[str], second: set[str]) -> None:
    done = again(Arrivals().coming(first).finished(first, set()))
    assert set(done.coming(first | second).names) == second - first


@settings(deadline=None)  # the machine may be busy
@given(NAMES, st.integers(0, 12))
def test_a_read_that_was_cut_off_goes_on_where_it_was(names: set[str], count: int) -> None:
    coming = Arrivals().coming(names)
    steps = coming.steps()
    for name in coming.names[:count]:
        steps.step(name)
    resumed = Arrivals.of(json.loads(json.dumps(steps.as_cursor()))).coming(names)
    assert resumed.names == coming.names[count:]


@settings(deadline=None)  # the machine may be busy
@given(NAMES, NAMES, st.integers(0, 12))
def test_what_arrives_while_a_read_is_cut_off_is_never_left_out(
    names: set[str], late: set[str], count: int
) -> None:
    coming = Arrivals().coming(names)
    steps = coming.steps()
    for name in coming.names[:count]:
        steps.step(name)
    resumed = Arrivals.of(steps.as_cursor()).coming(names | late)
    assert {*coming.names[:count], *resumed.names} == names | late


@settings(deadline=None)  # the machine may be busy
@given(NAMES, NAMES)
def test_what_could_not_be_read_comes_again(names: set[str], unread: set[str]) -> None:
    done = again(Arrivals().coming(names).finished(names, unread))
    assert set(done.coming(names).names) == names & unread


def test_names_that_are_gone_are_forgotten() -> None:
    done = Arrivals().coming({"a", "b"}).finished({"a", "b"}, set())
    later = done.coming({"b", "c"}).finished({"b", "c"}, set())
    assert len(later.seen) == 2


def test_a_cursor_of_another_shape_is_as_none() -> None:
    assert Arrivals.of({"offset": 3}) == Arrivals.of(None) == Arrivals()


def test_a_name_that_is_no_text_can_be_stored() -> None:
    assert plain_name("a\udcff").encode() == rb"a\xff"
