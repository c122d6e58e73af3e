"""The feed knows every version and its readers; deletions may wait for a person; relations are indexed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.store import lookup

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    gone = sa.text("deleted_at IS NOT NULL")
    op.add_column("records", sa.Column("deletion", sa.Text(), nullable=True))
    op.create_index(
        "ix_records_gone", "records", ["deletion", "source"], sqlite_where=gone, postgresql_where=gone
    )
    op.add_column("golden_history", sa.Column("seq", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_golden_history_seq"), "golden_history", ["seq"])
    op.create_table(
        "consumers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_consumers")),
    )
    op.create_table(
        "deletion_verdicts",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("gone_at", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion_verdicts")),
    )
    op.create_index(op.f("ix_deletion_verdicts_decision_id"), "deletion_verdicts", ["decision_id"])
    op.create_index(op.f("ix_deletion_verdicts_source_key"), "deletion_verdicts", ["source", "key"])
    lookup.index_all(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError
