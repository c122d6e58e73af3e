"""A row an entry of blocks that changed; pairs for review by either record.

What the rows before told is left: the first resolve matches everything once.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("block_changes")
    op.create_table(
        "block_changes",
        sa.Column("block", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sign", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("block", "record_id", name=op.f("pk_block_changes")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_block_changes_record_id"), "block_changes", ["record_id"], unique=False)
    op.create_index(op.f("ix_review_record_b"), "review", ["record_b"], unique=False)
