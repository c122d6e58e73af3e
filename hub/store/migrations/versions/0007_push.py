"""What a payload was made from, when a parked row is next tried, what is withheld, budgets shared by
processes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("golden_hash", "mapping_hash", "next_try_at"):
        op.add_column("ledger", sa.Column(name, sa.Text(), nullable=True))
    for name in ("fields", "payload_hash", "golden_hash", "mapping_hash", "ticket"):
        op.add_column("intents", sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "withheld",
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("golden_hash", sa.Text(), nullable=False),
        sa.Column("mapping_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("destination", "identity_id", name=op.f("pk_withheld")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "request_slots",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("account", "slot", name=op.f("pk_request_slots")),
        sqlite_with_rowid=False,
    )
