"""The index that a lookup searches: contact points, identifiers and name words of golden records."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import columns, few_rows
from hub.store import bulk
from hub.store.tables import lookup_terms

_WORD = re.compile(r"[^\W_]+")
_SILENT = re.compile("[aeiouyhw]")

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
    return _WORD.findall(_lower(_plain(text)))


def sounds(names: list[str]) -> list[str]:
    """How each word sounds, in the form of the index."""
    return [_sound(name) for name in names]


def _plain(text: str) -> str:
    """Without accents and other marks."""
    if text.isascii():
        return text
    parts = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.category(c).startswith("M"))
    return unicodedata.normalize("NFC", "".join(parts))


def _lower(text: str) -> str:
    """Letter by letter, each becoming one: the index knows no letter that is another at the end of a word,
    and of the capital I with a dot no more than an i.
    """
    return text.lower() if text.isascii() else "".join(letter.lower()[0] for letter in text)


def _sound(word: str) -> str:
    rest = word[1:]
    for spelling, letter in (("ph", "f"), ("ck", "k"), ("c", "k"), ("z", "s")):
        rest = rest.replace(spelling, letter)
    return word[:1] + _SILENT.sub("", rest)


def replace(connection: Connection, built: pa.Table) -> None:
    """Indexes golden records (`GOLDEN_SCHEMA`) in place of what was indexed of them before."""
    remove(connection, built["identity_id"].to_pylist())
    bulk.insert(connection, lookup_terms, terms(built))


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


def terms(built: pa.Table) -> pa.Table:
    """What golden records (`GOLDEN_SCHEMA`) are found by: kind, term, identity_id, each once."""
    return _terms_of_few(built) if built.num_rows <= few_rows.FEW else _terms_of_many(built)


def _terms_of_few(built: pa.Table) -> pa.Table:
    """The same terms, without a query to plan."""
    fields = ("identity_id", "name", "organization", "emails", "phones", "identifiers")
    found = {
        (kind, term, row["identity_id"])
        for row in built.select(fields).to_pylist()
        for kind, term in _terms_of(row)
        if term
    }
    kinds, terms, ids = zip(*sorted(found), strict=True) if found else ((), (), ())
    text = pa.string()
    return pa.table(
        {"kind": pa.array(kinds, text), "term": pa.array(terms, text), "identity_id": pa.array(ids, text)}
    )


def _terms_of(row: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for item in filter(None, row["emails"] or ()):
        yield "email", item["value"] and _lower(item["value"])
        yield "email", item["match"]
    for item in filter(None, row["phones"] or ()):
        yield "phone", item["value"] and re.sub("[^0-9]", "", item["value"])[-PHONE_END:]
    for item in filter(None, row["identifiers"] or ()):
        yield "identifier", item["value"] and _lower(item["value"])
    name = row["name"] or {}
    named = (name.get("given"), name.get("family"), name.get("full"), row["organization"])
    for word in words(" ".join(filter(None, named))):
        yield "name", word
        yield "sound", _sound(word)


def _terms_of_many(built: pa.Table) -> pa.Table:
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
