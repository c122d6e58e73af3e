"""Ways to go through more rows than one answer holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

Row = TypeVar("Row")
Key = TypeVar("Key")


def keyset(
    fetch: Callable[[Key], Sequence[Row]], key_of: Callable[[Row], Key], start: Key, size: int
) -> Iterator[Sequence[Row]]:
    """Pages of rows whose unique key is above the last one seen, in the order of that key.

    Unlike an offset, it neither skips nor repeats a row when rows appear or go away meanwhile, and rows
    that share a timestamp are no obstacle. `fetch(after)` gives at most `size` rows with a key above
    `after`, ascending; a short page ends it.
    """
    after = start
    while page := fetch(after):
        yield page
        if len(page) < size:
            return
        after = key_of(page[-1])


def chunks(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """Consecutive pieces of at most `size` rows."""
    rest = iter(rows)
    while piece := list(islice(rest, size)):
        yield piece


def with_last(items: Iterator[Row]) -> Iterator[tuple[Row, bool]]:
    """Each item with whether it is the last one; looks one ahead."""
    held: list[Row] = []
    for item in items:
        if held:
            yield held.pop(), False
        held.append(item)
    for item in held:
        yield item, True
