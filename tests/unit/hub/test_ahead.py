"""Work that goes on while what came before it is used."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from hub.ahead import ahead


def test_items_come_in_their_order_and_only_so_many_wait() -> None:
    made: list[int] = []
    enough = Event()

    def items() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            if number == 3:
                enough.set()
            yield number

    coming = ahead(items(), most=3)
    assert next(coming) == 0
    assert enough.wait(10)  # three wait, as one was used
    assert made == [0, 1, 2, 3]
    assert list(coming) == list(range(1, 10))


def test_nothing_is_nothing() -> None:
    assert list(ahead([], most=3)) == []


def test_what_fails_in_the_thread_fails_where_it_is_used() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    coming = ahead(items(), most=2)
    assert next(coming) == 1
    with pytest.raises(ValueError, match="broken"):
        next(coming)
