"""Data quality: what each source tells in each field, how much of it can be used, and what looks wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from hub import columns
from hub.domain.contact import ADDRESS_PARTS, NAME_PARTS
from hub.domain.skew import TOPS, Common, suspicious

# Values that were left out of contacts.
REFUSED_SCHEMA: Final = pa.schema(
    [(name, pa.string()) for name in ("source", "key", "field", "reason", "raw")]
)
PLACEHOLDER: Final = "placeholder"


@dataclass(frozen=True, slots=True)
class Quality:
    """One field of one source.

    Of its `records` those that say something (`filled`) and those that say something usable (`valid`). Of
    values: those that were `refused`, by reason; the `kept` ones, and how many of them differ; `placeholders`
    such as test@test.test (kept but never matched on, or refused as that). `suspicious` are values in far
    more records than the field's others.
    """

    source: str
    field: str
    records: int
    filled: int
    valid: int
    kept: int
    distinct: int
    placeholders: int
    reasons: tuple[tuple[str, int], ...] = ()
    suspicious: tuple[Common, ...] = ()

    @property
    def refused(self) -> int:
        return sum(count for _, count in self.reasons)

    @property
    def placeholder_share(self) -> float:
        """Of all values that the source said."""
        said = self.kept + self.refused
        return self.placeholders / said if said else 0.0

    def as_dict(self) -> dict[str, Any]:
        """The shape that `hub quality --json` prints."""
        return {
            "source": self.source,
            "field": self.field,
            "records": self.records,
            "filled": self.filled,
            "valid": self.valid,
            "refused": self.refused,
            "reasons": dict(self.reasons),
            "distinct": self.distinct,
            "placeholders": self.placeholders,
            "placeholder_share": round(self.placeholder_share, 4),
            "suspicious": [{"value": one.value, "records": one.records} for one in self.suspicious],
        }


def measure(contacts: pa.Table, refused: pa.Table) -> list[Quality]:
    """Every field that a source says something in, by source, fields in the catalogue's order.

    `contacts` has `CONTACT_RECORD_SCHEMA`, `refused` `REFUSED_SCHEMA`, of the same records.
    """
    totals = _pairs("SELECT source, count(*) FROM contacts GROUP BY 1", contacts=contacts.select(["source"]))
    left_out = _left_out(contacts, refused)
    found: list[Quality] = []
    seen: set[str] = set()
    for said in _said(contacts):
        seen.add(said.field)
        found += _measured(said, left_out, totals)
    for field in sorted(set(pc.unique(left_out["field"]).to_pylist()) - seen):
        found += _measured(replace(_NOTHING, field=field), left_out, totals)
    return sorted(found, key=lambda one: one.source)


@dataclass(frozen=True, slots=True)
class _Said:
    """What contacts say in a field: `sql` gives record_id, source, value and placeholder of `held`, one row a
    value; `single` tells that no record has two.
    """

    field: str
    held: pa.Table
    sql: str
    single: bool


_NOTHING: Final = _Said(
    "",
    pa.table({"record_id": pa.array([], pa.int64()), "source": pa.array([], pa.string())}),
    "SELECT record_id, source, '' AS value, false AS placeholder FROM held",
    single=True,
)


def _said(contacts: pa.Table) -> Iterator[_Said]:
    for field, value, placeholder in _FIELDS:
        column = field.partition(".")[0]
        held = contacts.select(["record_id", "source", column])
        listed = pa.types.is_list(held.schema.field(column).type)
        each = f'unnest("{column}")' if listed else f'"{column}"'
        sql = (
            f"SELECT record_id, source, {value} AS value, {placeholder} AS placeholder"
            f" FROM (SELECT record_id, source, {each} AS x FROM held) WHERE {value} IS NOT NULL"
        )
        yield _Said(field, held, sql, not listed)
    yield from _attributes(contacts)


_WHOLE_ADDRESS: Final = f"nullif(concat_ws(', ', {', '.join(f'x.{part}' for part in ADDRESS_PARTS)}), '')"
# Field, its value, and whether that is a placeholder, of each x in the field's column.
_FIELDS: Final = (
    *((f"name.{part}", f"x.{part}", "false") for part in NAME_PARTS),
    ("organization", "x", "false"),
    ("job_title", "x", "false"),
    ("emails", "x.value", "x.match IS NULL"),
    ("phones", "x.value", "x.match IS NULL"),
    ("addresses", _WHOLE_ADDRESS, "false"),
    *((f"addresses.{part}", f"x.{part}", "false") for part in ADDRESS_PARTS),
    ("urls", "x.value", "false"),
    ("birth_date", "x", "false"),
    ("gender", "x", "false"),
    ("language", "x", "false"),
    ("identifiers", "nullif(concat_ws(':', x.type, x.value), '')", "false"),
    ("consents", "nullif(concat_ws(':', x.channel, x.purpose, x.status), '')", "false"),
    ("tags", "x", "false"),
)


def _attributes(contacts: pa.Table) -> Iterator[_Said]:
    said = columns.query(
        "SELECT record_id, source, x.name AS name, x.value AS value, false AS placeholder"
        " FROM (SELECT record_id, source, unnest(attributes) AS x FROM held) WHERE x.value IS NOT NULL"
        " ORDER BY name",
        held=contacts.select(["record_id", "source", "attributes"]),
    )
    counts = _pairs("SELECT name, count(*) FROM said GROUP BY 1 ORDER BY 1", said=said.select(["name"]))
    start = 0
    for name, count in counts.items():
        yield _Said(f"attributes.{name}", said.slice(start, count), "FROM held", single=False)
        start += count


def _left_out(contacts: pa.Table, refused: pa.Table) -> pa.Table:
    """Refused values with their record, as record_id, source, field, reason."""
    return columns.query(
        "SELECT c.record_id, source, r.field, r.reason FROM refused r JOIN contacts c USING (source, key)",
        refused=refused,
        contacts=contacts.select(["record_id", "source", "key"]),
    )


def _measured(said: _Said, left_out: pa.Table, totals: dict[str, int]) -> list[Quality]:
    refused = left_out.filter(pc.equal(left_out["field"], said.field))
    values = _by_source(_VALUES.format(said=said.sql), held=said.held)
    filled = (
        {source: {"filled": row["kept"], "valid": row["kept"]} for source, row in values.items()}
        if said.single and refused.num_rows == 0
        else _by_source(_FILLED.format(said=said.sql), held=said.held, refused=refused)
    )
    reasons = columns.query(
        "SELECT source, reason, count(*) AS n FROM refused GROUP BY ALL ORDER BY source, n DESC, reason",
        refused=refused,
    ).to_pylist()
    found = []
    for source, row in filled.items():
        told = tuple((one["reason"], one["n"]) for one in reasons if one["source"] == source)
        kept = values.get(source, _NO_VALUES)
        tops = [Common(one["value"], one["records"]) for one in kept["tops"]]
        found.append(
            Quality(
                source=source,
                field=said.field,
                records=totals[source],
                filled=row["filled"],
                valid=row["valid"],
                kept=kept["kept"],
                distinct=kept["distinct"],
                placeholders=kept["placeholders"] + dict(told).get(PLACEHOLDER, 0),
                reasons=told,
                suspicious=tuple(suspicious(said.field, tops, dict(kept["sizes"]))),
            )
        )
    return found


_NO_VALUES: Final[dict[str, Any]] = {"kept": 0, "distinct": 0, "placeholders": 0, "tops": [], "sizes": {}}

_VALUES: Final = f"""
SELECT source, sum(records)::BIGINT AS kept, count(*) AS distinct,
    coalesce(sum(records) FILTER (placeholder), 0)::BIGINT AS placeholders,
    max({{{{records: records, value: value}}}}, {TOPS}) AS tops, histogram(records) AS sizes
FROM (
    SELECT source, value, count(*) AS records, bool_or(placeholder) AS placeholder
    FROM ({{said}}) GROUP BY ALL
) GROUP BY source ORDER BY source
"""

_FILLED: Final = """
WITH records AS (
    SELECT source, record_id, bool_or(usable) AS valid
    FROM (
        SELECT source, record_id, NOT placeholder AS usable FROM ({said})
        UNION ALL SELECT source, record_id, false FROM refused
    ) GROUP BY ALL
)
SELECT source, count(*) AS filled, count(*) FILTER (valid) AS valid FROM records GROUP BY 1 ORDER BY 1
"""


def _by_source(sql: str, **tables: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["source"]: row for row in columns.query(sql, **tables).to_pylist()}


def _pairs(sql: str, **tables: pa.Table) -> dict[str, int]:
    found = columns.query(sql, **tables)
    return dict(zip(found.column(0).to_pylist(), found.column(1).to_pylist(), strict=True))
