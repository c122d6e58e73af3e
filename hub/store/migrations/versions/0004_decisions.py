"""People's decisions, taken back as one; an identity's rows of the ledger found by its id."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.Text(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    for table in ("judgements", "overrides"):
        op.add_column(table, sa.Column("decision_id", sa.BigInteger(), nullable=True))
        op.create_index(op.f(f"ix_{table}_decision_id"), table, ["decision_id"])
    op.create_index(op.f("ix_ledger_identity_id"), "ledger", ["identity_id"])


def downgrade() -> None:
    raise NotImplementedError
