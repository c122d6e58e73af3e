"""Alembic's entry: runs the migrations on the connection that `hub.store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from hub.store.metadata import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False
)
context.run_migrations()
