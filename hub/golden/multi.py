"""Fields that keep every distinct value: the best first, each with the records that hold it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from hub.domain.contact import ConsentStatus
from hub.folded import folded
from hub.golden.said import Measures, Teller, best_first, last_if_absent
from hub.golden.survivorship import Criterion

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
    # One value an attribute's name: the best.
    "attributes": _Shape(lambda item: item["name"], _value, primary=False),
}


class _Item(NamedTuple):
    item: Any
    shown: str | None
    teller: Teller
    measures: Measures


class _Group(NamedTuple):
    """Items that are the same, the best first."""

    same: str | None
    items: list[_Item]
    marked: bool
    measures: Measures


def union(
    field: str, lists: Sequence[list[Any] | None], tellers: Sequence[Teller], order: Sequence[Criterion]
) -> tuple[list[Any] | None, dict[str, object] | None]:
    """Every distinct item that the records tell, the best first, and their origin; (None, None) for none."""
    shape = _SHAPES[field]
    groups = [_group(shape, same, items, order) for same, items in _sorted_out(shape, lists, tellers).items()]
    if not groups:
        return None, None
    ranked = best_first(groups, order, lambda group: last_if_absent(group.same))
    if shape.primary:
        ranked.sort(key=lambda group: not group.marked)
    items = [
        {**group.items[0].item, "primary": place == 0} if shape.primary else group.items[0].item
        for place, group in enumerate(ranked)
    ]
    rule = "best" if field == "attributes" else "union"
    return items, {"rule": rule, "values": [_told(group) for group in ranked]}


def _sorted_out(
    shape: _Shape, lists: Sequence[list[Any] | None], tellers: Sequence[Teller]
) -> dict[str | None, list[_Item]]:
    said = [
        (shape.same(item), shape.shown(item), shape.filled(item), item, teller)
        for items, teller in zip(lists, tellers, strict=True)
        for item in items or ()
        if item is not None
    ]
    often = Counter((same, shown) for same, shown, *_ in said)
    found: dict[str | None, list[_Item]] = {}
    for same, shown, filled, item, teller in said:
        measures = Measures(teller.priority, teller.at, often[same, shown], filled)
        found.setdefault(same, []).append(_Item(item, shown, teller, measures))
    return found


def _group(shape: _Shape, same: str | None, items: list[_Item], order: Sequence[Criterion]) -> _Group:
    marked = shape.primary and any(found.item["primary"] for found in items)
    if len(items) == 1:
        return _Group(same, items, marked, items[0].measures._replace(frequency=1))
    ranked = best_first(
        items,
        order,
        lambda found: (last_if_absent(found.shown), found.teller.source, found.teller.key),
    )
    times = [found.teller.at for found in items if found.teller.at is not None]
    measures = Measures(
        priority=min(found.teller.priority for found in items),
        recency=max(times, default=None),
        frequency=len({found.teller.record_id for found in items}),
        completeness=max(found.measures.completeness for found in items),
    )
    return _Group(same, ranked, marked, measures)


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
