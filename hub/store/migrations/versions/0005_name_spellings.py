"""Mistyped names are found by spellings of words; sounds are no longer kept by identity."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.store import spellings

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "name_spellings",
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("form", "word", name=op.f("pk_name_spellings")),
        sqlite_with_rowid=False,
    )
    op.execute("DELETE FROM lookup_terms WHERE kind = 'sound'")
    connection = op.get_bind()
    words = connection.execute(sa.text("SELECT DISTINCT term FROM lookup_terms WHERE kind = 'name'"))
    spellings.learn(connection, words.scalars())
