"""Fields with one value: the best candidate wins, with what decided and what lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from hub.golden.said import Costs, Measures, Teller, costs, may_tell, scores, sizes
from hub.golden.survivorship import Criterion, Rule

NAME_IN_ORDER: Final = ("prefix", "given", "additional", "family", "suffix")


class _Candidate(NamedTuple):
    """A value by its place, with its text (`folded`: in lower case) and the record that says so."""

    place: int
    text: str
    folded: str
    teller: Teller
    costs: Costs


def survivor(
    values: Sequence[Any], tellers: Sequence[Teller], rule: Rule
) -> tuple[int | None, dict[str, Any] | None]:
    """The place of the value that survives, and its origin: the rule that decided, the records that say so,
    what lost.

    `values[i]` is what record `tellers[i]` says, None where it says nothing; (None, None) when all do. A
    value that may not be taken from any of its sources only has an origin.
    """
    ranked = _ranked(values, tellers, rule)
    if not ranked:
        return None, None
    winner = ranked[0]
    taken = may_tell(winner.teller.source, rule)
    lost: dict[str, list[_Candidate]] = {}
    for candidate in ranked:
        if not taken or candidate.folded != winner.folded:
            lost.setdefault(candidate.text, []).append(candidate)
    return winner.place if taken else None, {
        "rule": _rule(winner, lost, rule) if taken else Criterion.ONLY_FROM.value,
        "records": [found.teller.origin for found in ranked if taken and found.folded == winner.folded],
        "lost": [
            {"value": text, "records": [found.teller.origin for found in losers]}
            for text, losers in lost.items()
        ],
    }


def _ranked(values: Sequence[Any], tellers: Sequence[Teller], rule: Rule) -> list[_Candidate]:
    said = [
        (place, text, text.lower(), filled)
        for place, value in enumerate(values)
        if value is not None
        for text, filled in ((value, 1) if isinstance(value, str) else measured(value),)
        if text is not None
    ]
    texts = [text for _, text, _, _ in said]
    mine = [tellers[place] for place, *_ in said]
    frequency = Counter([folded for _, _, folded, _ in said])
    measures = Measures(
        [frequency[folded] for _, _, folded, _ in said],
        [filled for *_, filled in said],
        list(map(len, texts)),
        sizes(rule, texts),
        scores(rule, texts, [values[place] for place, *_ in said], mine),
    )
    told = costs(rule, mine, measures)
    candidates = [
        _Candidate(place, text, folded, teller, cost)
        for (place, text, folded, _), teller, cost in zip(said, mine, told, strict=True)
    ]
    names = [one.source for one in mine], [one.key for one in mine]
    ranks = list(zip(told, texts, *names, strict=True))
    return [candidates[at] for at in sorted(range(len(ranks)), key=ranks.__getitem__)]


def _rule(winner: _Candidate, lost: Mapping[str, Sequence[_Candidate]], rule: Rule) -> str:
    """What made the winner better than the best of those that say otherwise."""
    if not lost:
        return "agreed"
    loser = next(iter(lost.values()))[0]
    for step, mine, other in zip(rule.steps, winner.costs, loser.costs, strict=True):
        if mine != other:
            return step.criterion.value
    return "tie"


def measured(value: str | Mapping[str, str | None] | None) -> tuple[str | None, int]:
    """A field as one text (a name as its parts in reading order) and how many of its parts are filled.

    An initial is no filled given name.
    """
    if value is None or isinstance(value, str):
        return value, 1
    given = value["given"]
    parts = [value[part] for part in NAME_IN_ORDER]
    text = " ".join(part for part in parts if part is not None) or value["full"]
    filled = 2 * (len((given or "").replace(".", "")) > 1)
    return text, filled + 2 * (value["family"] is not None) + (value["additional"] is not None)
