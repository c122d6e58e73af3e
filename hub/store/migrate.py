"""Brings a store's tables to the newest form, with Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from hub.errors import ConfigurationError
from hub.store.engine import Store

_FOLDER: Final = Path(__file__).parent / "migrations"


def upgrade(store: Store) -> None:
    """Runs the migrations that the store lacks; the usual case, none, costs one query.

    Raises `ConfigurationError` for a store written by a newer hub. Two processes that open a new store at
    once queue for the write lock; the second finds the work done.
    """
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    script = ScriptDirectory.from_config(config)
    head = script.get_current_head()
    with store.reading() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return
    if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
        raise ConfigurationError(
            "store-newer", "the store was written by a newer version of the hub", hint="upgrade customer-hub"
        )
    with store.writing() as connection:
        if not store.is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7263471)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
