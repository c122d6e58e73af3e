"""Texts as numbers, and what is done to each distinct text once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.folded import folded
from hub.ranking import Numbers

_ESCAPED: Final = r'["\\\x00-\x1f]'
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class Coded:
    """A column of texts: for each row the number of its text among `texts`; of an absent one `len(texts)`."""

    codes: Numbers
    texts: pa.Array

    @cached_property
    def rank(self) -> Numbers:
        """By number the place of the text in their order, absent last."""
        rank = np.empty(len(self.texts) + 1, np.int64)
        rank[pc.sort_indices(self.texts).to_numpy()] = np.arange(len(self.texts))
        rank[-1] = len(self.texts)
        return rank

    @cached_property
    def json(self) -> pa.Array:
        """By number the text as JSON, absent null."""
        return pa.concat_arrays([as_json(self.texts), pa.array(["null"], pa.string())])

    def by(self, change: Callable[[pa.Array], pa.Array]) -> Coded:
        """The rows with their texts changed."""
        changed = coded(change(self.texts))
        return Coded(np.append(changed.codes, len(changed.texts))[self.codes], changed.texts)

    def whole(self) -> pa.Array:
        """The column of texts again."""
        return self.texts.take(pa.array(self.codes, mask=self.codes == len(self.texts)))


def coded(texts: pa.Array | pa.ChunkedArray) -> Coded:
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    found = texts.dictionary_encode()
    codes = pc.fill_null(found.indices, len(found.dictionary))
    return Coded(codes.to_numpy().astype(np.int64), found.dictionary)


def lowered(texts: pa.Array) -> pa.Array:
    """In lower case as Python understands it."""
    return changed(texts, pc.ascii_lower, str.lower)


def folded_texts(texts: pa.Array) -> pa.Array:
    """See `hub.folded`."""
    return changed(
        texts,
        lambda plain: pc.replace_substring_regex(pc.ascii_lower(plain), "[^0-9a-z]+", " "),
        folded,
    )


def as_json(texts: pa.Array) -> pa.Array:
    """Each text, none of them null, as a JSON text."""
    awkward = pc.match_substring_regex(texts, _ESCAPED)
    quoted = pc.binary_join_element_wise('"', texts, '"', "")
    return _replaced(quoted, awkward, [_ENCODE(text) for text in texts.filter(awkward).to_pylist()])


def joined(parts: Sequence[pa.Array | str]) -> pa.Array:
    """The parts one after the other; null where one is."""
    return pc.binary_join_element_wise(*parts, "")


def joined_told(parts: Sequence[pa.Array], between: str) -> pa.Array:
    """What the parts tell, with something `between`; "" where all are null."""
    silent = reduce(pc.and_, [pc.is_null(part) for part in parts])
    # Arrow (26) drops the rows in which all parts are null: they get one.
    nothing = pc.if_else(silent, "", None)
    return pc.binary_join_element_wise(nothing, *parts, between, null_handling="skip")


def changed(texts: pa.Array, plain: Callable[[pa.Array], pa.Array], other: Callable[[str], str]) -> pa.Array:
    """`plain` done to the texts of ASCII characters, `other` to each of the others."""
    foreign = pc.invert(pc.string_is_ascii(texts))
    if not pc.any(foreign).as_py():
        return plain(texts)
    return _replaced(plain(texts), foreign, [other(text) for text in texts.filter(foreign).to_pylist()])


def _replaced(texts: pa.Array, which: pa.Array, by: list[str]) -> pa.Array:
    return pc.replace_with_mask(texts, which, pa.array(by, pa.string())) if by else texts
