"""A pair's score as a waterfall: each bar begins where the one before it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hub.web.texts import page_text
from hub.web.words import field_label, level_label

_SMALLEST: Final = 0.05  # points: less is not worth a line
_FARTHEST: Final = 40.0  # points: a threshold beyond that means always or never


@dataclass(frozen=True, slots=True)
class Step:
    """One line: what was compared, what was found, how common that is, and the points it gives.

    `start` and `width` are percentages of the drawing's width.
    """

    label: str
    found: str
    rarity: str
    points: float
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The steps from the starting point to the `total`; from `threshold` points on records are merged.

    A point about doubles the odds that the two are the same. `zero`, `line` and `end` are where 0, the
    threshold and the total stand, in percent of the width.
    """

    steps: tuple[Step, ...]
    total: float
    probability: float
    threshold: float
    zero: float
    line: float
    end: float

    @property
    def merges(self) -> bool:
        return self.total >= self.threshold


def waterfall(evidence: str | None, probability: float, needed: float) -> Waterfall | None:
    """From an edge's evidence (see `EDGE_SCHEMA`) and the points from which pairs are merged; None where
    nothing was written down.
    """
    if not evidence:
        return None
    told: Mapping[str, Any] = json.loads(evidence)
    parts = [("Starting point", "two random records are rarely the same", "", float(told["prior"]))]
    parts += [
        _part(one)
        for one in told["fields"]
        if abs(one["weight"]) >= _SMALLEST or one["field"] != "circumstances"
    ]
    edges = [0.0]
    for *_, points in parts:
        edges.append(edges[-1] + points)
    limit = min(max(needed, -_FARTHEST), _FARTHEST)
    total = float(told.get("total", edges[-1]))
    low, high = min(*edges, limit, total), max(*edges, limit, total)
    span = (high - low) or 1.0

    def at(points: float) -> float:
        return 100 * (points - low) / span

    steps = tuple(
        Step(label, found, rarity, points, at(min(edges[i], edges[i + 1])), 100 * abs(points) / span)
        for i, (label, found, rarity, points) in enumerate(parts)
    )
    return Waterfall(steps, total, probability, limit, at(0.0), at(limit), at(total))


def _part(one: Mapping[str, Any]) -> tuple[str, str, str, float]:
    field, level, detail = str(one["field"]), str(one["level"]), one.get("detail")
    label = "Taken together" if field == "circumstances" else page_text(field_label(field), 40)
    rarity = f"{detail} records has it" if detail else ""
    return label, level_label(field, level), rarity, float(one["weight"])
