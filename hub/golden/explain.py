"""Reads a golden record's provenance: for each value where it came from, by which rule, and what lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import Any

from hub.domain import instants
from hub.domain.contact import ADDRESS_PARTS, CONTACT_SCHEMA
from hub.domain.instants import last_day
from hub.golden.additions import ADDED
from hub.golden.corrections import ADDRESSES
from hub.golden.overrides import BY_ITEM, OVERRIDDEN, root
from hub.golden.removals import REMOVED
from hub.golden.survivorship import SINGLE_FIELDS


@dataclass(frozen=True, slots=True)
class Origin:
    """A record that holds a value; `at` is when its source last changed it (ISO 8601), if it said."""

    source: str
    key: str
    at: str | None = None

    def __str__(self) -> str:
        return f"{self.source}:{self.key}"


@dataclass(frozen=True, slots=True)
class Told:
    """One value of a golden field, the records that hold it, and what else was said in its place.

    `rule`: `only` (one record), `agreed` (all records say so), the criterion that decided, `tie`, `union`
    (a field that keeps all values), `best` or `most_restrictive`; `override` (a person said so: `by` tells
    who, when and why; `lost` is what the sources say instead). With an empty `value` the rule (`only_from`,
    `max_age`, `limit`) is why what lost is not in the golden record at all. `group`: it survives with other
    fields, whose values come from the same record.
    """

    field: str
    value: str
    rule: str
    origins: tuple[Origin, ...]
    lost: tuple[tuple[str, tuple[Origin, ...]], ...] = ()
    by: str | None = None
    group: str | None = None


def explained(contact: Mapping[str, Any], provenance: Mapping[str, Any], zone: tzinfo = UTC) -> list[Told]:
    """One row a value of the golden record, in the order of its fields. Days on which people spoke are those
    of a time zone.
    """
    if OVERRIDDEN in provenance:
        return _with_overrides(contact, provenance, zone)
    if "only" in provenance:
        origin = (_origin(provenance["only"]),)
        return [
            Told(field, value, "only", origin) for field, values in shown(contact).items() for value in values
        ]
    values = shown(contact)
    return [
        told
        for field in CONTACT_SCHEMA.names
        if field in provenance
        for told in _told(field, values.get(field, []), provenance[field])
    ]


def _with_overrides(contact: Mapping[str, Any], provenance: Mapping[str, Any], zone: tzinfo) -> list[Told]:
    """What the sources say is explained as ever; where a person said otherwise, that stands before it."""
    said = provenance[OVERRIDDEN]
    plain = {**contact, **said["sources_say"]}
    survived = explained(plain, {name: one for name, one in provenance.items() if name != OVERRIDDEN})
    values = shown(contact)
    found: list[Told] = []
    for field in CONTACT_SCHEMA.names:
        all_mine = [told for told in survived if told.field == field]
        if any(path.startswith(f"{ADDRESSES}.") for path in said["values"]) and field == ADDRESSES:
            found += _addresses(values.get(field, []), all_mine, said["values"], zone)
            continue
        more, less = (_under(f"{field}.{what}.", said["values"]) for what in (ADDED, REMOVED))
        rest = {path: one for path, one in said["values"].items() if path not in more and path not in less}
        by = _person(field, rest, zone)
        if by is None and not more and not less:
            found += all_mine
            continue
        mine = {told.value: told for told in all_mine if told.value}
        texts = values.get(field) or ([""] if by else [])  # a field that a person cleared
        instead = [(text, told.origins) for text, told in mine.items()]
        instead += [one for told in all_mine for one in told.lost]
        lost = tuple(one for one in instead if one[0] not in texts)
        back = (
            {text: origins for told in all_mine if not told.value for text, origins in told.lost}
            if less
            else {}
        )
        kept = mine if by is None or (field in BY_ITEM and field not in said["values"]) else {}
        for place, text in enumerate(texts, 1):
            who = more.get(f"{field}.{ADDED}.{place}")
            if who:
                found.append(Told(field, text, "override", (), (), _person(field, {field: who}, zone)))
            else:
                up = Told(field, text, "union", back[text]) if text in back and not by else None
                found.append(kept.get(text) or up or Told(field, text, "override", (), lost, by))
        found += [_without(field, mine, {path: one}, zone) for path, one in less.items()]
        found += [] if by else [_still_withheld(told, texts) for told in all_mine if not told.value]
    return found


def _still_withheld(told: Told, texts: Sequence[str]) -> Told:
    """What a limit keeps out, without what came up for something that a person took out."""
    return replace(told, lost=tuple(one for one in told.lost if one[0] not in texts))


def _under(head: str, values: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {path: one for path, one in values.items() if path.startswith(head)}


def _without(
    field: str, survived: Mapping[str, Told], values: Mapping[str, Mapping[str, Any]], zone: tzinfo
) -> Told:
    """A value of a list that a person took out, with the records that tell it."""
    (was,) = (_shown(field, one["was"]) for one in values.values())
    origins = survived[was].origins if was in survived else ()
    return Told(field, "", "override", (), ((was, origins),), _person(field, values, zone))


def _addresses(
    texts: Sequence[str],
    survived: Sequence[Told],
    values: Mapping[str, Mapping[str, Any]],
    zone: tzinfo,
) -> list[Told]:
    """Addresses of which some were corrected: the others are explained as ever."""
    plain = {told.value: told for told in survived if told.value}

    def lost(one: Mapping[str, Any]) -> tuple[tuple[str, tuple[Origin, ...]], ...]:
        was = _shown(ADDRESSES, one["was"]) if one.get("was") else ""
        return ((was, plain[was].origins if was in plain else ()),) if was and was not in texts else ()

    found, whole = [], _person(ADDRESSES, {ADDRESSES: values.get(ADDRESSES)}, zone)
    for place, text in enumerate(texts, 1):
        head = f"{ADDRESSES}." if place == 1 else f"{ADDRESSES}.{place}."
        mine = {path: one for path, one in values.items() if path.removeprefix(head) in ADDRESS_PARTS}
        if mine:
            by = _person(ADDRESSES, mine, zone)
            found.append(Told(ADDRESSES, text, "override", (), lost(next(iter(mine.values()))), by))
        else:
            found.append(plain.get(text) or Told(ADDRESSES, text, "override", (), (), whole))
    out = {path: one for path, one in values.items() if path.startswith(f"{ADDRESSES}.out.")}
    found += [
        Told(ADDRESSES, "", "override", (), lost(one), _person(ADDRESSES, {path: one}, zone))
        for path, one in out.items()
    ]
    return [*found, *(told for told in survived if not told.value)]


def _person(field: str, values: Mapping[str, Mapping[str, Any] | None], zone: tzinfo) -> str | None:
    """Who said what the field holds: `anna on 2026-01-31: as she told us by phone`."""
    told = []
    for path, one in values.items():
        if one and root(path) == field:
            why = f": {one['reason']}" if one["reason"] else ""
            end = one["expires_at"]
            until = f", until {last_day(end, zone) or instants.told(end, zone)}" if end else ""
            told.append(f"{one['by']} on {instants.day(one['at'], zone)}{until}{why}")
    return "; ".join(dict.fromkeys(told)) or None


def tellers(provenance: Mapping[str, Any]) -> list[str]:
    """The records (source:key) that a golden record was made of. Every record tells its kind, so none of them
    is missing.
    """
    if "only" in provenance:
        return [str(_origin(provenance["only"]))]
    found: set[str] = set()
    for field, origin in provenance.items():
        if field == OVERRIDDEN:
            continue
        groups = [origin, *origin.get("values", ()), *origin.get("withheld", ())]
        groups += [lost for group in groups for lost in group.get("lost", ())]
        found.update(str(_origin(one)) for group in groups for one in group.get("records", ()))
    return sorted(found)


def shown(contact: Mapping[str, Any]) -> dict[str, list[str]]:
    """Every filled field's values as text for a person."""
    found: dict[str, list[str]] = {}
    for field, value in contact.items():
        if field in {"created_at", "updated_at"} or value in (None, [], {}):
            continue
        found[field] = [_shown(field, item) for item in (value if isinstance(value, list) else [value])]
    return found


def full_name(name: Mapping[str, Any] | None) -> str:
    """A name in reading order."""
    if not name:
        return ""
    parts = [name.get(part) for part in ("prefix", "given", "additional", "family", "suffix")]
    return " ".join(part for part in parts if part) or name.get("full") or ""


def _told(field: str, values: list[str], origin: Mapping[str, Any]) -> list[Told]:
    if field in SINGLE_FIELDS:
        (value,) = values or [""]
        origins, group = _origins(origin["records"]), origin.get("group")
        return [Told(field, value, origin["rule"], origins, _lost(origin), group=group)]
    if field == "consents":
        return [_consent(value, told) for value, told in zip(values, origin["values"], strict=True)]
    kept = zip(values, origin["values"], strict=True)
    found = [
        Told(
            field,
            value,
            told.get("rule", origin["rule"]),
            _origins(told["records"]),
            _lost(told),
            group=told.get("group"),
        )
        for value, told in kept
    ]
    return [*found, *_withheld(field, origin.get("withheld", ()))]


def _consent(value: str, told: Mapping[str, Any]) -> Told:
    """Who says so, and who says otherwise of the same channel and purpose; the times are the answers' own."""
    status = told["records"][0]["status"]  # the strictest comes first
    by_status: dict[str, list[Mapping[str, Any]]] = {}
    for one in told["records"]:
        by_status.setdefault(one["status"] or "", []).append(one)
    agree = by_status.pop(status or "")
    lost = tuple((other, _origins(records)) for other, records in by_status.items())
    return Told("consents", value, "most_restrictive", _origins(agree), lost)


def _lost(told: Mapping[str, Any]) -> tuple[tuple[str, tuple[Origin, ...]], ...]:
    """What was said instead, by whom; and other spellings of the same."""
    instead = tuple((other["value"], _origins(other["records"])) for other in told.get("lost", ()))
    return instead + tuple((other, ()) for other in told.get("others", ()))


def _withheld(field: str, told: Sequence[Mapping[str, Any]]) -> list[Told]:
    """What a limit keeps out of the golden record, a row a limit; of attributes a row a name."""
    by_rule: dict[str, list[tuple[str, tuple[Origin, ...]]]] = {}
    found = []
    for one in told:
        if "name" in one:
            lost = tuple((f"{one['name']} = {value}", origins) for value, origins in _lost(one))
            found.append(Told(field, "", one["rule"], (), lost, group=one.get("group")))
        else:
            mine = by_rule.setdefault(one["rule"], [])
            mine.append((one["value"] or "", _origins(one["records"])))
    return [*found, *(Told(field, "", rule, (), tuple(lost)) for rule, lost in by_rule.items())]


def _origins(records: list[Mapping[str, Any]]) -> tuple[Origin, ...]:
    return tuple(_origin(record) for record in records)


def _origin(record: Mapping[str, Any]) -> Origin:
    return Origin(record["source"], record["key"], record.get("at"))


def _shown(field: str, value: Any) -> str:
    if field == "name":
        return full_name(value)
    if not isinstance(value, Mapping):
        return str(value)
    match field:
        case "addresses":
            parts = ("street", "postal_code", "locality", "region", "country")
            return ", ".join(value[part] for part in parts if value.get(part))
        case "identifiers":
            return f"{value.get('type') or 'id'} {value.get('value')}"
        case "consents":
            return f"{value.get('channel')} {value.get('purpose')} {value.get('status')}"
        case "attributes":
            return f"{value.get('name')} = {value.get('value')}"
        case _:
            return str(value.get("value"))
