"""The tables that are searched: blocks by the matcher, terms by a lookup. All in them is made from others."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, SmallInteger, Table, Text

from hub.store.metadata import metadata

# The blocks that records are in, packed (see `hub.store.blocks`): `sorting` is block or record.
block_parts = Table(
    "block_parts",
    metadata,
    Column("sorting", Text, primary_key=True),
    Column("part", BigInteger, primary_key=True, autoincrement=False),
    Column("entries", LargeBinary, nullable=False),
)

# Entries added (`sign` 1) since the parts were written, and entries of theirs taken away (-1).
block_changes = Table(
    "block_changes",
    metadata,
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, primary_key=True, index=True, autoincrement=False),
    Column("sign", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)

# What a lookup searches: `kind` is email, phone, identifier, name (a folded word), or one of what relates
# golden records (see `hub.store.relation_terms`).
lookup_terms = Table(
    "lookup_terms",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("term", Text, primary_key=True),
    Column("identity_id", Text, primary_key=True, index=True),
    sqlite_with_rowid=False,
)

# The same of most golden records (see `hub.store.lookup_lists`). What is told here of the identities in
# `lookup_changes` is not true any more; theirs is in `lookup_terms`.
lookup_lists = Table(
    "lookup_lists",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("term", Text, primary_key=True),
    Column("ids", Text, nullable=False),
    sqlite_with_rowid=False,
)
lookup_changes = Table(
    "lookup_changes",
    metadata,
    Column("identity_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)

# Words of names that are not in the lists, under what they may be looked for by (see `hub.store.spellings`).
name_spellings = Table(
    "name_spellings",
    metadata,
    Column("form", Text, primary_key=True),
    Column("word", Text, primary_key=True),
    sqlite_with_rowid=False,
)
