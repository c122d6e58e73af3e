"""Fields with one value, by column; see `hub.golden.single`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import Coded, coded, joined, joined_told, lowered
from hub.golden.many.tellers import Measures, Tellers
from hub.golden.single import NAME_IN_ORDER
from hub.golden.survivorship import Criterion
from hub.ranking import Numbers, first_of, in_order, in_order_within, lists, together


class _Ranked(NamedTuple):
    """Who says what, the best of each identity first: the record's row, its identity, the number of its text,
    and that of the text in lower case.
    """

    row: Numbers
    group: Numbers
    code: Numbers
    folded: Numbers
    measures: Measures


def survivors(values: pa.Array, tellers: Tellers, order: Sequence[Criterion]) -> tuple[pa.Array, pa.Array]:
    """For each identity the value that survives, and its origin as JSON; null where nobody says anything."""
    text, filled = _measured(values)
    said = coded(text)
    if not len(said.texts):
        return pa.nulls(tellers.groups, values.type), pa.nulls(tellers.groups, pa.string())
    ranked = _ranked(said, filled, tellers, order)
    first = np.flatnonzero(first_of(ranked.group))
    winner = np.zeros(tellers.groups, np.int64)  # by identity a place among the ranked
    winner[ranked.group[first]] = first
    nobody = np.ones(tellers.groups, np.bool_)
    nobody[ranked.group[first]] = False
    agrees = ranked.folded == ranked.folded[winner[ranked.group]]
    origin = joined(
        [
            '{"rule":"', _rule(ranked, winner, agrees, tellers.groups, order),
            '","records":[', _records(ranked.row[agrees], ranked.group[agrees], tellers.groups, tellers),
            '],"lost":[', _lost(ranked, ~agrees, said, tellers), "]}",
        ]
    )  # fmt: skip
    return values.take(pa.array(ranked.row[winner], mask=nobody)), pc.if_else(pa.array(nobody), None, origin)


def _measured(values: pa.Array) -> tuple[pa.Array, Numbers]:
    """A field as one text, and how many of its parts are filled; see `hub.golden.single.measured`."""
    if not pa.types.is_struct(values.type):
        return values, np.ones(len(values), np.int64)
    parts = {name: pc.struct_field(values, name) for name in (*NAME_IN_ORDER, "full")}
    text = joined_told([parts[name] for name in NAME_IN_ORDER], " ")
    text = pc.if_else(pc.equal(text, ""), parts["full"], text)
    given = pc.replace_substring(parts["given"], ".", "")
    told = [pc.fill_null(pc.greater(pc.utf8_length(given), 1), fill_value=False)]
    told += [pc.is_valid(parts[name]) for name in ("family", "additional")]
    given_told, family, additional = (one.cast(pa.int64()).to_numpy() for one in told)
    whole = pc.if_else(pc.is_valid(values), text, None)
    return whole, 2 * given_told + 2 * family + additional


def _ranked(said: Coded, filled: Numbers, tellers: Tellers, order: Sequence[Criterion]) -> _Ranked:
    row = np.flatnonzero(said.codes < len(said.texts))
    code, group = said.codes[row], tellers.group[row]
    folded = said.by(lowered).codes[row]
    number, _ = together(group, folded)
    lengths = pc.utf8_length(said.texts).to_numpy().astype(np.int64)
    measures = Measures(
        tellers.priority[row],
        tellers.recency[row],
        np.bincount(number)[number],
        filled[row],
        lengths[code],
    )
    best = in_order_within(group, *measures.keys(order), said.rank[code])
    sorted_measures = Measures(*(getattr(measures, name)[best] for name in Measures.__dataclass_fields__))
    return _Ranked(row[best], group[best], code[best], folded[best], sorted_measures)


def _records(row: Numbers, group: Numbers, groups: int, tellers: Tellers) -> pa.Array:
    """For each group the records of these rows, which are ascending by group, as JSON; "" for none."""
    return pc.fill_null(pc.binary_join(lists(group, groups, tellers.origin.take(row)), ","), "")


def _rule(
    ranked: _Ranked, winner: Numbers, agrees: np.ndarray, groups: int, order: Sequence[Criterion]
) -> pa.Array:
    """What made the winner better than the best of those that say otherwise."""
    others = np.flatnonzero(~agrees)
    losers = others[first_of(ranked.group[others])] if len(others) else others
    group = ranked.group[losers]
    rule = np.zeros(groups, np.int64)  # agreed
    decided = np.full(len(losers), len(order) + 1)
    for place, criterion in reversed(list(enumerate(order, 1))):
        measure = ranked.measures.by(criterion)
        decided[measure[winner[group]] != measure[losers]] = place
    rule[group] = decided
    return pa.array(["agreed", *(one.value for one in order), "tie"]).take(rule)


def _lost(ranked: _Ranked, loses: np.ndarray, said: Coded, tellers: Tellers) -> pa.Array:
    """For each identity the texts that lost with the records that say so, as JSON, the best first."""
    place = np.flatnonzero(loses)
    if not len(place):
        return pa.repeat("", tellers.groups)
    group, code = ranked.group[place], ranked.code[place]
    number, example = together(group, code)
    first = np.full(len(example), len(place))
    np.minimum.at(first, number, np.arange(len(place)))
    best = in_order(first[number])
    number_at = np.cumsum(first_of(number[best])) - 1
    records = _records(ranked.row[place][best], number_at, len(example), tellers)
    heads = best[first_of(number[best])]
    values = joined(['{"value":', said.json.take(code[heads]), ',"records":[', records, "]}"])
    return pc.fill_null(pc.binary_join(lists(group[heads], tellers.groups, values), ","), "")
