"""The index that a lookup searches: contact points, identifiers and name words of golden records."""

from __future__ import annotations

import re
import unicodedata

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import columns
from hub.store import bulk
from hub.store.tables import lookup_terms

# A word as it is compared: lower case, no accents, letters and digits only.
_WORDS = "regexp_split_to_array(lower(strip_accents({0})), '[^\\p{{L}}\\p{{N}}]+')"
# How a word sounds, roughly, in any Latin script: first letter, then consonants, doubles and h dropped.
_SOUND = (
    "left({0}, 1) || regexp_replace(replace(replace(replace(replace(substr({0}, 2), 'ph', 'f'), 'ck', 'k'),"
    " 'c', 'k'), 'z', 's'), '[aeiouyhw]', '', 'g')"
)

# The end of a phone number, which is the same however its country is written.
PHONE_END = 8
_NUMBER_END = f"right(regexp_replace({{0}}, '[^0-9]', '', 'g'), {PHONE_END})"


def words(text: str) -> list[str]:
    """The words of a text in the form of the index: lower case, no accents, letters and digits only."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain.lower())


def sounds(names: list[str]) -> list[str]:
    """How each word sounds, in the form of the index."""
    if not names:
        return []
    given = pa.table({"word": pa.array(names, pa.string())})
    return list(
        columns.query(f"SELECT {_SOUND.format('word')} AS sound FROM given", given=given)["sound"].to_pylist()
    )


def replace(connection: Connection, built: pa.Table) -> None:
    """Indexes golden records (`GOLDEN_SCHEMA`) in place of what was indexed of them before."""
    remove(connection, built["identity_id"].to_pylist())
    bulk.insert(connection, lookup_terms, _terms(built))


def remove(connection: Connection, identity_ids: list[str]) -> None:
    if connection.execute(sa.select(lookup_terms.c.term).limit(1)).first():
        bulk.delete(connection, lookup_terms, "identity_id", identity_ids)


def having(connection: Connection, kind: str, terms: list[str], limit: int) -> dict[str, int]:
    """Identity id → how many of these terms it has, the best first, at most `limit`."""
    counted = sa.func.count().label("hits")
    rows = connection.execute(
        sa.select(lookup_terms.c.identity_id, counted)
        .where(lookup_terms.c.kind == kind, lookup_terms.c.term.in_(terms))
        .group_by(lookup_terms.c.identity_id)
        .order_by(counted.desc(), lookup_terms.c.identity_id)
        .limit(limit)
    )
    return {row.identity_id: row.hits for row in rows}


def starting_with(connection: Connection, kind: str, prefix: str, limit: int) -> list[str]:
    """Identities with a term that starts so."""
    rows = connection.execute(
        sa.select(lookup_terms.c.identity_id)
        .distinct()
        .where(
            lookup_terms.c.kind == kind,
            lookup_terms.c.term >= prefix,
            lookup_terms.c.term < prefix + "\U0010ffff",
        )
        .limit(limit)
    )
    return list(rows.scalars())


def _terms(built: pa.Table) -> pa.Table:
    named = _WORDS.format("concat_ws(' ', n.given, n.family, n.\"full\", organization)")
    return columns.query(
        f"""
        WITH contact_points AS (
            SELECT identity_id, 'email' AS kind, unnest(emails) AS item FROM built
        ), numbers AS (
            SELECT identity_id, unnest(phones) AS item FROM built
        ), marks AS (
            SELECT identity_id, unnest(identifiers) AS item FROM built
        ), named AS (
            SELECT identity_id, unnest({named}) AS term
            FROM (SELECT identity_id, name AS n, organization FROM built)
        )
        SELECT DISTINCT kind, term, identity_id FROM (
            SELECT kind, lower(item.value) AS term, identity_id FROM contact_points
            UNION ALL SELECT kind, item."match", identity_id FROM contact_points
            UNION ALL SELECT 'phone', {_NUMBER_END.format("item.value")}, identity_id FROM numbers
            UNION ALL SELECT 'identifier', lower(item.value), identity_id FROM marks
            UNION ALL SELECT 'name', term, identity_id FROM named
            UNION ALL SELECT 'sound', {_SOUND.format("term")}, identity_id FROM named
        ) WHERE term IS NOT NULL AND term <> ''
        ORDER BY kind, term, identity_id
        """,
        built=built.select(["identity_id", "name", "organization", "emails", "phones", "identifiers"]),
    )
