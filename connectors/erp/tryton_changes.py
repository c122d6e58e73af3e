"""What to tell Tryton so that a party shows a payload: its values and the commands for what hangs on it.

A payload is flat: the main e-mail address, phone, mobile and website, and the main address. Nothing that
the hub did not write itself is overwritten or lost on the way: a new e-mail address replaces the one that the
hub sent before, and is put before any other; what is cleared is archived, not deleted.

Observed: 8.2 lets nobody change a row that is archived but to make it active again, in a call of its own (7.0
does). So an archived mechanism only comes back where no other of its type is active.
One2many commands, observed on 7.0 and 8.2: `["create", [values, …]]`, `["write", [ids], values]` and
`["delete", [ids]]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from connectors.erp.tryton_party import Address, Mechanism, Party
from connectors.erp.tryton_values import Json
from hub.domain.plan import Change, Payload
from hub.domain.records import SourceField
from hub.errors import RecordError

WAYS: Final = ("email", "phone", "mobile", "website")
_PLACE: Final = ("street", "postal_code", "city", "country")

# The fields of a payload, for `discover`. Observed: 8.2 refuses to change the code of a party that exists.
WRITTEN_FIELDS: Final = (
    SourceField("name", "char", "Name"),
    SourceField("code", "char", "Code (on create; Tryton numbers parties that have none)"),
    *(SourceField(way, "char", f"Main contact mechanism of type {way}") for way in WAYS),
    *(SourceField(part, "char", f"{part} of the first address") for part in _PLACE),
    SourceField("active", "boolean", "Active"),
)
_KNOWN: Final = frozenset(field.name for field in WRITTEN_FIELDS)

Commands = list[list[object]]


def flat(party: Party) -> Payload:
    """A party as a payload: what the hub would have to send for it to look like that."""
    address = next((a for a in party.addresses if a.active), None)
    ways = {way: _first(party.contact_mechanisms, way) for way in WAYS}
    return {
        "name": party.name,
        "code": party.code,
        **{way: (found.compact or found.value) if found else None for way, found in ways.items()},
        **{part: _part(address, part) for part in _PLACE},
        "active": party.active,
    }


def values_to_create(change: Change, marker: str, countries: Mapping[str, int]) -> Json:
    """The values of a new party, which is active. `RecordError` for a payload that cannot be written."""
    payload = _checked(change.payload)
    ways = [{"type": way, "value": payload[way]} for way in WAYS if payload.get(way)]
    place = _place(payload, countries)
    values = {name: payload[name] for name in ("name", "code") if payload.get(name) is not None}
    return {
        **values,
        "contact_mechanisms": [["create", ways]] if ways else [],
        "addresses": [["create", [place]]] if any(place.values()) else [],
        "identifiers": [["create", [{"code": marker}]]],
    }


def values_to_write(
    change: Change, party: Party, marker: str, prefix: str, countries: Mapping[str, int]
) -> Json:
    """What differs between the party and the payload; empty when nothing does. `RecordError` as above."""
    payload = _checked(change.payload)
    sent_before = {field.field: field.old for field in change.fields}
    shown = flat(party)
    values: Json = {
        name: payload[name]
        for name in ("name", "code", "active")
        if name in payload and payload[name] != shown[name]
    }
    ways = [
        command
        for way in WAYS
        if way in payload
        for command in _ways(party.contact_mechanisms, way, payload[way], sent_before.get(way))
    ]
    commands = {
        "contact_mechanisms": ways,
        "addresses": _address(party.addresses, payload, countries),
        "identifiers": _markers(party, marker, prefix),
    }
    return values | {name: todo for name, todo in commands.items() if todo}


def timestamps(party: Party) -> dict[str, str]:
    """The `_timestamp` of a write's context: Tryton refuses it when a row is newer than what was read.

    Observed: to the fraction of a second on 8.2, to the second on 7.0 with SQLite.
    """
    rows = [("party.party", party.id, party.timestamp)]
    rows += [("party.contact_mechanism", way.id, way.timestamp) for way in party.contact_mechanisms]
    rows += [("party.address", address.id, address.timestamp) for address in party.addresses]
    return {f"{model},{row_id}": stamp for model, row_id, stamp in rows if stamp}


def countries_in(changes: Iterable[Change]) -> set[str]:
    """The country codes that the changes name."""
    return {code for c in changes if isinstance(code := c.payload.get("country"), str) and code}


def _checked(payload: Payload) -> dict[str, str | bool | None]:
    """The payload with text (or null) in every field but `active`; empty text is null."""
    strange = sorted(payload.keys() - _KNOWN)
    if strange:
        raise RecordError(
            "unknown-field", f"a Tryton party has no field `{strange[0]}` that the hub can write"
        )
    return {name: _value(name, value) for name, value in payload.items()}


def _value(name: str, value: object) -> str | bool | None:
    if name == "active":
        if not isinstance(value, bool):
            raise RecordError("bad-value", "`active` must be true or false")
        return value
    if value is None or value == "":
        return None
    if isinstance(value, bool | Mapping) or not isinstance(value, str | int | float):
        raise RecordError("bad-value", f"`{name}` must be text")
    return str(value).strip() or None


def _first(ways: Iterable[Mechanism], way: str) -> Mechanism | None:
    return next((m for m in ways if m.active and m.type == way), None)


def _is(mechanism: Mechanism, value: object) -> bool:
    """Whether it holds that value; Tryton formats phone numbers and normalises e-mail addresses."""
    held = {mechanism.value, mechanism.compact}
    if mechanism.type == "email":
        return str(value).casefold() in {text.casefold() for text in held if text}
    return value in held


def _ways(ways: Sequence[Mechanism], way: str, wanted: object, sent_before: object) -> Commands:
    """Commands that make `wanted` the first active mechanism of its type."""
    active = [m for m in ways if m.active and m.type == way]
    ours = [m for m in active if sent_before is not None and _is(m, sent_before)]
    if wanted is None:
        gone = ours or (active[:1] if sent_before is None else [])
        return [["write", [m.id for m in gone], {"active": False}]] if gone else []
    holder = next((m for m in active if _is(m, wanted)), None)
    if holder is not None and holder is active[0]:
        return []
    before = next((m for m in ours if m is not holder), None)
    others = [m for m in active if m is not holder and m is not before]
    if holder is not None:
        retired: Commands = [["write", [before.id], {"active": False}]] if before else []
        return [["write", [holder.id], {"sequence": 1}], *_behind(others), *retired]
    if before is not None:
        front = {} if before is active[0] else _in_front(others)
        return [["write", [before.id], {"value": wanted, **front}], *(_behind(others) if front else [])]
    archived = next((m for m in ways if m.type == way and _is(m, wanted)), None)
    if archived is not None and not active:
        return [["write", [archived.id], {"active": True}]]
    return [["create", [{"type": way, "value": wanted, **_in_front(active)}]], *_behind(active)]


def _in_front(others: Sequence[Mechanism]) -> Json:
    return {"sequence": 1} if others else {}


def _behind(others: Sequence[Mechanism]) -> Commands:
    """Rows without a sequence come first in Tryton, so the others get one, in the order they have."""
    return [["write", [m.id], {"sequence": place}] for place, m in enumerate(others, start=2)]


def _part(address: Address | None, part: str) -> str | None:
    if address is None:
        return None
    if part == "country":
        return address.country.code if address.country else None
    value: str | None = getattr(address, part)
    return value or None


def _place(payload: Mapping[str, object], countries: Mapping[str, int]) -> Json:
    """The payload's address fields as Tryton's: the country is an id."""
    place = {part: payload[part] for part in _PLACE if part in payload}
    code = place.get("country")
    if code is not None:
        if str(code) not in countries:
            raise RecordError(
                "unknown-country",
                "Tryton does not know the country; trytond_import_countries loads them on its server",
            )
        place["country"] = countries[str(code)]
    return place


def _address(
    addresses: Sequence[Address], payload: Mapping[str, object], countries: Mapping[str, int]
) -> Commands:
    """Commands that make the first active address show the payload's parts."""
    first = next((a for a in addresses if a.active), None)
    wanted = _place(payload, countries)
    if first is None:
        return [["create", [wanted]]] if any(wanted.values()) else []
    differing = {part: value for part, value in wanted.items() if payload[part] != _part(first, part)}
    return [["write", [first.id], differing]] if differing else []


def _markers(party: Party, marker: str, prefix: str) -> Commands:
    """Commands that leave exactly one marker of the hub: this identity's."""
    ours = [i for i in party.identifiers if i.type is None and (i.code or "").startswith(prefix)]
    own = [identifier for identifier in ours if identifier.code == marker]
    commands: Commands = []
    if not own:
        commands.append(["create", [{"code": marker}]])
    elif not own[0].active:
        commands.append(["write", [own[0].id], {"active": True}])
    stale = [identifier.id for identifier in ours if identifier not in own[:1]]
    return [*commands, ["delete", stale]] if stale else commands
