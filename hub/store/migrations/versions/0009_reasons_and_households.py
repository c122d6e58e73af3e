"""Why a person let a record that is gone stay or leave, where that came from another hub; households are
indexed so that one is found however its street was written.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.store import lookup

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deletion_verdicts", sa.Column("reason", sa.Text(), nullable=True))
    lookup.index_all(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError
