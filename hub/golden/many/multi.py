"""Fields that keep every distinct value, by column; see `hub.golden.multi`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import Coded, coded, folded_texts, joined, joined_told, lowered
from hub.golden.many.costs import Costs, Measures, costs, last, outside
from hub.golden.many.tellers import Tellers
from hub.golden.multi import ONE_PLACE
from hub.golden.survivorship import LIMIT, LIMITS, Criterion, Rule
from hub.ranking import Flags, Numbers, first_of, in_order, in_order_within, lists, together


@dataclass(frozen=True)
class _Items:
    """A row an item that a record tells: the record's row, its identity, what the item is told apart by and
    shown as, how much of it is filled, whether it is marked as the first, the item itself.
    """

    row: Numbers
    group: Numbers
    same: Coded
    shown: Coded
    filled: Numbers
    marked: Flags
    whole: pa.Array


@dataclass(frozen=True)
class _Distinct:
    """Items that are the same put together. Each item's number among the distinct ones, and of these, by
    number: the best item, the identity, the records, the costs, and the numbers in their final order.
    """

    number: Numbers
    best: Numbers
    group: Numbers
    records: pa.ListArray
    costs: Costs
    ranking: Numbers


def unions(field: str, values: pa.Array, tellers: Tellers, rule: Rule) -> tuple[pa.Array, pa.Array]:
    """For each identity every distinct item that the rule lets be, the best first, and their origin as JSON;
    null for none.
    """
    flat, row = told_items(values)
    if not len(flat):
        return pa.nulls(tellers.groups, values.type), pa.nulls(tellers.groups, pa.string())
    same, shown, filled = _SHAPES[field](flat)
    primary = pa.types.is_struct(flat.type) and flat.type.get_field_index("primary") >= 0
    marked = _marks(flat) if primary else np.zeros(len(flat), np.bool_)
    found = _ranked(_Items(row, tellers.group[row], same, shown, filled, marked, flat), tellers, rule)
    best, ranking = found.best, found.ranking
    kept, group = flat.take(best[ranking]), found.group[ranking]
    told = joined(
        [
            '"value":', shown.json.take(shown.codes[best]),
            ',"records":[', pc.binary_join(found.records, ","),
            '],"others":[', _others(found.number, best, shown), "]}",
        ]
    ).take(ranking)  # fmt: skip
    why = _withheld(found, rule)
    if why is None:
        origin = [pc.binary_join(lists(group, tellers.groups, joined(["{", told])), ","), "]}"]
        there = group
    else:
        origin, there = _in_two(told, group, why, tellers.groups)
        stays = why == 0
        kept, group = kept.filter(pa.array(stays)), group[stays]
    if primary:
        kept = _marked(kept, first_of(group))
    whole = joined(['{"rule":"union","values":[', *origin])
    silent = np.ones(tellers.groups, np.bool_)
    silent[there] = False
    return lists(group, tellers.groups, kept), pc.if_else(pa.array(silent), None, whole)


def told_items(values: pa.Array) -> tuple[pa.Array, Numbers]:
    """The items of all lists that are there, and the row of each."""
    flat, row = values.flatten(), pc.list_parent_indices(values).to_numpy().astype(np.int64)
    if flat.null_count:
        there = pc.is_valid(flat)
        flat, row = flat.filter(there), row[there.to_numpy(zero_copy_only=False)]
    return flat, row


def _ranked(items: _Items, tellers: Tellers, rule: Rule) -> _Distinct:
    row, group, same = items.row, items.group, items.same.codes
    number, example = together(group, same)
    count = len(example)
    often, _ = together(number, items.shown.codes)
    measures = Measures(
        row,
        np.bincount(often)[often],
        items.filled,
        np.zeros(len(row), np.int64),
        items.marked,
        items.shown,
        items.whole,
    )
    each = costs(rule, tellers, measures)
    by_number = in_order(number)
    within = [
        cost for step, cost in zip(rule.steps, each, strict=True) if step.criterion is not Criterion.PRIMARY
    ]
    absent = (items.shown.codes == len(items.shown.texts)).astype(np.int64)
    keys = (key[by_number] for key in (absent, *within, items.shown.rank[items.shown.codes], row))
    ranked = by_number[in_order_within(number[by_number], *keys)]
    begins = np.searchsorted(number[by_number], np.arange(count))
    once = by_number[first_of(number[by_number], row[by_number])]  # each record once
    records = lists(number[once], count, tellers.origin.take(row[once]))
    often_whole = -np.bincount(number[once], minlength=count)
    whole = []
    for step, cost in zip(rule.steps, each, strict=True):
        if step.criterion is not Criterion.FREQUENCY:
            whole.append(np.minimum.reduceat(cost[by_number], begins))
        elif step.sources is None:
            whole.append(often_whole)
        else:
            unseen = outside(step, tellers, row).astype(np.int64)[by_number]
            none = np.minimum.reduceat(unseen, begins) > 0
            whole.append(np.where(none, last(often_whole), often_whole))
    belongs = group[example]
    ranking = in_order_within(belongs, *whole, items.same.rank[same[example]])
    return _Distinct(number, ranked[begins], belongs, records, whole, ranking)


def _withheld(found: _Distinct, rule: Rule) -> Numbers | None:
    """Of the distinct items in their order: 0 for those that stay, else which limit (from 1 on, the last
    being that of how many there may be) keeps them out; None when all stay.
    """
    group = found.group[found.ranking]
    why = np.zeros(len(group), np.int64)
    places = {step.criterion: place for place, step in enumerate(rule.steps)}
    for number, criterion in enumerate(LIMITS, 1):
        if (place := places.get(criterion)) is None:
            continue
        bad = (found.costs[place][found.ranking] > 0) & (why == 0)
        if criterion is Criterion.MAX_AGE:  # where all is too old, all of it stays
            good = np.zeros(int(group.max(initial=0)) + 1, np.bool_)
            good[group[~bad & (why == 0)]] = True
            bad &= good[group]
        why[bad] = number
    if rule.limit is not None:
        stays = np.flatnonzero(why == 0)
        mine = group[stays]
        place_within = np.arange(len(stays)) - np.searchsorted(mine, mine)
        why[stays[place_within >= rule.limit]] = len(LIMITS) + 1
    return why if why.any() else None


def _in_two(
    told: pa.Array, group: Numbers, why: Numbers, groups: int
) -> tuple[list[pa.Array | str], Numbers]:
    """The end of each origin: the values that stay, then those that do not, by reason."""
    stays = np.flatnonzero(why == 0)
    kept = joined(["{", told.take(pa.array(stays))])
    values = pc.fill_null(pc.binary_join(lists(group[stays], groups, kept), ","), "")
    gone = np.flatnonzero(why > 0)
    gone = gone[in_order(group[gone], why[gone], gone)]
    names = pa.array([criterion.value for criterion in LIMITS] + [LIMIT]).take(pa.array(why[gone] - 1))
    left = joined(['{"rule":"', names, '",', told.take(pa.array(gone))])
    withheld = pc.binary_join(lists(group[gone], groups, left), ",")
    end = pc.if_else(pc.is_valid(withheld), joined(['],"withheld":[', withheld, "]}"]), "]}")
    return [values, end], group


def _others(number: Numbers, best: Numbers, shown: Coded) -> pa.Array:
    """By number the other ways in which the item is shown, as JSON, sorted; "" for none."""
    code = shown.codes
    chosen = code[best]
    absent = len(shown.texts)
    differs = (code != chosen[number]) & (code != absent) & (chosen[number] != absent)
    if not differs.any():
        return pa.repeat("", len(best))
    number, code = number[differs], code[differs]
    order = in_order(number, shown.rank[code])
    order = order[first_of(number[order], code[order])]
    return pc.fill_null(
        pc.binary_join(lists(number[order], len(best), shown.json.take(code[order])), ","), ""
    )


def _marks(flat: pa.StructArray) -> Flags:
    found: Flags = pc.fill_null(pc.struct_field(flat, "primary"), fill_value=False).to_numpy(
        zero_copy_only=False
    )
    return found


def _marked(items: pa.StructArray, first: Flags) -> pa.StructArray:
    parts = [
        pa.array(first) if field.name == "primary" else pc.struct_field(items, field.name)
        for field in items.type
    ]
    return pa.StructArray.from_arrays(parts, fields=list(items.type))


_Told = tuple[Coded, Coded, Numbers]


def _ones(flat: pa.Array) -> Numbers:
    return np.ones(len(flat), np.int64)


def _by_match(flat: pa.Array, otherwise: Callable[[pa.Array], pa.Array]) -> _Told:
    shown = coded(pc.struct_field(flat, "value"))
    same = pc.coalesce(pc.struct_field(flat, "match"), shown.by(otherwise).whole())
    return coded(same), shown, _ones(flat)


def _addresses(flat: pa.Array) -> _Told:
    parts = [pc.struct_field(flat, name) for name in ONE_PLACE]
    folded = [pc.fill_null(coded(part).by(folded_texts).whole(), "") for part in parts]
    same = pc.binary_join_element_wise(*folded, "|")
    shown = joined_told(parts, ", ")
    filled = sum(pc.is_valid(part).cast(pa.int64()).to_numpy() for part in parts)
    return coded(same), coded(shown), np.asarray(filled, np.int64)


def _urls(flat: pa.Array) -> _Told:
    shown = coded(pc.struct_field(flat, "value"))
    return shown.by(lambda texts: lowered(pc.utf8_rtrim(texts, "/"))), shown, _ones(flat)


def _identifiers(flat: pa.Array) -> _Told:
    parts = [pc.struct_field(flat, name) for name in ("type", "value")]
    same, shown = (coded(joined_told(parts, between)) for between in ("|", " "))
    return same, shown, _ones(flat)


def _tags(flat: pa.Array) -> _Told:
    shown = coded(flat)
    return shown.by(lowered), shown, _ones(flat)


_SHAPES: Final[dict[str, Callable[[pa.Array], _Told]]] = {
    "emails": lambda flat: _by_match(flat, lowered),
    "phones": lambda flat: _by_match(flat, lambda texts: texts),
    "addresses": _addresses,
    "urls": _urls,
    "identifiers": _identifiers,
    "tags": _tags,
}
