"""Text made comparable: case, accents and punctuation folded, words taken apart, sounds coded.

All of it works on whole columns of distinct values. A text is cut at `LONGEST` characters first: what two
contacts have in common shows in them, and a cell of a megabyte costs no more than another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.letters import PLAIN
from matching.characters import Characters
from matching.encoding import Ints, Longs, Vocabulary, dictionary
from matching.hashing import Hashes, mix
from matching.kernels import compiled_texts

LONGEST: Final = 256

_FEW: Final = 500  # texts
_OTHERS: Final = re.compile("[^a-z0-9]+")
_KEPT: Final = Characters(r"[\p{L}\p{N}\p{M}]")

# What decomposing does not take apart.
_LETTERS: Final = {**PLAIN, "ς": "σ", "ى": "ي"}
# Accents; Hebrew points, Arabic vowel marks and the stroke that widens a word: most people leave them out.
_MARKS: Final = r"[\x{0300}-\x{036F}\x{0591}-\x{05C7}\x{0640}\x{064B}-\x{065F}\x{0670}]+"


def folded(values: pa.Array) -> pa.Array:
    """Lower case, no accents or vowel marks, every run of other than letters, digits and marks one space."""
    if len(values) == 0:
        return values
    values = pc.utf8_slice_codeunits(values, 0, LONGEST)
    if pc.all(pc.string_is_ascii(values), min_count=0).as_py():
        if len(values) <= _FEW:
            return _few_spaced(values)
        return _plain(values)
    if len(values) > _FEW:
        others = pc.invert(pc.fill_null(pc.string_is_ascii(values), True))
        return pc.replace_with_mask(_plain(values), others, _of_any_script(values.filter(others)))
    return _of_any_script(values)


def _plain(values: pa.Array) -> pa.Array:
    if compiled_texts(values):
        from matching.kernels.texts import spaced as fast  # noqa: PLC0415 - loads Numba

        return fast(values).cast(values.type)
    return _spaced(pc.ascii_lower(values), r"[^a-z0-9]+")


def _of_any_script(values: pa.Array) -> pa.Array:
    values = pc.utf8_lower(pc.utf8_normalize(values, form="NFKD"))
    values = pc.replace_substring_regex(values, _MARKS, "")
    if len(values) <= _FEW:
        return pc.utf8_normalize(_few_spaced_of_any_script(_plain_letters(values)), form="NFC")
    if pc.any(pc.match_substring_regex(values, f"[{''.join(_LETTERS)}]"), min_count=0).as_py():
        values = _plain_letters(values)
    return pc.utf8_normalize(_spaced(values, r"[^\p{L}\p{N}\p{M}]+"), form="NFC")


def _plain_letters(values: pa.Array) -> pa.Array:
    for letter, plain in _LETTERS.items():
        values = pc.replace_substring(values, letter, plain)
    return values


def _few_spaced(values: pa.Array) -> pa.Array:
    """Of a few plain texts: preparing an expression takes Arrow as long as folding hundreds of them."""
    texts = (text and _OTHERS.sub(" ", text.lower()).strip(" ") for text in values.to_pylist())
    return pa.array(list(texts), pa.string())


def _few_spaced_of_any_script(values: pa.Array) -> pa.Array:
    texts = values.to_pylist()
    there = set().union(*filter(None, texts))
    spaces = {ord(character): " " for character in there - _KEPT.among(there)}
    spaced = (text and " ".join(text.translate(spaces).split()) for text in texts)
    return pa.array(list(spaced), pa.string())


def _spaced(values: pa.Array, others: str) -> pa.Array:
    return pc.utf8_trim(pc.replace_substring_regex(values, others, " "), characters=" ")


@dataclass(frozen=True)
class Words:
    """The words of each text: text i has `codes[starts[i]:starts[i+1]]`, numbers into `vocabulary`."""

    starts: Longs
    codes: Ints
    vocabulary: Vocabulary

    @property
    def owners(self) -> Longs:
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def keeping(self, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Words:
        """Only the words that are marked."""
        counts = np.bincount(self.owners[kept], minlength=len(self.starts) - 1)
        return Words(np.concatenate(([0], np.cumsum(counts))), self.codes[kept], self.vocabulary)

    def bag_hashes(self) -> Hashes:
        """A hash of each text's words whatever their order; 0 for a text without words."""
        sums = np.zeros(len(self.starts) - 1, np.uint64)
        some = np.diff(self.starts) > 0
        if some.any():
            letters = mix(self.vocabulary.hashes)[self.codes]
            sums[some] = mix(np.add.reduceat(letters, self.starts[:-1][some]))
        return sums

    def joined(self) -> pa.Array:
        """The words of each text joined with spaces, empty for none."""
        taken = self.vocabulary.values.take(pa.array(self.codes))
        return pc.binary_join(pa.ListArray.from_arrays(pa.array(self.starts, pa.int32()), taken), " ")


def words(values: pa.Array) -> Words:
    """Folded texts taken apart at their spaces."""
    parts = pc.split_pattern(pc.fill_null(values, ""), " ")
    if isinstance(parts, pa.ChunkedArray):
        parts = parts.combine_chunks()
    codes, distinct = dictionary(parts.flatten())
    starts = np.asarray(parts.offsets.to_numpy(), np.int64)
    starts = starts - starts[0]
    empty = np.asarray(pc.equal(distinct, "").to_numpy(zero_copy_only=False), bool)
    found = Words(starts, codes, Vocabulary(distinct))
    return found.keeping(~empty[codes]) if empty.any() else found


# English, French and German spellings of one sound. Applied in this order to folded words.
_SOUNDS: Final = (
    (r"(?m)^(?:kn|gn|pn)", "n"),
    (r"(?m)^wr", "r"),
    (r"(?m)^ps", "s"),
    ("eaux?|aux?", "o"),
    ("ph", "f"),
    ("tsch|tch|sch|ch|sh", "x"),
    ("ck|qu?|kh|cq", "k"),
    ("c(?=[eiy])", "s"),
    ("[cg]h?", "k"),
    ("th|dt|d", "t"),
    ("tz|zz?", "s"),
    ("[wv]", "f"),
    ("b", "p"),
    ("j", "k"),
    ("(?<=[a-z])h", ""),
    (r"([a-z])\1+", r"\1"),
    (r"(?m)(?<=[a-z])(?:es|s|x|t|e)$", ""),
    ("(?<=[a-z])[aeiouy]+", ""),
    (r"([a-z])\1+", r"\1"),
)


def sounds(values: pa.Array) -> pa.Array:
    """A short code of how a folded text sounds: consonant classes, and the first letter's vowel as `a`."""
    if compiled_texts(values):
        from matching.kernels.texts import sounds as fast  # noqa: PLC0415 - loads Numba

        return fast(values)
    joined = "\n".join(text or "" for text in values.to_pylist()).replace(" ", "")
    joined = re.sub(r"(?m)^[aeiouy]+", "a", joined)
    for spelling, sound in _SOUNDS:
        joined = re.sub(spelling, sound, joined)
    return pa.array(joined.split("\n"), pa.string())
