"""People's judgements as rows of the features at hand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hub.domain.matching import Verdict
from matching.encoding import Longs
from matching.features import Features

Rows = tuple[Longs, Longs]


class Judged:
    """People's judgements as rows. Judgements on records that are not given are left out."""

    def __init__(self, features: Features, judgements: pa.Table) -> None:
        order = features.by_id
        ids = features.record_ids[order]
        sides = [np.asarray(judgements[name].to_numpy(), np.int64) for name in ("record_a", "record_b")]
        verdicts = np.asarray(judgements["verdict"].to_pylist(), dtype=object)
        places = [np.minimum(np.searchsorted(ids, side), max(len(ids) - 1, 0)) for side in sides]
        known = np.ones(len(verdicts), bool) if len(ids) else np.zeros(len(verdicts), bool)
        for place, side in zip(places, sides, strict=True):
            known &= ids[place] == side if len(ids) else False
        a, b = (order[place[known]] if len(ids) else np.zeros(0, np.int64) for place in places)
        self._low, self._high = np.minimum(a, b), np.maximum(a, b)
        self._n = features.n
        verdicts = verdicts[known]
        self.same = self._of(verdicts == Verdict.SAME.value)
        self.different = self._of(verdicts == Verdict.DIFFERENT.value)

    def _of(self, mask: npt.NDArray[np.bool_]) -> Rows:
        rows = np.asarray(mask, bool) & (self._low != self._high)
        return self._low[rows], self._high[rows]

    def within(self, pairs: Rows, mine: npt.NDArray[np.bool_]) -> Rows:
        both = mine[pairs[0]] & mine[pairs[1]]
        return pairs[0][both], pairs[1][both]

    def across(self, organisations: npt.NDArray[np.bool_]) -> Rows:
        """Pairs of a person and an organisation that were judged the same."""
        mixed = organisations[self.same[0]] != organisations[self.same[1]]
        return self.same[0][mixed], self.same[1][mixed]

    def parted(self, joined: Longs, labels: Longs) -> Longs:
        """`joined`, but as before where it would bring together what was judged different and the
        same nowhere.
        """
        torn = joined[self.different[0]] == joined[self.different[1]]
        apart = labels[self.different[0]] != labels[self.different[1]]
        bad = np.isin(joined, joined[self.different[0][torn & apart]])
        return np.where(bad, labels, joined)

    def spoken_on(self, a: Longs, b: Longs, labels: Longs) -> npt.NDArray[np.bool_]:
        """Pairs between two clusters of which a person has judged a pair, this or another."""
        x, y, low, high = labels[a], labels[b], labels[self._low], labels[self._high]
        return np.isin(
            np.minimum(x, y) * self._n + np.maximum(x, y),
            np.minimum(low, high) * self._n + np.maximum(low, high),
        )
