"""Blocks for matching changes; pairs for review by importance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("blocking_keys")
    op.create_table(
        "block_parts",
        sa.Column("sorting", sa.Text(), nullable=False),
        sa.Column("part", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sorting", "part", name=op.f("pk_block_parts")),
    )
    op.create_table(
        "block_changes",
        sa.Column(
            "record_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("base", sa.LargeBinary(), nullable=False),
        sa.Column("now", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_block_changes")),
    )
    with op.batch_alter_table("edges") as edges:
        edges.alter_column("evidence", existing_type=sa.Text(), nullable=True)
    op.add_column("review", sa.Column("importance", sa.Float(), nullable=False, server_default="0"))
    op.execute("UPDATE review SET importance = 1.0 / rank")
    with op.batch_alter_table("review") as review:
        review.alter_column("importance", server_default=None)
        review.drop_column("rank")


def downgrade() -> None:
    raise NotImplementedError
