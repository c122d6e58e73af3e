"""Fields that keep every distinct value: the best first, each with the records that hold it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from hub.domain.contact import ConsentStatus
from hub.folded import folded
from hub.golden.said import LAST, Costs, Measures, Teller, costs, last_if_absent, scores, sizes
from hub.golden.survivorship import LIMIT, Criterion, Rule

ONE_PLACE: Final = ("street", "postal_code", "locality", "country")


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a field's items are told apart (`same`), shown and measured (`filled`). `primary`: one of them is
    marked as the first.
    """

    same: Callable[[Any], str | None]
    shown: Callable[[Any], str | None]
    filled: Callable[[Any], int] = lambda _: 1
    primary: bool = True


_plain: Final = lru_cache(1_000)(folded)  # the records of an identity tell the same few places


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _value(item: Any) -> str | None:
    found: str | None = item["value"]
    return found


def _joined(item: Any, parts: Sequence[str], between: str) -> str:
    return between.join([item[part] for part in parts if item[part] is not None])


_SHAPES: Final = {
    "emails": _Shape(
        lambda item: item["match"] if item["match"] is not None else _lower(_value(item)), _value
    ),
    "phones": _Shape(lambda item: item["match"] if item["match"] is not None else _value(item), _value),
    "addresses": _Shape(
        lambda item: "|".join([_plain(item[part]) for part in ONE_PLACE]),
        lambda item: _joined(item, ONE_PLACE, ", "),
        lambda item: sum(item[part] is not None for part in ONE_PLACE),
    ),
    "urls": _Shape(lambda item: _lower(item["value"] and item["value"].rstrip("/")), _value),
    "identifiers": _Shape(
        lambda item: _joined(item, ("type", "value"), "|"),
        lambda item: _joined(item, ("type", "value"), " "),
        primary=False,
    ),
    "tags": _Shape(_lower, str, primary=False),
}


def sameness(field: str, item: Any) -> str | None:
    """What is equal for items of a field that are the same."""
    return _SHAPES[field].same(item)


class _Said(NamedTuple):
    """All that is said of a field, item by item, in columns: who says it, and what it costs."""

    items: Sequence[Any]
    shown: Sequence[str | None]
    tellers: Sequence[Teller]
    costs: Sequence[Costs]


class _Group(NamedTuple):
    """Items that are the same, by their places in what is said, and the best of them."""

    same: str | None
    places: Sequence[int]
    best: int
    costs: Costs


def union(
    field: str, lists: Sequence[list[Any] | None], tellers: Sequence[Teller], rule: Rule
) -> tuple[list[Any] | None, dict[str, object] | None]:
    """Every distinct item that the records, given by source and key, tell and that the rule lets be, the best
    first, and their origin; (None, None) when they tell none.
    """
    shape = _SHAPES[field]
    same, said = _sorted_out(shape, lists, tellers, rule)
    places: dict[str | None, list[int]] = {}
    for place, one in enumerate(same):
        places.setdefault(one, []).append(place)
    groups = [_group(one, mine, said, rule) for one, mine in places.items()]
    if not groups:
        return None, None
    groups.sort(key=lambda group: (group.costs, last_if_absent(group.same)))
    ranked, withheld = _kept(groups, rule)
    best = [said.items[group.best] for group in ranked]
    items = [{**one, "primary": place == 0} for place, one in enumerate(best)] if shape.primary else best
    origin: dict[str, object] = {"rule": "union", "values": [_told(group, said) for group in ranked]}
    if withheld:
        origin["withheld"] = [{"rule": why, **_told(group, said)} for why, group in withheld]
    return items or None, origin


def _kept(groups: list[_Group], rule: Rule) -> tuple[list[_Group], list[tuple[str, _Group]]]:
    """The groups, the best first, that stay, and those that do not with the reason."""
    places = {step.criterion: place for place, step in enumerate(rule.steps)}
    kept, withheld = groups, list[tuple[str, _Group]]()
    for criterion in (Criterion.ONLY_FROM, Criterion.MAX_AGE):
        if (place := places.get(criterion)) is None:
            continue
        good = [group for group in kept if not group.costs[place]]
        if good or criterion is Criterion.ONLY_FROM:  # where all is too old, all of it stays
            withheld += [(criterion.value, group) for group in kept if group.costs[place]]
            kept = good
    if rule.limit is not None:
        withheld += [(LIMIT, group) for group in kept[rule.limit :]]
        kept = kept[: rule.limit]
    return kept, withheld


def _sorted_out(
    shape: _Shape, lists: Sequence[list[Any] | None], tellers: Sequence[Teller], rule: Rule
) -> tuple[list[str | None], _Said]:
    """What is said, and for each item what is equal for those that are the same."""
    told = [
        (item, teller)
        for items, teller in zip(lists, tellers, strict=True)
        for item in items or ()
        if item is not None
    ]
    items, mine = [item for item, _ in told], [teller for _, teller in told]
    same, shown = list(map(shape.same, items)), list(map(shape.shown, items))
    spelt = list(zip(same, shown, strict=True))
    often = Counter(spelt)
    measures = Measures(
        [often[one] for one in spelt],
        list(map(shape.filled, items)),
        [0] * len(items),
        sizes(rule, shown),
        scores(rule, shown, items, mine),
        [bool(item["primary"]) for item in items] if shape.primary else [False] * len(items),
    )
    return same, _Said(items, shown, mine, costs(rule, mine, measures))


def _group(same: str | None, places: Sequence[int], said: _Said, rule: Rule) -> _Group:
    """A group costs as little as its cheapest item, by each step; of how many say so it knows by itself."""
    if len(places) == 1:
        return _Group(same, places, places[0], said.costs[places[0]])
    records = len({said.tellers[place].record_id for place in places})
    least = [min(told) for told in zip(*(said.costs[place] for place in places), strict=True)]
    whole = tuple(
        -records if step.criterion is Criterion.FREQUENCY and cost != LAST else cost
        for step, cost in zip(rule.steps, least, strict=True)
    )
    return _Group(same, places, _best(places, said, rule), whole)


def _best(places: Sequence[int], said: _Said, rule: Rule) -> int:
    """Of several spellings the best: which of them was marked as the first does not count, and what has no
    value never stands for what has one.
    """
    steps = [at for at, step in enumerate(rule.steps) if step.criterion is not Criterion.PRIMARY]
    ranks = []
    for place in places:
        cost, shown, teller = said.costs[place], said.shown[place], said.tellers[place]
        ranks.append((shown is None, [cost[at] for at in steps], shown or "", teller.source, teller.key))
    return places[min(range(len(ranks)), key=ranks.__getitem__)]


def _told(group: _Group, said: _Said) -> dict[str, object]:
    shown = said.shown[group.best]
    origins = {one.record_id: one.origin for one in (said.tellers[place] for place in group.places)}
    spellings = {said.shown[place] for place in group.places}
    others = sorted(other for other in spellings if other is not None and other != shown)
    return {
        "value": shown,
        "records": list(origins.values()),
        "others": others if shown is not None else [],
    }


# The most restrictive status wins for each channel and purpose; merging never widens a permission.
WIDTH: Final = {ConsentStatus.GRANTED.value: 2, ConsentStatus.PENDING.value: 1}


# What an authority's later grant lifted: it counts after everything else.
LIFTED: Final = 3


def consents(
    lists: Sequence[list[Any] | None],
    tellers: Sequence[Teller],
    authorities: frozenset[str] = frozenset(),
) -> tuple[list[Any] | None, dict[str, object] | None]:
    """One consent for each channel and purpose, and its origin; (None, None) for none.

    The most restrictive wins. Only a dated grant by one of the `authorities` lifts what was said, with a
    date, before it: what has no date cannot be shown to be older, and holds.
    """
    told: dict[tuple[str | None, str | None], list[tuple[Any, Teller]]] = {}
    for items, teller in zip(lists, tellers, strict=True):
        for item in items or ():
            if item is not None:
                told.setdefault((item["channel"], item["purpose"]), []).append((item, teller))
    if not told:
        return None, None
    kept, values = [], []
    for subject in sorted(told, key=lambda found: tuple(map(last_if_absent, found))):
        said = _strictest_first(told[subject], authorities)
        kept.append(said[0][0])
        values.append(
            {
                "value": _joined(said[0][0], ("channel", "purpose", "status"), " "),
                "records": [
                    {"status": item["status"], "source": teller.source, "key": teller.key, "at": item["at"]}
                    for item, teller in said
                ],
            }
        )
    return kept, {"rule": "most_restrictive", "values": values}


def _strictest_first(said: list[tuple[Any, Teller]], authorities: frozenset[str]) -> list[tuple[Any, Teller]]:
    grants = [
        item["at"]
        for item, teller in said
        if item["status"] == ConsentStatus.GRANTED.value and item["at"] and teller.source in authorities
    ]
    reopened = max(grants, default="")

    def width(pair: tuple[Any, Teller]) -> int:
        wide = WIDTH.get(pair[0]["status"], 0)
        is_grant = wide == WIDTH[ConsentStatus.GRANTED.value]
        return LIFTED if not is_grant and (pair[0]["at"] or reopened) < reopened else wide

    found = sorted(said, key=lambda pair: (pair[1].source, pair[1].key))
    found.sort(key=lambda pair: (pair[0]["at"] is not None, pair[0]["at"] or ""), reverse=True)
    found.sort(key=width)
    return found
