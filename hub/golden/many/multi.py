"""Fields that keep every distinct value, by column; see `hub.golden.multi`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import Coded, coded, folded_texts, joined, joined_told, lowered
from hub.golden.many.tellers import Measures, Tellers
from hub.golden.multi import ONE_PLACE
from hub.golden.survivorship import Criterion
from hub.ranking import Flags, Numbers, first_of, in_order, in_order_within, lists, together


@dataclass(frozen=True)
class _Items:
    """A row an item that a record tells: the record's row, its identity, what the item is told apart by and
    shown as, how much of it is filled, whether it is marked as the first.
    """

    row: Numbers
    group: Numbers
    same: Coded
    shown: Coded
    filled: Numbers
    marked: Flags


def unions(
    field: str, values: pa.Array, tellers: Tellers, order: Sequence[Criterion]
) -> tuple[pa.Array, pa.Array]:
    """For each identity every distinct item, the best first, and their origin as JSON; null for none."""
    flat, row = values.flatten(), pc.list_parent_indices(values).to_numpy().astype(np.int64)
    if flat.null_count:
        there = pc.is_valid(flat)
        flat, row = flat.filter(there), row[there.to_numpy(zero_copy_only=False)]
    if not len(flat):
        return pa.nulls(tellers.groups, values.type), pa.nulls(tellers.groups, pa.string())
    shape = _SHAPES[field]
    same, shown, filled = shape(flat)
    primary = pa.types.is_struct(flat.type) and flat.type.get_field_index("primary") >= 0
    marked = _marks(flat) if primary else np.zeros(len(flat), np.bool_)
    items = _Items(row, tellers.group[row], same, shown, filled, marked)
    number, best, group, records, ranking = _ranked(items, tellers, order)
    kept = flat.take(best[ranking])
    group = group[ranking]
    if primary:
        kept = _marked(kept, first_of(group))
    rule = "best" if field == "attributes" else "union"
    told = joined(
        [
            '{"value":', shown.json.take(shown.codes[best]),
            ',"records":[', pc.binary_join(records, ","),
            '],"others":[', _others(number, best, shown), "]}",
        ]
    ).take(ranking)  # fmt: skip
    origin = pc.binary_join(lists(group, tellers.groups, told), ",")
    return lists(group, tellers.groups, kept), joined([f'{{"rule":"{rule}","values":[', origin, "]}"])


def _ranked(
    items: _Items, tellers: Tellers, order: Sequence[Criterion]
) -> tuple[Numbers, Numbers, Numbers, pa.ListArray, Numbers]:
    """Puts the same items of an identity together. Gives each item's number among the distinct ones, and of
    these, by number: the best item, the identity, the records, and the numbers in their final order.
    """
    row, group, same = items.row, items.group, items.same.codes
    number, example = together(group, same)
    count = len(example)
    often, _ = together(number, items.shown.codes)
    nothing = np.zeros(len(row), np.int64)
    measures = Measures(
        tellers.priority[row], tellers.recency[row], np.bincount(often)[often], items.filled, nothing
    )
    by_number = in_order(number)
    keys = (key[by_number] for key in (*measures.keys(order), items.shown.rank[items.shown.codes], row))
    ranked = by_number[in_order_within(number[by_number], *keys)]
    begins = np.searchsorted(number[by_number], np.arange(count))
    once = by_number[first_of(number[by_number], row[by_number])]  # each record once
    records = lists(number[once], count, tellers.origin.take(row[once]))
    whole = Measures(
        np.minimum.reduceat(measures.priority[by_number], begins),
        np.maximum.reduceat(measures.recency[by_number], begins),
        np.bincount(number[once], minlength=count),
        np.maximum.reduceat(measures.completeness[by_number], begins),
        np.zeros(count, np.int64),
    )
    unmarked = 1 - np.maximum.reduceat(items.marked[by_number].astype(np.int64), begins)
    belongs = group[example]
    ranks = items.same.rank[same[example]]
    ranking = in_order_within(belongs, unmarked, *whole.keys(order), ranks)
    return number, ranked[begins], belongs, records, ranking


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


def _attributes(flat: pa.Array) -> _Told:
    return coded(pc.struct_field(flat, "name")), coded(pc.struct_field(flat, "value")), _ones(flat)


_SHAPES: Final[dict[str, Callable[[pa.Array], _Told]]] = {
    "emails": lambda flat: _by_match(flat, lowered),
    "phones": lambda flat: _by_match(flat, lambda texts: texts),
    "addresses": _addresses,
    "urls": _urls,
    "identifiers": _identifiers,
    "tags": _tags,
    "attributes": _attributes,
}
