"""E-mail addresses and phone numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from string import ascii_lowercase, digits
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.byte_texts import Bytes, byte_texts, only
from matching.encoding import Ints, Values, Vocabulary, recoded, several_values
from matching.features.leaves import Leaf, Leaves
from matching.folding import LONGEST, folded
from matching.hashing import Hashes, text_hashes
from matching.similarity import Ends

_LOCAL_DIGITS: Final = 8  # last digits by which numbers with and without country and trunk prefix meet
_SHORTEST_STEM: Final = 5
_SHORTEST_NUMBER: Final = 4
_KEPT: Final = 4  # digits at the beginning or the end that a typing error leaves as they are


@dataclass(frozen=True)
class EmailFeatures:
    """`address` is the matching form; everything else is a function of it."""

    address: Values

    @cached_property
    def _parts(self) -> pa.Array:
        whole = self.address.vocabulary.values
        return pc.split_pattern(whole, "@", max_splits=1, reverse=True)

    @cached_property
    def locals(self) -> pa.Array:
        return pc.list_element(self._parts, 0) if len(self._parts) else pa.array([], pa.string())

    @cached_property
    def local_hashes(self) -> Hashes:
        return text_hashes(self.locals)

    @cached_property
    def domains(self) -> tuple[Ints, Vocabulary]:
        return recoded(pc.list_element(self._parts, 1) if len(self._parts) else pa.array([], pa.string()))

    @cached_property
    def stems(self) -> Vocabulary:
        """Of each address the letters of the local part, nothing else: what is left when years and separators
        are taken away. Not each of them once: to number them would take longer than it saves.
        """
        if pc.all(pc.string_is_ascii(self.locals), min_count=0).as_py():
            return Vocabulary(only(self.locals, ascii_lowercase))
        return Vocabulary(pc.replace_substring_regex(folded(self.locals), r"[^\p{L}]+", ""))

    @cached_property
    def stem_lengths(self) -> Ints:
        return np.asarray(pc.utf8_length(self.stems.values).to_numpy(), np.int32)

    @cached_property
    def stem_hashes(self) -> Hashes:
        """Of stems long enough to tell people apart; 0 for shorter ones."""
        return np.where(self.stem_lengths >= _SHORTEST_STEM, self.stems.hashes, np.uint64(0))

    @cached_property
    def stem_bytes(self) -> Bytes:
        return byte_texts(self.stems.values)

    @cached_property
    def lengths(self) -> Ints:
        return np.asarray(pc.utf8_length(self.address.vocabulary.values).to_numpy(), np.int32)

    @cached_property
    def start_hashes(self) -> Hashes:
        """Of the first character."""
        return text_hashes(pc.utf8_slice_codeunits(self.address.vocabulary.values, 0, 1))

    @cached_property
    def digit_hashes(self) -> Hashes:
        """Of the digits in the local part."""
        return text_hashes(only(self.locals, digits))


@dataclass(frozen=True)
class PhoneFeatures:
    """`number` holds digits only."""

    number: Values

    @cached_property
    def ending_hashes(self) -> Hashes:
        """Of the last digits, by which a number told with its country meets the same told without."""
        return text_hashes(pc.utf8_slice_codeunits(self.number.vocabulary.values, -_LOCAL_DIGITS))

    @cached_property
    def ends(self) -> Ends:
        return Ends.of(self.number.vocabulary.values, _KEPT)


def email_features(leaves: Leaves) -> EmailFeatures:
    (leaf,) = leaves.listed("emails", "match")
    texts = pc.utf8_lower(pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(leaf.values), 0, LONGEST))
    whole = pc.match_substring_regex(texts, r"^[^@\s]+@[^@\s]+$")
    return EmailFeatures(_listed(leaf, pc.if_else(whole, texts, None), leaves.n))


def phone_features(leaves: Leaves) -> PhoneFeatures:
    (leaf,) = leaves.listed("phones", "match")
    numbers = only(leaf.values, digits)
    numbers = pc.if_else(pc.greater_equal(pc.binary_length(numbers), _SHORTEST_NUMBER), numbers, None)
    return PhoneFeatures(_listed(leaf, numbers, leaves.n))


def _listed(leaf: Leaf, texts: pa.Array, n: int) -> Values:
    onto, vocabulary = recoded(texts, leaf.values)
    return several_values(n, leaf.rows, onto[leaf.codes] if len(onto) else leaf.codes, vocabulary)
