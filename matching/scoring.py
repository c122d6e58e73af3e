"""From levels of agreement to weights: a function of a batch of pairs and the model, of nothing else.

Weights are in bits, log2 of the odds that both records are one. All of a batch's pairs with the same levels
are worked out once; only the shares of what they agree on differ from pair to pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.calibration import PLAIN, Calibration
from matching.coincidences import counting, positions
from matching.comparison import Agreement, Agreements
from matching.grouping import numbered
from matching.kernels import compiled
from matching.level_bits import level_bits, shown
from matching.model import KindModel

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

_FEW_PATTERNS: Final = 50_000
_RAREST: Final = 1e-9  # no share is smaller than this: beyond it records err rather than agree by chance
_MULTIPLIED: Final = 16  # so many of the smallest shares together are still a usual number


@dataclass(frozen=True)
class Scores:
    """By pair: `weight` in bits, `pattern` its row in `classes`.

    `classes` has one row a distinct pattern of levels and one column a class of the model: log2 of the
    probability of the pattern in it. `chance` is log2 of the probability of the pair by chance. `against` is
    what speaks against being one, field by field, in bits below 0: where nothing is told it is 0, however
    unlikely the pair.
    """

    weight: Floats
    pattern: Longs
    classes: Floats
    chance: Floats
    against: Floats
    calibration: Calibration = PLAIN

    @property
    def probability(self) -> Floats:
        return self.calibration.probability(self.weight)

    @property
    def explanation(self) -> npt.NDArray[np.int8]:
        """The number of the likeliest class (their count: chance)."""
        best, most = self.classes.argmax(axis=1), self.classes.max(axis=1)
        by_chance = self.chance > most[self.pattern]
        likeliest: npt.NDArray[np.int64] = np.where(by_chance, self.classes.shape[1], best[self.pattern])
        return likeliest.astype(np.int8)


def score(model: KindModel, agreements: Agreements) -> Scores:
    """Scores a batch. `agreements` has the model's fields; a field that is missing counts as untold."""
    pattern, levels = patterns(model, agreements)
    chance = chance_bits(model, agreements, pattern, levels)
    tables = class_bits(model, levels)
    same = np.array([c.same for c in model.classes])
    alike = _log_sum(tables[:, same])
    others = _log_sum(tables[:, ~same])
    weight = alike[pattern] - np.logaddexp2(others[pattern], chance)
    return Scores(weight, pattern, tables, chance, _against(model, levels)[pattern], model.calibration)


def patterns(model: KindModel, agreements: Agreements) -> tuple[Longs, npt.NDArray[np.int8]]:
    """Every pair's pattern number, and the patterns: one row each, one column a field of the model."""
    columns = [agreements[f.name].levels if f.name in agreements else None for f in model.fields]
    n = next((len(column) for column in columns if column is not None), 0)
    keys, room = np.zeros(n, np.int64), 1
    for found, f in zip(columns, model.fields, strict=True):
        if found is None:
            continue
        radix = len(f.levels) + 1
        if room > (1 << 62) // radix:
            keys, _ = numbered(keys)
            room = n + 1
        keys = keys * radix + found + 1
        room *= radix
    inverse, first = _distinct(keys)
    rows = np.full((len(first), len(columns)), -1, np.int8)
    for position, found in enumerate(columns):
        if found is not None:
            rows[:, position] = found[first]
    return inverse, rows


def _distinct(keys: Longs) -> tuple[Longs, Longs]:
    """As `numbered`, of keys of which few are different."""
    if compiled(len(keys)):
        from matching.kernels.numbering import numbered_few  # noqa: PLC0415 - loads Numba

        if found := numbered_few(keys.view(np.uint64), _FEW_PATTERNS):
            numbers, first, values = found
            order = np.argsort(values)
            onto = np.empty(len(order), np.int64)
            onto[order] = np.arange(len(order))
            return onto[numbers], first[order]
    return numbered(keys)


def chance_bits(
    model: KindModel, agreements: Agreements, pattern: Longs, levels: npt.NDArray[np.int8]
) -> Floats:
    """log2 of the probability of each pair's levels by chance, of telling levels by the share of the
    value.
    """
    known = level_bits(model)
    bits = coincidence_bits(model, levels)
    for position, table in enumerate(known.chance):
        bits += table[levels[:, position].astype(np.int64) + 1]
    out = bits[pattern]
    telling = [
        (agreements[f.name], chances)
        for f, chances in zip(model.fields, known.shared, strict=True)
        if f.name in agreements and not np.isnan(chances).all()
    ]
    for start in range(0, len(telling), _MULTIPLIED):
        out += np.log2(_shares_together(telling[start : start + _MULTIPLIED], len(pattern)))
    return out


def _shares_together(telling: list[tuple[Agreement, Floats]], n: int) -> Floats:
    """For every pair the product of the shares of what it agrees on."""
    product = np.ones(n)
    for found, chances in telling:
        if compiled(n):
            from matching.kernels.pairs import times_share  # noqa: PLC0415 - loads Numba

            times_share(product, found.levels, found.shares, chances, _RAREST)
        else:
            usual = chances[found.levels.astype(np.int64) + 1]
            told = np.flatnonzero(~np.isnan(usual))
            shares = found.shares[told].astype(np.float64)
            product[told] *= np.maximum(np.where(np.isnan(shares), usual[told], shares), _RAREST)
    return product


def _against(model: KindModel, levels: npt.NDArray[np.int8]) -> Floats:
    """For each pattern the sum of what is likelier of strangers than of one person."""
    out = np.zeros(len(levels))
    for position, table in enumerate(level_bits(model).against):
        out += table[levels[:, position].astype(np.int64) + 1]
    return out


def coincidence_bits(model: KindModel, levels: npt.NDArray[np.int8]) -> Floats:
    """log2 of how much more often than by independent chance each pattern's fields agree together."""
    bits = np.zeros(len(levels))
    for coincidence in model.coincidences:
        where = positions(model, coincidence)
        fields = [model.fields[position] for position in where]
        places = [levels[:, position].astype(np.int64) + 1 for position in where]
        bits += counting(fields, [shown(f, "same") for f in fields], places) * np.log2(coincidence.factor)
    return bits


def class_bits(model: KindModel, levels: npt.NDArray[np.int8]) -> Floats:
    """log2 of prior × probability of each pattern (row) in each class (column)."""
    out = np.zeros((len(levels), len(model.classes)))
    known = level_bits(model)
    for number, c in enumerate(model.classes):
        out[:, number] = np.log2(model.prior(c.name))
        for position, table in enumerate(known.classes[c.name]):
            out[:, number] += table[levels[:, position].astype(np.int64) + 1]
    return out


def _log_sum(bits: Floats) -> Floats:
    return np.asarray(np.logaddexp2.reduce(bits, axis=1), float)
