"""A mapping for a file nobody has described: guessed from a sample, mended by what the caller says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import ConfigurationError
from mappings import catalogue
from mappings.detect import date_order, tells_no_order
from mappings.guess import looks_of, suggest
from mappings.guesses import Guess
from mappings.home_country import Home, home_country, usual_dates
from mappings.normalise.dates import DateOrder
from mappings.write import mapping_from, quoted

SAMPLE: Final = 1_000
_DEEPEST: Final = 4  # members of members that are looked into
_PARTS_OF_LISTS: Final = ("addresses", "identifiers", "consents")


@dataclass(frozen=True, slots=True)
class Guessed:
    """The guesses, one a column, and the mapping (plain data) made of them. `home` is the country of phones
    and postal codes that do not say theirs, where nobody told it and the data does; `dates` says why dates
    that can be read two ways are read as they are, where they do not show it themselves.
    """

    guesses: tuple[Guess, ...]
    mapping: dict[str, Any]
    home: Home | None = None
    dates: str | None = None

    @property
    def defaults(self) -> tuple[str, ...]:
        """Sentences on what the mapping's defaults are guessed from."""
        return tuple(said for said in (self.home and self.home.sentence, self.dates) if said)


def guess_mapping(
    records: pa.Table,
    source: str,
    *,
    told: Mapping[str, str] | None = None,
    ignored: Sequence[str] = (),
    key: str | None = None,
    country: str | None = None,
    usual_country: str | None = None,
) -> Guessed:
    """A mapping for records, from the columns (or the JSON members) of their payload.

    `told` is column → field, and wins over the guess; `ignored` columns are left out. `country` is where
    phones without a country code belong, `usual_country` where the records do not show it. Raises
    `ConfigurationError` for a column or field that does not exist, with the nearest one.
    """
    sample = sample_of(records)
    for column in [*(told or {}), *ignored, *([key] if key else [])]:
        _must_be_one_of(column, sample.column_names)
    guesses = [
        _told(guess, (told or {})[guess.column]) if guess.column in (told or {}) else guess
        for guess in suggest(sample)
        if guess.column not in ignored and guess.column != key
    ]
    home = None if country else home_country(guesses, looks_of(sample))
    country = home.country if home else country or usual_country
    order, why = _dates(guesses, sample, country)
    paths = paths_in(records)
    mapping = mapping_from(guesses, source, key=key, country=country, dates=order, paths=paths)
    return Guessed(tuple(guesses), mapping, home, why)


def _dates(guesses: Sequence[Guess], sample: pa.Table, country: str | None) -> tuple[DateOrder, str | None]:
    """How birth dates are written, and what says so where they do not say it themselves."""
    births = [guess.column for guess in guesses if guess.field == "birth_date"]
    if not births:
        return DateOrder.UNKNOWN, None
    values = sample[births[0]].to_pylist()
    order = date_order(values)
    usual = usual_dates(guesses, looks_of(sample), country)
    if order is not DateOrder.UNKNOWN or usual is None or not tells_no_order(values):
        return order, None
    return usual[0], f"dates such as 03/04/1980 are read {usual[0].value} ({usual[1]})"


def sample_of(records: pa.Table) -> pa.Table:
    """Some rows from all over the page, as text columns; members of members have columns of their own."""
    step = max(records.num_rows // SAMPLE, 1)
    rows = pa.array(range(0, records.num_rows, step), pa.int64())
    payload = records["payload"].combine_chunks().take(rows)
    if pa.types.is_struct(payload.type):
        return pa.table({field.name: pc.struct_field(payload, field.name) for field in payload.type})
    objects = [_paths(json.loads(text)) for text in payload.to_pylist()]
    paths = dict.fromkeys(path for one in objects for path in one)
    above = {
        path[:depth] for path in paths for depth in range(1, len(path))
    }  # null in one, an object in another
    return pa.table(
        {
            ".".join(path): pa.array([_text(one.get(path)) for one in objects], pa.string())
            for path in paths
            if path not in above
        }
    )


def paths_in(records: pa.Table) -> dict[str, str]:
    """Of records with nested values: the members of members, as `person.first`, → their expression."""
    if pa.types.is_struct(records["payload"].type):
        return {}
    found: dict[str, str] = {}
    for text in records["payload"].slice(0, SAMPLE).to_pylist():
        for path in _paths(json.loads(text)):
            if len(path) > 1:
                found.setdefault(".".join(path), ".".join(quoted(name) for name in path))
    return found


def _paths(record: Mapping[str, Any], above: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """A record's values by their path, with the members of its members."""
    found: dict[tuple[str, ...], Any] = {}
    for name, value in record.items():
        path = (*above, name)
        if isinstance(value, dict) and value and len(path) < _DEEPEST:
            found |= _paths(value, path)
        else:
            found[path] = value
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "; ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _told(guess: Guess, field: str) -> Guess:
    if field in {"key", "updated_at"} or catalogue.field(field) or field.partition(".")[0] in _PARTS_OF_LISTS:
        return replace(guess, field=field, confidence=1.0, evidence="as told")
    near = catalogue.nearest(field)
    raise ConfigurationError(
        "unknown-field",
        f"there is no field `{field}`",
        hint=f"did you mean `{near}`?" if near else f"fields: {', '.join(catalogue.FIELDS)}, attributes.NAME",
    )


def _must_be_one_of(column: str, columns: Sequence[str]) -> None:
    if column not in columns:
        near = get_close_matches(column, columns, n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else f"the file has {', '.join(columns)}"
        raise ConfigurationError("unknown-column", f"the file has no column `{column}`", hint=hint)
