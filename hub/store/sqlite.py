"""What SQLite needs that other databases do not: how a connection is set up, and how a transaction begins."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

BUSY_SECONDS: Final = 30
_CHECKED: Final = "hub_checked"  # whether a connection looks up references
_ALONE: Final = "hub_alone"  # whether it keeps all others out


def prepare(engine: Engine) -> None:
    """Has each connection of the engine set up, and transactions begun, as the hub needs it."""
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)


@contextmanager
def past_the_log(connection: Connection) -> Iterator[None]:
    """What is written in this block goes to its place at once, not into the log and from there to its place
    a second time: half the writing, where tables grow and little of what is there changes.

    No other connection can read or write meanwhile: one that is opened waits, up to `BUSY_SECONDS`. Where
    another one is open, all is as ever. A process that dies leaves a journal, with which the next that opens
    the store takes back what it wrote; that one goes on with the log.
    """
    driver: Any = connection.connection.driver_connection
    if not (alone := _without_log(driver)):
        yield
        return
    connection.info[_ALONE] = alone
    try:
        yield
    finally:
        connection.info[_ALONE] = False
        try:
            _with_log(driver)
        except sqlite3.OperationalError:  # all is stored; whoever opens it next sets the log
            connection.invalidate()


def _without_log(driver: sqlite3.Connection) -> bool:
    """Changes to a journal of what was there before, if nobody else has the store open."""
    try:
        driver.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:  # at once: it does not wait for the others
        return False
    driver.execute("PRAGMA synchronous = FULL")  # without the log NORMAL would not survive a power cut
    return True


def _with_log(driver: sqlite3.Connection) -> None:
    driver.execute("PRAGMA journal_mode = WAL")
    driver.execute("PRAGMA synchronous = NORMAL")  # with WAL: safe against a killed process


def _set_up(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions are ours: see _begin
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA page_size = 8192")  # of a new store: fewer, larger pieces in the log
    _with_log(connection)
    cursor.execute("PRAGMA foreign_keys = ON")
    record.info[_CHECKED], record.info[_ALONE] = True, False
    cursor.execute("PRAGMA wal_autocheckpoint = 8192")  # 64 MiB: a batch is not copied piece by piece
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    writes, checked = options.get("hub_writes", False), options.get("hub_checked", True)
    # Not within a transaction, and only when it changes: setting it throws all prepared statements away.
    if writes and connection.info[_CHECKED] != checked:
        connection.exec_driver_sql(f"PRAGMA foreign_keys = {int(checked)}")
        connection.info[_CHECKED] = checked
    # A reader that came in between could keep the end of the work waiting until it fails.
    how = " EXCLUSIVE" if connection.info[_ALONE] else " IMMEDIATE" if writes else ""
    connection.exec_driver_sql(f"BEGIN{how}")
