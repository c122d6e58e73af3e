"""Given, family and middle names, also where given and family name changed places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from matching.comparators.whole_names import WordOrder
from matching.comparison import Agreement, Compared, Levels, over_values, unknown
from matching.encoding import Bools, Ints, Longs
from matching.features.names import IS_INITIAL, OF_INITIAL, NameFeatures
from matching.features.whole_names import WholeNames
from matching.frequencies import Frequencies
from matching.kernels import compiled
from matching.similarity import by_pair, edits, jaro_winkler

if TYPE_CHECKING:
    from matching.kernels.names import Names

# Levels, from different to equal.
GIVEN: Final = ("different", "alike", "short form", "nickname", "typing error", "swapped", "equal")
FAMILY: Final = ("different", "alike", "part in common", "typing error", "equal")
MIDDLE: Final = ("different", "initial", "equal")

_ALIKE: Final = 0.84  # Jaro–Winkler
_CLOSE: Final = 0.94
_SHORTEST_FOR_A_TYPO: Final = 4
_TELLING: Final = 3  # consonants by which a name is recognised


@dataclass(frozen=True)
class Spellings:
    """Family names, or any words of names, by how they are spelled."""

    names: NameFeatures

    def family_levels(self, a: Ints, b: Ints) -> Levels:
        """Of family names: equal, one typing error, a word in common, alike or different."""
        levels = np.full(len(a), 4, np.int8)
        odd = np.flatnonzero(a != b)
        if len(odd):
            levels[odd] = by_pair(a[odd], b[odd], self._family_pairs).astype(np.int8)
        return levels

    def _family_pairs(self, a: Ints, b: Ints) -> np.ndarray:
        unsure = self.names.scripts.unsure(a, b)
        a, b, crossing = self.names.scripts.side_by_side(a, b)
        level = _spelling(self.names, a, b, typo=3, alike=1)
        heads, tails = self.names.head_marks, self.names.tail_marks
        part = (
            (heads[a] == heads[b]) | (tails[a] == tails[b]) | (heads[a] == tails[b]) | (tails[a] == heads[b])
        )
        long_enough = np.minimum(self.names.lengths[a], self.names.lengths[b]) >= 3
        level = np.where(part & long_enough, np.maximum(level, 2), level)
        level = _transliterated(self.names, a, b, level, crossing, typo=3)
        return np.where(unsure & (level == 0), -1, level)


@dataclass(frozen=True)
class NameComparator:
    names: NameFeatures
    frequencies: Frequencies
    whole: WholeNames

    @cached_property
    def _given_shares(self) -> np.ndarray:
        return self.frequencies.of_values(self.names.given, "given")

    @cached_property
    def _family_shares(self) -> np.ndarray:
        return self.frequencies.of_values(self.names.family, "family")

    @cached_property
    def _middle_shares(self) -> np.ndarray:
        return self.frequencies.of_values(self.names.middle, "middle")

    def compare(self, a: Longs, b: Longs) -> dict[str, Agreement]:
        g, f = self._parts(a, b)
        middle = over_values(self.names.middle, a, b, self._middle)
        if self._order is not None:
            self._order.settle(a, b, g, f, (middle.levels, middle.shares))
        if self.names.scripts.several:
            self._read_alike(a, b, g[0], f[0])
        return {"given": Agreement(*g), "family": Agreement(*f), "middle": middle}

    def _read_alike(self, a: Longs, b: Longs, given: Levels, family: Levels) -> None:
        """Where one part of a name in signs that are read in several ways is read as the other record writes
        it, so is the rest: what then is not alike is another name.
        """
        for values, mine, other, agrees in (
            (self.names.given.first, given, family, FAMILY.index("typing error")),
            (self.names.family.first, family, given, GIVEN.index("typing error")),
        ):
            mine[(mine < 0) & (values[a] >= 0) & (values[b] >= 0) & (other >= agrees)] = 0

    def _parts(self, a: Longs, b: Longs) -> tuple[Compared, Compared]:
        """Given and family names."""
        given, family = self.names.given.first, self.names.family.first
        if compiled(len(a)) and not self.names.scripts.several:
            found = self._compiled.compared(given, family, a, b, _ALIKE, _CLOSE)
            return found[:2], found[2:]
        g = self._compared(given[a], given[b], self.given_levels, self._given_shares, GIVEN)
        f = self._compared(family[a], family[b], self._spellings.family_levels, self._family_shares, FAMILY)
        self._swap(a, b, g, f)
        return g, f

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self.names)

    @cached_property
    def _order(self) -> WordOrder | None:
        if not self.whole.any:
            return None
        shares = np.maximum(self._given_shares, self._family_shares)
        return WordOrder(self.whole, Spellings(self.whole.words), shares)

    @cached_property
    def _compiled(self) -> Names:
        """The names as compiled loops compare them, to the same levels."""
        from matching.kernels.names import Names  # noqa: PLC0415 - loads Numba

        n = self.names
        words = (n.head_marks, n.tail_marks, n.second_marks)
        return Names.of(
            words,
            n.own_initial_hashes,
            n.lengths,
            n.nickname_classes,
            n.vocabulary.compiled,
            self._given_shares,
            self._family_shares,
        )

    def _compared(self, a, b, levels_of, shares, names) -> Compared:  # type: ignore[no-untyped-def]
        levels, common = unknown(len(a))
        both = np.flatnonzero((a >= 0) & (b >= 0))
        levels[both] = levels_of(a[both], b[both])
        equal = both[levels[both] == len(names) - 1]
        common[equal] = shares[a[equal]]
        return levels, common

    def given_levels(self, a: Ints, b: Ints) -> Levels:
        """Of given names: equal, one typing error, a nickname, an initial or fewer names, alike or
        different.
        """
        levels = np.full(len(a), 6, np.int8)
        odd = np.flatnonzero(a != b)
        if len(odd):
            levels[odd] = by_pair(a[odd], b[odd], self._given_pairs).astype(np.int8)
        return levels

    def _given_pairs(self, a: Ints, b: Ints) -> np.ndarray:
        unsure = self.names.scripts.unsure(a, b)
        a, b, crossing = self.names.scripts.side_by_side(a, b)
        level = _spelling(self.names, a, b, typo=4, alike=1)
        others = self._second_differs(a, b)
        heads = self.names.head_marks
        half = np.flatnonzero(others & (heads[a] == heads[b]))
        level[half] = np.where(edits(self.names.vocabulary, a[half], b[half], 1) <= 1, 4, 1)
        short = self._short(a, b) & ~others
        nick = self._share_formal_name(a, b) & ~short & ~others
        level = np.where(nick, 3, np.where(short, 2, level))
        level = _transliterated(self.names, a, b, level, crossing, typo=4)
        return np.where(unsure & (level == 0), -1, level)

    def _share_formal_name(self, a: Ints, b: Ints) -> np.ndarray:
        classes = self.names.nickname_classes
        shared = np.zeros(len(a), bool)
        for i in range(classes.shape[1]):
            for j in range(classes.shape[1]):
                shared |= (classes[a, i] == classes[b, j]) & (classes[a, i] != 0)
        return shared

    def _short(self, a: Ints, b: Ints) -> np.ndarray:
        """One is the other's initial, or its first word."""
        heads, starts, lengths = self.names.head_marks, self.names.own_initial_hashes, self.names.lengths
        one = (lengths[a] == 1) | (lengths[b] == 1)
        initial = one & (starts[a] == starts[b])
        return np.asarray(initial | (heads[a] == heads[b]))

    def _second_differs(self, a: Ints, b: Ints) -> np.ndarray:
        """Both go on after the first word, and not alike: a Jean-Paul is no Jean-Pierre, but a Jean P. may
        be one, and María Luisa a María del Carmen Luisa.
        """
        second, tail = self.names.second_marks, self.names.tail_marks
        one, other = second[a], second[b]
        same_letter = (one ^ other) & OF_INITIAL == 0
        initial = same_letter & ((one | other) & IS_INITIAL != 0)
        alike = (one == other) | initial | (one == tail[b]) | (other == tail[a])
        return np.asarray((one != 0) & (other != 0) & ~alike)

    def _swap(self, a: Longs, b: Longs, g: Compared, f: Compared) -> None:
        """Where given and family name disagree but agree crosswise, they changed places."""
        given, family = self.names.given.first, self.names.family.first
        rows = np.flatnonzero((g[0] >= 0) & (f[0] >= 0) & (g[0] <= 2) & (f[0] <= 2))
        rows = rows[self._starting_crosswise(given, family, a[rows], b[rows])]
        if len(rows) == 0:
            return
        first = self._spellings.family_levels(given[a[rows]], family[b[rows]])
        second = self._spellings.family_levels(family[a[rows]], given[b[rows]])
        crossed = (first >= 3) & (second >= 3)
        rows = rows[crossed]
        if len(rows) == 0:
            return
        common = np.maximum(self._given_shares, self._family_shares)
        g[0][rows], f[0][rows] = 5, 4  # the swap is told once, with the given name
        g[1][rows], f[1][rows] = common[given[a[rows]]], common[family[a[rows]]]

    def _starting_crosswise(self, given: Ints, family: Ints, a: Longs, b: Longs) -> np.ndarray:
        """Whether both names start with the letter that the other record's other name starts with."""
        starts = self.names.initial_hashes
        first = starts[given[a]] == starts[family[b]]
        return np.asarray(first & (starts[family[a]] == starts[given[b]]))

    def _middle(self, a: Ints, b: Ints) -> Compared:
        values = self.names.middle.vocabulary.values
        starts = pc.utf8_slice_codeunits(values, 0, 1).dictionary_encode().indices.to_numpy()
        one, other, _ = self.names.middle_scripts.side_by_side(a, b)
        same_start = starts[one] == starts[other]
        levels = np.where(a == b, 2, np.where(same_start, 1, 0)).astype(np.int8)
        return levels, np.where(levels == 2, self._middle_shares[a], np.nan).astype(np.float32)


def _spelling(names: NameFeatures, a: Ints, b: Ints, *, typo: int, alike: int) -> np.ndarray:
    similar = jaro_winkler(names.vocabulary, a, b, _ALIKE)
    level = np.where(similar > 0, alike, 0)
    shorter = np.minimum(names.lengths[a], names.lengths[b])
    # Jaro–Winkler thinks little of an edit between letters that come again ("Hjlene" for "Helene").
    again = (level == 0) & (shorter > _SHORTEST_FOR_A_TYPO) & names.vocabulary.letters.may_be_one_edit(a, b)
    near = np.flatnonzero((level > 0) | again)
    one_edit = edits(names.vocabulary, a[near], b[near], 1) <= 1
    level[near[(one_edit & (shorter[near] >= _SHORTEST_FOR_A_TYPO)) | (similar[near] >= _CLOSE)]] = typo
    return level


def _transliterated(
    names: NameFeatures, a: Ints, b: Ints, level: np.ndarray, crossing: Bools, *, typo: int
) -> np.ndarray:
    """Pairs of different scripts, given as their Latin forms: the same letters or three of the same
    consonants agree as well as a typing error does, fewer of them or the same sound are alike.
    """
    rows = np.flatnonzero(crossing)
    if len(rows) == 0:
        return level
    one, other = a[rows], b[rows]
    skeleton = names.consonant_hashes[one] == names.consonant_hashes[other]
    sound = names.sound_hashes[one] == names.sound_hashes[other]
    near = (one == other) | (skeleton & (names.consonant_counts[one] >= _TELLING))
    far = (skeleton & (names.consonant_counts[one] > 1)) | (sound & (names.sound_lengths[one] > 1))
    found = np.where(near, typo, np.where(far, 1, 0))
    out = level.copy()
    out[rows] = np.where(one == other, typo, np.maximum(level[rows], found))
    return out
