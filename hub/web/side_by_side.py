"""Records side by side, what differs between them marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hub.golden.explain import shown
from hub.web.texts import page_text
from hub.web.words import field_label

FIELDS: Final = (
    "name",
    "organization",
    "job_title",
    "emails",
    "phones",
    "addresses",
    "birth_date",
    "gender",
    "identifiers",
    "urls",
    "attributes",
)
VALUES_SHOWN: Final = 6  # of one field of one record


@dataclass(frozen=True, slots=True)
class Value:
    """`differs` marks what not all records that say something in the field agree on."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A record (or the golden record) with its values by field; `more` counts those that are not shown."""

    name: str
    cells: tuple[tuple[Value, ...], ...]
    more: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    golden: Row | None = None


def side_by_side(records: Sequence[Mapping[str, Any]], golden: Mapping[str, Any] | None = None) -> SideBySide:
    """Of contacts with source and key; fields that none of them fills are left out."""
    told = [_texts(record) for record in records]
    best = _texts(golden) if golden is not None else {}
    fields = [field for field in FIELDS if field in best or any(field in one for one in told)]
    agreed = {field: _agreed(field, told, best) for field in fields}
    rows = tuple(
        _row(f"{record['source']}:{record['key']}", one, fields, agreed)
        for record, one in zip(records, told, strict=True)
    )
    heads = tuple(field_label(field) for field in fields)
    return SideBySide(heads, rows, _row("golden record", best, fields, {}) if golden is not None else None)


def _texts(contact: Mapping[str, Any]) -> dict[str, list[str]]:
    found = shown({name: contact[name] for name in FIELDS})
    return {field: [text for text in texts if text] for field, texts in found.items() if any(texts)}


def _agreed(field: str, told: Sequence[Mapping[str, list[str]]], best: Mapping[str, list[str]]) -> set[str]:
    """What need not be marked: what every record that fills the field says; of one value, the golden one."""
    said = [set(one[field]) for one in told if field in one]
    if not said:
        return set()
    common = set.intersection(*said)
    single = all(len(one) == 1 for one in said) and len(best.get(field, ())) == 1
    return common | set(best[field]) if single else common


def _row(
    name: str, told: Mapping[str, list[str]], fields: Sequence[str], agreed: Mapping[str, set[str]]
) -> Row:
    cells = tuple(
        tuple(
            Value(page_text(text), field in agreed and text not in agreed[field])
            for text in told.get(field, [])[:VALUES_SHOWN]
        )
        for field in fields
    )
    more = tuple(max(len(told.get(field, [])) - VALUES_SHOWN, 0) for field in fields)
    return Row(page_text(name, 60), cells, more)
