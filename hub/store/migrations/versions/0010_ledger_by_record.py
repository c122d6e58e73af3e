"""The ledger by a destination's own record."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_ledger_destination_remote_id", "ledger", ["destination", "remote_id"])
