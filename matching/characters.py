"""Which characters belong to a class of a regular expression, asked of Arrow once for each character."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc


class Characters:
    """A class of characters, in Arrow's understanding of Unicode.

    Arrow takes milliseconds to prepare a class of letters of all scripts, for one text as for a million; a
    few texts have few characters, and the next ones have mostly the same.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._known: dict[str, bool] = {}

    def among(self, characters: Iterable[str]) -> set[str]:
        """Those of the characters that belong to the class."""
        asked = set(characters)
        unseen = sorted(asked - self._known.keys())
        if unseen:
            told = pc.match_substring_regex(pa.array(unseen, pa.string()), self._pattern)
            self._known.update(zip(unseen, told.to_pylist(), strict=True))
        return {character for character in asked if self._known[character]}
