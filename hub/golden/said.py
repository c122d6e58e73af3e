"""What the records of one identity say of a field, as the survivorship of values looks at it.

An identity has a handful of records, so its values are sorted in plain Python: planning a query for every
field takes longer than the sorting, for one identity a hundred times as long.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

from hub.golden.survivorship import Criterion, Rule, Step
from hub.ports import Scorer

UNRANKED: Final = 1_000_000  # the priority of a source that the rules do not name
LAST: Final = math.inf  # the cost of a value that a step does not look at
UNRATED: Final = sys.float_info.max  # and of one for which an expression gives no number
UNSIZED: Final = 1 << 40  # and of one that is absent by its size: neither the smallest nor the greatest
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")


@dataclass(frozen=True, slots=True)
class Teller:
    """A record that says something; `at` is when its source last changed it, `recency` is the higher the
    later that was, -1 without a time. `origin`: as provenance names the record, its place among those of its
    identity.
    """

    record_id: int
    source: str
    key: str
    at: str | None
    recency: int
    origin: int


def recencies(times: Sequence[str | None]) -> list[int]:
    rank = {time: place for place, time in enumerate(sorted({time for time in times if time is not None}))}
    return [-1 if time is None else rank[time] for time in times]


class Measures(NamedTuple):
    """What the criteria compare beside the record, value by value: of all the highest is the best, but of
    `sizes`, which are the texts' places among one another by size. What no step of the rule looks at need not
    be told.
    """

    frequency: Sequence[int]
    completeness: Sequence[int]
    length: Sequence[int] = ()
    sizes: Sequence[int] = ()
    scores: Sequence[float | None] = ()
    marked: Sequence[bool] = ()


Costs = tuple[float, ...]  # a number a step of the rule; the lowest is the best


def costs(rule: Rule, tellers: Sequence[Teller], measures: Measures) -> list[Costs]:
    """What each value is by each step of its rule; values sort by it. Told step by step, not value by value:
    that was a third of the time that a golden record of fifty records took.
    """
    by_step = [_by(step, rule, tellers, measures) for step in rule.steps]
    return list(zip(*by_step, strict=True)) if by_step else [()] * len(tellers)


def _by(step: Step, rule: Rule, tellers: Sequence[Teller], measures: Measures) -> list[float]:
    found = _BY[step.criterion](rule, tellers, measures)
    looks_at = step.sources
    if looks_at is None:
        return found
    return [cost if one.source in looks_at else LAST for one, cost in zip(tellers, found, strict=True)]


_BY: Final[Mapping[Criterion, Callable[[Rule, Sequence[Teller], Measures], list[float]]]] = {
    Criterion.ONLY_FROM: lambda rule, tellers, _: [not may_tell(one.source, rule) for one in tellers],
    Criterion.MAX_AGE: lambda rule, tellers, _: [too_old(one.at, one.source, rule) for one in tellers],
    Criterion.VERIFIED: lambda rule, tellers, _: [one.source not in rule.verified for one in tellers],
    Criterion.PRIORITY: lambda rule, tellers, _: [
        rule.priorities.get(one.source, UNRANKED) for one in tellers
    ],
    Criterion.RECENCY: lambda _, tellers, __: [-one.recency for one in tellers],
    Criterion.FREQUENCY: lambda _, __, measures: [-one for one in measures.frequency],
    Criterion.COMPLETENESS: lambda _, __, measures: [-one for one in measures.completeness],
    Criterion.LENGTH: lambda _, __, measures: [-one for one in measures.length],
    Criterion.PRIMARY: lambda _, __, measures: [not one for one in measures.marked],
    Criterion.MINIMUM: lambda _, __, measures: [one or UNSIZED for one in measures.sizes],
    Criterion.MAXIMUM: lambda _, __, measures: [-one for one in measures.sizes],
    Criterion.EXPRESSION: lambda _, __, measures: [rating(one) for one in measures.scores],
}


def rating(score: float | None) -> float:
    return UNRATED if score is None else -score


def may_tell(source: str, rule: Rule) -> bool:
    """Whether the field is taken from that source."""
    return rule.only_from is None or source in rule.only_from


def too_old(at: str | None, source: str, rule: Rule) -> bool:
    """Whether a value last changed at that time is older than allowed; one of unknown age is."""
    oldest = rule.oldest.get(source) if isinstance(rule.oldest, Mapping) else rule.oldest
    return oldest is not None and (at is None or at < oldest)


def sizes(rule: Rule, texts: Sequence[str | None]) -> Sequence[int]:
    """Of each text its place by size among them from 1, where the rule looks at it; numbers come before
    texts. What is absent has none, 0.
    """
    if not rule.looks_at(Criterion.MINIMUM, Criterion.MAXIMUM):
        return ()
    told = sorted({text for text in texts if text is not None}, key=_size)
    places = {text: place for place, text in enumerate(told, 1)}
    return [0 if text is None else places[text] for text in texts]


def _size(text: str) -> tuple[bool, Decimal, str]:
    number = _NUMBER.fullmatch(text)
    return number is None, Decimal(text) if number else Decimal(0), text


def scores(
    rule: Rule, texts: Sequence[str | None], parts: Sequence[Any], tellers: Sequence[Teller]
) -> Sequence[float | None]:
    """What the rule's expression gives of each; nothing where it has none."""
    if rule.expression is None:
        return [None] * len(texts)
    told = zip(texts, parts, tellers, strict=True)
    return [score(rule.expression, text, part, one.source, one.at) for text, part, one in told]


def score(expression: Scorer, value: str | None, parts: Any, source: str, at: str | None) -> float | None:
    told = parts if isinstance(parts, Mapping) else None
    return _score(expression, {"value": value, "parts": told, "source": source, "updated_at": at})


def _score(expression: Scorer, told: Mapping[str, object]) -> float | None:
    found = expression.score(told)
    return found if found is not None and math.isfinite(found) else None


def last_if_absent(text: str | None) -> tuple[bool, str]:
    """To sort texts by, those that are absent last."""
    return text is None, text or ""
