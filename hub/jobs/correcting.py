"""Correcting one address of a golden record: which one it is, and what is set or kept of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from hub.domain.contact import ADDRESS, ADDRESS_PARTS
from hub.errors import ConfigurationError
from hub.golden.corrections import ADDRESSES, Held, correction
from hub.golden.overrides import OVERRIDDEN, people_say
from hub.store import overrides
from hub.store.golden import GoldenRecord


def of_one_address(path: str, value: object = None) -> bool:
    """Whether that is about one address (`addresses.street`, `addresses.2.street`, `addresses.2`, or parts of
    the first one), not about the whole list.
    """
    return path.startswith(f"{ADDRESSES}.") or (path == ADDRESSES and isinstance(value, Mapping))


def addresses_of(connection: Connection, record: GoldenRecord, now: str) -> list[Held]:
    """The addresses that a golden record shows, each with what its sources say."""
    said = record.provenance.get(OVERRIDDEN, {}).get("sources_say", {})
    plain = said[ADDRESSES] if ADDRESSES in said else record.contact.get(ADDRESSES)
    told = overrides.by_owner(connection, now).get(record.identity_id, ())
    known = people_say(plain, told)[0]
    return [_behind(one, known) for one in record.contact.get(ADDRESSES) or ()]


def corrected(path: str, parts: Mapping[str, str | None] | None, shown: Sequence[Held]) -> dict[str, Any]:
    """The value of an override that sets some parts of an address (None: takes it out)."""
    place, _ = _asked(path)
    if place is None and not shown and parts and any(parts.values()):
        return correction(None, parts)
    one = _chosen(path, place, shown)
    return correction(one.first or one.now, parts)


def new_address(parts: Mapping[str, str | None]) -> dict[str, Any]:
    """An address of these parts, and no others."""
    return {one.name: parts.get(one.name) for one in ADDRESS}


def kept(path: str, shown: Sequence[Held]) -> dict[str, Any]:
    """The value of an override that keeps one part of an address."""
    place, part = _asked(path)
    if part not in ADDRESS_PARTS:
        hint = f"such as --pin {ADDRESSES}.street; the parts are {', '.join(ADDRESS_PARTS)}"
        raise ConfigurationError("invalid-value", f"{path}: no part of an address is named", hint=hint)
    one = _chosen(path, place, shown)
    if one.now is None or one.now[part] is None:
        hint = f"set it: {path}=VALUE"
        raise ConfigurationError("nothing-to-pin", f"the golden record says nothing in {path}", hint=hint)
    return correction(one.first or one.now, {part: one.now[part]})


def _asked(path: str) -> tuple[int | None, str]:
    """Which address is meant, from 1 on, and which part."""
    _, _, rest = path.partition(".")
    number, _, part = rest.partition(".")
    return (int(number), part) if number.isdecimal() else (None, rest)


def _chosen(path: str, place: int | None, shown: Sequence[Held]) -> Held:
    if 1 <= (place or 1) <= len(shown):
        return shown[(place or 1) - 1]
    there = f"{len(shown)} address{'' if len(shown) == 1 else 'es'}" if shown else "no address"
    hint = f"{ADDRESSES}.1.street is of the first, as `hub profile show` lists them" if shown else None
    raise ConfigurationError("no-such-address", f"{path}: the golden record has {there}", hint=hint)


def _behind(shown: Mapping[str, Any], known: Sequence[Held]) -> Held:
    """The address as it is known, with what its sources say of it."""

    def same(one: Mapping[str, Any] | None) -> bool:
        return one is not None and all(one[part] == shown[part] for part in ADDRESS_PARTS)

    mine = [one for one in known if same(one.now)] or [one for one in known if same(one.first)]
    return Held(mine[0].first, shown) if mine else Held(shown, shown)
