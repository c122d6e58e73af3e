"""The lookup index of a whole hub as lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lookup_lists",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("ids", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "term", name=op.f("pk_lookup_lists")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lookup_changes",
        sa.Column("identity_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_lookup_changes")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError
