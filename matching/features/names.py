"""People's names: given and family name as folded values of one vocabulary, so that they can be swapped."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import resources
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.byte_texts import Bytes, byte_texts
from matching.encoding import Bools, Ints, Values, Vocabulary, recoded
from matching.features.leaves import Leaf, Leaves
from matching.folding import folded, sounds
from matching.hashing import Hashes, text_hashes
from matching.listed import Listed
from matching.scripts import ONE_SCRIPT, Scripts, consonants, family_first, foreign, with_latin_forms

_CLASSES: Final = 4  # formal names that one short form may stand for
OF_INITIAL: Final = np.uint64(0x1FFFFE)  # bits of a word's mark that are its first letter's …
IS_INITIAL: Final = np.uint64(1)  # … and the one that tells that there is no more of the word
_NOT_ZERO: Final = np.uint64(1 << 63)
PARTICLES: Final = frozenset(
    [
        "de",
        "du",
        "des",
        "la",
        "le",
        "van",
        "von",
        "der",
        "den",
        "zu",
        "zur",
        "da",
        "di",
        "do",
        "dos",
        "del",
        "bin",
        "ibn",
        "al",
        "el",
        "ter",
        "ten",
        "mac",
        "mc",
        "st",
        "saint",
    ]
)
_TITLES: Final = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "sir",
        "herr",
        "frau",
        "m",
        "mme",
        "mlle",
        "monsieur",
        "madame",
        "dipl",
        "ing",
        "jr",
        "sr",
        "ii",
        "iii",
        "iv",
        "phd",
        "md",
    ]
)


@dataclass(frozen=True)
class NameFeatures:
    """`given` and `family` share a vocabulary of folded names; `middle` holds further given names.

    The vocabularies also hold the Latin forms of names in other scripts. What blocks are made of (`…_hashes`
    without `own_`) is that of the Latin form. `whole` says of which records the name was told as one text.
    """

    given: Values
    family: Values
    middle: Values
    scripts: Scripts = ONE_SCRIPT
    middle_scripts: Scripts = ONE_SCRIPT
    whole: Bools = field(default_factory=lambda: np.zeros(0, bool))

    @property
    def vocabulary(self) -> Vocabulary:
        return self.given.vocabulary

    @cached_property
    def latin_values(self) -> pa.Array:
        values = self.vocabulary.values
        return values.take(pa.array(self.scripts.latin)) if self.scripts.several else values

    @cached_property
    def unspaced(self) -> Vocabulary:
        """Every name in Latin letters, without spaces."""
        return Vocabulary(pc.replace_substring(self.latin_values, " ", ""))

    @cached_property
    def spelled_bytes(self) -> Bytes:
        return byte_texts(self.unspaced.values)

    @cached_property
    def heads(self) -> pa.Array:
        """The first word of every name, or the whole name where words of one letter come first."""
        return pc.list_element(pc.split_pattern(self.vocabulary.values, " ", max_splits=1), 0)

    @cached_property
    def head_hashes(self) -> Hashes:
        return text_hashes(self.heads)

    @cached_property
    def head_marks(self) -> Hashes:
        """Of the first word; see `_marks`."""
        return _marks(self.heads)

    @cached_property
    def second_marks(self) -> Hashes:
        """Of the second word, 0 where there is none."""
        values, marks = self.vocabulary.values, np.zeros(len(self.vocabulary), np.uint64)
        rows = np.flatnonzero(pc.match_substring(values, " ").to_numpy(zero_copy_only=False))
        if len(rows):
            words = pc.split_pattern(values.take(pa.array(rows)), " ", max_splits=2)
            marks[rows] = _marks(pc.list_element(words, 1))
        return marks

    @cached_property
    def tail_marks(self) -> Hashes:
        """Of the last word."""
        return _marks(pc.replace_substring_regex(self.vocabulary.values, "^.* ", ""))

    @cached_property
    def _sounds(self) -> pa.Array:
        return sounds(self.vocabulary.values)

    @cached_property
    def _own_sound_hashes(self) -> Hashes:
        return text_hashes(self._sounds)

    @cached_property
    def _own_head_sound_hashes(self) -> Hashes:
        return self._sounds_where(
            pc.not_equal(self.heads, self.vocabulary.values), self.heads, self._own_sound_hashes
        )

    @cached_property
    def sound_hashes(self) -> Hashes:
        return self.scripts.seen(self._own_sound_hashes)

    @cached_property
    def head_sound_hashes(self) -> Hashes:
        """How the first word sounds; for a name of one word that is how the name sounds."""
        return self.scripts.seen(self._own_head_sound_hashes)

    @cached_property
    def sound_lengths(self) -> Ints:
        return _lengths(self._sounds)

    @cached_property
    def consonant_hashes(self) -> Hashes:
        return text_hashes(self._consonants)

    @cached_property
    def consonant_counts(self) -> Ints:
        return _lengths(self._consonants)

    @cached_property
    def _consonants(self) -> pa.Array:
        return consonants(self.vocabulary.values)

    @cached_property
    def formal_sound_hashes(self) -> Hashes:
        """How the first formal name sounds, 0 for an initial: the same for one given name however it
        is written.
        """
        known = _nickname_table()
        places = known.forms.places(self.heads)
        formal = known.formal.take(pa.array(places, mask=places < 0))
        hashes = self._sounds_where(pc.is_valid(formal), formal, self._own_head_sound_hashes)
        return self.scripts.seen(np.where(self.lengths > 1, hashes, np.uint64(0)))

    def _sounds_where(self, chosen: pa.Array, texts: pa.Array, others: Hashes) -> Hashes:
        rows = np.flatnonzero(chosen.to_numpy(zero_copy_only=False))
        hashes = others.copy()
        if len(rows):
            hashes[rows] = text_hashes(sounds(texts.take(pa.array(rows))))
        return hashes

    @cached_property
    def own_initial_hashes(self) -> Hashes:
        return text_hashes(pc.utf8_slice_codeunits(self.vocabulary.values, 0, 1))

    @cached_property
    def initial_hashes(self) -> Hashes:
        return self.scripts.seen(self.own_initial_hashes)

    @cached_property
    def lengths(self) -> Ints:
        return _lengths(self.vocabulary.values)

    @cached_property
    def nickname_classes(self) -> Hashes:
        """For every name up to four formal names it may stand for (hashes; 0 where there are fewer)."""
        known = _nickname_table()
        out = np.zeros((len(self.vocabulary), _CLASSES), np.uint64)
        places = known.forms.places(self.heads)
        some = np.flatnonzero(places >= 0)
        out[some] = known.classes[places[some]]
        out[:, 0] = np.where(out[:, 0] == 0, self.head_hashes, out[:, 0])
        return out

    @cached_property
    def formal_hashes(self) -> Hashes:
        """The first formal name a given name may stand for, or its own first word."""
        return self.scripts.seen(self.nickname_classes[:, 0])


def _marks(words: pa.Array) -> Hashes:
    """A number a word, never 0: by `OF_INITIAL` its first letter, by `IS_INITIAL` whether it is nothing
    else, the rest of its hash.
    """
    initials = text_hashes(pc.utf8_slice_codeunits(words, 0, 1)) << np.uint64(1) & OF_INITIAL
    alone = (_lengths(words) == 1).astype(np.uint64)
    marks: Hashes = (text_hashes(words) | _NOT_ZERO) & ~(OF_INITIAL | IS_INITIAL) | initials | alone
    return marks


def _lengths(texts: pa.Array) -> Ints:
    return np.asarray(pc.utf8_length(texts).to_numpy(zero_copy_only=False), np.int32)


@lru_cache(maxsize=1)
def nicknames() -> dict[str, list[str]]:
    """Form → the formal names it may stand for, padded with empty texts to four."""
    found: dict[str, list[str]] = {}
    data = json.loads(resources.files("matching").joinpath("nicknames.json").read_text("utf-8"))
    for language in (part for part in data if part != "about"):
        for formal, forms in data[language].items():
            for form in (formal, *forms.split()):
                classes = found.setdefault(form, [])
                if formal not in classes:
                    classes.append(formal)
    return {form: (classes[:_CLASSES] + [""] * _CLASSES)[:_CLASSES] for form, classes in found.items()}


class _Nicknames(NamedTuple):
    """Forms of given names; for each its first formal name, and the hashes of all, 0 for those missing."""

    forms: Listed
    formal: pa.Array
    classes: Hashes


@lru_cache(maxsize=1)
def _nickname_table() -> _Nicknames:
    known = nicknames()
    hashes = text_hashes(pa.array([formal for row in known.values() for formal in row]))
    there = [[bool(formal) for formal in row] for row in known.values()]
    classes = np.where(there, hashes.reshape(-1, _CLASSES), np.uint64(0))
    return _Nicknames(Listed(known), pa.array([row[0] for row in known.values()]), classes)


def name_features(leaves: Leaves) -> NameFeatures:
    """Given and family name as told, or taken from the full name where neither is told."""
    given, family, middle = (leaves.plain("name", part) for part in ("given", "family", "additional"))
    given, whole = _whole_names(given, family, leaves.n)
    full = leaves.plain("name", "full")
    told, as_one = np.zeros(leaves.n, bool), np.zeros(leaves.n, bool)
    as_one[full.rows] = True
    for leaf in (given, family, whole):
        told[leaf.rows] = True
    full = _alongside(full.taken(~told[full.rows]), whole)
    used, codes = np.unique(full.codes, return_inverse=True)
    split = [split_full_name(text) for text in full.values.take(pa.array(used)).to_pylist()]
    parts = [pa.array([part[i] for part in split], pa.string()) for i in range(3)]
    columns = [
        _alongside(leaf, Leaf(full.rows, codes.astype(np.int32), extra, full.items))
        for leaf, extra in zip((given, family, middle), parts, strict=True)
    ]
    values = [folded(column.values) for column in columns]
    sizes = np.cumsum([0, len(values[0]), len(values[1])])
    onto, shared = recoded(pa.concat_arrays(values[:2]))
    shared, scripts = with_latin_forms(shared)
    middle_onto, middle_values = recoded(values[2])
    middle_values, middle_scripts = with_latin_forms(middle_values)
    return NameFeatures(
        _single(leaves.n, columns[0], onto[: sizes[1]], shared),
        _single(leaves.n, columns[1], onto[sizes[1] :], shared),
        _single(leaves.n, columns[2], middle_onto, middle_values),
        scripts,
        middle_scripts,
        as_one,
    )


def _whole_names(given: Leaf, family: Leaf, n: int) -> tuple[Leaf, Leaf]:
    """Given names apart from those that hold a family name too: one word of Chinese or Korean characters, and
    no family name told.
    """
    whole = np.zeros(len(given.values), bool)
    for code in foreign(given.values).tolist():
        whole[code] = family_first(given.values[code].as_py().strip()) is not None
    alone = np.ones(n, bool)
    alone[family.rows] = False
    moved = whole[given.codes] & alone[given.rows]
    return given.taken(~moved), given.taken(moved)


def split_full_name(text: str) -> tuple[str | None, str | None, str | None]:
    """Given, family and middle names of a full name: `Family, Given` by its comma, else the family name
    last; a Chinese, Japanese or Korean name in one word by its first characters.
    """
    if joined := family_first(text.strip()):
        return joined[1], joined[0], None
    before, comma, after = text.partition(",")
    if comma and after.strip() and " ".join(after.lower().replace(".", "").split()) not in _TITLES:
        words = [w for w in after.split() if w.lower().strip(".") not in _TITLES]
        return (words[0] if words else None), before.strip() or None, " ".join(words[1:]) or None
    words = [w for w in before.split() if w.lower().strip(".") not in _TITLES]
    if len(words) < 2:
        return None, (words[0] if words else None), None
    start = len(words) - 1
    while start > 1 and words[start - 1].lower().strip(".'") in PARTICLES:
        start -= 1
    return words[0], " ".join(words[start:]), " ".join(words[1:start]) or None


def _alongside(leaf: Leaf, extra: Leaf) -> Leaf:
    """Two leaves as one; rows no longer ascend."""
    return Leaf(
        np.concatenate([leaf.rows, extra.rows]),
        np.concatenate([leaf.codes, extra.codes + len(leaf.values)]).astype(np.int32),
        pa.concat_arrays([leaf.values.cast(pa.string()), extra.values.cast(pa.string())]),
        np.concatenate([leaf.items, extra.items]),
    )


def _single(n: int, leaf: Leaf, onto: Ints, vocabulary: Vocabulary) -> Values:
    first = np.full(n, -1, np.int32)
    first[leaf.rows] = onto[leaf.codes] if len(onto) else -1
    return Values(first, vocabulary)
