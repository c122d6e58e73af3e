"""The lookup index of a whole hub as lists; edges by their pair alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _edges_without_row_numbers()
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


def _edges_without_row_numbers() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    names = "record_a, record_b, probability, weight, evidence, model_id"
    op.rename_table("edges", "edges_before")
    op.drop_index("ix_edges_record_b", "edges_before")
    op.create_table(
        "edges",
        sa.Column("record_a", sa.BigInteger(), nullable=False),
        sa.Column("record_b", sa.BigInteger(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_a", "record_b", name=op.f("pk_edges")),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO edges ({names}) SELECT {names} FROM edges_before")
    op.drop_table("edges_before")
    op.create_index(op.f("ix_edges_record_b"), "edges", ["record_b"], unique=False)


def downgrade() -> None:
    raise NotImplementedError
