"""Golden records as one flat row each, for files that people open in a spreadsheet."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from hub import columns
from hub.domain.contact import ADDRESS_PARTS, NAME_PARTS

SEPARATOR: Final = " | "
_LISTS: Final = {
    "emails": "x.value",
    "phones": "x.value",
    **{f"addresses.{part}": f"coalesce(x.{part}, '')" for part in ADDRESS_PARTS},
    "urls": "x.value",
    "identifiers": "concat_ws(':', x.type, x.value)",
    "consents": "concat_ws(':', x.channel, x.purpose, x.status)",
    "tags": "x",
}
_PLAIN: Final = ("organization", "job_title", "birth_date", "gender", "language", "created_at", "updated_at")


def flat(golden: pa.Table) -> pa.Table:
    """One text column a canonical field, named as in the catalogue: `golden_id`, `kind`, `name.given`, …

    Several values of a field are joined with ` | `, the best first; the parts of several addresses stay
    aligned. Every attribute gets its own column `attributes.<name>`; `sources` and `record_count` close.
    """
    names = [f'name."{part}" AS "name.{part}"' for part in NAME_PARTS]
    plain = [f'"{field}"' for field in _PLAIN]
    lists = [
        f'nullif(trim(list_aggregate(list_transform("{field.split(".")[0]}", lambda x: {item}),'
        f" 'string_agg', '{SEPARATOR}'), ' |'), '') AS \"{field}\""
        for field, item in _LISTS.items()
    ]
    attributes = [_attribute(name) for name in _attribute_names(golden)]
    ends = [f"list_aggregate(sources, 'string_agg', '{SEPARATOR}') AS sources", "record_count"]
    chosen = ["identity_id AS golden_id", "kind", *names, *plain, *lists, *attributes, *ends]
    return columns.query(f"SELECT {', '.join(chosen)} FROM golden ORDER BY identity_id", golden=golden)


def _attribute_names(golden: pa.Table) -> list[str]:
    found = columns.query(
        "SELECT DISTINCT unnest(attributes).name AS name FROM golden ORDER BY name",
        golden=golden.select(["attributes"]),
    )
    return list(found["name"].to_pylist())


def _attribute(name: str) -> str:
    text, column = name.replace("'", "''"), name.replace('"', '""')
    return f"list_filter(attributes, lambda x: x.name = '{text}')[1].value AS \"attributes.{column}\""
