"""Fields that are declared to survive together: of all of them what one record says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from hub.golden.said import Costs, Measures, Teller, costs, may_tell, scores, sizes
from hub.golden.survivorship import Criterion, Rule

BETWEEN: Final = "\x1f"  # the fields of a group, as one text


class _Candidate(NamedTuple):
    """What a record, by its place, says of the group: all fields as one text (`folded`: in lower case)."""

    place: int
    text: str
    folded: str
    teller: Teller
    costs: Costs


def survive_together(
    name: str, said: Mapping[str, Sequence[Sequence[str]]], tellers: Sequence[Teller], rule: Rule
) -> tuple[int | None, dict[str, dict[str, Any]]]:
    """The place of the record of which the fields of group `name` survive, and by field the origin, as
    `hub.golden.single.survivor` tells it; None when no record may tell them.

    `said[field][i]` is what record `tellers[i]` says of the field, mostly one text or none; the first counts.
    What the record does not say stays empty, so that nothing is put together that nobody said.
    """
    ranked = _ranked(said, tellers, rule)
    if not ranked:
        return None, {}
    winner = ranked[0]
    taken = may_tell(winner.teller.source, rule)
    decided = _decided(ranked, rule) if taken else Criterion.ONLY_FROM.value
    told = {
        field: _origin([(one.teller, text) for one in ranked for text in texts[one.place]],
                       next(iter(texts[winner.place]), None) if taken else None, decided)
        for field, texts in said.items()
    }  # fmt: skip
    origins = {field: {**origin, "group": name} for field, origin in told.items() if origin}
    return winner.place if taken else None, origins


def _ranked(
    said: Mapping[str, Sequence[Sequence[str]]], tellers: Sequence[Teller], rule: Rule
) -> list[_Candidate]:
    firsts = [
        {field: next(iter(texts[place]), None) for field, texts in said.items()}
        for place in range(len(tellers))
    ]
    told = [
        (place, parts, BETWEEN.join(text or "" for text in parts.values()))
        for place, parts in enumerate(firsts)
        if any(text is not None for text in parts.values())
    ]
    frequency = Counter(text.lower() for _, _, text in told)
    values, mine = [_first(parts) for _, parts, _ in told], [tellers[place] for place, *_ in told]
    measures = Measures(
        [frequency[text.lower()] for _, _, text in told],
        [sum(one is not None for one in parts.values()) for _, parts, _ in told],
        [len(text) for _, _, text in told],
        sizes(rule, values),
        scores(rule, values, [None] * len(told), mine),
    )
    found = [
        _Candidate(place, text, text.lower(), teller, cost)
        for (place, _, text), teller, cost in zip(told, mine, costs(rule, mine, measures), strict=True)
    ]
    return sorted(found, key=lambda one: (one.costs, one.text, one.teller.source, one.teller.key))


def _first(parts: Mapping[str, str | None]) -> str | None:
    return next(iter(parts.values()))


def _decided(ranked: Sequence[_Candidate], rule: Rule) -> str:
    """What made the first one better than the best of those that say otherwise."""
    winner = ranked[0]
    loser = next((one for one in ranked if one.folded != winner.folded), winner)
    for step, mine, other in zip(rule.steps, winner.costs, loser.costs, strict=True):
        if mine != other:
            return step.criterion.value
    return "tie"


def _origin(told: Sequence[tuple[Teller, str]], kept: str | None, decided: str) -> dict[str, Any] | None:
    """Of one field: who says what survives, and what lost, the best first."""
    agree = [kept is not None and text.lower() == kept.lower() for _, text in told]
    lost: dict[str, list[Teller]] = {}
    for (teller, text), same in zip(told, agree, strict=True):
        if not same:
            lost.setdefault(text, []).append(teller)
    if not told:
        return None
    return {
        "rule": decided if lost else "agreed",
        "records": [teller.origin for (teller, _), same in zip(told, agree, strict=True) if same],
        "lost": [
            {"value": text, "records": [teller.origin for teller in losers]} for text, losers in lost.items()
        ],
    }
