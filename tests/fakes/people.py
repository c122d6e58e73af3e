"""Invented contacts with known truth: people in households, written down several times with slips."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from hub.domain.contact import CONTACT_RECORD_SCHEMA
from hub.domain.matching import JUDGEMENT_SCHEMA

GIVEN: Final = (
    "Robert", "Margaret", "Hélène", "Jürgen", "Anna", "Tomás", "Ingrid", "Pierre", "Olga", "Samuel",
    "Judith", "Karl", "Amara", "Bogdan", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hamid", "Ilse",
    "Jasper", "Kofi",
    "Leila", "Marek", "Nadia", "Osman", "Paulo", "Quentin", "Rosa", "Sunniva", "Tariq",
)  # fmt: skip
FAMILY: Final = (
    "Okafor", "Lindqvist", "Beaumont", "Grünwald", "Petrov", "Hargreaves", "Moreau", "Tanaka",
    "Castellan", "Wolff",
)  # fmt: skip
STREETS: Final = (
    "12 Elm Street",
    "4 rue des Lilas",
    "Gartenstraße 9",
    "77 Harbour Road",
    "3 place du Marché",
)
TOWNS: Final = (("Leeds", "LS1 4AP"), ("Lyon", "69003"), ("Bremen", "28195"), ("Hull", "HU1 2AA"))


def contact(
    record_id: int, /, *, key: str | None = None, source: str = "crm", **fields: Any
) -> dict[str, object]:
    """One row for `table`. `email`, `phone`, `street`, `town`, `given`, … stand for nested fields."""
    told: Mapping[str, object] = fields
    address = {
        "street": told.get("street"),
        "locality": told.get("town"),
        "postal_code": told.get("postal"),
        "country": told.get("country"),
    }
    return {
        "record_id": record_id,
        "source": source,
        "key": key or f"k{record_id}",
        "kind": told.get("kind", "person"),
        "name": {name: told.get(name) for name in ("full", "given", "family", "additional")},
        "organization": told.get("organization"),
        "birth_date": told.get("birth_date"),
        "gender": told.get("gender"),
        "emails": [{"value": told["email"], "match": told["email"]}] if told.get("email") else None,
        "phones": [{"value": told["phone"], "match": told["phone"]}] if told.get("phone") else None,
        "addresses": [address] if any(address.values()) else None,
        "identifiers": told.get("identifiers"),
        "attributes": told.get("attributes"),
    }


def table(rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """Rows of `contact` in `CONTACT_RECORD_SCHEMA`."""
    return pa.Table.from_pylist(list(rows), schema=CONTACT_RECORD_SCHEMA)


def judged(*rows: tuple[int, int, str]) -> pa.Table:
    return pa.Table.from_pylist(
        [{"record_a": a, "record_b": b, "verdict": verdict} for a, b, verdict in rows],
        schema=JUDGEMENT_SCHEMA,
    )


def crowd(people: int, seed: int = 1) -> tuple[pa.Table, dict[int, int]]:
    """About twice as many records as people, and which person each record is."""
    draw = random.Random(seed)
    rows: list[dict[str, object]] = []
    truth: dict[int, int] = {}
    for person in range(people):
        for copy in range(draw.choice((1, 2, 2, 3))):
            record_id = len(rows) + 1
            truth[record_id] = person
            rows.append(_written(draw, person, record_id, copy, seed))
    return table(rows), truth


def _written(draw: random.Random, person: int, record_id: int, copy: int, seed: int) -> dict[str, object]:
    own = random.Random(seed * 100_003 + person)
    home = random.Random(seed * 7919 + person // 2)
    given, family = own.choice(GIVEN), home.choice(FAMILY) + home.choice(("", "son", "sen", "ic"))
    town, postal = home.choice(TOWNS)
    full = {
        "given": given,
        "family": family,
        "email": f"{given[0]}.{family}{own.randrange(1000)}@example.com".lower(),
        "phone": f"+4479009{home.randrange(10**5):05d}",
        "street": home.choice(STREETS),
        "town": town,
        "postal": postal,
        "birth_date": f"19{own.randrange(40, 99)}-{own.randrange(1, 13):02d}-{own.randrange(1, 29):02d}",
    }
    if copy:
        for name in draw.sample(sorted(full), 3):
            full[name] = "" if draw.random() < 0.6 else _slipped(draw, full[name])
    return contact(record_id, source=draw.choice(("crm", "shop")), **{k: v or None for k, v in full.items()})


def _slipped(draw: random.Random, text: str) -> str:
    at = draw.randrange(1, len(text))
    return text[: at - 1] + text[at:]
