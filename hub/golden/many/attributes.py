"""Attributes, by column; see `hub.golden.attributes`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import Coded, coded, joined, lowered
from hub.golden.many.grouped import Said, Together
from hub.golden.many.multi import told_items
from hub.golden.many.single import places
from hub.golden.many.tellers import Tellers
from hub.golden.survivorship import ATTRIBUTES, Rule, SurvivorshipRules
from hub.ranking import Flags, Numbers, first_of, in_order, lists
from hub.ranking import together as numbered


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


@dataclass(frozen=True)
class Attributes:
    """What records say of attributes: the items by identity, name and record, and their names and values, of
    which the items' `name` is a number.
    """

    items: _Items
    names: Coded
    values: Coded
    whole: pa.Array

    def of(self, name: str) -> Numbers:
        """Which items are of that name."""
        return np.flatnonzero(self.items.name == self.names.texts.index(name).as_py())

    def said(self, name: str) -> Said:
        """What records say of that one."""
        at = self.of(name)
        return Said(self.items.row[at], Coded(self.values.codes[at], self.values.texts))


def told_attributes(values: pa.Array, tellers: Tellers) -> Attributes:
    flat, row = told_items(values)
    there = pc.is_valid(pc.struct_field(flat, "value")).to_numpy(zero_copy_only=False)
    flat, row = flat.filter(pa.array(there)), row[there]
    name, value = (coded(pc.struct_field(flat, part)) for part in ("name", "value"))
    once = _once(tellers.group[row], name, row, value)
    items = _Items(row[once], name.codes[once], value.whole().take(pa.array(once)))
    return Attributes(items, name, Coded(value.codes[once], value.texts), flat.take(pa.array(once)))


def bests(
    told: Attributes, tellers: Tellers, rules: SurvivorshipRules, together: Mapping[str, Together]
) -> tuple[pa.Array, pa.Array]:
    """For each identity one attribute a name, by name, and their origin as JSON; null for none. `together`
    are by field the groups that fields survive with.
    """
    items = told.items
    if not len(items.row):
        return pa.nulls(tellers.groups, pa.list_(told.whole.type)), pa.nulls(tellers.groups, pa.string())
    rest, parts = np.ones(len(items.row), np.bool_), list[_Survived]()
    for field, mine in together.items():
        name = field.removeprefix(f"{ATTRIBUTES}.")
        if name != field and len(at := told.of(name)):
            rest[at] = False
            parts.append(_survived_with(mine, told, name, tellers))
    parts += [
        _survived(items, at, tellers, rule) for rule, at in _by_rule(told.names, items.name, rest, rules)
    ]
    found = _whole(parts)
    kept = found.place[~found.nobody]
    origin = _origins(found, items, told.names, told.values, tellers)
    group = tellers.group[items.row[kept]]
    return lists(group, tellers.groups, told.whole.take(pa.array(kept))), origin


def _once(group: Numbers, name: Coded, row: Numbers, value: Coded) -> Numbers:
    """The items by identity, name and record; what one record says twice, in whatever case, once."""
    order = in_order(group, name.rank[name.codes], row)
    if first_of(name.codes[order], row[order]).all():
        return order  # no record says anything of a name twice
    folded = value.by(lowered).codes[order]
    _, first = numbered(group[order], name.codes[order], row[order], folded)
    return order[np.sort(first)]


def _by_rule(
    name: Coded, codes: Numbers, rest: Flags, rules: SurvivorshipRules
) -> list[tuple[Rule, Numbers]]:
    """The rules with the places of the items that they are for, of the `rest`."""
    found = []
    for own in rules.named_attributes():
        mine = rest & (codes == name.texts.index(own).as_py())
        rest = rest & ~mine
        found.append((rules.of(f"{ATTRIBUTES}.{own}"), np.flatnonzero(mine)))
    found.append((rules.of(ATTRIBUTES), np.flatnonzero(rest)))
    return [(rule, at) for rule, at in found if len(at)]


def _survived(items: _Items, at: Numbers, tellers: Tellers, rule: Rule) -> _Survived:
    row = items.row[at]
    group = np.cumsum(first_of(tellers.group[row], items.name[at])) - 1
    mine = tellers.take(row, group, int(group[-1]) + 1)
    best, nobody, origin = places(items.value.take(pa.array(at)), mine, rule)
    return _Survived(at[best], nobody, origin)


def _survived_with(group: Together, told: Attributes, name: str, tellers: Tellers) -> _Survived:
    """Of an attribute that survives with other fields: a row an identity in which somebody tells it."""
    at = told.of(name)
    row = told.items.row[at]
    identity = tellers.group[row]
    first = first_of(identity)
    place, nobody = np.zeros(tellers.groups, np.int64), np.ones(tellers.groups, np.bool_)
    place[identity[first]] = at[first]
    wins = first_of(row) & (row == group.winner[identity]) & ~group.nobody[identity]
    place[identity[wins]] = at[wins]
    nobody[identity[wins]] = False
    there = identity[first]
    origin = group.origin(told.said(name), tellers)
    return _Survived(place[there], nobody[there], origin.take(pa.array(there)))


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
