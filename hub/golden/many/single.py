"""Fields with one value, by column; see `hub.golden.single`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import Coded, coded, joined, joined_told, lowered
from hub.golden.many.costs import Costs, Measures, costs
from hub.golden.many.tellers import Tellers
from hub.golden.single import NAME_IN_ORDER
from hub.golden.survivorship import Criterion, Rule
from hub.ranking import Flags, Numbers, first_of, in_order, in_order_within, lists, together


class Ranked(NamedTuple):
    """Who says what, the best of each identity first: the record's row, its identity, the number of its text,
    and that of the text in lower case.
    """

    row: Numbers
    group: Numbers
    code: Numbers
    folded: Numbers
    costs: Costs


def survivors(values: pa.Array, tellers: Tellers, rule: Rule) -> tuple[pa.Array, pa.Array]:
    """For each identity the value that survives, and its origin as JSON; null where nobody says anything."""
    row, nobody, origin = places(values, tellers, rule)
    return values.take(pa.array(row, mask=nobody)), origin


def places(values: pa.Array, tellers: Tellers, rule: Rule) -> tuple[Numbers, Flags, pa.Array]:
    """For each identity the row of the value that survives, whether none does, and the origin as JSON, null
    where nobody says anything.
    """
    text, filled = measured(values)
    said = coded(text)
    if not len(said.texts):
        nothing = np.zeros(tellers.groups, np.int64)
        return nothing, nothing == 0, pa.nulls(tellers.groups, pa.string())
    found = best_first(said, filled, said, values, tellers, rule)
    first = np.flatnonzero(first_of(found.group))
    winner = np.zeros(tellers.groups, np.int64)  # by identity a place among the ranked
    winner[found.group[first]] = first
    silent = np.ones(tellers.groups, np.bool_)
    silent[found.group[first]] = False
    nobody = silent | not_taken(found, winner, rule)
    agrees = (found.folded == found.folded[winner[found.group]]) & ~nobody[found.group]
    origin = joined(
        [
            '{"rule":"', decided(found, winner, agrees, nobody, rule),
            '","records":[', records(found.row[agrees], found.group[agrees], tellers.groups, tellers),
            '],"lost":[', lost(found, ~agrees, said, tellers), "]}",
        ]
    )  # fmt: skip
    return found.row[winner], nobody, pc.if_else(pa.array(silent), None, origin)


def not_taken(ranked: Ranked, winner: Numbers, rule: Rule) -> Flags:
    """Of which identities not even the best value may be taken."""
    if rule.only_from is None:
        return np.zeros(len(winner), np.bool_)
    place = [step.criterion for step in rule.steps].index(Criterion.ONLY_FROM)
    return ranked.costs[place][winner] > 0


def measured(values: pa.Array) -> tuple[pa.Array, Numbers]:
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


def best_first(
    said: Coded, filled: Numbers, shown: Coded, values: pa.Array, tellers: Tellers, rule: Rule
) -> Ranked:
    """The rows that say something, by identity the best first: `said` is what they are told apart by, `shown`
    what sizes and expressions look at.
    """
    row = np.flatnonzero(said.codes < len(said.texts))
    code, group = said.codes[row], tellers.group[row]
    folded = said.by(lowered).codes[row]
    number, _ = together(group, folded)
    lengths = pc.utf8_length(said.texts).to_numpy().astype(np.int64)
    measures = Measures(
        row,
        np.bincount(number)[number],
        filled[row],
        lengths[code],
        np.zeros(len(row), np.bool_),
        Coded(shown.codes[row], shown.texts),
        values if len(row) == len(values) else values.take(pa.array(row)),
    )
    each = costs(rule, tellers, measures)
    best = in_order_within(group, *each, said.rank[code])
    return Ranked(row[best], group[best], code[best], folded[best], [cost[best] for cost in each])


def records(row: Numbers, group: Numbers, groups: int, tellers: Tellers) -> pa.Array:
    """For each group the records of these rows, which are ascending by group, as JSON; "" for none."""
    return pc.fill_null(pc.binary_join(lists(group, groups, tellers.origin.take(row)), ","), "")


def decided(ranked: Ranked, winner: Numbers, agrees: Flags, nobody: Flags, rule: Rule) -> pa.Array:
    """What made the winner better than the best of those that say otherwise."""
    others = np.flatnonzero(~agrees)
    losers = others[first_of(ranked.group[others])] if len(others) else others
    group = ranked.group[losers]
    told = np.zeros(len(winner), np.int64)  # agreed
    decided = np.full(len(losers), len(rule.steps) + 1)
    for place, cost in reversed(list(enumerate(ranked.costs, 1))):
        decided[cost[winner[group]] != cost[losers]] = place
    told[group] = decided
    told[nobody] = len(rule.steps) + 2
    names = [step.criterion.value for step in rule.steps]
    return pa.array(["agreed", *names, "tie", Criterion.ONLY_FROM.value]).take(told)


def lost(ranked: Ranked, loses: Flags, said: Coded, tellers: Tellers) -> pa.Array:
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
    who = records(ranked.row[place][best], number_at, len(example), tellers)
    heads = best[first_of(number[best])]
    values = joined(['{"value":', said.json.take(code[heads]), ',"records":[', who, "]}"])
    return pc.fill_null(pc.binary_join(lists(group[heads], tellers.groups, values), ","), "")
