"""Override: a person says what a field of a golden record holds, until taken back or until a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from hub.domain.contact import ADDRESS_PARTS
from hub.domain.identity import IdentityState
from hub.domain.instants import instant
from hub.domain.judgement import Decision, DecisionKind, Override
from hub.errors import ConfigurationError
from hub.golden.additions import MORE, addition
from hub.golden.corrections import ADDRESSES, SET, Held
from hub.golden.overrides import misfit, value_at
from hub.golden.removals import LESS, removal, without
from hub.jobs.correcting import addresses_of, corrected, kept, new_address, of_one_address
from hub.jobs.decide import Person, deciding
from hub.jobs.named import identity_of, no_records
from hub.ports import Clock
from hub.store import decisions, golden, overrides
from hub.store.engine import Store
from hub.store.golden import GoldenRecord


@dataclass(frozen=True, slots=True)
class Overriding:
    """What was decided, of which identity, field by field, and when it ends (ISO 8601, UTC); `again`: the
    same person had said just that already.
    """

    decision: Decision
    identity_id: str
    values: Mapping[str, Any]
    ends: str | None = None
    again: bool = False


def override(
    store: Store,
    clock: Clock,
    person: Person,
    asked: str,
    values: Mapping[str, Any],
    *,
    pinned: Sequence[str] = (),
    until: datetime | None = None,
) -> Overriding:
    """Sets fields of an identity (by any id it ever had): `values` in the form of a golden record, None to
    clear; of `pinned` paths what the golden record says now is kept. The next resolve carries it out.

    `addresses` (the first one) and `addresses.N` take the parts of one address, by name, and leave the rest
    of it and all others alone; None for `addresses.N` takes that one out. `emails+`, `identifiers.vat+` take
    the items, `addresses+` the parts of an address that come beside what the sources tell; `emails-`,
    `identifiers.vat-` the items that are taken out, which the golden record has to have.

    Said again, as after a call that was cut off, it is the decision made then: one undo takes it back.
    """
    with store.writing() as connection:
        act = deciding(connection, clock, person)
        if until is not None and instant(until) <= act.at:
            raise ConfigurationError(
                "past-expiry", "the override would end before it begins", hint="name a day to come"
            )
        record = _record_of(connection, asked, person)
        shown = addresses_of(connection, record, act.at)
        told, corrections = _asked(values, shown)
        if pinned:
            also, parts = _kept(record, pinned, shown)
            told, corrections = told | also, corrections | parts
        identity, ends = record.identity_id, instant(until) if until else None
        named = told | _parts(corrections)
        fields = ", ".join(sorted({_plain(path) for path in named}))
        sentence = f"{fields} of {identity} {_done(values, named)}"
        said = [(_plain(path), value) for path, value in sorted(told.items())]
        said += [(ADDRESSES, value) for _, value in sorted(corrections.items())]
        before = _said_last(connection, identity, person, said, ends, act.at)
        if before is not None:
            return Overriding(before, identity, named, ends, again=True)
        _must_be_there(record, {path: items for path, items in values.items() if path.endswith(LESS)})
        made = act.decision(DecisionKind.OVERRIDE, sentence)
        decisions.add(connection, made)
        rows = [
            Override(0, identity, path, value, person.name, person.reason, act.at, ends, act.number)
            for path, value in said
        ]
        overrides.add(connection, rows)
        return Overriding(made, identity, named, ends)


def _said_last(
    connection: Connection,
    identity: str,
    person: Person,
    said: Sequence[tuple[str, Any]],
    ends: str | None,
    now: str,
) -> Decision | None:
    """The last decision on values of this identity, where it is this one, word for word."""
    last = overrides.last_of(connection, identity, now)
    same = [(one.field, one.value) for one in last] == list(said) and all(
        (one.author, one.reason, one.expires_at) == (person.name, person.reason, ends) for one in last
    )
    return decisions.find(connection, last[0].decision) if last and same else None


def _record_of(connection: Connection, asked: str, person: Person) -> GoldenRecord:
    """The golden record that can be corrected."""
    record = golden.find(connection, identity_of(connection, asked, person.zone))
    if record is None:
        raise ConfigurationError("not-resolved", f"{asked} has no golden record", hint="run `hub resolve`")
    if record.state is IdentityState.ARCHIVED:
        raise no_records(asked)
    return record


def _asked(values: Mapping[str, Any], shown: Sequence[Held]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is to be set, and the corrections of one address each, by path."""
    told, corrections = dict[str, Any](), dict[str, Any]()
    for path, value in values.items():
        if path.endswith(MORE):
            told[path] = addition([new_address(value)] if path == f"{ADDRESSES}{MORE}" else value)
        elif path.endswith(LESS):
            told[path] = removal(value)
        elif of_one_address(path, value):
            corrections[path] = corrected(path, value, shown)
        else:
            told[path] = value
    return told, corrections


def _must_be_there(record: GoldenRecord, taken: Mapping[str, Sequence[Any]]) -> None:
    """Who takes out what is not there has mistyped it."""
    for path, items in taken.items():
        field = _plain(path).partition(".")[0]
        if not all(without(field, record.contact.get(field), [one])[1] for one in items):
            raise ConfigurationError(
                "no-such-value",
                f"{_plain(path)}: {record.identity_id} has no such value",
                hint=f"`hub profile show {record.identity_id}` lists what it has",
            )


def _plain(path: str) -> str:
    """The field's path without the sign for more or less."""
    return path.removesuffix(MORE).removesuffix(LESS)


def _kept(
    record: GoldenRecord, pinned: Sequence[str], shown: Sequence[Held]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same of paths that keep what the golden record says."""
    told, corrections = dict[str, Any](), dict[str, Any]()
    for path in pinned:
        if of_one_address(path):
            corrections[path] = kept(path, shown)
            continue
        if wrong := misfit(path, None):
            raise ConfigurationError("invalid-value", f"{path}: {wrong}", hint="such as --pin job_title")
        told[path] = value_at(record.contact, path)
        if told[path] is None:
            raise ConfigurationError(
                "nothing-to-pin",
                f"{record.identity_id} says nothing in {path}",
                hint=f"set it: hub override {record.identity_id} {path}=VALUE",
            )
    return told, corrections


def _done(values: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    if not values:
        return "pinned"
    signs = {path[-1] for path in named}
    if signs == {MORE}:
        return "added to"
    if signs <= {MORE, LESS}:
        return "shortened" if signs == {LESS} else "changed"
    return "set" if any(value is not None for value in named.values()) else "cleared"


def _parts(corrections: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What was corrected, by path: `addresses.street`, `addresses.2.street`; `addresses.2` is taken out."""
    found: dict[str, Any] = {}
    for path, value in corrections.items():
        head = ".".join(part for part in path.split(".") if part not in ADDRESS_PARTS)
        parts = value[SET]
        found |= {head: None} if parts is None else {f"{head}.{part}": text for part, text in parts.items()}
    return found
