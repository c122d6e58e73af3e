"""Override: a person says what a field of a golden record holds, until taken back or until a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.domain.identity import IdentityState
from hub.domain.instants import instant
from hub.domain.judgement import Decision, DecisionKind, Override
from hub.errors import ConfigurationError
from hub.golden.overrides import misfit, value_at
from hub.jobs.decide import Person, deciding
from hub.jobs.named import identity_of, no_records
from hub.ports import Clock
from hub.store import decisions, golden, overrides
from hub.store.engine import Store


@dataclass(frozen=True, slots=True)
class Overriding:
    """What was decided, of which identity, field by field."""

    decision: Decision
    identity_id: str
    values: Mapping[str, Any]


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
    """
    with store.writing() as connection:
        act = deciding(connection, clock, person)
        if until is not None and instant(until) <= act.at:
            raise ConfigurationError(
                "past-expiry", "the override would end before it begins", hint="name a day to come"
            )
        identity = identity_of(connection, asked)
        record = golden.find(connection, identity)
        if record is None:
            raise ConfigurationError(
                "not-resolved", f"{asked} has no golden record", hint="run `hub resolve`"
            )
        if record.state is IdentityState.ARCHIVED:
            raise no_records(asked)
        told = {path: _completed(record.contact, path, value) for path, value in values.items()}
        for path in pinned:
            if wrong := misfit(path, None):
                raise ConfigurationError("invalid-value", f"{path}: {wrong}", hint="such as --pin job_title")
            told[path] = value_at(record.contact, path)
            if told[path] is None:
                raise ConfigurationError(
                    "nothing-to-pin",
                    f"{identity} says nothing in {path}",
                    hint=f"set it: hub override {identity} {path}=VALUE",
                )
        ends = instant(until) if until else None
        fields = ", ".join(sorted(told))
        made = act.decision(
            DecisionKind.OVERRIDE, f"{fields} of {identity} {'pinned' if not values else 'set'}"
        )
        decisions.add(connection, made)
        rows = [
            Override(0, identity, path, value, person.name, person.reason, act.at, ends, act.number)
            for path, value in sorted(told.items())
        ]
        overrides.add(connection, rows)
        return Overriding(made, identity, told)


def _completed(contact: Mapping[str, Any], path: str, value: Any) -> Any:
    """Of an address a person tells the parts that change; the rest of it, and other addresses, stay."""
    held = contact.get(path)
    if path != "addresses" or value is None or not held:
        return value
    said = {part: text for part, text in value[0].items() if text is not None}
    return [{**held[0], **said}, *held[1:]]
