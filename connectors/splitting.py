"""Delivering a batch that is refused as a whole because of some of its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from hub.errors import RecordError

Row = TypeVar("Row")
Result = TypeVar("Result")


def deliver_splitting(
    rows: Sequence[Row],
    send: Callable[[Sequence[Row]], Sequence[Result]],
    refuse: Callable[[Row, RecordError], Result],
) -> list[Result]:
    """Sends the rows, and halves what is refused until the culprits stand alone; they go to `refuse`.

    `send` takes all of its rows or none: it raises `RecordError` when a row makes it refuse them all. For
    c culprits among n rows about 2 c log2 n calls are made. Results come in the order of the rows.
    """
    results: list[Result] = []
    waiting = [rows] if rows else []
    while waiting:
        batch = waiting.pop()
        try:
            results.extend(send(batch))
        except RecordError as error:
            if len(batch) == 1:
                results.append(refuse(batch[0], error))
            else:
                middle = len(batch) // 2
                waiting += [batch[middle:], batch[:middle]]
    return results
