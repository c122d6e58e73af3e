"""What golden records are found by: contact points, identifiers, words of names and how those are spelled,
what relates them to others.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub import few_rows
from hub.coded import Coded, changed, coded
from hub.ranking import Numbers, first_of, in_order, ranges
from hub.store import relation_terms

TERM_SCHEMA: Final = pa.schema([(name, pa.string()) for name in ("kind", "term", "identity_id")])
LIST_SCHEMA: Final = pa.schema([(name, pa.string()) for name in ("kind", "term", "ids")])
SPELLING: Final = "spelling"  # the kind of lists that lead from forms of words to words
BETWEEN: Final = ","  # in a list of ids
PHONE_END: Final = 8  # the end of a phone number, which is the same however its country is written
FIELDS: Final = (
    "identity_id",
    "kind",
    "name",
    "organization",
    "emails",
    "phones",
    "addresses",
    "urls",
    "identifiers",
)

_WORD: Final = re.compile(r"[^\W_]+")
_SILENT: Final = "aeiouyhw"
_AT_ONCE: Final = min(os.cpu_count() or 1, 4)  # kinds of terms that are sorted
_LOST: Final = str.maketrans("", "", _SILENT)
_SPELLINGS: Final = (("ph", "f"), ("ck", "k"), ("c", "k"), ("z", "s"))
_HEARD: Final = "~"  # before a sound; no word has it
_SHORTEST: Final = 4  # letters of a word that may be mistyped
_LONGEST: Final = 20  # letters of a word that are left out
_NAMED: Final = ("given", "family", "full")
_Terms = tuple[Coded, Numbers]  # a row a term: the term, and whose it is


def words(text: str) -> list[str]:
    """The words of a text in the form of the index: lower case, no accents, letters and digits only."""
    return _WORD.findall(_lower(_plain(text)))


def forms(word: str) -> set[str]:
    """What a word is kept under, and looked for by: itself, itself with a letter left out, how it sounds."""
    found = {word, _HEARD + _sound(word)}
    if len(word) >= _SHORTEST:
        found.update(word[:place] + word[place + 1 :] for place in range(min(len(word), _LONGEST)))
    return found


def spelled(words: pa.Array) -> pa.Table:
    """By each form of these words (as `LIST_SCHEMA`) the words that have it."""
    lengths = np.asarray(pc.utf8_length(words).to_numpy(), np.int64)
    every = np.arange(len(words))
    told = [words, pc.binary_join_element_wise(_HEARD, _sounds(words), "")]
    whose = [every, every]
    for place in range(min(int(lengths.max(initial=0)), _LONGEST)):
        rows = np.flatnonzero((lengths >= _SHORTEST) & (lengths > place))
        some = words.take(pa.array(rows))
        before, after = pc.utf8_slice_codeunits(some, 0, place), pc.utf8_slice_codeunits(some, place + 1)
        told.append(pc.binary_join_element_wise(before, after, ""))
        whose.append(rows)
    return _once(SPELLING, coded(pa.concat_arrays(told)), np.concatenate(whose), coded(words)).lists()


def terms(built: pa.Table) -> pa.Table:
    """What golden records (`GOLDEN_SCHEMA`) are found by (`TERM_SCHEMA`), each once."""
    if built.num_rows <= few_rows.FEW:
        return _of_few(built)
    return pa.concat_tables([one.rows() for work in _by_kind(built) for one in work()])


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
    """How a word sounds, roughly, in any Latin script: its first letter, then consonants but h."""
    rest = word[1:]
    for spelling, letter in _SPELLINGS:
        rest = rest.replace(spelling, letter)
    return word[:1] + rest.translate(_LOST)


def _of_few(built: pa.Table) -> pa.Table:
    found = {
        (kind, term, row["identity_id"])
        for row in built.select(FIELDS).to_pylist()
        for kind, term in _terms_of(row)
        if term
    }
    rows = [dict(zip(TERM_SCHEMA.names, one, strict=True)) for one in sorted(found)]
    return pa.Table.from_pylist(rows, schema=TERM_SCHEMA)


def _terms_of(row: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for item in filter(None, row["emails"] or ()):
        yield "email", item["value"] and _lower(item["value"])
        yield "email", item["match"]
    for item in filter(None, row["phones"] or ()):
        yield "phone", item["value"] and re.sub("[^0-9]", "", item["value"])[-PHONE_END:]
    for item in filter(None, row["identifiers"] or ()):
        yield "identifier", item["value"] and _lower(item["value"])
    name = row["name"] or {}
    for text in filter(None, (*(name.get(part) for part in _NAMED), row["organization"])):
        for word in words(text):
            yield "name", word
    yield from relation_terms.terms_of(row)


def lists(built: pa.Table) -> pa.Table:
    """The same as `LIST_SCHEMA`: by kind and term all who have it."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        found = list(threads.map(lambda work: [one.lists() for one in work()], _by_kind(built)))
    return pa.concat_tables([one for some in found for one in some])


def listed(found: pa.Table) -> pa.Table:
    """Terms (`TERM_SCHEMA`), each once, as `LIST_SCHEMA`."""
    kinds = sorted(pc.unique(found["kind"]).to_pylist())
    parts = [LIST_SCHEMA.empty_table()]
    for kind in kinds:
        mine = found.filter(pc.equal(found["kind"], kind))
        told = coded(mine["term"])
        parts.append(_once(kind, told, np.arange(mine.num_rows), coded(mine["identity_id"])).lists())
    return pa.concat_tables(parts)


def unlisted(found: pa.Table) -> pa.Table:
    """`LIST_SCHEMA` as terms again."""
    parts = pc.split_pattern(found["ids"].combine_chunks(), BETWEEN)
    place = pc.list_parent_indices(parts)
    arrays = [found["kind"].take(place), found["term"].take(place), parts.flatten()]
    return pa.table(arrays, schema=TERM_SCHEMA)


class _Kind(NamedTuple):
    """The terms of a kind with their owners, each once, by term and owner: numbers of texts."""

    kind: str
    told: Coded
    codes: Numbers
    own: Numbers
    owners: Coded

    def rows(self) -> pa.Table:
        arrays = [
            pa.repeat(self.kind, len(self.codes)),
            self.told.texts.take(pa.array(self.codes)),
            self.owners.texts.take(pa.array(self.own)),
        ]
        return pa.table(arrays, schema=TERM_SCHEMA)

    def lists(self) -> pa.Table:
        starts = np.flatnonzero(first_of(self.codes))
        ends = pa.array(np.append(starts, len(self.codes)), pa.int32())
        ids = pa.ListArray.from_arrays(ends, self.owners.texts.take(pa.array(self.own)))
        term = self.told.texts.take(pa.array(self.codes[starts]))
        return pa.table(
            [pa.repeat(self.kind, len(starts)), term, pc.binary_join(ids, BETWEEN)], schema=LIST_SCHEMA
        )


def _by_kind(built: pa.Table) -> list[Callable[[], list[_Kind]]]:
    """The terms of all kinds, kinds that have nothing in common apart. What is done to a text is done once
    for all who have it.
    """
    owners = coded(built["identity_id"])

    def emails() -> dict[str, _Terms]:
        mail, mailed = _items(built["emails"])
        both = [(_text(mail, "value").by(_lowered), mailed), (_text(mail, "match"), mailed)]
        return {"email": _joined(both)}

    def identifiers() -> dict[str, _Terms]:
        marks, marked = _items(built["identifiers"])
        return {"identifier": (_text(marks, "value").by(_lowered), marked)}

    def phones() -> dict[str, _Terms]:
        phone, phoned = _items(built["phones"])
        return {"phone": (_text(phone, "value").by(_ends), phoned)}

    def related() -> dict[str, _Terms]:
        return {kind: _joined(parts) for kind, parts in relation_terms.by_kind(built).items()}

    def once(told: Callable[[], dict[str, _Terms]]) -> list[_Kind]:
        return [_once(kind, terms, mine, owners) for kind, (terms, mine) in told().items()]

    kinds = (related, lambda: {"name": _named(built)}, emails, phones, identifiers)
    return [partial(once, kind) for kind in kinds]


def _named(built: pa.Table) -> _Terms:
    names = built["name"].combine_chunks()
    texts = [*(pc.struct_field(names, part) for part in _NAMED), built["organization"].combine_chunks()]
    return _joined([_words_of(coded(text)) for text in texts])


def _words_of(told: Coded) -> _Terms:
    word, lengths = _words(told.texts)
    starts = np.cumsum(lengths) - lengths
    mine = lengths[told.codes]
    rows = np.repeat(np.arange(len(told.codes)), mine)
    return Coded(word.codes[ranges(starts[told.codes], mine)], word.texts), rows


def _words(texts: pa.Array) -> tuple[Coded, Numbers]:
    """All words of the texts, one text's after the other's, and how many each has; of an absent one none."""
    foreign = pc.invert(pc.string_is_ascii(texts))
    split = pc.split_pattern_regex(pc.if_else(foreign, "", pc.ascii_lower(texts)), "[^0-9a-z]+")
    found, row = split.flatten(), np.asarray(pc.list_parent_indices(split).to_numpy(), np.int64)
    there = pc.not_equal(found, "")
    found, row = found.filter(there), row[there.to_numpy(zero_copy_only=False)]
    places = pc.indices_nonzero(foreign).to_pylist()
    others = [words(text) for text in texts.filter(foreign).to_pylist()]
    found = pa.concat_arrays([found, pa.array([one for each in others for one in each], pa.string())])
    row = np.concatenate([row, np.repeat(np.array(places, np.int64), [len(each) for each in others])])
    order = in_order(row)
    told = coded(found.take(pa.array(order)))
    return told, np.bincount(row, minlength=len(texts) + 1)


def _sounds(texts: pa.Array) -> pa.Array:
    rest = pc.utf8_slice_codeunits(texts, 1, 1 << 20)
    for spelling, letter in _SPELLINGS:
        rest = pc.replace_substring(rest, spelling, letter)
    rest = pc.replace_substring_regex(rest, f"[{_SILENT}]+", "")
    return pc.binary_join_element_wise(pc.utf8_slice_codeunits(texts, 0, 1), rest, "")


def _items(lists: pa.ChunkedArray) -> tuple[pa.Array, Numbers]:
    whole = lists.combine_chunks()
    return whole.flatten(), np.asarray(pc.list_parent_indices(whole).to_numpy(), np.int64)


def _text(items: pa.Array, name: str) -> Coded:
    return coded(pc.struct_field(items, name))


def _joined(parts: list[_Terms]) -> _Terms:
    """The terms of all parts, their texts numbered together."""
    texts = coded(pa.concat_arrays([told.texts for told, _ in parts]))
    codes, low = [], 0
    for told, _ in parts:
        number = np.append(texts.codes[low : low + len(told.texts)], len(texts.texts))
        codes.append(number[told.codes])
        low += len(told.texts)
    return Coded(np.concatenate(codes), texts.texts), np.concatenate([rows for _, rows in parts])


def _once(kind: str, told: Coded, rows: Numbers, owners: Coded) -> _Kind:
    """Each term that there is of an owner once, by term and owner."""
    empty = pc.index(told.texts, pa.scalar("")).as_py()
    there = (told.codes < len(told.texts)) & (told.codes != empty)
    codes, own = told.codes[there], owners.codes[rows[there]]
    order = in_order(told.rank[codes], owners.rank[own])
    order = order[first_of(codes[order], own[order])]
    return _Kind(kind, told, codes[order], own[order], owners)


_lowered: Final[Callable[[pa.Array], pa.Array]] = lambda texts: changed(texts, pc.ascii_lower, _lower)  # noqa: E731


def _ends(texts: pa.Array) -> pa.Array:
    return pc.utf8_slice_codeunits(pc.replace_substring_regex(texts, "[^0-9]+", ""), -PHONE_END, 1 << 20)
