"""Stores for tests: everything that touches one runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

from cli.main import collect_seldom
from hub.store.engine import Store
from hub.store.opening import open_store
from tests.servers.emptied import EmptiedDatabases
from tests.servers.postgres import binaries, running_postgres

# How long an example takes says nothing on a busy machine.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


def pytest_collection_finish() -> None:
    """The tests themselves are looked at by the collector of cycles no more, and what they make as seldom as
    in the command: a twelfth of the time of all tests.
    """
    gc.collect()
    gc.freeze()
    collect_seldom()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (apt: postgresql)")
    with running_postgres() as url:
        yield url


ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.apt)]


@pytest.fixture(params=ENGINES)
def new_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a store without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    with database(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture(params=ENGINES)
def store_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty store, its tables made: copied, or emptied again, which takes a tenth of making
    them.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{_copied(request.getfixturevalue('empty_file'))}"
        return
    databases: EmptiedDatabases = request.getfixturevalue("emptied_databases")
    with databases.lent() as url:
        yield url


def _copied(empty: Path) -> Path:
    """A copy of the empty store, in the place of the test before."""
    for old in empty.parent.glob("hub.db*"):
        old.unlink()
    return shutil.copyfile(empty, empty.parent / "hub.db")


@pytest.fixture(scope="session")
def emptied_databases(postgres_url: str, empty_database: str) -> Iterator[EmptiedDatabases]:
    with EmptiedDatabases(lambda: database(postgres_url, empty_database)) as found:
        yield found


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def empty_database(postgres_url: str) -> Iterator[str]:
    with database(postgres_url) as url:
        open_store(url).close()
        yield url.rpartition("/")[2]


@contextmanager
def database(server: str, like: str = "template1") -> Iterator[str]:
    """The URL of a new database of this server, a copy of another; gone afterwards."""
    name = f"hub_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(
        sa.make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY")
        yield f"{server.rpartition('/')[0]}/{name}"
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        admin.dispose()


@pytest.fixture(scope="session")
def stores() -> dict[str, Store]:
    """By URL the stores that were open: a statement is worked out once for each."""
    return {}


@pytest.fixture
def store(store_url: str, stores: dict[str, Store]) -> Iterator[Store]:
    """An open, migrated, empty store."""
    if store_url not in stores:
        stores[store_url] = open_store(store_url)
    yield stores[store_url]
    stores[store_url].close()


class SteppingClock:
    """A clock that moves one second each time it is asked."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()
