"""Words that are spelled, or sound, nearly alike: from a mistyped name to the names that there are.

Each word of the index is kept under its spelling, under every spelling with a letter left out, and under its
sound. Two words that are one edit, or swap of neighbours, apart have one of these in common (Mor and Fraenkel
1982), so what is near a word is found by a few exact looks, however many words there are. Those of the lists
are in the lists too; those that came since have a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.store import bulk, lookup_lists
from hub.store.index_tables import lookup_lists as lists
from hub.store.index_tables import name_spellings
from hub.store.terms import forms

_MOST: Final = 150  # words looked at for one word
_BEGINNING: Final = 3  # letters from which a name is told by its beginning
_END: Final = "\U0010ffff"


def learn(connection: Connection, words: Iterable[str]) -> None:
    """Keeps those words that are not known yet. A word stays known until the lists are written anew."""
    wanted = sorted(set(words))
    known = {row.term for row in bulk.rows_where_in(connection, _LISTED, lists.c.term, wanted)}
    known |= {row.word for row in bulk.rows_where_in(connection, _KNOWN, name_spellings.c.form, wanted)}
    rows = sorted((form, word) for word in wanted if word not in known for form in forms(word))
    if rows:
        told = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        bulk.insert(connection, name_spellings, pa.table(told, names=["form", "word"]))


def forget(connection: Connection) -> None:
    """The lists know all words."""
    connection.execute(sa.delete(name_spellings))


_KNOWN: Final = sa.select(name_spellings.c.word).where(name_spellings.c.form == name_spellings.c.word)
_LISTED: Final = sa.select(lists.c.term).where(lists.c.kind == "name")


def near(connection: Connection, word: str) -> set[str]:
    """Words that are this one, or one edit away, or sound alike, or begin with it."""
    among = sorted(forms(word))
    own = sa.select(name_spellings.c.word).where(name_spellings.c.form.in_(among)).limit(_MOST)
    listed = islice(lookup_lists.having(connection, "spelling", among), _MOST)
    return {word, *listed, *connection.execute(own).scalars(), *_beginning(connection, word)}


def _beginning(connection: Connection, word: str) -> Iterator[str]:
    """Whole words that begin so: a name may be typed by its beginning."""
    if len(word) < _BEGINNING:
        return
    form = name_spellings.c.form
    for column, chosen in ((form, _KNOWN), (lists.c.term, _LISTED)):
        some = chosen.where(column >= word, column < word + _END).order_by(column).limit(_MOST // 5)
        yield from connection.execute(some).scalars()
