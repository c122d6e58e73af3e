"""Lookup: who is this? Exact by e-mail, phone or id, forgiving by name; each hit with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, combinations

from sqlalchemy.engine import Connection

from hub.domain.identity import IdentityState
from hub.golden.explain import full_name
from hub.jobs.named import owner_of
from hub.store import golden, identities, lookup, records, spellings
from hub.store.engine import Store
from hub.store.golden import GoldenRecord
from hub.store.terms import PHONE_END, words

CANDIDATES = 200  # identities that are looked at closely, the likely ones first
MOST_WORDS = 6  # words of a name that are looked for
NEAREST = 12  # words that are taken for what was meant by one
ENOUGH = 0.55  # below this a name is no hit


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. `text` is anything; its form tells how to search it."""

    text: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A golden record with how well it fits (1.0 is exact) and why."""

    record: GoldenRecord
    score: float
    reason: str


def look_up(store: Store, wanted: Wanted, limit: int = 10) -> list[Hit]:
    """The best hits first; ties by name, then id. Where more fit equally well than are asked for, those with
    the lowest ids are given.
    """
    asked = _understood(wanted)
    found: dict[str, tuple[float, str]] = {}
    with store.reading() as connection:
        for search, value in (
            (_by_id, asked.id),
            (_by_email, asked.email),
            (_by_phone, asked.phone),
            (_by_name, asked.name),
        ):
            if value:
                for identity, (score, reason) in search(connection, value).items():
                    if score > found.get(identity, (0.0, ""))[0]:
                        found[identity] = (score, reason)
        best = sorted(found, key=lambda identity: (-found[identity][0], identity))[: max(limit, 0)]
        hits = [_hit(record, *found[record.identity_id]) for record in golden.find_all(connection, best)]
    hits.sort(key=lambda hit: (-hit.score, full_name(hit.record.contact.get("name")), hit.record.identity_id))
    return hits


def _hit(record: GoldenRecord, score: float, reason: str) -> Hit:
    gone = record.state is IdentityState.ARCHIVED
    return Hit(record, score, f"{reason} (archived: none of its records is left)" if gone else reason)


def _understood(wanted: Wanted) -> Wanted:
    text = (wanted.text or "").strip()
    if not text:
        return wanted
    if "@" in text:
        return Wanted(email=text)
    if len(re.sub(r"\D", "", text)) >= 6 and not re.search(r"[^\W\d_]", text):
        return Wanted(phone=text, id=text)
    return Wanted(id=text, name=text)


def _by_id(connection: Connection, value: str) -> dict[str, tuple[float, str]]:
    found: dict[str, tuple[float, str]] = {}
    today = identities.resolve_id(connection, value)
    if today is not None:
        found[today] = (1.0, "id" if today == value else f"id, merged from {value}")
    source, colon, key = value.partition(":")
    if colon:
        for record in records.find_ids(connection, [(source, key)]).values():
            identity = owner_of(connection, record)
            if identity is not None:
                found[identity] = (1.0, f"record {value}")
    for identity in lookup.having(connection, "identifier", [value.lower()], CANDIDATES):
        found.setdefault(identity, (1.0, "identifier"))
    return found


def _by_email(connection: Connection, value: str) -> dict[str, tuple[float, str]]:
    found = lookup.having(connection, "email", [value.strip().lower()], CANDIDATES)
    return dict.fromkeys(found, (1.0, "e-mail"))


def _by_phone(connection: Connection, value: str) -> dict[str, tuple[float, str]]:
    digits = re.sub(r"\D", "", value)
    ends = lookup.having(connection, "phone", [digits[-PHONE_END:]], CANDIDATES)
    found: dict[str, tuple[float, str]] = {}
    national = digits.lstrip("0")
    for record in golden.find_all(connection, list(ends)):
        numbers = [phone["value"] for phone in record.contact.get("phones") or []]
        exact = any(re.sub(r"\D", "", number).endswith(national) for number in numbers)
        found[record.identity_id] = (1.0, "phone") if exact else (0.7, "end of a phone number")
    return found


def _by_name(connection: Connection, value: str) -> dict[str, tuple[float, str]]:
    asked = list(dict.fromkeys(words(value)))[:MOST_WORDS]
    near = [_near(connection, word) for word in asked]
    named = lookup.named(connection, {word for some in near for word in some})
    likely = _likely(near, named)
    held = {word: [one for one in ids if one in likely] for word, ids in named.items()}
    scores = _scores(near, lookup.still_true(connection, held))
    return {
        identity: (score, "name" if score == 1.0 else "similar name")
        for identity, score in scores.items()
        if score >= ENOUGH
    }


def _near(connection: Connection, asked: str) -> dict[str, float]:
    """The words that an asked one may mean with how much they are like it, the likest last."""
    ratios = {word: SequenceMatcher(None, asked, word).ratio() for word in spellings.near(connection, asked)}
    best = sorted(ratios.items(), key=lambda item: (-item[1], item[0]))[:NEAREST]
    return dict(reversed(best))


def _likely(near: Sequence[Mapping[str, float]], named: Mapping[str, Sequence[str]]) -> set[str]:
    """The identities whose names fit best: with two of the words where two are asked for."""
    holders = [set(chain.from_iterable(named[word] for word in some)) for some in near]
    if len(near) > 1:
        holders = [one & other for one, other in combinations(holders, 2)]
    likely = set().union(*holders)
    if len(likely) <= CANDIDATES:
        return likely
    scores = _scores(near, {word: likely.intersection(ids) for word, ids in named.items()})
    return set(sorted(scores, key=lambda identity: (-scores[identity], identity))[:CANDIDATES])


def _scores(near: Sequence[Mapping[str, float]], held: Mapping[str, Iterable[str]]) -> dict[str, float]:
    """How well the names of identities meet each asked word, on average; order does not matter."""
    sums: dict[str, float] = {}
    for some in near:
        best: dict[str, float] = {}
        for word, ratio in some.items():
            best.update(dict.fromkeys(held[word], ratio))
        for identity, ratio in best.items():
            sums[identity] = sums.get(identity, 0.0) + ratio
    return {identity: round(total / len(near), 4) for identity, total in sums.items()}
