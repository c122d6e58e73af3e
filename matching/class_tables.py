"""What a model's classes show, as tables: a round of training is arithmetic on these, not on the model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matching.level_bits import shown
from matching.model import Field, KindModel

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ClassTables:
    """`rates`: of every class; `fields`: one table a field, a row a class, a column a level.

    `records` is how many the model is for.
    """

    records: int
    rates: Floats
    fields: tuple[Floats, ...]

    @staticmethod
    def of(model: KindModel) -> ClassTables:
        names = [c.name for c in model.classes]
        return ClassTables(
            model.records,
            np.array([c.rate for c in model.classes]),
            tuple(np.array([shown(f, name) for name in names]) for f in model.fields),
        )

    def onto(self, model: KindModel) -> KindModel:
        """The model with these."""
        names = [c.name for c in model.classes]
        return replace(
            model,
            classes=tuple(
                replace(c, rate=float(rate)) for c, rate in zip(model.classes, self.rates, strict=True)
            ),
            fields=tuple(
                _with_levels(f, names, table) for f, table in zip(model.fields, self.fields, strict=True)
            ),
        )

    def bits(self, places: Longs) -> Floats:
        """log2 of prior × probability of each pattern (row) in each class (column). `places` are the
        patterns' levels + 1 (0: not told).
        """
        priors = np.minimum(2.0 * self.rates / max(self.records - 1, 1), 0.2)
        out = np.repeat(np.log2(priors)[None, :], len(places), axis=0)
        for position, table in enumerate(self.fields):
            out += np.vstack((np.zeros(len(priors)), np.log2(table).T))[places[:, position]]
        return out


def _with_levels(f: Field, names: list[str], table: Floats) -> Field:
    shares = (dict(zip(names, column, strict=True)) for column in table.T.tolist())
    return replace(
        f, levels=tuple(replace(level, classes=found) for level, found in zip(f.levels, shares, strict=True))
    )
