"""A model in figures for people: what each agreement is worth, and in what two models differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from matching.model import KindModel, Level, Model, from_json

WEIGHT_SCHEMA: Final = pa.schema(
    [
        ("kind", pa.string()),
        ("field", pa.string()),
        ("level", pa.string()),
        ("bits", pa.float64()),
        ("same", pa.float64()),
        ("chance", pa.float64()),
        ("by_value", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Difference:
    """A figure that two models hold differently; None where one of them does not have it."""

    kind: str
    what: str
    before: float | None
    after: float | None


def weights(model: str) -> pa.Table:
    """One row a level (`WEIGHT_SCHEMA`): how often records of one person or organisation are on it, how often
    strangers are, and its weight in bits, log2 of the ratio. `by_value`: the weight of a pair is larger or
    smaller as the value is rarer or more common; what stands here is that of a typical value.
    """
    rows = [
        (kind.kind, f.name, level.name, *_worth(kind, level), level.telling)
        for kind in from_json(model).kinds.values()
        for f in kind.fields
        for level in f.levels
    ]
    return pa.Table.from_pylist(
        [dict(zip(WEIGHT_SCHEMA.names, row, strict=True)) for row in rows], schema=WEIGHT_SCHEMA
    )


def differences(before: str, after: str) -> list[Difference]:
    """In what two models differ: rates of classes, weights of levels (bits), rules, the threshold."""
    old, new = from_json(before), from_json(after)
    found = []
    if old.threshold != new.threshold:
        found.append(Difference("all", "threshold", old.threshold, new.threshold))
    for kind in sorted({*old.kinds, *new.kinds}):
        then, now = (_figures(model, kind) for model in (old, new))
        found += [
            Difference(kind, what, then.get(what), now.get(what))
            for what in {**then, **now}
            if then.get(what) != now.get(what)
        ]
    return found


def _figures(model: Model, name: str) -> dict[str, float]:
    if name not in model.kinds:
        return {}
    kind = model.kinds[name]
    found: dict[str, float] = {"records": kind.records}
    found |= {f"pairs for every record, {c.name}": c.rate for c in kind.classes}
    found |= {f"{f.name}: {level.name}": _worth(kind, level)[0] for f in kind.fields for level in f.levels}
    found |= {f"rule {rule.name}: largest block": rule.cap for rule in kind.rules}
    return found


def _worth(kind: KindModel, level: Level) -> tuple[float, float, float]:
    """Bits, how often among the same, how often among strangers."""
    rates = {c.name: c.rate for c in kind.classes if c.same}
    same = sum(level.classes[name] * rate for name, rate in rates.items()) / (sum(rates.values()) or 1.0)
    bits = float(np.log2(max(same, 1e-12) / max(level.chance, 1e-12)))
    return round(bits, 2), same, level.chance
