"""A store that is filled in one go: nothing is left of it when it fails, and the others wait."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.errors import HubError
from hub.store import sqlite
from hub.store.engine import Store
from hub.store.opening import open_store

FACT = sa.text("INSERT INTO facts (name, value) VALUES ('a', '1')")
COUNT = sa.text("SELECT count(*) FROM facts")
DIES = """
import os, signal, sys
import sqlalchemy as sa
from hub.store.opening import open_store
store = open_store(sys.argv[1])
with store.filling() as connection:
    connection.exec_driver_sql("PRAGMA cache_size = 10")  # so that pages are written before the end
    connection.exec_driver_sql("UPDATE facts SET value = 'changed'")
    for number in range(2000):
        fact = {"name": f"n{number}", "value": "x" * 1000}
        connection.execute(sa.text("INSERT INTO facts (name, value) VALUES (:name, :value)"), fact)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hub.db'}"


def facts(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.execute(COUNT).scalar_one())


def journal(store: Store) -> str:
    with store.reading() as connection:
        return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())


def test_what_fills_a_store_is_there_afterwards(new_store_url: str) -> None:
    store = open_store(new_store_url)
    with store.filling() as connection:
        connection.execute(FACT)
    assert facts(store) == 1
    store.close()


def test_it_is_written_without_the_log_and_all_that_comes_after_with_it(url: str) -> None:
    store = open_store(url)
    with store.filling() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
    assert journal(store) == "wal"
    store.close()


def test_where_another_has_the_store_open_it_is_written_to_the_log(url: str) -> None:
    store, other = open_store(url), open_store(url)
    with other.reading() as reader:
        assert reader.execute(COUNT).scalar() == 0
        with store.filling() as connection:
            connection.execute(FACT)
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert reader.execute(COUNT).scalar() == 0
    assert facts(other) == 1
    store.close()
    other.close()


def _fail(store: Store) -> None:
    with store.filling() as connection:
        connection.execute(FACT)
        raise KeyError


def test_one_that_fails_leaves_nothing(new_store_url: str) -> None:
    store = open_store(new_store_url)
    with pytest.raises(KeyError):
        _fail(store)
    assert facts(store) == 0
    store.close()


def test_one_that_is_killed_leaves_nothing(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    with store.writing() as connection:
        connection.execute(FACT)
    store.close()
    before = (tmp_path / "hub.db").stat().st_size
    assert subprocess.run([sys.executable, "-c", DIES, url], check=False).returncode == -9
    assert (tmp_path / "hub.db").stat().st_size > before  # it had written, and to the file itself
    store = open_store(url)
    with store.reading() as connection:
        assert connection.execute(sa.text("SELECT name, value FROM facts")).all() == [("a", "1")]
    assert journal(store) == "wal"
    store.close()


def test_who_comes_meanwhile_waits_and_then_sees_all(url: str) -> None:
    store, seen = open_store(url), list[int]()
    other = threading.Thread(target=lambda: seen.append(facts(open_store(url))))
    with store.filling() as connection:
        other.start()
        time.sleep(0.2)
        connection.execute(FACT)
        assert seen == []
    other.join(30)
    assert seen == [1]
    assert journal(store) == "wal"
    store.close()


def test_who_waited_too_long_is_told_that_the_store_is_busy(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(url)
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    with store.filling(), pytest.raises(HubError) as told:
        open_store(url)
    assert told.value.code == "store-busy"
    store.close()
