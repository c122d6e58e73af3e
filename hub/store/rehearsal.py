"""Rehearsing: jobs do all that they would do, in one transaction, and then nothing of it has happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection

from hub.store.engine import Store


class _Rehearsal(Store):
    """A store whose every transaction is a part of one that is never committed."""

    def __init__(self, store: Store, connection: Connection) -> None:
        super().__init__(store.engine)
        self._connection = connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        yield self._connection

    @contextmanager
    def writing(self, **_options: object) -> Iterator[Connection]:
        yield self._connection

    def close(self) -> None:
        """The engine is the real store's."""


@contextmanager
def rehearsing(store: Store) -> Iterator[Store]:
    """A store in which jobs run as in the real one, until the block ends: then all is as it was before.

    It holds the write lock meanwhile (on SQLite): others read, and who wants to write waits.
    """
    with store.writing() as connection:
        try:
            yield _Rehearsal(store, connection)
        finally:
            transaction = connection.get_transaction()
            if transaction is not None:
                transaction.rollback()
