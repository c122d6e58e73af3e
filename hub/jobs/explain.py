"""Explain: why two records or identities are, or are not, together; how an identity was built."""

from __future__ import annotations

import json
from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from itertools import product
from typing import Any, Final

import pyarrow as pa
from sqlalchemy.engine import Connection

from hub.domain.chains import chain
from hub.domain.judgement import Judgement, RecordName, in_force
from hub.domain.matching import Verdict
from hub.errors import ConfigurationError
from hub.jobs.named import identity_of, no_records, stored_record
from hub.ports import Explainer
from hub.store import contacts, decisions, edges, identities, models, record_names, records
from hub.store.engine import Store

_MOST: Final = 1_000  # pairs of two identities that are scored to find the likeliest


@dataclass(frozen=True, slots=True)
class PairExplained:
    """Why two records, or two identities, are or are not together.

    Of identities the likeliest of the `pairs` of their records is explained: `record_a` and `record_b`.
    `evidence` has the shape of an edge's evidence with its probability; `stored` tells whether it is the
    matching's own record or was scored now. `through` are the links (record, record, strength) by which they
    hang together where the pair alone does not do it. `judgement` is a person's word on the pair, if any,
    and `judged` who gave it and when; `judgements` what people said of any of the pairs.
    """

    asked: tuple[str, str]
    record_a: str
    record_b: str
    together: bool
    identity_a: str | None
    identity_b: str | None
    evidence: dict[str, Any]
    stored: bool
    pairs: int = 1
    through: tuple[tuple[str, str, float], ...] = ()
    judgement: str | None = None
    judged: str | None = None
    judgements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentityExplained:
    """The records of an identity, the scored pairs that hold it together (a, b, probability), and what people
    judged of its records.
    """

    identity: str
    members: tuple[str, ...]
    links: tuple[tuple[str, str, float], ...]
    judgements: tuple[str, ...] = ()


def explain_pair(store: Store, explainer: Explainer, a: str, b: str, zone: tzinfo = UTC) -> PairExplained:
    """Why (not) together, field by field. Each is a record (source:key) or an id; one that was merged away
    stands for the records that it brought. Raises `ConfigurationError` for one that there is not, and for
    two that are the same. Days are those of `zone`.
    """
    with store.reading() as connection:
        sides = _apart(_side(connection, a, zone), _side(connection, b, zone))
        first, second = _likeliest(connection, explainer, *sides)
        names = {**sides[0].names, **sides[1].names}
        found = edges.edge(connection, first, second)
        evidence = (
            found if found and "fields" in found else _scored(connection, explainer, first, second, found)
        )
        together = sides[0].identity is not None and sides[0].identity == sides[1].identity
        said = _said_between(connection, *(set(map(str, side.names.values())) for side in sides))
        mine = [one for one in said if {str(one.a), str(one.b)} == {str(names[first]), str(names[second])}]
        threshold = explainer.threshold(_model(connection))
        enough = float(evidence["probability"]) >= threshold or bool(mine)
        through = _through(connection, sides[0], first, second, threshold) if together and not enough else ()
    return PairExplained(
        asked=(a, b),
        record_a=str(names[first]),
        record_b=str(names[second]),
        together=together,
        identity_a=sides[0].identity,
        identity_b=sides[1].identity,
        evidence=evidence,
        stored=found is not None,
        pairs=len(sides[0].names) * len(sides[1].names),
        through=through,
        judgement=mine[0].verdict.value if mine else None,
        judged=mine[0].told(zone) if mine else None,
        judgements=tuple(one.told(zone) for one in said),
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """What one name stands for: records by their numbers, and the identity that they are in."""

    asked: str
    identity: str | None
    names: dict[int, RecordName]


def _side(connection: Connection, asked: str, zone: tzinfo) -> _Side:
    record = stored_record(connection, asked)
    if record is not None:
        name, number = record
        return _Side(asked, identities.of_record(connection, number), {number: name})
    identity = identity_of(connection, asked, zone)
    held = set(identities.members_of(connection, [identity])["record_id"].to_pylist())
    if not held:
        raise no_records(asked)
    brought = held & set(identities.brought_by(connection, asked)) if asked != identity else held
    return _Side(asked, identity, record_names.named(connection, sorted(brought or held)))


def _apart(a: _Side, b: _Side) -> tuple[_Side, _Side]:
    """Both without what they have in common: a record is held against the others of its identity."""
    common = a.names.keys() & b.names.keys()
    if not common:
        return a, b
    smaller, larger = sorted((a, b), key=lambda side: len(side.names))
    rest = {number: name for number, name in larger.names.items() if number not in smaller.names}
    if not rest:
        what = "one record" if len(smaller.names) == 1 else "one identity"
        hint = "name two records; `hub explain ID` tells how an identity was built"
        raise ConfigurationError("same-record", f"that is {what} twice", hint=hint)
    others = replace(larger, names=rest)
    return (a, others) if larger is b else (others, b)


def _likeliest(connection: Connection, explainer: Explainer, a: _Side, b: _Side) -> tuple[int, int]:
    """The likeliest pair of their records: of those that the matching kept, else of all."""
    pairs = list(product(a.names, b.names))
    if len(pairs) == 1:
        return pairs[0]
    told = edges.edges_among(connection, [*a.names, *b.names])
    kept = {pair: p for one, other, p in told for pair in ((one, other), (other, one))}
    likely = {pair: kept[pair] for pair in pairs if pair in kept}
    if not likely:
        some = pairs[:_MOST]
        numbers = sorted({number for pair in some for number in pair})
        table = pa.table([list(side) for side in zip(*some, strict=True)], names=["record_a", "record_b"])
        held = contacts.contacts_of(connection, numbers)
        scored = explainer.explain_pairs(held, table, model=_model(connection))
        likely = dict(zip(some, scored["probability"].to_pylist(), strict=True))
    return max(likely, key=lambda pair: (likely[pair], [-number for number in pair]))


def _through(
    connection: Connection, side: _Side, first: int, second: int, threshold: float
) -> tuple[tuple[str, str, float], ...]:
    """The chain of links between two records of an identity: pairs that match, and people's word."""
    members = identities.members_of(connection, [str(side.identity)])["record_id"].to_pylist()
    names = record_names.named(connection, members)
    numbers = {name: number for number, name in names.items()}
    links = [link for link in edges.edges_among(connection, members) if link[2] >= threshold]
    links += [
        (numbers[one.a], numbers[one.b], 1.0)
        for one in _said(connection, set(map(str, numbers)))
        if one.verdict is Verdict.SAME
    ]
    return tuple((str(names[a]), str(names[b]), p) for a, b, p in chain(links, first, second))


def _said(connection: Connection, among: Container[str]) -> list[Judgement]:
    """What people judged of pairs of these records (source:key)."""
    standing = in_force(decisions.judged(connection))
    return [one for one in standing if str(one.a) in among and str(one.b) in among]


def _said_between(connection: Connection, a: Container[str], b: Container[str]) -> list[Judgement]:
    standing = in_force(decisions.judged(connection))
    told = [(one, str(one.a), str(one.b)) for one in standing]
    return [one for one, x, y in told if (x in a and y in b) or (y in a and x in b)]


def _scored(
    connection: Connection, explainer: Explainer, a: int, b: int, found: dict[str, Any] | None
) -> dict[str, Any]:
    """The evidence worked out now, with the model that decided; a stored probability stands."""
    model = models.find(connection, found["model"]) if found else None
    text = model.text if model else _model(connection)
    pair = pa.table({"record_a": [a], "record_b": [b]})
    held = contacts.contacts_of(connection, [a, b])
    (told,) = explainer.explain_pairs(held, pair, model=text).to_pylist()
    numbers = {name: told[name] for name in ("probability", "weight")}
    return {
        **json.loads(told["evidence"]),
        **numbers,
        "threshold": explainer.threshold(text),
        **(found or {}),
    }


def _model(connection: Connection) -> str | None:
    """The text of the model that decides."""
    model = models.active(connection)
    return model.text if model else None


def explain_identity(store: Store, asked: str, zone: tzinfo = UTC) -> IdentityExplained:
    """How an identity was built: its records and the links between them, the strongest first. Days are those
    of `zone`.
    """
    with store.reading() as connection:
        identity = identity_of(connection, asked, zone)
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
        tuple(one.told(zone) for one in said),
    )
