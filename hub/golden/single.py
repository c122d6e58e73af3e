"""Fields with one value: the best candidate wins, with what decided and what lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple

from hub.golden.said import Measures, Teller, best_first
from hub.golden.survivorship import Criterion

NAME_IN_ORDER: Final = ("prefix", "given", "additional", "family", "suffix")


class _Candidate(NamedTuple):
    """A value with its text (`folded`: in lower case) and the record that says so."""

    value: Any
    text: str
    folded: str
    teller: Teller
    measures: Measures


def survivor(
    values: Sequence[Any], tellers: Sequence[Teller], order: Sequence[Criterion]
) -> tuple[Any, dict[str, object] | None]:
    """The value that survives, and its origin: the rule that decided, the records that say so, what lost.

    `values[i]` is what record `tellers[i]` says, None where it says nothing; (None, None) when all do.
    """
    ranked = _ranked(values, tellers, order)
    if not ranked:
        return None, None
    winner = ranked[0]
    lost: dict[str, list[_Candidate]] = {}
    for candidate in ranked:
        if candidate.folded != winner.folded:
            lost.setdefault(candidate.text, []).append(candidate)
    return winner.value, {
        "rule": _rule(winner, next(iter(lost.values()))[0], order) if lost else "agreed",
        "records": [found.teller.origin for found in ranked if found.folded == winner.folded],
        "lost": [
            {"value": text, "records": [found.teller.origin for found in losers]}
            for text, losers in lost.items()
        ],
    }


def _ranked(values: Sequence[Any], tellers: Sequence[Teller], order: Sequence[Criterion]) -> list[_Candidate]:
    told = [(value, *_measured(value), teller) for value, teller in zip(values, tellers, strict=True)]
    said = [
        (value, text, text.lower(), filled, teller)
        for value, text, filled, teller in told
        if text is not None
    ]
    frequency = Counter(folded for _, _, folded, _, _ in said)
    candidates = [
        _Candidate(
            value,
            text,
            folded,
            teller,
            Measures(teller.priority, teller.at, frequency[folded], filled, len(text)),
        )
        for value, text, folded, filled, teller in said
    ]
    return best_first(
        candidates,
        order,
        lambda found: (found.text, found.teller.source, found.teller.key),
    )


def _rule(winner: _Candidate, loser: _Candidate, order: Sequence[Criterion]) -> str:
    for criterion in order:
        measure = attrgetter(criterion.value)
        if measure(winner.measures) != measure(loser.measures):
            return criterion.value
    return "tie"


def _measured(value: str | Mapping[str, str | None] | None) -> tuple[str | None, int]:
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
