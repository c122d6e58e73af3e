"""Work that is done when its result is first asked for."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.later import Later


class _Large:
    pass


def test_nothing_is_done_until_it_is_asked_for_and_then_once() -> None:
    done: list[int] = []

    def work() -> int:
        done.append(1)
        return len(done)

    found = Later(work)
    assert done == []
    assert [found(), found()] == [1, 1]
    assert done == [1]


def test_many_who_ask_at_once_wait_for_one_result() -> None:
    found = Later(_Large)
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda _: found(), range(64)))
    assert len({id(result) for result in results}) == 1


def test_what_the_work_holds_is_let_go_of_when_it_is_done() -> None:
    large = _Large()
    seen = weakref.ref(large)
    found = Later(lambda held=large: type(held).__name__)  # type: ignore[misc]
    del large
    assert seen() is not None
    assert found() == "_Large"
    gc.collect()
    assert seen() is None


def test_work_that_failed_is_tried_again_by_the_next_who_asks() -> None:
    outcomes = iter([ValueError("once"), None])

    def work() -> str:
        if error := next(outcomes):
            raise error
        return "found"

    found = Later(work)
    with pytest.raises(ValueError, match="once"):
        found()
    assert found() == "found"
