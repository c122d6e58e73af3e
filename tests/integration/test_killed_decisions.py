"""`kill -9` at the writes of a decision: the store is as before or as after it, and it can be made again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from hub.jobs.check import check
from hub.jobs.decide import merge
from hub.jobs.lookup import Wanted, look_up
from hub.jobs.override import override
from hub.jobs.pull import PullRequest, pull
from hub.jobs.resolve import resolve
from hub.store.decision_tables import decisions
from hub.store.engine import Store
from hub.store.metadata import metadata
from hub.store.opening import open_store
from hub.store.tables import golden
from tests.conftest import ENGINES, SteppingClock, database
from tests.fakes import decision_process
from tests.fakes.decided_world import anna, snapshot
from tests.fakes.decision_process import REQUEST
from tests.fakes.small_world import MemorySource, Row, mapper
from tests.servers.emptied import EmptiedDatabases

PEOPLE = [
    ("Ann", "Martin"), ("Ann", "Martin"), ("Olga", "Petrov"), ("Olga", "Petrov"), ("Farid", "Okafor"),
    ("Marie", "Durand"), ("Lee", "Wolff"), ("Jean", "Dupont"),
]  # fmt: skip
MORE = "more@x.example"
ADDED = {"value": MORE, "match": MORE, "type": None, "primary": False}
ACTS: dict[str, Any] = {
    "merge": ["crm:0", "crm:2"],
    "split": ["crm:0", "crm:1"],
    "override": ["crm:0", {"job_title": "Director", "emails+": [ADDED]}],
    "review": ["crm:4", "crm:5"],
    "undo": None,  # the last one; before it another stands
}
Copies = Callable[[], AbstractContextManager[str]]
Order = Callable[..., dict[str, Any]]


def prepare(url: str) -> None:
    """People, two of them twice, and two whom a decision made one."""
    store, clock = open_store(url), SteppingClock()
    rows = [
        Row(str(key), {"first": first, "last": last, "mail": f"{first}.{last}@x.example"})
        for key, (first, last) in enumerate(PEOPLE)
    ]
    pull(store, clock, PullRequest("crm", "rows", MemorySource(rows), mapper(), "m1", full=True))
    resolve(store, clock, REQUEST)
    override(store, clock, anna(), "crm:4", {"job_title": "Buyer"})
    merge(store, clock, anna(), ["crm:6", "crm:7"])
    resolve(store, clock, REQUEST)
    store.close()


@pytest.fixture(scope="module", params=ENGINES)
def copies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    """Gives copies of the prepared store, each for a while."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("killed")
        shutil.copyfile(request.getfixturevalue("empty_file"), folder / "before.db")
        prepare(f"sqlite:///{folder / 'before.db'}")

        @contextmanager
        def copy() -> Iterator[str]:
            for old in folder.glob("copy.db*"):
                old.unlink()
            shutil.copyfile(folder / "before.db", folder / "copy.db")
            yield f"sqlite:///{folder / 'copy.db'}"

        yield copy
        return
    server, empty = (request.getfixturevalue(name) for name in ("postgres_url", "empty_database"))
    with database(server, empty) as url:
        prepare(url)
        with EmptiedDatabases(lambda: database(server, url.rpartition("/")[2])) as copies:
            yield copies.lent


@pytest.fixture(scope="module")
def order() -> Iterator[Order]:
    """Has a decision made by a process that dies at one of its writes."""
    command = [sys.executable, decision_process.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout

        def carried_out(url: str, act: str, kill: int = 0) -> dict[str, Any]:
            assert process.stdin
            assert process.stdout
            told = {"store": url, "act": act, "told": ACTS.get(act), "kill": kill}
            process.stdin.write(json.dumps(told) + "\n")
            process.stdin.flush()
            found: dict[str, Any] = json.loads(process.stdout.readline())
            return found

        yield carried_out
        process.stdin.close()


def customers(store: Store) -> dict[str, str]:
    """By id what each golden record says."""
    with store.reading() as connection:
        chosen = sa.select(golden.c.identity_id, golden.c.contact)
        return dict(map(tuple, connection.execute(chosen.where(golden.c.state == "active"))))


def filled(store: Store) -> list[int]:
    """How many rows each table has."""
    counted = sa.select(sa.func.count())
    with store.reading() as connection:
        return [connection.execute(counted.select_from(one)).scalar_one() for one in metadata.sorted_tables]


def state(store: Store) -> dict[str, list[Any]]:
    """What people decided, and what became of it."""
    chosen = sa.select(decisions.c.id, decisions.c.undone_at).order_by(decisions.c.id)
    with store.reading() as connection:
        return {"decisions": list(map(tuple, connection.execute(chosen)))} | snapshot(store)


def found(store: Store) -> dict[str, set[str]]:
    """By e-mail who is found by it."""
    mails = {f"{first}.{last}@x.example" for first, last in PEOPLE} | {MORE}
    return {mail: {hit.record.identity_id for hit in look_up(store, Wanted(email=mail))} for mail in mails}


def told(store: Store) -> dict[str, set[str]]:
    """By e-mail whose golden record has it."""
    held = {
        identity: [one["value"].lower() for one in json.loads(contact).get("emails") or ()]
        for identity, contact in customers(store).items()
    }
    return {mail: {one for one, mails in held.items() if mail.lower() in mails} for mail in found(store)}


def moments(url: str, writes: list[str]) -> list[int]:
    """The writes before which to kill: where a transaction begins or ends each; of those within it, which
    nobody sees before its end, every fourth on SQLite, and the last ones.
    """
    ends = {place for place, kind in enumerate(writes, 1) if kind in {"BEGIN", "COMMIT"}}
    within = range(1, len(writes) + 1, 4) if url.startswith("sqlite") else range(1)
    last = range(len(writes) - 2, len(writes) + 1)
    return sorted({*ends, *within, *last} - {0})


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_a_decision_that_is_killed_was_made_or_was_not(copies: Copies, order: Order, act: str) -> None:
    with copies() as url:
        store = open_store(url)
        before = state(store)
        done = order(url, act)
        assert done["refused"] is None
        after, wanted = state(store), customers(store)
        assert after["golden"] != before["golden"]
        store.close()
    decided = {**before, **{name: after[name] for name in ("decisions", "judgements", "overrides")}}
    met = set[tuple[int, ...]]()
    for write in moments(url, done["writes"]):
        with copies() as url:
            assert order(url, act, write) == {"killed": True}
            store = open_store(url)
            left = [before, decided, after].index(state(store)), *filled(store)
            if left not in met:  # kills that leave the same have the same consequences
                met.add(left)
                assert found(store) == told(store)
                again = order(url, act)
                assert again["refused"] is None or left[0], (write, again)
                assert customers(store) == wanted, write
                assert found(store) == told(store)
                assert check(store, SteppingClock(), REQUEST).equal
            store.close()
    assert {which for which, *_ in met} == {0, 1, 2}, met
