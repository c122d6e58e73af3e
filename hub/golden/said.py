"""What the records of one identity say of a field, as the survivorship of values looks at it.

An identity has a handful of records, so its values are sorted in plain Python: planning a query for every
field takes longer than the sorting, for one identity a hundred times as long.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    later that was, -1 without a time.
    """

    record_id: int
    source: str
    key: str
    at: str | None
    recency: int

    @property
    def origin(self) -> dict[str, str | None]:
        """As provenance names a record."""
        return {"source": self.source, "key": self.key, "at": self.at}


def recencies(times: Sequence[str | None]) -> list[int]:
    rank = {time: place for place, time in enumerate(sorted({time for time in times if time is not None}))}
    return [-1 if time is None else rank[time] for time in times]


class Measures(NamedTuple):
    """What the criteria compare beside the record: of all the highest is the best, but of `size`, which is
    the text's place among the others by size.
    """

    frequency: int
    completeness: int
    length: int = 0
    size: int = 0
    score: float | None = None
    marked: bool = False


Costs = tuple[float, ...]  # a number a step of the rule; the lowest is the best


def costs(rule: Rule, teller: Teller, measures: Measures) -> Costs:
    """What a value is by each step of its rule; values sort by it."""
    return tuple([_cost(step, rule, teller, measures) for step in rule.steps])


def _cost(step: Step, rule: Rule, teller: Teller, measures: Measures) -> float:
    if step.sources is not None and teller.source not in step.sources:
        return LAST
    return _BY[step.criterion](rule, teller, measures)


_BY: Final[Mapping[Criterion, Callable[[Rule, Teller, Measures], float]]] = {
    Criterion.ONLY_FROM: lambda rule, teller, _: not may_tell(teller.source, rule),
    Criterion.MAX_AGE: lambda rule, teller, _: too_old(teller.at, teller.source, rule),
    Criterion.VERIFIED: lambda rule, teller, _: teller.source not in rule.verified,
    Criterion.PRIORITY: lambda rule, teller, _: rule.priorities.get(teller.source, UNRANKED),
    Criterion.RECENCY: lambda _, teller, __: -teller.recency,
    Criterion.FREQUENCY: lambda _, __, measures: -measures.frequency,
    Criterion.COMPLETENESS: lambda _, __, measures: -measures.completeness,
    Criterion.LENGTH: lambda _, __, measures: -measures.length,
    Criterion.PRIMARY: lambda _, __, measures: not measures.marked,
    Criterion.MINIMUM: lambda _, __, measures: measures.size or UNSIZED,
    Criterion.MAXIMUM: lambda _, __, measures: -measures.size,
    Criterion.EXPRESSION: lambda _, __, measures: rating(measures.score),
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


def sizes(rule: Rule, texts: Iterable[str | None]) -> Mapping[str | None, int]:
    """By text its place by size among them from 1, where the rule looks at it; numbers come before texts.
    What is absent has none, 0.
    """
    if not rule.looks_at(Criterion.MINIMUM, Criterion.MAXIMUM):
        return {}
    told = sorted({text for text in texts if text is not None}, key=_size)
    return {text: place for place, text in enumerate(told, 1)} | {None: 0}


def _size(text: str) -> tuple[bool, Decimal, str]:
    number = _NUMBER.fullmatch(text)
    return number is None, Decimal(text) if number else Decimal(0), text


def score(rule: Rule, value: str | None, parts: Any, source: str, at: str | None) -> float | None:
    """What the rule's expression gives, if it has one."""
    if rule.expression is None:
        return None
    told = parts if isinstance(parts, Mapping) else None
    return _score(rule.expression, {"value": value, "parts": told, "source": source, "updated_at": at})


def _score(expression: Scorer, told: Mapping[str, object]) -> float | None:
    found = expression.score(told)
    return found if found is not None and math.isfinite(found) else None


def last_if_absent(text: str | None) -> tuple[bool, str]:
    """To sort texts by, those that are absent last."""
    return text is None, text or ""
