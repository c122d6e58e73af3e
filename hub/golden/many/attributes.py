"""Attributes, by column; see `hub.golden.attributes`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import Coded, coded, joined, lowered
from hub.golden.many.multi import told_items
from hub.golden.many.single import places
from hub.golden.many.tellers import Tellers
from hub.golden.survivorship import ATTRIBUTES, Rule, SurvivorshipRules
from hub.ranking import Flags, Numbers, first_of, in_order, lists, together


@dataclass(frozen=True)
class _Items:
    """A row an item by identity, name and record: the record's row, the number of its name, the value."""

    row: Numbers
    name: Numbers
    value: pa.Array


@dataclass(frozen=True)
class _Survived:
    """A row an identity and name: the item that survives (by its place), whether none may, the origin."""

    place: Numbers
    nobody: Flags
    origin: pa.Array


def bests(values: pa.Array, tellers: Tellers, rules: SurvivorshipRules) -> tuple[pa.Array, pa.Array]:
    """For each identity one attribute a name, by name, and their origin as JSON; null for none."""
    flat, row = told_items(values)
    there = pc.is_valid(pc.struct_field(flat, "value")).to_numpy(zero_copy_only=False)
    flat, row = flat.filter(pa.array(there)), row[there]
    if not len(flat):
        return pa.nulls(tellers.groups, values.type), pa.nulls(tellers.groups, pa.string())
    name, value = (coded(pc.struct_field(flat, part)) for part in ("name", "value"))
    once = _once(tellers.group[row], name, row, value)
    items = _Items(row[once], name.codes[once], value.whole().take(pa.array(once)))
    parts = [_survived(items, at, tellers, rule) for rule, at in _by_rule(name, items.name, rules)]
    found = _whole(parts)
    kept = found.place[~found.nobody]
    origin = _origins(found, items, name, Coded(value.codes[once], value.texts), tellers)
    group = tellers.group[items.row[kept]]
    return lists(group, tellers.groups, flat.take(pa.array(once[kept]))), origin


def _once(group: Numbers, name: Coded, row: Numbers, value: Coded) -> Numbers:
    """The items by identity, name and record; what one record says twice, in whatever case, once."""
    order = in_order(group, name.rank[name.codes], row)
    if first_of(name.codes[order], row[order]).all():
        return order  # no record says anything of a name twice
    folded = value.by(lowered).codes[order]
    _, first = together(group[order], name.codes[order], row[order], folded)
    return order[np.sort(first)]


def _by_rule(name: Coded, codes: Numbers, rules: SurvivorshipRules) -> list[tuple[Rule, Numbers]]:
    """The rules with the places of the items that they are for."""
    rest = np.ones(len(codes), np.bool_)
    found = []
    for own in rules.named_attributes():
        mine = codes == name.texts.index(own).as_py()
        rest &= ~mine
        found.append((rules.of(f"{ATTRIBUTES}.{own}"), np.flatnonzero(mine)))
    found.append((rules.of(ATTRIBUTES), np.flatnonzero(rest)))
    return [(rule, at) for rule, at in found if len(at)]


def _survived(items: _Items, at: Numbers, tellers: Tellers, rule: Rule) -> _Survived:
    row = items.row[at]
    group = np.cumsum(first_of(tellers.group[row], items.name[at])) - 1
    mine = tellers.take(row, group, int(group[-1]) + 1)
    best, nobody, origin = places(items.value.take(pa.array(at)), mine, rule)
    return _Survived(at[best], nobody, origin)


def _whole(parts: list[_Survived]) -> _Survived:
    """All of them by the places of their items."""
    if len(parts) == 1:
        return parts[0]
    place = np.concatenate([part.place for part in parts])
    nobody = np.concatenate([part.nobody for part in parts])
    origin = pa.concat_arrays([part.origin for part in parts])
    order = in_order(place)
    return _Survived(place[order], nobody[order], origin.take(pa.array(order)))


def _origins(found: _Survived, items: _Items, name: Coded, value: Coded, tellers: Tellers) -> pa.Array:
    told = value.json.take(pa.array(value.codes[found.place]))
    if found.nobody.any():
        told = pc.if_else(pa.array(found.nobody), "null", told)
    ends = pc.utf8_slice_codeunits(found.origin, 1, 1 << 30)
    names = name.json.take(pa.array(items.name[found.place]))
    entry = joined(['{"name":', names, ',"value":', told, ",", ends])
    group = tellers.group[items.row[found.place]]
    kept = _listed(entry, group, ~found.nobody, tellers.groups)
    if not found.nobody.any():
        return joined(['{"rule":"best","values":[', kept, "]}"])
    gone = _listed(entry, group, found.nobody, tellers.groups)
    end = pc.if_else(pc.is_valid(gone), joined(['],"withheld":[', gone, "]}"]), "]}")
    silent = pc.and_(pc.is_null(kept), pc.is_null(gone))
    whole = joined(['{"rule":"best","values":[', pc.fill_null(kept, ""), end])
    return pc.if_else(silent, None, whole)


def _listed(entry: pa.Array, group: Numbers, which: Flags, groups: int) -> pa.Array:
    at = np.flatnonzero(which)
    return pc.binary_join(lists(group[at], groups, entry.take(pa.array(at))), ",")
