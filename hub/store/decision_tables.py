"""The tables of what people decide; see `hub.store.tables` for the others."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from hub.store.metadata import metadata, numbered

# One act of a person: what it comes to are judgements and overrides with its number. `undone_at` tells that
# it was taken back; rows are never removed.
decisions = Table(
    "decisions",
    metadata,
    numbered(),
    Column("kind", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text),
    Column("decided_at", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("undone_at", Text),
    Column("undone_by", Text),
)

# A person's word on two records, by source and key, so that it outlives any renumbering.
judgements = Table(
    "judgements",
    metadata,
    numbered(),
    Column("decision_id", BigInteger, index=True),
    Column("source_a", Text, nullable=False),
    Column("key_a", Text, nullable=False),
    Column("source_b", Text, nullable=False),
    Column("key_b", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text),
    Column("judged_at", Text, nullable=False),
    Column("revoked_at", Text),
)

# A person's value (JSON text; null clears the field) for a field of an identity, and of what it becomes.
overrides = Table(
    "overrides",
    metadata,
    numbered(),
    Column("decision_id", BigInteger, index=True),
    Column("identity_id", Text, nullable=False, index=True),
    Column("field", Text, nullable=False),
    Column("value", Text),
    Column("author", Text, nullable=False),
    Column("reason", Text),
    Column("set_at", Text, nullable=False),
    Column("expires_at", Text),
    Column("revoked_at", Text),
)

# A person's word on a record that is gone from its source: remove or keep. It is about the deletion of
# `gone_at` only: of a record that came back and went again it says nothing.
deletion_verdicts = Table(
    "deletion_verdicts",
    metadata,
    numbered(),
    Column("decision_id", BigInteger, nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("gone_at", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("judged_at", Text, nullable=False),
    Column("revoked_at", Text),
    Column("reason", Text),
    Index(None, "source", "key"),
)
