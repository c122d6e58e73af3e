"""Opening a store: the URL understood, the tables brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from hub.errors import ConfigurationError
from hub.store.engine import URL_HINT, Store, check_folder, engine_for

REVISION: Final = "0010"  # the newest migration; a test holds it to the migrations' folder


def open_store(url: str, *, migrate: bool = True) -> Store:
    """Opens the store at an SQLAlchemy URL (`sqlite:///hub.db`, `postgresql://…`), bringing its tables up
    to date unless told not to. Raises `ConfigurationError` when the URL cannot be used.
    """
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise ConfigurationError("store-url", "the store's URL cannot be read", hint=URL_HINT) from None
    if address.drivername in {"postgresql", "postgres"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ConfigurationError("store-url", f"`{address.drivername}` is no store", hint=URL_HINT)
    if address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}:
        check_folder(Path(str(address.database)))
    engine = engine_for(address)
    store = Store(engine)
    try:
        if migrate and _revision(store) != REVISION:
            from hub.store.migrate import upgrade  # noqa: PLC0415 - Alembic takes 100 ms, and is seldom needed

            upgrade(store)
    except BaseException:
        store.close()
        raise
    return store


def _revision(store: Store) -> str | None:
    with store.reading() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return revision
