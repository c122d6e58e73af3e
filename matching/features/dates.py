"""Birth dates: year, month and day as far as they are told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.encoding import Ints, Values, recoded
from matching.features.leaves import Leaves

# What is not such a date counts as not told.
_DATE: Final = r"^(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?)?$"


@dataclass(frozen=True)
class DateFeatures:
    """`date` is the text as told; by date: its parts, 0 for a part that is not told (all 0: no date at
    all).
    """

    date: Values
    years: Ints
    months: Ints
    days: Ints

    @cached_property
    def digits(self) -> npt.NDArray[np.uint8]:
        """The eight digits of every date."""
        whole = self.years.astype(np.int64) * 10000 + self.months * 100 + self.days
        return ((whole[:, None] // 10 ** np.arange(7, -1, -1)) % 10).astype(np.uint8)

    @cached_property
    def complete(self) -> npt.NDArray[np.bool_]:
        return (self.years > 0) & (self.months > 0) & (self.days > 0)


def date_features(leaves: Leaves) -> DateFeatures:
    leaf = leaves.plain("birth_date")
    texts = pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(leaf.values), 0, 10)
    onto, vocabulary = recoded(pc.if_else(pc.match_substring_regex(texts, _DATE), texts, None))
    first = np.full(leaves.n, -1, np.int32)
    first[leaf.rows] = onto[leaf.codes] if len(onto) else -1
    parts = pc.extract_regex(vocabulary.values, _DATE)
    year, month, day = (_number(pc.struct_field(parts, part)) for part in ("year", "month", "day"))
    return DateFeatures(Values(first, vocabulary), year, month, day)


def _number(texts: pa.Array) -> Ints:
    filled = pc.if_else(pc.equal(pc.fill_null(texts, ""), ""), "0", texts)
    return np.asarray(filled.cast(pa.int32()).to_numpy(zero_copy_only=False), np.int32)
