"""The store: its migrations, its errors in the hub's words, and what a full disk leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hub.errors import ConfigurationError, FatalError, HubError, RetryableError
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.profile import profile
from hub.jobs.pull import PullRequest, pull
from hub.jobs.resolve import ResolveRequest, resolve
from hub.ports import Clock
from hub.store import opening, records
from hub.store.engine import Store
from hub.store.metadata import metadata
from hub.store.opening import open_store
from hub.store.tables import members
from tests.fakes.small_world import MemorySource, Row, SameMail, mapper


def test_the_migrations_make_exactly_the_tables_of_the_code(new_store_url: str) -> None:
    store = open_store(new_store_url)
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    store.close()


def test_the_store_knows_its_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(opening.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == opening.REVISION


def test_what_an_older_hub_resolved_is_related_after_the_upgrade(new_store_url: str) -> None:
    store = open_store(new_store_url, migrate=False)
    config = Config()
    config.set_main_option("script_location", str(Path(opening.__file__).parent / "migrations"))
    with store.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        for one, kind in (("p", "person"), ("o", "organization")):
            contact = json.dumps({"kind": kind, "organization": "Acme"})
            identity = {"id": one, "contact": contact}
            connection.execute(
                sa.text("INSERT INTO identities VALUES (:id, 'active', NULL, 1, '2026', '2026')"), {"id": one}
            )
            held = "(:id, 'active', :contact, '{}', '[]', 1, 'h', 1, 1, 1, '2026')"
            connection.execute(sa.text(f"INSERT INTO golden VALUES {held}"), identity)
    store.close()
    upgraded = open_store(new_store_url)
    found = profile(upgraded, "p").relations
    upgraded.close()
    assert found.organization is not None
    assert found.organization.identity_id == "o"


def test_a_store_of_a_newer_hub_is_refused(store_url: str) -> None:
    store = open_store(store_url)
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(ConfigurationError) as refused:
        open_store(store_url)
    assert refused.value.code == "store-newer"


def test_two_processes_that_open_a_new_store_at_once_both_find_it_ready(new_store_url: str) -> None:
    script = "import sys; from hub.store.opening import open_store; open_store(sys.argv[1]).close()"
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", script, new_store_url], cwd=Path(__file__).parents[4]
        )
        for _ in range(3)
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]


def test_sqlite_writes_ahead_keeps_foreign_keys_and_waits_for_the_lock(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'hub.db'}")
    with store.reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    store.close()
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}


def test_references_are_checked_again_after_a_job_that_left_it_out(store: Store) -> None:
    lone = sa.insert(members).values(record_id=7, identity_id="nobody")
    if store.is_sqlite:
        with store.writing(checked=False) as connection:
            connection.execute(lone)
            connection.execute(sa.delete(members))
    with pytest.raises(FatalError), store.writing() as connection:
        connection.execute(lone)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        pytest.param("nonsense", "store-url", id="no URL"),
        pytest.param("mysql://u@127.0.0.1/x", "store-url", id="another database"),
        pytest.param("sqlite:////nowhere/at/all/hub.db", "store-folder", id="a folder that is not there"),
    ],
)
def test_a_store_that_cannot_be_is_refused_with_a_hint(url: str, code: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        open_store(url)
    assert refused.value.code == code
    assert refused.value.hint


def test_a_file_that_is_no_database_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(HubError) as refused:
        open_store(f"sqlite:///{path}")
    assert refused.value.code == "store-not-sqlite"


def test_a_server_that_is_away_may_come_back() -> None:
    with pytest.raises(RetryableError) as away:
        open_store("postgresql://nobody@127.0.0.1:1/hub")
    assert away.value.code == "store-away"


def _limited(store: Store, pages: int) -> None:
    """A real limit of SQLite's: its file may not grow past so many pages."""
    store.engine.dispose()

    @sa.event.listens_for(store.engine, "connect")
    def limit(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        cursor.close()


def test_a_full_disk_keeps_what_was_stored_and_the_next_pull_goes_on(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    rows = [Row(str(n), {"first": f"Ada {n}", "mail": f"a{n}@x.org"}) for n in range(3_000)]
    request = PullRequest("crm", "rows", MemorySource(rows, page=200), mapper(), "m1")
    store = open_store(url)
    _limited(store, 120)
    with pytest.raises(FatalError) as full:
        pull(store, clock, request)
    assert full.value.code == "disk-full"
    assert "ada" not in str(full.value).lower()
    store.close()

    roomy = open_store(url)
    with roomy.reading() as connection:
        kept = records.count_live(connection)
    assert 0 < kept < 3_000
    assert kept % 200 == 0, "half a page was stored"
    pull(roomy, clock, request)
    with roomy.reading() as connection:
        assert records.count_live(connection) == 3_000
    assert (
        resolve(roomy, clock, ResolveRequest(SameMail(), "h", SurvivorshipRules())).tally.identities == 3_000
    )
    roomy.close()


def test_two_writers_queue_instead_of_failing(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(sa.text("INSERT INTO facts (name, value) VALUES ('a', '1')"))
        with store.reading() as reader:  # sees what was there before, and is not kept waiting
            assert reader.execute(sa.text("SELECT count(*) FROM facts")).scalar() == 0
    with store.reading() as reader:
        assert reader.execute(sa.text("SELECT count(*) FROM facts")).scalar() == 1


def _write_and_fail(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(sa.text("INSERT INTO facts (name, value) VALUES ('a', '1')"))
        raise KeyError


def test_a_block_that_fails_stores_nothing(store: Store) -> None:
    with pytest.raises(KeyError):
        _write_and_fail(store)
    with store.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM facts")).scalar() == 0


def test_references_are_looked_up_but_where_a_transaction_says_not_to(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'hub.db'}")
    for number, checked in enumerate((True, False, True, True, False)):
        stray = sa.text(f"INSERT INTO members (record_id, identity_id) VALUES ({number}, 'nobody')")
        with nullcontext() if not checked else pytest.raises(HubError):
            _write(store, stray, checked=checked)
    with store.reading() as connection:
        assert connection.execute(sa.text("SELECT record_id FROM members")).scalars().all() == [1, 4]
    store.close()


def _write(store: Store, statement: sa.TextClause, *, checked: bool) -> None:
    with store.writing(checked=checked) as connection:
        connection.execute(statement)


def test_a_transaction_sets_nothing_that_makes_the_database_forget_its_prepared_statements(
    tmp_path: Path,
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'hub.db'}")
    said: list[str] = []
    with store.writing() as connection:
        driver: Any = connection.connection.dbapi_connection
    driver.set_trace_callback(said.append)
    with store.writing() as connection:
        connection.execute(sa.text("DELETE FROM facts"))
    assert [one.split()[0] for one in said] == ["BEGIN", "DELETE", "COMMIT"]
    store.close()
