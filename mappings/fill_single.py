"""Fields with one value, and attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import ATTRIBUTE
from mappings.catalogue import ATTRIBUTE as ATTRIBUTE_PREFIX
from mappings.fill import Filling, as_text
from mappings.normalise.dates import normalise_birth_date, normalise_instant
from mappings.normalise.organisations import normalise_line, normalise_organization
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text, folded
from mappings.ragged import Slot, lists

_GENDERS: Final = {
    **dict.fromkeys(
        (
            "m",
            "male",
            "man",
            "homme",
            "h",
            "masculin",
            "mann",
            "mannlich",
            "hombre",
            "uomo",
            "mr",
            "monsieur",
        ),
        "male",
    ),
    **dict.fromkeys(
        (
            "f",
            "female",
            "woman",
            "femme",
            "feminin",
            "frau",
            "weiblich",
            "w",
            "mujer",
            "donna",
            "mrs",
            "ms",
            "mme",
            "madame",
        ),
        "female",
    ),
    **dict.fromkeys(("x", "other", "autre", "divers", "non-binary", "nb", "d"), "other"),
}
_LANGUAGES: Final = {
    **dict.fromkeys(("french", "francais", "franzosisch", "fra", "fre"), "fr"),
    **dict.fromkeys(("english", "anglais", "englisch", "eng"), "en"),
    **dict.fromkeys(("german", "allemand", "deutsch", "deu", "ger"), "de"),
    **dict.fromkeys(("spanish", "espagnol", "espanol", "spanisch", "spa"), "es"),
    **dict.fromkeys(("italian", "italien", "italiano", "italienisch", "ita"), "it"),
    **dict.fromkeys(("dutch", "neerlandais", "nederlands", "niederlandisch", "nld", "dut"), "nl"),
}


def fill_single(filling: Filling, path: str) -> pa.Array:
    """The first rule that gives a row a value wins."""
    column = pa.nulls(filling.records.rows, pa.string())
    for rule in filling.rules(path):
        told = filling.values(rule)
        clean = filling.normalised(path, told, _normaliser(filling, path))
        column = pc.coalesce(column, told.take(clean, pa.string()))
    return column


def fill_attributes(filling: Filling) -> pa.ListArray:
    """Every `attributes.NAME` of the mapping, in its order; the value's type is read off the value."""
    slots: list[Slot] = []
    for path, rules in filling.spec.fields.items():
        if not path.startswith(ATTRIBUTE_PREFIX):
            continue
        name = path.removeprefix(ATTRIBUTE_PREFIX)
        for rule in rules:
            told = filling.values(rule)
            slots.append(filling.items(path, told, partial(_attribute, name)))
    return lists(slots, filling.records.rows, ATTRIBUTE)


def _attribute(name: str, value: Any) -> list[Mapping[str, str] | Refusal]:
    clean = normalise_line(as_text(value))
    if clean is None:
        return []
    if isinstance(clean, Refusal):
        return [clean]
    return [{"name": name, "type": _type_of(value), "value": clean}]


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "text"


def _normaliser(filling: Filling, path: str) -> Callable[[Any], str | Refusal | None]:
    match path:
        case "organization":
            return lambda value: normalise_organization(as_text(value))
        case "birth_date":
            order, latest = filling.spec.defaults.dates, filling.latest
            return lambda value: normalise_birth_date(as_text(value), order, latest)
        case "created_at":
            return lambda value: normalise_instant(as_text(value))
        case "gender":
            return lambda value: _worded(as_text(value), _GENDERS, "unknown-gender")
        case "language":
            return _language
        case _:
            return lambda value: normalise_line(as_text(value))


def _worded(text: str, table: Mapping[str, str], reason: str) -> str | Refusal | None:
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    word = folded(cleaned).strip(". ")
    return table.get(word) or (word if word in table.values() else Refusal(reason))


def _language(value: Any) -> str | Refusal | None:
    """ISO 639 in small letters: `fr_FR` and `Français` are fr."""
    cleaned = clean_text(as_text(value))
    if cleaned is None:
        return None
    word = folded(cleaned)
    code = word.replace("_", "-").split("-", 1)[0]
    if word in _LANGUAGES:
        return _LANGUAGES[word]
    return code if len(code) in {2, 3} and code.isalpha() else Refusal("unknown-language")
