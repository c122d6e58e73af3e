"""What the levels of a model's fields are worth, as tables to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from weakref import ref

import numpy as np
import numpy.typing as npt

from matching.model import KindModel, Level

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LevelBits:
    """What a model says of each field's levels, by level + 1 (0: not told), in bits. `shared` is for levels
    that tell by the share of the value how likely they are by chance where nobody knows that share, NaN for
    the others.
    """

    chance: list[Floats]
    shared: list[Floats]
    classes: dict[str, list[Floats]]
    against: list[Floats]

    @staticmethod
    def of(model: KindModel) -> LevelBits:
        fields = [f.levels for f in model.fields]
        rates = {c.name: model.prior(c.name) for c in model.classes if c.same}
        return LevelBits(
            [
                np.array([0.0, *(0.0 if level.telling else np.log2(level.chance) for level in levels)])
                for levels in fields
            ],
            [
                np.array([np.nan, *(level.chance if level.telling else np.nan for level in levels)])
                for levels in fields
            ],
            {
                c.name: [
                    np.array([0.0, *(np.log2(level.classes[c.name]) for level in levels)])
                    for levels in fields
                ]
                for c in model.classes
            },
            [np.array([0.0, *(_opposed(level, rates) for level in levels)]) for levels in fields],
        )


def _opposed(level: Level, rates: Mapping[str, float]) -> float:
    expected = sum(level.classes[name] * rate for name, rate in rates.items()) / sum(rates.values())
    return 0.0 if level.telling else min(0.0, float(np.log2(expected / level.chance)))


# A change scores a few pairs several times: working these out takes as long as scoring them.
_recent: list[tuple[ref[KindModel], LevelBits]] = []
_RECENT: Final = 4


def level_bits(model: KindModel) -> LevelBits:
    """The bits of a model; those of the last few models are kept."""
    for known, tables in _recent:
        if known() is model:
            return tables
    found = LevelBits.of(model)
    _recent[:] = [(ref(model), found), *_recent[: _RECENT - 1]]
    return found
