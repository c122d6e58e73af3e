"""Addresses: the street line taken into number and name, and where it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.encoding import Values, Vocabulary, recoded, several_values
from matching.features.leaves import Leaf, Leaves
from matching.folding import Words, folded, words
from matching.hashing import Hashes, mix, text_hashes
from matching.scripts import in_latin
from matching.similarity import Ends

_NUMBER: Final = r"^[0-9]+[a-z]?$"
_KEPT: Final = 2  # characters at either end of a postal code that a typing error leaves as they are


@dataclass(frozen=True)
class StreetFeatures:
    """`line` is the street with common spellings; by line: its house number and its core name.

    The core leaves out what kind of way it is, articles and flats: `12 rue de la Gare` and `12, R. Gare` have
    the core `gare`. `numbers` and `cores` hold 0 where there is none.
    """

    line: Values
    numbers: Hashes
    cores: Hashes
    core_texts: Vocabulary

    @cached_property
    def houses(self) -> Hashes:
        """Number and core together; 0 unless both are there."""
        both = mix(self.numbers ^ mix(self.cores, 3))
        return np.where((self.numbers != 0) & (self.cores != 0), both, np.uint64(0))


@dataclass(frozen=True)
class PlaceFeatures:
    """Postal code without spaces, town and region, folded."""

    postal: Values
    locality: Values
    region: Values
    country: Values

    @cached_property
    def postal_ends(self) -> Ends:
        return Ends.of(self.postal.vocabulary.values, _KEPT)


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, object]:
    data: dict[str, object] = json.loads(
        resources.files("matching").joinpath("street_words.json").read_text("utf-8")
    )
    return data


def street_features(leaves: Leaves) -> StreetFeatures:
    (leaf,) = leaves.listed("addresses", "street")
    texts = _unjoined(in_latin(folded(leaf.values)))
    found = _common(words(texts))
    onto, lines = recoded(found.joined())
    line = several_values(leaves.n, leaf.rows, onto[leaf.codes] if len(onto) else leaf.codes, lines)
    taken = words(lines.values)
    is_number = _matching(taken.vocabulary, _NUMBER)
    plain = ~is_number & ~_listed_in(taken.vocabulary, "types", "stops", "units")
    by_word = is_number[taken.codes]
    numbers = _first_number(taken, by_word)
    core = taken.keeping(plain[taken.codes])
    bare = np.diff(core.starts) == 0  # a street called only by its kind keeps that word
    cores = np.where(bare, taken.keeping(~by_word).bag_hashes(), core.bag_hashes())
    return StreetFeatures(line, numbers, cores, Vocabulary(core.joined()))


def place_features(leaves: Leaves) -> PlaceFeatures:
    postal, locality, region, country = leaves.listed(
        "addresses", "postal_code", "locality", "region", "country"
    )
    return PlaceFeatures(
        _folded(leaves.n, postal, apart=""),
        _folded(leaves.n, locality),
        _folded(leaves.n, region),
        _folded(leaves.n, country),
    )


def _folded(n: int, leaf: Leaf, apart: str = " ") -> Values:
    texts = in_latin(folded(leaf.values))
    onto, vocabulary = recoded(texts if apart == " " else pc.replace_substring(texts, " ", apart))
    return several_values(n, leaf.rows, onto[leaf.codes] if len(onto) else leaf.codes, vocabulary)


def _unjoined(texts: pa.Array) -> pa.Array:
    """German streets carry their kind at the end of the name: `hauptstrasse` → `haupt strasse`."""
    endings = "|".join(_vocabulary()["endings"])  # type: ignore[arg-type]
    return pc.replace_substring_regex(texts, rf"([a-zäöü]{{3,}})({endings})\b", r"\1 \2")


def _common(found: Words) -> Words:
    """Every word in its common form."""
    table: dict[str, str] = _vocabulary()["words"]  # type: ignore[assignment]
    texts = found.vocabulary.values
    known = pc.index_in(texts, value_set=pa.array(list(table)))
    common = pa.array(list(table.values())).take(known)
    onto, vocabulary = recoded(pc.coalesce(common, texts))
    return Words(found.starts, onto[found.codes] if len(onto) else found.codes, vocabulary)


def _listed_in(vocabulary: Vocabulary, *lists: str) -> np.ndarray:
    listed = [word for name in lists for word in _vocabulary()[name]]  # type: ignore[attr-defined]
    return np.asarray(
        pc.is_in(vocabulary.values, value_set=pa.array(listed)).to_numpy(zero_copy_only=False), bool
    )


def _matching(vocabulary: Vocabulary, pattern: str) -> np.ndarray:
    return np.asarray(
        pc.match_substring_regex(vocabulary.values, pattern).to_numpy(zero_copy_only=False), bool
    )


def _first_number(taken: Words, is_number: np.ndarray) -> Hashes:
    """The first number of every line (in Germany it comes last, but it is the first one too); 0 for none."""
    numbers = np.zeros(len(taken.starts) - 1, np.uint64)
    where = np.flatnonzero(is_number)
    owners = taken.owners[where]
    first = np.concatenate(([True], owners[1:] != owners[:-1])) if len(owners) else np.zeros(0, bool)
    if len(owners):
        numbers[owners[first]] = text_hashes(taken.vocabulary.values)[taken.codes[where[first]]]
    return numbers
