"""Review: pairs that the matching leaves to a person, with all that is needed to decide."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy.engine import Connection

from hub.domain.identity import MEMBER_SCHEMA
from hub.domain.instants import instant
from hub.golden.build import ToBuild
from hub.golden.explain import full_name
from hub.golden.survivorship import SurvivorshipRules
from hub.ports import Clock, Explainer
from hub.store import contacts, golden, identities, models, overrides, record_names, review
from hub.store.engine import Store
from hub.store.review import Waiting


@dataclass(frozen=True, slots=True)
class Question:
    """One pair with both contacts, the evidence (`evidence` JSON text, `probability`, `needed` points), the
    records of both identities, and the golden record that they would make together. `place` counts from 1.
    """

    waiting: Waiting
    place: int
    of: int
    contact_a: dict[str, Any]
    contact_b: dict[str, Any]
    members_a: tuple[str, ...]
    members_b: tuple[str, ...]
    evidence: dict[str, Any]
    together: dict[str, Any]


def queue(store: Store) -> list[Waiting]:
    with store.reading() as connection:
        return review.waiting(connection)


def names_of(store: Store, waiting: Sequence[Waiting]) -> dict[str, str]:
    """By identity what people call it."""
    with store.reading() as connection:
        found = {one: golden.find(connection, one) for pair in waiting for one in _identities(pair)}
    contacts_by_id = {one: record.contact if record else {} for one, record in found.items()}
    return {
        one: full_name(contact.get("name")) or contact.get("organization") or ""
        for one, contact in contacts_by_id.items()
    }


def _identities(pair: Waiting) -> tuple[str, str]:
    return pair.identity_a, pair.identity_b


def next_question(
    store: Store,
    clock: Clock,
    explainer: Explainer,
    rules: SurvivorshipRules,
    *,
    passed: Collection[tuple[int, int]] = (),
    known: Sequence[Waiting] | None = None,
) -> Question | None:
    """The pair with most consequence that is not among those `passed` over; None when nothing waits.

    `known` is the queue where it was read before: sorting twenty thousand pairs for each takes seconds. Of
    it those are left out that were judged, or came together, since.
    """
    with store.reading() as connection:
        every = review.waiting(connection) if known is None else review.unjudged(connection, known)
        left = [one for one in every if (one.record_a, one.record_b) not in passed]
        place = len(every) - len(left) + 1
        for number, one in enumerate(left, place):
            found = review.as_it_stands(connection, one)
            if found is not None:
                return _question(connection, found, number, len(every), explainer, rules, clock)
        return None


def _question(
    connection: Connection,
    waiting: Waiting,
    place: int,
    of: int,
    explainer: Explainer,
    rules: SurvivorshipRules,
    clock: Clock,
) -> Question:
    members = identities.members_of(connection, [waiting.identity_a, waiting.identity_b])
    numbers = members["record_id"].to_pylist()
    held = contacts.contacts_of(connection, numbers)
    rows = {row["record_id"]: row for row in held.to_pylist()}
    names = record_names.named(connection, numbers)
    groups: dict[str, list[str]] = {waiting.identity_a: [], waiting.identity_b: []}
    for number, identity in zip(numbers, members["identity_id"].to_pylist(), strict=True):
        groups[identity].append(str(names[number]))
    model = models.active(connection)
    pair = pa.table({"record_a": [waiting.record_a], "record_b": [waiting.record_b]})
    told = explainer.explain_pairs(held, pair, model=model.text if model else None).to_pylist()[0]
    return Question(
        waiting,
        place,
        of,
        rows[waiting.record_a],
        rows[waiting.record_b],
        tuple(sorted(groups[waiting.identity_a])),
        tuple(sorted(groups[waiting.identity_b])),
        {name: told[name] for name in ("evidence", "probability", "weight", "needed")},
        _together(connection, waiting, members, held, rules, instant(clock.now())),
    )


def _together(
    connection: Connection,
    waiting: Waiting,
    members: pa.Table,
    held: pa.Table,
    rules: SurvivorshipRules,
    now: str,
) -> dict[str, Any]:
    """The golden record of both, with what people said of either."""
    one = pa.repeat(waiting.identity_a, members.num_rows)
    both = pa.table([members["record_id"], one], schema=MEMBER_SCHEMA)
    told = overrides.by_owner(connection, now)
    mine = [*told.get(waiting.identity_a, ()), *told.get(waiting.identity_b, ())]
    said = {waiting.identity_a: sorted(mine, key=lambda one: one.number)} if mine else {}
    (built,) = ToBuild(held, both, rules.on(rules.day(now)), said).parts()
    found: dict[str, Any] = built.to_pylist()[0]
    return found
