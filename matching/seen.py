"""Some records as a model sees them: which pairs of them it takes for the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matching.compare_records import kind_of
from matching.defaults import shipped
from matching.encoding import Longs
from matching.engines.local import KindMatcher, Settings, Watch
from matching.features import Features
from matching.model import KindModel, Model
from matching.review import unsure_from
from matching.rules import shipped_rules


def kind_model(model: Model, *, organisations: bool) -> KindModel:
    """The model of a kind; for one that it was not made for, the shipped one."""
    kind = kind_of(organisations=organisations)
    if kind in model.kinds:
        return model.kinds[kind]
    records = max((known.records for known in model.kinds.values()), default=0)
    rules = shipped_rules(organisations=organisations)
    return KindModel(**{**vars(shipped(kind)), "rules": rules, "records": records}).written()


class Rows:
    """From record ids to rows of features."""

    def __init__(self, features: Features) -> None:
        self._order = features.by_id
        self._ids = features.record_ids[self._order]

    def pairs(self, a: Longs, b: Longs, mine: npt.NDArray[np.bool_]) -> tuple[Longs, Longs]:
        """Rows, the lower one first, of the pairs whose records are both there and both `mine`."""
        if len(self._ids) == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        places = [np.minimum(np.searchsorted(self._ids, x), len(self._ids) - 1) for x in (a, b)]
        there = (self._ids[places[0]] == a) & (self._ids[places[1]] == b)
        x, y = (self._order[place[there]] for place in places)
        both = mine[x] & mine[y]
        return np.minimum(x, y)[both], np.maximum(x, y)[both]


@dataclass
class Seen:
    """Some records, seen by the model. A pair of them is scored as it would be among any others."""

    model: Model
    settings: Settings
    watch: Watch
    features: Features
    _matchers: dict[bool, KindMatcher] = field(default_factory=dict)

    @cached_property
    def rows(self) -> Rows:
        return Rows(self.features)

    def matcher(self, *, organisations: bool) -> KindMatcher:
        if organisations not in self._matchers:
            self._matchers[organisations] = KindMatcher(
                self.features,
                organisations=organisations,
                model=kind_model(self.model, organisations=organisations),
                settings=self.settings,
                watch=self.watch,
            )
        return self._matchers[organisations]

    def liked(self, a: Longs, b: Longs) -> Longs:
        """The records of those pairs (record ids) that are taken for the same, or that a person might have
        to look at.
        """
        found = [np.zeros(0, np.int64)]
        for side in (False, True):
            x, y = self.rows.pairs(a, b, self.features.organisations == side)
            if len(x):
                scores = self.matcher(organisations=side).scores(x, y)[1]
                likely = scores.probability >= unsure_from(self.model.threshold)
                found += [x[likely], y[likely]]
        return self.features.record_ids[np.unique(np.concatenate(found))]
