"""Sheets as systems and people write them, from `tests/data/header_styles`: headers, what they are, values.

A file holds sheets: `== name | country`, then `Header=code | Header=code …`. A code stands for a field and
the kind of values; `code:kind` names other values, `a:kind` is a column that is no contact field. With `?`,
several answers are as good, as long as none of `CRITICAL` is given or taken away; with `??` (a parent's phone
in a list of pupils) the field or no field.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import pyarrow as pa

from tests.fakes.sheet_values import Sheet
from tests.fakes.sheet_words import FRESH, OTHER, Words

FOLDER: Final = Path(__file__).parents[1] / "data" / "header_styles"
FILES: Final = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
)
# Sheets with names that fewer people have, of few rows or many, clean or not.
FRESH_FILES: Final = {
    "thirteenth": (FRESH, (6, 12, 25, 60)),
    "fourteenth": (OTHER, (6, 12, 25, 60)),
    "fifteenth": (OTHER, (6, 12, 25, 60)),
    "sixteenth": (FRESH, (3, 5, 8, 15)),
    "seventeenth": (OTHER, (4, 7, 10, 30)),
    "eighteenth": (FRESH, (4, 7, 10, 30)),
    "nineteenth": (OTHER, (4, 7, 10, 30)),
}
CRITICAL: Final = frozenset({"emails", "phones", "birth_date"})
_DIRT: Final = (0.0, 0.1, 0.25)
CODES: Final = {
    "key": ("key", "key"),
    "cust": ("identifiers.customer", "code"),
    "loy": ("identifiers.loyalty", "code"),
    "gn": ("name.given", "given"),
    "fn": ("name.family", "family"),
    "mn": ("name.additional", "initial"),
    "full": ("name.full", "full"),
    "pre": ("name.prefix", "title"),
    "suf": ("name.suffix", "suffix"),
    "org": ("organization", "company"),
    "job": ("job_title", "job"),
    "em": ("emails", "email"),
    "ph": ("phones", "phone"),
    "mob": ("phones", "mobile"),
    "fax": ("phones", "phone"),
    "st": ("addresses.street", "street"),
    "city": ("addresses.locality", "city"),
    "zip": ("addresses.postal_code", "zip"),
    "reg": ("addresses.region", "region"),
    "ctry": ("addresses.country", "country"),
    "cc": ("addresses.country", "country_code"),
    "dob": ("birth_date", "born"),
    "bd": ("birth_date", "day_of"),
    "bm": ("birth_date", "month_of"),
    "by": ("birth_date", "year_of"),
    "sex": ("gender", "sex"),
    "lang": ("language", "language"),
    "url": ("urls", "url"),
    "tags": ("tags", "tags"),
    "cre": ("created_at", "moment"),
    "upd": ("updated_at", "moment"),
    "vat": ("identifiers.vat", "vat"),
    "siren": ("identifiers.siren", "siren"),
    "siret": ("identifiers.siret", "siret"),
    "ssn": ("identifiers.ssn", "ssn"),
    "news": ("consents.email.marketing", "yes_no"),
    "sms": ("consents.sms.marketing", "yes_no"),
    "kind": ("kind", "kind"),
    "a": ("attributes", "empty"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: `field` is what it is (`attributes` for no contact field)."""

    header: str
    code: str
    field: str
    lenient: bool
    open: bool


@dataclass(frozen=True)
class Style:
    name: str
    columns: tuple[Column, ...]
    kinds: tuple[str, ...]  # of the columns' values
    country: str
    seed: int
    file: str

    @cached_property
    def table(self) -> pa.Table:
        """The same values always; made when they are first asked for, since few tests ask for all."""
        sheet = _sheet(self.country, self.seed, FRESH_FILES.get(self.file))
        cells = {
            column.header: pa.array(sheet.column(kind), pa.string())
            for column, kind in zip(self.columns, self.kinds, strict=True)
        }
        return pa.table(cells)


@cache
def styles(file: str) -> tuple[Style, ...]:
    """The sheets of one file."""
    text = (FOLDER / f"{file}.txt").read_text(encoding="utf-8")
    return tuple(_style(file, block) for block in text.split("== ")[1:])


def _style(file: str, block: str) -> Style:
    title, _, body = block.partition("\n")
    name, _, country = (part.strip() for part in title.partition("|"))
    columns, kinds = [], []
    for written in body.strip().split(" | "):
        header, _, said = written.rpartition("=")
        code, _, kind = said.rstrip("?").partition(":")
        field, usual = CODES[code]
        columns.append(Column(header, code, field, said.endswith("?"), said.endswith("??")))
        kinds.append(kind or usual)
    return Style(f"{file}: {name}", tuple(columns), tuple(kinds), country, zlib.crc32(name.encode()), file)


def _sheet(country: str, seed: int, fresh: tuple[Words, tuple[int, ...]] | None) -> Sheet:
    if fresh is None:
        return Sheet(country, seed)
    words, sizes = fresh
    rows, dirt = sizes[seed % len(sizes)], _DIRT[seed // 7 % len(_DIRT)]
    return Sheet(country, seed, rows, words, dirt)


def is_right(column: Column, field: str) -> bool:
    """Whether a guess is one of the right answers."""
    found = "attributes" if field.startswith("attributes.") else field
    if found == column.field:
        return True
    if column.open:
        return found == "attributes"
    return column.lenient and found not in CRITICAL and column.field not in CRITICAL


def is_grave(column: Column, field: str) -> bool:
    """Whether an e-mail, phone or birth date was missed, or another column taken for one."""
    critical = field in CRITICAL or column.field in CRITICAL
    return critical and field != column.field and not (column.open and field.startswith("attributes."))
