"""Values in far more records than they should be: a shared mailbox, a switchboard, a form's default date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from hub import columns

_TOLD: Final = 3  # values a field; the rest of such a list says nothing new
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


def suspicious(counts: pa.Table, field: str) -> dict[str, list[Common]]:
    """By source the values to look at, most common first. `counts` has source, value, records.

    Suspicious is what is in at least ten records, and in ten times as many as 99 of 100 of the field's
    other values. Attributes count when most of their values are unique, as of a customer number.
    """
    attribute = field.startswith("attributes.")
    if not attribute and field not in _TELLING:
        return {}
    found: dict[str, list[Common]] = {}
    for source, (tops, rest) in _by_source(counts).items():
        if attribute and not _is_mostly_unique(tops, rest):
            continue
        usual = max(_percentile(rest, 0.99), 1)
        chosen = [one for one in tops if one.records >= max(_FEWEST, _TIMES * usual)]
        if chosen:
            found[source] = chosen
    return found


def _by_source(counts: pa.Table) -> dict[str, tuple[list[Common], list[tuple[int, int]]]]:
    """The most common values, and of all others how many values are in so many records."""
    tops = columns.query(
        f"""
        SELECT source, value, records FROM counts
        QUALIFY row_number() OVER (PARTITION BY source ORDER BY records DESC, value) <= {_TOLD}
        ORDER BY source, records DESC, value
        """,
        counts=counts,
    )
    sizes = columns.query(
        "SELECT source, records, count(*) AS values FROM counts GROUP BY ALL ORDER BY source, records",
        counts=counts,
    )
    found: dict[str, tuple[list[Common], list[tuple[int, int]]]] = {}
    for row in tops.to_pylist():
        found.setdefault(row["source"], ([], []))[0].append(Common(row["value"], row["records"]))
    for row in sizes.to_pylist():
        common, rest = found[row["source"]]
        left = row["values"] - sum(1 for one in common if one.records == row["records"])
        if left:
            rest.append((row["records"], left))
    return found


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
