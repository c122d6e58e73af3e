"""The lookup index finds the same whether terms lie in lists, in rows, or in both."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.golden import GOLDEN_SCHEMA
from hub.store import lookup, spellings
from hub.store.engine import Store
from hub.store.index_tables import lookup_changes, lookup_lists, lookup_terms, name_spellings

NAMES = ("Ann", "Anna Lee", "Zoë Lee", "Lee", "Martin", None)
MAILS = ("a@x.org", "B@x.org", "c,d@x.org")


def person(identity: str, random: Random) -> dict[str, Any]:
    mails = random.sample(MAILS, random.randint(0, 2))
    return {
        "identity_id": identity,
        "name": {"given": random.choice(NAMES), "family": random.choice(NAMES)},
        "emails": [{"value": mail, "match": mail.lower()} for mail in mails],
        "phones": [{"value": random.choice(("+33 6 12 34 56 78", "0612345678", "12"))}],
    }


class Index:
    """An index of people who change, with all that can be asked of it."""

    def __init__(self, store: Store) -> None:
        self.store, self.people = store, dict[str, dict[str, Any]]()

    def change(self, people: list[dict[str, Any]], gone: list[str]) -> None:
        self.people |= {one["identity_id"]: one for one in people}
        self.people = {name: one for name, one in self.people.items() if name not in gone}
        with self.store.writing() as connection, ThreadPoolExecutor(1) as thread:
            indexing = lookup.Indexing(connection)
            half = len(people) // 2
            halves = (people[:half], people[half:])
            built = [pa.Table.from_pylist(part, schema=GOLDEN_SCHEMA) for part in halves]
            for part in indexing.following(built, thread):
                indexing.add(part)
            indexing.remove(gone)
            indexing.finish()

    def answers(self) -> list[object]:
        asked = [
            ("email", ["a@x.org"]),
            ("email", ["b@x.org", "c,d@x.org"]),
            ("phone", ["12345678"]),
            ("name", ["lee", "anna", "zoe"]),
            ("name", ["nobody"]),
        ]
        with self.store.reading() as connection:
            found: list[object] = [
                list(lookup.having(connection, kind, terms, limit).items())
                for kind, terms in asked
                for limit in (1, 3, 100)
            ]
            words = ("ann", "ana", "zoe", "martni", "mar", "nobody")
            near = [sorted(self._true_near(connection, word)) for word in words]
            return [*found, near]

    def _true_near(self, connection: Connection, word: str) -> Iterator[tuple[str, list[str]]]:
        """What is near a word, with whose it is; words that nobody has any more are left out."""
        named = lookup.named(connection, spellings.near(connection, word))
        for one, held in lookup.still_true(connection, named).items():
            if held:
                yield one, sorted(held)

    def sizes(self) -> list[int]:
        with self.store.reading() as connection:
            tables = (lookup_lists, lookup_terms, lookup_changes)
            return [
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in tables
            ]


def test_lists_with_changes_answer_as_an_index_made_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    random, index = Random(4), Index(store)
    monkeypatch.setattr(lookup, "_FEW", 6)
    index.change([person(f"i{n}", random) for n in range(40)], [])
    assert index.sizes()[1:] == [0, 0]
    seen = set()
    for turn in range(10):
        for _ in range(1 + turn % 3):
            ids = random.sample(range(50), 3)
            index.change([person(f"i{n}", random) for n in ids[1:]], [f"i{ids[0]}"])
            seen.add(index.sizes()[2] > 0)
        answers = index.answers()
        with store.writing() as connection:
            for table in (lookup_lists, lookup_terms, lookup_changes, name_spellings):
                connection.execute(sa.delete(table))
        index.change(list(index.people.values()), [])
        assert index.answers() == answers
    assert seen == {True, False}


def test_rows_alone_answer_as_lists(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    random, index = Random(5), Index(store)
    people = [person(f"i{n}", random) for n in range(30)]
    index.change(people, [])
    lists, terms, _ = index.sizes()
    answers = index.answers()
    assert (lists, terms > 0) == (0, True)
    monkeypatch.setattr(lookup, "_FEW", 0)
    index.change(people, [])
    assert index.sizes()[1:] == [0, 0]
    assert index.answers() == answers
