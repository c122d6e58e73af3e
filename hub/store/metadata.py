"""How the store's tables are named, and their numbers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def numbered(name: str = "id", *references: ForeignKey) -> Column[int]:
    """A key that the hub numbers itself (see `counters`), so a batch knows its ids before it is stored."""
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Column(name, kind, *references, primary_key=True, autoincrement=False)
