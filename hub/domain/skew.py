"""Values in far more records than they should be: a shared mailbox, a switchboard, a form's default date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

TOPS: Final = 3  # values a field; the rest of such a list says nothing new
_FEWEST: Final = 10  # records: fewer may be a family
_TIMES: Final = 10  # as many as the 99th percentile of the other values
_MOSTLY_UNIQUE: Final = 0.5
# Fields whose values tell people apart, each in about as many records as the next. In others (towns, first
# names, employers) a few values are common by nature.
_TELLING: Final = frozenset(
    {"name.full", "emails", "phones", "addresses.street", "urls", "birth_date", "identifiers"}
)


@dataclass(frozen=True, slots=True)
class Common:
    """A value and in how many records it is."""

    value: str
    records: int


def suspicious(field: str, tops: Sequence[Common], sizes: Mapping[int, int]) -> list[Common]:
    """The values to look at, most common first. `tops` are the field's most common values (`TOPS` of them),
    `sizes` says how many values are in so many records, those in `tops` included.

    Suspicious is what is in at least ten records, and in ten times as many as 99 of 100 of the field's
    other values. Attributes count when most of their values are unique, as of a customer number.
    """
    attribute = field.startswith("attributes.")
    if not attribute and field not in _TELLING:
        return []
    rest = Counter(sizes)
    rest.subtract(one.records for one in tops)
    others = sorted((records, values) for records, values in rest.items() if values)
    if attribute and not _is_mostly_unique(tops, others):
        return []
    usual = max(_percentile(others, 0.99), 1)
    return [one for one in tops if one.records >= max(_FEWEST, _TIMES * usual)]


def _percentile(sizes: Sequence[tuple[int, int]], share: float) -> int:
    """In how many records the value is that is less common than only 1 - `share` of the values."""
    wanted, seen = share * sum(values for _, values in sizes), 0
    for records, values in sizes:
        seen += values
        if seen >= wanted:
            return records
    return 0


def _is_mostly_unique(tops: Sequence[Common], rest: Sequence[tuple[int, int]]) -> bool:
    """Whether the other values are in most of the records, and nearly each in one."""
    common = sum(one.records for one in tops)
    records = sum(records * values for records, values in rest)
    return records > common and sum(values for _, values in rest) / records > _MOSTLY_UNIQUE
