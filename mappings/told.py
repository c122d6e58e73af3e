"""Values as a person types them, for fields of a golden record: read as a mapping reads a source's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

import pyarrow as pa

from hub.domain.contact import ADDRESS_PARTS, NAME_PARTS
from hub.domain.records import TIME, page_schema
from hub.golden.additions import MORE
from hub.golden.removals import LESS
from mappings import catalogue
from mappings.apply import ContactMapper
from mappings.normalise.kinds import kind_of
from mappings.spec import MappingSpec

_KIND: Final = "kind"
_KINDS: Final = "it is person or organization"
_NOTHING_MORE: Final = "it names nothing to add"
_SIGNS: Final = {MORE: _NOTHING_MORE, LESS: "it names nothing to take out"}
_ADDRESSES: Final = "addresses"
_NO_ADDRESS: Final = f"{_ADDRESSES}{LESS}"
_ADDRESS: Final = re.compile(r"(?P<head>addresses(\+|\.(?P<place>[0-9]+))?)(\.(?P<part>.*))?")
_WHOLE_NAME: Final = "name"
_NOT_FOR_PEOPLE: Final = {
    "consents": "consents are what the sources were told; nobody can widen them here",
    "created_at": "it follows from the records",
    "updated_at": "it follows from the records",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that is none of its field. `reason` is a normaliser's code, or a sentence; `near` a path that
    may have been meant.
    """

    path: str
    reason: str
    near: str | None = None


def read_values(
    told: Mapping[str, Sequence[str]], *, country: str | None = None, latest: date = date.max
) -> tuple[dict[str, Any], list[Refused]]:
    """Path → value in the form that a golden record has, and what was refused.

    Paths are those of the catalogue, and `kind`, `name` (a whole name), `identifiers.TYPE`. Several texts of
    a path make a list where the field is one. An empty text clears. The parts of an address
    (`addresses.street` of the first one, `addresses.2.street`) are told under `addresses` and `addresses.2`,
    as parts by name. `emails+` and `identifiers.vat+` hold what comes beside the others, `addresses+` the
    parts of one more address (`addresses+.street`); `emails-` and `identifiers.vat-` what is taken out.
    """
    values, refused = _addresses(told, country, latest)
    told = {path: texts for path, texts in told.items() if not _ADDRESS.fullmatch(path)}
    plain = {path: texts for path, texts in told.items() if path[-1:] not in _SIGNS}
    others, also = _others(plain, country, latest)
    some, wrong = _some({path: told[path] for path in told.keys() - plain.keys()}, country, latest)
    return values | others | some, refused + also + wrong


def _some(
    told: Mapping[str, Sequence[str]], country: str | None, latest: date
) -> tuple[dict[str, Any], list[Refused]]:
    """What is to come beside the values of lists, and what is to be taken out of them."""
    values, refused = dict[str, Any](), list[Refused]()
    for path, texts in sorted(told.items()):
        plain, sign = path[:-1], path[-1]
        if path == _NO_ADDRESS:
            refused.append(_by_its_place(path))
        elif _no_field(plain) is None and not _many(plain):
            refused.append(Refused(path, "it has one value", plain))
        elif not all(text.strip() for text in texts):
            refused.append(Refused(path, _SIGNS[sign]))
        else:
            found, wrong = _others({plain: texts}, country, latest)
            values |= {f"{one}{sign}": value for one, value in found.items()}
            refused += [Refused(f"{one.path}{sign}", one.reason, one.near) for one in wrong]
    return values, refused


def _by_its_place(path: str) -> Refused:
    return Refused(path, "an address is taken out by its place", f"{_ADDRESSES}.1=")


def _others(
    told: Mapping[str, Sequence[str]], country: str | None, latest: date
) -> tuple[dict[str, Any], list[Refused]]:
    refused = [found for path in told if (found := _no_field(path)) is not None]
    refused += [
        Refused(path, "it has one value")
        for path, texts in told.items()
        if len(texts) > 1 and not _many(path)
    ]
    cleared = {path for path, texts in told.items() if not any(text.strip() for text in texts)}
    bad = {one.path for one in refused}
    asked = {path: texts for path, texts in told.items() if path not in cleared and path not in bad}
    if _KIND in cleared:
        refused.append(Refused(_KIND, _KINDS))
        bad.add(_KIND)
    values: dict[str, Any] = {_target(path): None for path in cleared - bad}
    if not asked:
        return values, refused
    contact, refusals = _read(asked, country, latest)
    for path, texts in asked.items():
        value = _found(contact, path)
        if value is None:
            said = (one["reason"] for one in refusals if _of(path, one["field"]))
            unsaid = _KINDS if path == _KIND else "not-understood"
            refused.append(Refused(path, next(said, unsaid)))
        elif _many(path) and len(value) < len({text.strip() for text in texts}) and refusals:
            refused.append(Refused(path, refusals[0]["reason"]))
        else:
            values[_target(path)] = value
    return values, refused


def _no_field(path: str) -> Refused | None:
    head, _, rest = path.partition(".")
    if head == _NO_ADDRESS:
        return _by_its_place(path)
    if head in _NOT_FOR_PEOPLE:
        return Refused(path, _NOT_FOR_PEOPLE[head])
    if path in {_KIND, _WHOLE_NAME} or (head == "identifiers" and rest):
        return None
    if path == "identifiers":
        return Refused(path, "it needs a type", "identifiers.vat")
    if catalogue.field(path) is None:
        return Refused(path, "there is no such field", catalogue.nearest(path))
    return None


def _many(path: str) -> bool:
    return path in {"emails", "phones", "urls", "tags"} or path.startswith("identifiers.")


def _target(path: str) -> str:
    """The path that an override is kept under."""
    return _WHOLE_NAME if path == "name.full" else path


def _addresses(
    told: Mapping[str, Sequence[str]], country: str | None, latest: date
) -> tuple[dict[str, Any], list[Refused]]:
    """What is said of addresses, by `addresses` (the first) and `addresses.N`; None for what is cleared."""
    heads: dict[str, dict[str, str]] = {}
    refused = []
    for path, texts in told.items():
        if (found := _ADDRESS.fullmatch(path)) is None:
            continue
        head, part, text = found["head"], found["part"] or "", texts[0].strip()
        near = get_close_matches(part, ADDRESS_PARTS, n=1)
        if found["place"] == "0":
            refused.append(
                Refused(path, "addresses are counted from 1", f"{_ADDRESSES}.1.{part or 'street'}")
            )
        elif len(texts) > 1:
            refused.append(Refused(path, "it has one value"))
        elif part not in ADDRESS_PARTS and (part or text):
            near_path = f"{head}.{near[0] if near else 'street'}"
            refused.append(Refused(path, "an address is told by its parts", near_path))
        else:
            heads.setdefault(head, {})[part] = text
    values: dict[str, Any] = {}
    for head, parts in heads.items():
        if "" not in parts:
            values[head], wrong = _address(head, parts, country, latest)
            refused += wrong or _too_little(head, values[head])
        elif head.endswith(MORE):
            refused.append(Refused(head, _NOTHING_MORE))
        elif len(parts) > 1:
            refused.append(Refused(head, "it is cleared and set at once"))
        else:
            values[head] = None
    return {} if refused else values, refused


def _too_little(head: str, parts: Mapping[str, str | None]) -> list[Refused]:
    """One more address has to tell a place: a country alone is none."""
    told = not head.endswith(MORE) or any(parts.get(one) for one in ("street", "postal_code", "locality"))
    return [] if told else [Refused(head, "it names no street, postal_code or locality")]


def _address(
    head: str, parts: Mapping[str, str], country: str | None, latest: date
) -> tuple[dict[str, str | None], list[Refused]]:
    asked = {f"{_ADDRESSES}.{part}": [text] for part, text in parts.items() if text}
    contact, refusals = _read(asked, country, latest) if asked else ({}, [])
    read = (contact.get(_ADDRESSES) or [{}])[0]
    found = {part: read.get(part) if text else None for part, text in parts.items()}
    why = next((one["reason"] for one in refusals), "not-understood")
    return found, [
        Refused(f"{head}.{part}", why) for part, text in parts.items() if text and found[part] is None
    ]


def _read(
    asked: Mapping[str, Sequence[str]], country: str | None, latest: date
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    payload: dict[str, str] = {}
    fields: dict[str, Any] = {}
    for path, texts in asked.items():
        names = [f"v{len(payload) + place}" for place in range(len(texts))]
        payload |= dict(zip(names, texts, strict=True))
        head, _, rest = path.partition(".")
        if path == _WHOLE_NAME:
            fields["name.full"] = names[0]
        elif head == "addresses":
            fields.setdefault("addresses", [{}])[0][rest] = names[0]
        elif head == "identifiers":
            fields.setdefault("identifiers", []).extend({"type": rest, "value": name} for name in names)
        elif path != _KIND:
            fields[path] = names if _many(path) else names[0]
    spec = MappingSpec.model_validate(
        {"mapping": 1, "fields": fields, "defaults": {"country": country} if country else {}}
    )
    rows = pa.table(
        [["told"], pa.nulls(1, TIME), [False], [json.dumps(payload)]], schema=page_schema(pa.string())
    )
    row = ContactMapper(spec, latest).mapped(rows).to_pylist()[0]
    kind = kind_of(asked[_KIND][0]) if _KIND in asked else None
    return {**row, _KIND: kind}, row["refusals"] or []


def _found(contact: Mapping[str, Any], path: str) -> Any:
    head, _, rest = path.partition(".")
    held = contact.get(head)
    if path in {_WHOLE_NAME, "name.full"}:
        return held if held and any(held.values()) else None
    if held is None:
        return None
    match head:
        case "name" if rest in NAME_PARTS:
            return held[rest]
        case "identifiers":
            return [item for item in held if item["type"] == rest] or None
        case "attributes":
            return [item for item in held if item["name"] == rest] or None
        case "emails" | "phones" | "urls" | "addresses":
            return [{**item, "primary": place == 0} for place, item in enumerate(held)] or None
        case _:
            return held or None


def _of(path: str, refused: str) -> bool:
    return refused == path or refused.partition(".")[0] == path.partition(".")[0]
