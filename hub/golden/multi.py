"""Fields that keep every distinct value: the best first, each with the records that hold it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from hub.domain.contact import ConsentStatus
from hub.folded import folded
from hub.golden.said import LAST, Costs, Measures, Teller, costs, last_if_absent, score, sizes
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


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _value(item: Any) -> str | None:
    found: str | None = item["value"]
    return found


def _joined(item: Any, parts: Sequence[str], between: str) -> str:
    return between.join(item[part] for part in parts if item[part] is not None)


_SHAPES: Final = {
    "emails": _Shape(
        lambda item: item["match"] if item["match"] is not None else _lower(_value(item)), _value
    ),
    "phones": _Shape(lambda item: item["match"] if item["match"] is not None else _value(item), _value),
    "addresses": _Shape(
        lambda item: "|".join(folded(item[part]) for part in ONE_PLACE),
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


class _Item(NamedTuple):
    item: Any
    shown: str | None
    teller: Teller
    costs: Costs


class _Group(NamedTuple):
    """Items that are the same, the best first."""

    same: str | None
    items: list[_Item]
    costs: Costs


def union(
    field: str, lists: Sequence[list[Any] | None], tellers: Sequence[Teller], rule: Rule
) -> tuple[list[Any] | None, dict[str, object] | None]:
    """Every distinct item that the records tell and that the rule lets be, the best first, and their origin;
    (None, None) when they tell none.
    """
    shape = _SHAPES[field]
    groups = [_group(same, items, rule) for same, items in _sorted_out(shape, lists, tellers, rule).items()]
    if not groups:
        return None, None
    groups.sort(key=lambda group: (group.costs, last_if_absent(group.same)))
    ranked, withheld = _kept(groups, rule)
    items = [
        {**group.items[0].item, "primary": place == 0} if shape.primary else group.items[0].item
        for place, group in enumerate(ranked)
    ]
    origin: dict[str, object] = {"rule": "union", "values": [_told(group) for group in ranked]}
    if withheld:
        origin["withheld"] = [{"rule": why, **_told(group)} for why, group in withheld]
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
) -> dict[str | None, list[_Item]]:
    said = [
        (shape.same(item), shape.shown(item), shape.filled(item), item, teller)
        for items, teller in zip(lists, tellers, strict=True)
        for item in items or ()
        if item is not None
    ]
    often = Counter((same, shown) for same, shown, *_ in said)
    size = sizes(rule, (shown for _, shown, *_ in said))
    found: dict[str | None, list[_Item]] = {}
    for same, shown, filled, item, teller in said:
        measures = Measures(
            often[same, shown],
            filled,
            size=size.get(shown, 0),
            score=score(rule, shown, item, teller.source, teller.at),
            marked=shape.primary and bool(item["primary"]),
        )
        mine = _Item(item, shown, teller, costs(rule, teller, measures))
        found.setdefault(same, []).append(mine)
    return found


def _group(same: str | None, items: list[_Item], rule: Rule) -> _Group:
    """A group costs as little as its cheapest item, by each step; of how many say so it knows by itself."""
    records = len({found.teller.record_id for found in items})
    if len(items) == 1:
        least = items[0].costs
    else:
        least = tuple(map(min, zip(*(found.costs for found in items), strict=True)))
        items = sorted(items, key=lambda found: _within(found, rule))
    whole = tuple(
        -records if step.criterion is Criterion.FREQUENCY and cost != LAST else cost
        for step, cost in zip(rule.steps, least, strict=True)
    )
    return _Group(same, items, whole)


def _within(found: _Item, rule: Rule) -> tuple[Any, ...]:
    """What says which of several spellings is the best: which of them was marked as the first does not, and
    what has no value never stands for what has one.
    """
    told = [
        cost
        for step, cost in zip(rule.steps, found.costs, strict=True)
        if step.criterion is not Criterion.PRIMARY
    ]
    return (found.shown is None, *told, last_if_absent(found.shown), found.teller.source, found.teller.key)


def _told(group: _Group) -> dict[str, object]:
    shown = group.items[0].shown
    tellers = {(found.teller.source, found.teller.key): found.teller for found in group.items}
    spellings = {found.shown for found in group.items if found.shown is not None}
    return {
        "value": shown,
        "records": [tellers[place].origin for place in sorted(tellers)],
        "others": sorted(other for other in spellings if other != shown) if shown is not None else [],
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
