"""Lookup: who is this? Exact by e-mail, phone or id, forgiving by name; each hit with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy.engine import Connection

from hub.golden.explain import full_name
from hub.store import golden, identities, lookup, records
from hub.store.engine import Store
from hub.store.golden import GoldenRecord
from hub.store.terms import PHONE_END, sounds, words

CANDIDATES = 200  # names compared letter by letter; the index brings the likely ones first
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
    """The best hits first; ties by name, then id."""
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
        hits = [
            Hit(record, score, reason)
            for identity, (score, reason) in found.items()
            if (record := golden.find(connection, identity)) is not None
        ]
    hits.sort(key=lambda hit: (-hit.score, full_name(hit.record.contact.get("name")), hit.record.identity_id))
    return hits[:limit]


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
            identity = identities.of_record(connection, record)
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
    for identity in ends:
        record = golden.find(connection, identity)
        numbers = [phone["value"] for phone in (record.contact.get("phones") or [])] if record else []
        exact = any(re.sub(r"\D", "", number).endswith(national) for number in numbers)
        found[identity] = (1.0, "phone") if exact else (0.7, "end of a phone number")
    return found


def _by_name(connection: Connection, value: str) -> dict[str, tuple[float, str]]:
    asked = words(value)
    if not asked:
        return {}
    likely = lookup.having(connection, "name", asked, CANDIDATES)
    if len(likely) < CANDIDATES:
        likely.update(lookup.having(connection, "sound", sounds(asked), CANDIDATES))
    for word in asked:
        if len(likely) < CANDIDATES and len(word) >= 3:
            likely.update(dict.fromkeys(lookup.starting_with(connection, word[:3], CANDIDATES), 0))
    found: dict[str, tuple[float, str]] = {}
    for identity in likely:
        record = golden.find(connection, identity)
        if record is None:
            continue
        name = f"{full_name(record.contact.get('name'))} {record.contact.get('organization') or ''}"
        score = _alike(asked, words(name))
        if score >= ENOUGH:
            found[identity] = (score, "name" if score == 1.0 else "similar name")
    return found


def _alike(asked: list[str], words: list[str]) -> float:
    """How well each asked word is met by one of the words, on average; order does not matter."""
    if not words:
        return 0.0
    best = [max(SequenceMatcher(None, one, word).ratio() for word in words) for one in asked]
    return round(sum(best) / len(best), 4)
