"""What the records of one identity say of a field, as the survivorship of values looks at it.

An identity has a handful of records, so its values are sorted in plain Python: planning a query for every
field takes longer than the sorting, for one identity a hundred times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from hub.golden.survivorship import Criterion

UNRANKED: Final = 1_000_000  # the priority of a source that the rules do not name


@dataclass(frozen=True, slots=True)
class Teller:
    """A record that says something; `at` is when its source last changed it, `priority` its source's rank."""

    record_id: int
    source: str
    key: str
    at: str | None
    priority: int

    @property
    def origin(self) -> dict[str, str | None]:
        """As provenance names a record."""
        return {"source": self.source, "key": self.key, "at": self.at}


class Measures(NamedTuple):
    """What the criteria compare, by their names: of `priority` the lowest is the best, of the others the
    highest; a record without a time comes last. `length` is that of a text, of a value in a list 0.
    """

    priority: int
    recency: str | None
    frequency: int
    completeness: int
    length: int = 0


class Measured(Protocol):
    """A value that criteria can compare with others."""

    @property
    def measures(self) -> Measures: ...


Said = TypeVar("Said", bound=Measured)


def best_first(said: Sequence[Said], order: Sequence[Criterion], ties: Callable[[Said], Any]) -> list[Said]:
    """Sorted by the criteria, the first of them counting most, and by `ties` where all are equal."""
    if len(said) < 2:
        return list(said)
    found = sorted(said, key=ties)
    for criterion in reversed(order):
        measure = attrgetter(f"measures.{criterion.value}")
        told = set(map(measure, found))
        if len(told) == 1:
            continue
        if criterion is Criterion.PRIORITY:
            found.sort(key=measure)
        elif None in told:
            found.sort(
                key=lambda item: (item.measures.recency is not None, item.measures.recency or ""),
                reverse=True,
            )
        else:
            found.sort(key=measure, reverse=True)
    return found


def last_if_absent(text: str | None) -> tuple[bool, str]:
    """To sort texts by, those that are absent last."""
    return text is None, text or ""
