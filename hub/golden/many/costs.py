"""What values are by each step of their rule, by column; see `hub.golden.said`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from hub.coded import Coded
from hub.golden import said
from hub.golden.many.tellers import Tellers
from hub.golden.said import UNRANKED, UNSIZED, may_tell, too_old
from hub.golden.survivorship import Criterion, Rule, Step
from hub.ranking import Flags, Numbers


@dataclass(frozen=True)
class Measures:
    """What the criteria compare beside the record, a row a value that a record (`row`) tells.

    `shown` is the value as text, `whole` as it is.
    """

    row: Numbers
    frequency: Numbers
    completeness: Numbers
    length: Numbers
    marked: Flags
    shown: Coded
    whole: pa.Array


Costs = list[Numbers]  # for each step of the rule a number a value; the lowest is the best


def costs(rule: Rule, tellers: Tellers, measures: Measures) -> Costs:
    return [_looked_at(step, rule, tellers, measures) for step in rule.steps]


def outside(step: Step, tellers: Tellers, row: Numbers) -> Flags:
    """Which values the step does not look at."""
    sources = step.sources
    if sources is None:
        return np.zeros(len(row), np.bool_)
    return _by_source(tellers, row, lambda name: name not in sources).astype(np.bool_)


def last(cost: Numbers) -> int:
    """What is more than every cost."""
    return int(cost.max(initial=0)) + 1


def _looked_at(step: Step, rule: Rule, tellers: Tellers, measures: Measures) -> Numbers:
    cost = _cost(step.criterion, rule, tellers, measures)
    if step.sources is None:
        return cost
    return np.where(outside(step, tellers, measures.row), last(cost), cost)


def _cost(criterion: Criterion, rule: Rule, tellers: Tellers, measures: Measures) -> Numbers:
    if criterion in _BY_SOURCE:
        told = _BY_SOURCE[criterion]
        return _by_source(tellers, measures.row, lambda name: told(name, rule))
    return _BY_VALUE[criterion](rule, tellers, measures)


def _ages(rule: Rule, tellers: Tellers, row: Numbers) -> Numbers:
    """A table of times by sources: there are few sources, and mostly one limit for all of them."""
    times, names = [*tellers.at.texts.to_pylist(), None], tellers.source.texts.to_pylist()
    apart = isinstance(rule.oldest, Mapping)
    named = names if apart else names[:1]
    old = _numbers(too_old(at, name, rule) for name in named for at in times)
    of = tellers.source.codes[row] * len(times) if apart else 0
    return old[of + tellers.at.codes[row]]


def _by_source(tellers: Tellers, row: Numbers, told: Callable[[str], int]) -> Numbers:
    by_code = _numbers(map(told, tellers.source.texts.to_pylist()))
    return by_code[tellers.source.codes[row]]


def _sizes(rule: Rule, shown: Coded) -> Numbers:
    texts = [*shown.texts.to_pylist(), None]
    return _numbers(said.sizes(rule, texts))[shown.codes]


def _smallest(size: Numbers) -> Numbers:
    return np.where(size == 0, UNSIZED, size)


def _scores(rule: Rule, tellers: Tellers, measures: Measures) -> Numbers:
    """A plain loop: what an expression looks at differs from row to row."""
    shown, sources, times = (
        one.whole().to_pylist()
        for one in (
            measures.shown,
            Coded(tellers.source.codes[measures.row], tellers.source.texts),
            Coded(tellers.at.codes[measures.row], tellers.at.texts),
        )
    )
    whole = measures.whole.to_pylist()
    told = zip(shown, whole, sources, times, strict=True)
    expression = rule.expression
    found = [said.score(expression, *one) if expression else None for one in told]
    cost = np.array([said.rating(one) for one in found], np.float64)
    return np.unique(cost, return_inverse=True)[1].astype(np.int64).reshape(-1)


def _numbers(values: Iterable[int]) -> Numbers:
    return np.fromiter(values, np.int64)


_BY_SOURCE: Final[Mapping[Criterion, Callable[[str, Rule], int]]] = {
    Criterion.ONLY_FROM: lambda name, rule: not may_tell(name, rule),
    Criterion.VERIFIED: lambda name, rule: name not in rule.verified,
    Criterion.PRIORITY: lambda name, rule: rule.priorities.get(name, UNRANKED),
}
_BY_VALUE: Final[Mapping[Criterion, Callable[[Rule, Tellers, Measures], Numbers]]] = {
    Criterion.MAX_AGE: lambda rule, tellers, measures: _ages(rule, tellers, measures.row),
    Criterion.RECENCY: lambda _, tellers, measures: -tellers.recency[measures.row],
    Criterion.FREQUENCY: lambda _, __, measures: -measures.frequency,
    Criterion.COMPLETENESS: lambda _, __, measures: -measures.completeness,
    Criterion.LENGTH: lambda _, __, measures: -measures.length,
    Criterion.PRIMARY: lambda _, __, measures: 1 - measures.marked.astype(np.int64),
    Criterion.MINIMUM: lambda rule, _, measures: _smallest(_sizes(rule, measures.shown)),
    Criterion.MAXIMUM: lambda rule, _, measures: -_sizes(rule, measures.shown),
    Criterion.EXPRESSION: _scores,
}
