"""Postal addresses: each part by its own distinct values, put together as columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import ADDRESS, ADDRESS_PARTS
from mappings import unchanged
from mappings.encoded import Encoded, empty, only_where
from mappings.fill import Filling, Usual, as_they_are
from mappings.json_text import as_text
from mappings.normalise.addresses import (
    normalise_country,
    normalise_locality,
    normalise_postal_code,
    normalise_region,
    normalise_street,
)
from mappings.normalise.refusal import Refusal
from mappings.ragged import Slot, lists
from mappings.spec import Rule

Outcome = str | Refusal | None
_PLAIN: Final[Mapping[str, Callable[[str], Outcome]]] = {
    "street": normalise_street,
    "locality": normalise_locality,
    "region": normalise_region,
}
_USUAL: Final[Mapping[str, Usual]] = {
    "street": as_they_are(unchanged.streets),
    "locality": as_they_are(unchanged.towns),
    "region": as_they_are(unchanged.lines),
}


def fill_addresses(filling: Filling) -> pa.ListArray:
    """An address may be no more than the country that a record tells. A part that is refused leaves the
    others.
    """
    slots = [
        _of_list(filling, rule) if rule.each is not None else _of_columns(filling, rule)
        for rule in filling.rules("addresses")
    ]
    return lists(slots, filling.records.rows, ADDRESS, primary=True)


def row_country(filling: Filling) -> Encoded:
    """Each row's country by its first address rule that names one, as a code; refusals are told elsewhere."""
    for rule in filling.rules("addresses"):
        if "country" in rule.parts and rule.each is None:
            return _codes(filling.values(rule, "country"))
    return empty(filling.records.rows)


def _codes(told: Encoded) -> Encoded:
    """The countries as codes, each code once."""
    outcomes = [normalise_country(as_text(value)) for value in told.values]
    values = sorted({code for code in outcomes if isinstance(code, str)})
    places = {code: place for place, code in enumerate(values)}
    to = [places[code] if isinstance(code, str) else -1 for code in outcomes]
    return Encoded(np.array([*to, -1], np.int64)[told.codes], values)


def _of_columns(filling: Filling, rule: Rule) -> Slot:
    columns = {part: _column(filling, rule, part) for part in ADDRESS_PARTS}
    rows = filling.records.rows
    filled = np.zeros(rows, bool)
    for part in ADDRESS_PARTS:
        # a country is an address of its own where the record tells it, not where the mapping does
        if part != "country" or (part in rule.parts and rule.parts[part].reads):
            filled |= columns[part].is_valid().to_numpy(zero_copy_only=False)
    kind = pa.array([rule.literals.get("type")], pa.string()).take(pa.array(np.zeros(rows, np.int64)))
    arrays = [*(columns[part] for part in ADDRESS_PARTS), kind, pa.nulls(rows, pa.bool_())]
    whole = pa.StructArray.from_arrays([_one(array) for array in arrays], fields=list(ADDRESS))
    return Slot(np.where(filled, np.arange(rows), -1), whole)


def _column(filling: Filling, rule: Rule, part: str) -> pa.Array:
    told = _said(filling, rule, part)
    if part == "postal_code":
        return _postal_codes(filling, told, _codes(_said(filling, rule, "country")))
    if part == "country":
        return filling.cleaned("addresses", told, _country)
    return filling.cleaned("addresses", told, partial(_part, _PLAIN[part]), _USUAL[part])


def _postal_codes(filling: Filling, told: Encoded, country: Encoded) -> pa.Array:
    default = filling.spec.defaults.country
    both = filling.together([told, only_where(country, told)])

    def usual(texts: pa.Array) -> tuple[unchanged.Mask, pa.Array]:
        countries = pc.fill_null(both.part(1), default) if default else both.part(1)
        return unchanged.postal_codes(texts, countries), texts

    return filling.cleaned("addresses", both, partial(_postal_code, default), usual)


def _said(filling: Filling, rule: Rule, part: str) -> Encoded:
    return filling.values(rule, part) if part in rule.parts else empty(filling.records.rows)


def _one(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _part(normalise: Callable[[str], Outcome], value: Any) -> Outcome:
    return _telling(normalise(as_text(value)))


def _country(value: Any) -> Outcome:
    return _telling(normalise_country(as_text(value)))


def _postal_code(default: str | None, pair: tuple[Any, str | None]) -> Outcome:
    value, country = pair
    # the default country helps to read a postal code; it is no fact about this address
    return None if value is None else _telling(normalise_postal_code(as_text(value), country or default))


def _telling(outcome: Outcome) -> Outcome:
    """A stand-in for a part is as good as an empty one: no one needs to hear of it."""
    return None if outcome == Refusal("placeholder") else outcome


def _of_list(filling: Filling, rule: Rule) -> Slot:
    if rule.each is None:
        raise TypeError("a rule without `each` has no list")
    told = filling.records.evaluate(rule.each)
    return filling.items("addresses", told, partial(_each, rule, filling.spec.defaults.country))


def _each(rule: Rule, default: str | None, value: Any) -> list[Mapping[str, Any] | Refusal]:
    parts = [part for part in ADDRESS_PARTS if part in rule.parts]
    found: list[Mapping[str, Any] | Refusal] = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            found += _address(rule, default, {part: rule.parts[part].value(one) for part in parts})
    return found


def _address(
    rule: Rule, default: str | None, values: Mapping[str, Any]
) -> Sequence[Mapping[str, Any] | Refusal]:
    said = {part: as_text(value) for part, value in values.items() if value not in (None, "", [])}
    country = normalise_country(said.get("country", ""))
    known = country if isinstance(country, str) else None
    outcomes = {part: _telling(normalise(said.get(part, ""))) for part, normalise in _PLAIN.items()}
    outcomes["postal_code"] = _telling(normalise_postal_code(said.get("postal_code", ""), known or default))
    outcomes["country"] = _telling(country)
    refused = [one for one in outcomes.values() if isinstance(one, Refusal)]
    filled = {part: one for part, one in outcomes.items() if isinstance(one, str)}
    if not filled:
        return refused
    return [{**filled, "type": rule.literals.get("type")}, *refused]
