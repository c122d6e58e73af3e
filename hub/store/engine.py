"""Opening the store, reading and writing it, and its errors in the hub's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hub.errors import ConfigurationError, FatalError, HubError, RetryableError
from hub.store import sqlite


class Store:
    """A database with the hub's tables.

    `reading()` and `writing()` give a connection in one transaction. A writing transaction commits when
    its block ends and leaves nothing when it does not; on SQLite it takes the write lock at once, so that
    two writers queue instead of failing half-way.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One snapshot: what others commit meanwhile is not seen."""
        with self._translated(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self, *, checked: bool = True) -> Iterator[Connection]:
        """`checked=False` leaves out looking up, for every row, that what it refers to is there (on SQLite):
        for a job that writes a million rows and, in the same transaction, all that they refer to.
        """
        with self._translated(), self._writer(checked=checked) as connection, connection.begin():
            yield connection

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """`writing(checked=False)` for a job that fills empty tables with most of what the store will hold.

        On SQLite all is written once instead of twice where nobody else has the store open; who opens it
        meanwhile waits for the end, and after `sqlite.BUSY_SECONDS` is told that it is busy.
        """
        with (
            self._translated(),
            self._writer(checked=False) as connection,
            sqlite.past_the_log(connection) if self.is_sqlite else nullcontext(),
            connection.begin(),
        ):
            yield connection

    def _writer(self, *, checked: bool) -> Connection:
        return self.engine.connect().execution_options(hub_writes=True, hub_checked=checked)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Gives database errors in the hub's words; the statement's values never get into a message."""
        driver: Any = self.engine.dialect.loaded_dbapi
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise _meaning(error.orig or error) from error
        except driver.Error as error:  # rows are read, and copied, past SQLAlchemy
            raise _meaning(error) from error

    def close(self) -> None:
        self.engine.dispose()


URL_HINT = "use sqlite:///hub.db or postgresql://user@host/name"


def engine_for(address: sa.URL) -> Engine:
    options: dict[str, Any] = {"pool_pre_ping": True}
    if address.get_backend_name() == "sqlite":
        options = {"connect_args": {"timeout": sqlite.BUSY_SECONDS}}
    try:
        engine = sa.create_engine(address, **options)
    except ModuleNotFoundError:
        raise ConfigurationError(
            "postgres-extra",
            "PostgreSQL support is not installed",
            hint="pip install 'customer-hub[postgres]'",
        ) from None
    if engine.dialect.name == "sqlite":
        sqlite.prepare(engine)
    return engine


def check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise ConfigurationError(
            "store-folder", f"the folder of the store does not exist: {path.parent}", hint="create it first"
        )


def _meaning(error: BaseException) -> HubError:
    text = str(error).lower()
    for sign, meaning in _SIGNS.items():
        if sign in text:
            return meaning()
    return FatalError("store-failed", f"the store refused a statement ({type(error).__name__})")


_SIGNS: dict[str, Callable[[], HubError]] = {
    "disk is full": lambda: FatalError(
        "disk-full",
        "the disk is full; nothing of this batch was stored",
        hint="free some space and run again",
    ),
    "no space left": lambda: FatalError(
        "disk-full",
        "the disk is full; nothing of this batch was stored",
        hint="free some space and run again",
    ),
    "locked": lambda: RetryableError(
        "store-busy",
        "another process holds the store's write lock",
        hint="wait for it to finish, then run again",
    ),
    "not a database": lambda: ConfigurationError(
        "store-not-sqlite",
        "the store's file is not a SQLite database",
        hint="name another file under `store:`",
    ),
    "readonly": lambda: ConfigurationError(
        "store-read-only", "the store cannot be written", hint="check the permissions of its file and folder"
    ),
    "unable to open": lambda: ConfigurationError(
        "store-not-opened", "the store's file cannot be opened", hint="check its folder and permissions"
    ),
    "malformed": lambda: FatalError(
        "store-damaged", "the store's file is damaged", hint="restore a backup with `hub restore`"
    ),
    "password authentication failed": lambda: ConfigurationError(
        "store-login", "the store refused the login", hint="check user and password in the store's URL"
    ),
    "does not exist": lambda: ConfigurationError(
        "store-missing", "the store's database does not exist", hint="create it, or correct the store's URL"
    ),
    "connection": lambda: RetryableError(
        "store-away",
        "the store's server does not answer",
        hint="check that it runs and that the URL is right",
    ),
}
