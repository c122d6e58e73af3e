"""Where texts stand in a list that stays the same, prepared once.

Arrow hashes the whole list for every search; a list of tens of thousands is not hashed again for a few texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_FEW: Final = 2_000  # texts that are looked up one by one


class Listed:
    """Texts in their order, each of them once."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(texts)

    @cached_property
    def _array(self) -> pa.Array:
        return pa.array(self._texts, pa.string())

    @cached_property
    def _place(self) -> dict[str | None, int]:
        return {text: place for place, text in enumerate(self._texts)}

    def places(self, texts: pa.Array) -> npt.NDArray[np.int64]:
        """Where each text stands, -1 for one that is not there and for null."""
        if len(texts) <= _FEW:
            place = self._place
            return np.array([place.get(text, -1) for text in texts.to_pylist()], np.int64)
        return np.asarray(pc.fill_null(pc.index_in(texts, value_set=self._array), -1).to_numpy(), np.int64)

    def __contains__(self, text: str) -> bool:
        return text in self._place
