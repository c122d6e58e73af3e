"""The tables.

Instants are ISO 8601 text in UTC with microseconds, so they sort as text on every store; documents
are JSON text, so that batches go in and out without a Python object a row.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

import hub.store.index_tables  # noqa: F401 - its tables are in the metadata wherever these are
from hub.store.metadata import metadata, numbered

# --- numbers that only grow: record ids, change sequences -------------------------------------------------
counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# --- what was pulled --------------------------------------------------------------------------------------
# One row a source record: as pulled, never changed by us. `deleted_at` marks what the source no longer has;
# `deletion` of such a record: kept or waiting (for a person) while it stays in its identity, null when not.
records = Table(
    "records",
    metadata,
    numbered(),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("payload_hash", Text, nullable=False),
    Column("source_updated_at", Text),
    Column("first_seen_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("seen_in", BigInteger, nullable=False),  # the last whole read that met it
    Column("deleted_at", Text),
    Column("deletion", Text),
    UniqueConstraint("source", "key"),
    Index(
        "ix_records_gone",
        "deletion",
        "source",
        sqlite_where=text("deleted_at IS NOT NULL"),
        postgresql_where=text("deleted_at IS NOT NULL"),
    ),
)

# The canonical contact of each record. `changed_seq` orders changes; resolve reads on from where it was.
contacts = Table(
    "contacts",
    metadata,
    numbered("record_id", ForeignKey("records.id")),
    Column("contact", Text, nullable=False),
    Column("contact_hash", Text, nullable=False),
    Column("mapping_hash", Text, nullable=False),
    Column("refusals", Text),  # JSON list of {field, reason, raw}, or null
    Column("changed_seq", BigInteger, nullable=False, index=True),
)

# What could not become a contact, with its payload, so that it can be replayed. `state`: open, resolved,
# dropped.
rejects = Table(
    "rejects",
    metadata,
    numbered(),
    Column("source", Text, nullable=False),
    Column("key", Text),
    Column("position", Text),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    Column("rejected_at", Text, nullable=False),
    UniqueConstraint("source", "fingerprint"),
    Index(None, "source", "key"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("source", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("cursor", Text),
    Column("moved_at", Text, nullable=False),
)

# --- who is who -------------------------------------------------------------------------------------------
edges = Table(
    "edges",
    metadata,
    Column("record_a", BigInteger, primary_key=True),
    Column("record_b", BigInteger, primary_key=True, index=True),
    Column("probability", Float, nullable=False),
    Column("weight", Float, nullable=False),
    Column("evidence", Text),
    Column("model_id", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Pairs that wait for a person, those of most `importance` first. Rewritten by resolve.
review = Table(
    "review",
    metadata,
    Column("record_a", BigInteger, primary_key=True),
    Column("record_b", BigInteger, primary_key=True, index=True),
    Column("probability", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("importance", Float, nullable=False),
)

# `state`: active, redirected (to `redirect_to`), archived (no record left). Rows are never removed.
identities = Table(
    "identities",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("redirect_to", Text, index=True),
    Column("born_seq", BigInteger, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
)

members = Table(
    "members",
    metadata,
    numbered("record_id", ForeignKey("records.id")),
    Column("identity_id", Text, ForeignKey("identities.id"), nullable=False, index=True),
)

# Whom an identity held who went to another, when it was merged away or alone: what is taken back later gives
# them their id back, and the other keeps its own.
merged_members = Table(
    "merged_members",
    metadata,
    Column("identity_id", Text, primary_key=True),
    Column("record_id", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

models = Table(
    "models",
    metadata,
    numbered(),
    Column("model", Text, nullable=False),
    Column("model_hash", Text, nullable=False, unique=True),
    Column("created_at", Text, nullable=False),
)

# --- golden records ---------------------------------------------------------------------------------------
# `seq` is the change feed: it grows with every change, consumers read on from the last they saw.
golden = Table(
    "golden",
    metadata,
    Column("identity_id", Text, ForeignKey("identities.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("provenance", Text, nullable=False),
    Column("sources", Text, nullable=False),
    Column("record_count", Integer, nullable=False),
    Column("golden_hash", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("run_id", BigInteger, nullable=False),
    Column("valid_from", Text, nullable=False),
)

# Superseded versions, each with its place in the change feed (null of those from before these were kept);
# only ever added to. The version that holds now is in `golden`.
golden_history = Table(
    "golden_history",
    metadata,
    Column("identity_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("provenance", Text, nullable=False),
    Column("sources", Text, nullable=False),
    Column("record_count", Integer, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text, nullable=False),
    Column("seq", BigInteger, index=True),
)

# Who reads the change feed, and up to where they have dealt with it.
consumers = Table(
    "consumers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("moved_at", Text, nullable=False),
)

# --- what the destinations hold ---------------------------------------------------------------------------
# `confirmed` is what the destination last confirmed (JSON), with its hash; `golden_hash` and `mapping_hash`
# are the golden record and the mapping that it was made from: while both are the same there is nothing to
# work out. `confirmed` without its hash: a create that may have arrived sent these fields. `state`:
# confirmed, parked, pending, archived, dropped. A parked row keeps its error and when it is next tried.
ledger = Table(
    "ledger",
    metadata,
    Column("destination", Text, primary_key=True),
    Column("identity_id", Text, primary_key=True),
    Column("remote_id", Text),
    Column("state", Text, nullable=False),
    Column("confirmed", Text),
    Column("confirmed_hash", Text),
    Column("confirmed_at", Text),
    Column("attempted_hash", Text),
    Column("golden_hash", Text),
    Column("mapping_hash", Text),
    Column("attempts", Integer, nullable=False),
    Column("code", Text),
    Column("sentence", Text),
    Column("ticket", Text),
    Column("tried_at", Text),
    Column("next_try_at", Text),
    Column("run_id", BigInteger, nullable=False),
    Index(None, "identity_id"),
    Index(None, "destination", "remote_id"),
)

# Written and committed before a call, removed with its receipt: what a crash leaves here may have been sent.
# One with a `ticket` was taken, and its result is collected later.
intents = Table(
    "intents",
    metadata,
    Column("destination", Text, primary_key=True),
    Column("identity_id", Text, primary_key=True),
    Column("action", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("remote_id", Text),
    Column("fields", Text),
    Column("payload_hash", Text),
    Column("golden_hash", Text),
    Column("mapping_hash", Text),
    Column("ticket", Text),
    Column("run_id", BigInteger, nullable=False),
    Column("intended_at", Text, nullable=False),
)

# One row a change that a push tried: what was sent and what became of it.
deliveries = Table(
    "deliveries",
    metadata,
    Column("run_id", BigInteger, primary_key=True),
    Column("identity_id", Text, primary_key=True),
    Column("destination", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("remote_id", Text),
    Column("fields", Text, nullable=False),
    Column("code", Text),
    Column("sentence", Text),
    Column("delivered_at", Text, nullable=False),
)

# Golden records that a destination does not get, and why (`reason`; null: out of its scope): while golden
# record and mapping are those, that need not be worked out again.
withheld = Table(
    "withheld",
    metadata,
    Column("destination", Text, primary_key=True),
    Column("identity_id", Text, primary_key=True),
    Column("reason", Text),
    Column("golden_hash", Text, nullable=False),
    Column("mapping_hash", Text, nullable=False),
    sqlite_with_rowid=False,
)

# One row a request that an account allows within its window, with when it was last used: a budget that all
# processes share.
request_slots = Table(
    "request_slots",
    metadata,
    Column("account", Text, primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("taken_at", Float, nullable=False),
    sqlite_with_rowid=False,
)

# --- running ----------------------------------------------------------------------------------------------
# `state`: running, done, partly, failed, killed. `tallies` is a JSON object of counts.
runs = Table(
    "runs",
    metadata,
    numbered(),
    Column("job", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tallies", Text, nullable=False),
    Column("code", Text),
    Column("sentence", Text),
    Column("owner", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("acquired_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
)

schedule_state = Table(
    "schedule_state",
    metadata,
    Column("job", Text, primary_key=True),
    Column("last_due", Text),
    Column("paused", Integer, nullable=False),
)

# --- around the records -----------------------------------------------------------------------------------
events = Table(
    "events",
    metadata,
    numbered(),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record_id", BigInteger, index=True),
    Column("payload", Text, nullable=False),
    Column("happened_at", Text, nullable=False),
    UniqueConstraint("source", "key"),
)

segments = Table(
    "segments",
    metadata,
    Column("name", Text, primary_key=True),
    Column("filter", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    numbered(),
    Column("name", Text, nullable=False, unique=True),
    Column("key_hash", Text, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("revoked_at", Text),
)

audit = Table(
    "audit",
    metadata,
    numbered(),
    Column("author", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Text, nullable=False),
)

# Facts about the store itself: how far resolve has read, which rules built the golden records.
facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
