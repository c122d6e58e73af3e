"""Why a pair has its weight, written down by the scoring itself.

Evidence is JSON: the prior, then for each field its level of agreement, its weight in bits and how common
what they share is; last, under `circumstances`, what the likeliest explanation adds or takes away (members of
one household share an address without being one). Prior and weights add up to the pair's weight.

Millions of pairs have few distinct findings a field: each is written once and then joined by column.
"""

from __future__ import annotations

import json
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.comparison import Agreement, Agreements
from matching.model import Field, KindModel
from matching.scoring import Scores, score

Floats = npt.NDArray[np.float64]

_RAREST: Final = 1e-9
CIRCUMSTANCES: Final = "circumstances"


def evidence(model: KindModel, agreements: Agreements) -> pa.Array:
    """One JSON text a pair."""
    scores = score(model, agreements)
    n = len(scores.weight)
    prior = _round(np.log2(_same_rate(model)))
    total = np.full(n, prior)
    parts: list[pa.Array] = [pa.scalar(f'{{"prior":{prior},"fields":[')]
    for field in model.fields:
        if field.name not in agreements or not (agreements[field.name].levels >= 0).any():
            continue
        texts, weights = _findings(model, field, agreements[field.name])
        parts.append(texts)
        total += weights
    parts += _rest(model, scores, total)
    return pc.binary_join_element_wise(*parts, "")


def _findings(model: KindModel, field: Field, found: Agreement) -> tuple[pa.Array, Floats]:
    """A fragment of JSON a pair (empty where nothing is told) and its weight."""
    telling = np.array([False, *(level.telling for level in field.levels)])[found.levels.astype(np.int64) + 1]
    shares = np.where(telling & ~np.isnan(found.shares), found.shares, np.float32(0))
    packed = (found.levels.astype(np.int64) + 1) << 32 | shares.view(np.int32).astype(np.int64)
    distinct, inverse = np.unique(packed, return_inverse=True)
    rows = [_finding(model, field, int(key >> 32) - 1, _share(int(key))) for key in distinct.tolist()]
    texts = pa.array([text for text, _ in rows]).take(pa.array(inverse))
    return texts, np.array([weight for _, weight in rows])[inverse]


def _share(packed: int) -> float:
    return float(np.array([packed & 0xFFFFFFFF], np.int64).astype(np.uint32).view(np.float32)[0])


def _finding(model: KindModel, field: Field, level: int, share: float) -> tuple[str, float]:
    if level < 0:
        return "", 0.0
    found = field.levels[level]
    chance = max(share, _RAREST) if found.telling and share > 0 else found.chance
    rate = {c.name: model.prior(c.name) for c in model.classes if c.same}
    expected = sum(found.classes[name] * prior for name, prior in rate.items()) / sum(rate.values())
    weight = _round(np.log2(expected / chance))
    detail = f"1 in {_count(1 / chance)}" if found.telling and share > 0 else None
    text = json.dumps(
        {"field": field.name, "level": found.name, "weight": weight, "detail": detail}, separators=(",", ":")
    )
    return text + ",", weight


def _rest(model: KindModel, scores: Scores, total: Floats) -> list[pa.Array]:
    names = [
        f'{{"field":"{CIRCUMSTANCES}","level":"{name}","weight":'
        for name in (*(c.name for c in model.classes), "chance")
    ]
    weight = np.round(scores.weight, 2)
    rest = np.round(weight - total, 2) + 0.0
    return [
        pa.array(names).take(pa.array(scores.explanation)),
        _texts(rest),
        pa.scalar(',"detail":null}],"total":'),
        _texts(weight),
        pa.scalar("}"),
    ]


def _texts(numbers: Floats) -> pa.Array:
    return pc.cast(pa.array(numbers), pa.string())


def _same_rate(model: KindModel) -> float:
    return sum(model.prior(c.name) for c in model.classes if c.same)


def _round(value: float) -> float:
    return round(float(value), 2)


def _count(value: float) -> str:
    return f"{float(f'{value:.2g}'):,.0f}"
