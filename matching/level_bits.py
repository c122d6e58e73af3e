"""What the levels of a model's fields are worth, as tables to look up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final
from weakref import ref

import numpy as np
import numpy.typing as npt

from matching.model import Field, KindModel

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LevelBits:
    """What a model says of each field's levels, by level + 1 (0: not told), in bits. Each table is worked
    out when it is first asked for.
    """

    fields: tuple[Field, ...]
    rates: dict[str, float]  # by class that means the same
    names: tuple[str, ...]  # of all classes

    @staticmethod
    def of(model: KindModel) -> LevelBits:
        rates = {c.name: model.prior(c.name) for c in model.classes if c.same}
        return LevelBits(model.fields, rates, tuple(c.name for c in model.classes))

    @cached_property
    def chance(self) -> list[Floats]:
        return [_after(0.0, np.log2(_untelling(f))) for f in self.fields]

    @cached_property
    def shared(self) -> list[Floats]:
        """Of levels that tell by the share of the value how likely they are by chance where nobody knows that
        share; NaN for the others.
        """
        return [_after(np.nan, np.where(_telling(f), chances_of(f), np.nan)) for f in self.fields]

    @cached_property
    def classes(self) -> dict[str, list[Floats]]:
        return {name: [_after(0.0, np.log2(shown(f, name))) for f in self.fields] for name in self.names}

    @cached_property
    def against(self) -> list[Floats]:
        return [_after(0.0, np.where(_telling(f), 0.0, self._opposed(f))) for f in self.fields]

    def _opposed(self, f: Field) -> Floats:
        expected = sum((shown(f, name) * rate for name, rate in self.rates.items()), np.zeros(len(f.levels)))
        bits = np.log2(expected / sum(self.rates.values()) / _untelling(f))
        return np.asarray(np.minimum(0.0, bits), float)


def shown(f: Field, name: str) -> Floats:
    """How often pairs of a class are on each level."""
    return np.array([level.classes[name] for level in f.levels])


def chances_of(f: Field) -> Floats:
    """How often pairs taken at random are on each level."""
    return np.array([level.chance for level in f.levels])


def _untelling(f: Field) -> Floats:
    """The same, but 1 for levels that tell by the share of the value: that counts in its place."""
    return np.where(_telling(f), 1.0, chances_of(f))


def _telling(f: Field) -> Bools:
    return np.array([level.telling for level in f.levels], bool)


def _after(untold: float, told: Floats) -> Floats:
    return np.concatenate(([untold], told))


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
