"""Explain: why two records are, or are not, together; how an identity was built."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from hub.domain.judgement import Judgement, in_force
from hub.errors import ConfigurationError
from hub.jobs.named import identity_of, record_of
from hub.ports import Matcher
from hub.store import contacts, decisions, edges, identities, models, records
from hub.store.engine import Store


@dataclass(frozen=True, slots=True)
class PairExplained:
    """`evidence` has the shape of an edge's evidence with its probability; `stored` tells whether it is the
    matching's own record or was scored now. `judgement` is a person's word on the pair, if any, and
    `judged` who gave it and when.
    """

    record_a: str
    record_b: str
    together: bool
    identity_a: str | None
    identity_b: str | None
    evidence: dict[str, Any]
    stored: bool
    judgement: str | None = None
    judged: str | None = None


@dataclass(frozen=True, slots=True)
class IdentityExplained:
    """The records of an identity, the scored pairs that hold it together (a, b, probability), and what people
    judged of its records.
    """

    identity: str
    members: tuple[str, ...]
    links: tuple[tuple[str, str, float], ...]
    judgements: tuple[str, ...] = ()


def explain_pair(store: Store, matcher: Matcher, record_a: str, record_b: str) -> PairExplained:
    """Why (not) together, field by field. Raises `ConfigurationError` for a record that is not stored."""
    with store.reading() as connection:
        (_, a), (_, b) = record_of(connection, record_a), record_of(connection, record_b)
        if a == b:
            raise ConfigurationError("same-record", "that is one record twice", hint="name two records")
        found = edges.edge(connection, a, b)
        evidence = found if found and "fields" in found else _scored(connection, matcher, a, b, found)
        identity_a, identity_b = identities.of_record(connection, a), identities.of_record(connection, b)
        said = _said(connection, {record_a, record_b})
    return PairExplained(
        record_a=record_a,
        record_b=record_b,
        together=identity_a is not None and identity_a == identity_b,
        identity_a=identity_a,
        identity_b=identity_b,
        evidence=evidence,
        stored=found is not None,
        judgement=said[0].verdict.value if said else None,
        judged=str(said[0]) if said else None,
    )


def _said(connection: Connection, among: Container[str]) -> list[Judgement]:
    """What people judged of pairs of these records (source:key)."""
    standing = in_force(decisions.judged(connection))
    return [one for one in standing if str(one.a) in among and str(one.b) in among]


def _scored(
    connection: Connection, matcher: Matcher, a: int, b: int, found: dict[str, Any] | None
) -> dict[str, Any]:
    """The evidence worked out now, with the model that decided; a stored probability stands."""
    model = models.find(connection, found["model"]) if found else models.active(connection)
    held = contacts.contacts_of(connection, [a, b])
    scored = dict(matcher.explain(held, a, b, model=model.text if model else None))
    return {**scored, **(found or {})}


def explain_identity(store: Store, asked: str) -> IdentityExplained:
    """How an identity was built: its records and the links between them, the strongest first."""
    with store.reading() as connection:
        identity = identity_of(connection, asked)
        members = records.of_identity(connection, identity)
        ids = records.find_ids(connection, members)
        names = {number: f"{source}:{key}" for (source, key), number in ids.items()}
        links = edges.edges_among(connection, list(names))
        said = _said(connection, set(names.values()))
    return IdentityExplained(
        identity,
        tuple(f"{source}:{key}" for source, key in members),
        tuple(
            sorted(
                ((names[a], names[b], p) for a, b, p in links), key=lambda link: (-link[2], link[0], link[1])
            )
        ),
        tuple(map(str, said)),
    )
