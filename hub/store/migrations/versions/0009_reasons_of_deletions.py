"""Why a person let a record that is gone stay or leave, where that came from another hub."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deletion_verdicts", sa.Column("reason", sa.Text(), nullable=True))
