"""The blocks that records are in, as numbers that can be stored: what makes matching a change possible.

A block is 64 bits: a hash of its keys, the number of its rule and its level. Level 0 is the rule's own block;
a block of more records than the rule's cap is divided by one refiner after another, and a record that is in
it has an entry in its block of the next level too. Which pairs are compared so depends on the two records,
on the model, and on whether the blocks that they share are larger than their caps: on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from matching.blocking import Rule, finer_hashes
from matching.encoding import Bools, Longs
from matching.grouping import by_hash, first_of_each
from matching.hashing import Hashes
from matching.keys import KeyRing

_LEVEL_BITS: Final = 4
_TAG_BITS: Final = 12
_TAG: Final = np.uint64((1 << _TAG_BITS) - 1)
_MOST_RULES: Final = 128  # of one kind

# Blocks (distinct, ascending) and how many of the ring's own records are in each → how many there are in all.
Sizes = Callable[[Hashes, Longs], Longs]


@dataclass(frozen=True)
class Entries:
    """Record `records[i]` is in block `blocks[i]`. Records are rows or ids, whatever was asked with."""

    blocks: Hashes
    records: Longs

    @staticmethod
    def joined(parts: Sequence[Entries]) -> Entries:
        if not parts:
            return Entries(np.zeros(0, np.uint64), np.zeros(0, np.int64))
        return Entries(np.concatenate([p.blocks for p in parts]), np.concatenate([p.records for p in parts]))

    def taken(self, chosen: Longs | Bools) -> Entries:
        return Entries(self.blocks[chosen], self.records[chosen])

    def without(self, records: Longs) -> Entries:
        return self.taken(~np.isin(self.records, records))

    def of_records(self, records: Longs) -> Entries:
        return self.taken(np.isin(self.records, records))

    def of_blocks(self, blocks: Hashes) -> Entries:
        return self.taken(np.isin(self.blocks, blocks))

    def by_block(self) -> Entries:
        """Sorted by block, then record; each once."""
        order = np.lexsort((self.records, self.blocks))
        found = self.taken(order)
        if len(order) < 2:
            return found
        again = (found.blocks[1:] == found.blocks[:-1]) & (found.records[1:] == found.records[:-1])
        return found.taken(np.concatenate(([True], ~again)))


@dataclass(frozen=True)
class Caps:
    """What the rules of a model say of a block: how many records it holds at most before it is divided, and
    whether it can be divided. Rules are numbered from 0 for people, from 128 for organisations.
    """

    caps: Longs
    refiners: Longs

    @staticmethod
    def of(people: Sequence[Rule], organisations: Sequence[Rule]) -> Caps:
        caps, refiners = np.zeros(2 * _MOST_RULES, np.int64), np.zeros(2 * _MOST_RULES, np.int64)
        for first, rules in ((0, people), (_MOST_RULES, organisations)):
            for number, rule in enumerate(rules):
                caps[first + number], refiners[first + number] = rule.cap, len(rule.refiners)
        return Caps(caps, refiners)

    def large(self, blocks: Hashes, sizes: Longs) -> Bools:
        """Which blocks of these sizes are too large."""
        return np.asarray(sizes > self.caps[_rules_of(blocks)], bool)

    def last(self, blocks: Hashes) -> Bools:
        """Which blocks cannot be divided any more."""
        level = ((blocks & _TAG) & np.uint64((1 << _LEVEL_BITS) - 1)).astype(np.int64)
        return np.asarray(level >= self.refiners[_rules_of(blocks)], bool)


def _rules_of(blocks: Hashes) -> Longs:
    return ((blocks & _TAG) >> np.uint64(_LEVEL_BITS)).astype(np.int64)


def tagged(hashes: Hashes, rule: int, level: int, *, organisations: bool) -> Hashes:
    """Block numbers from the hashes of keys."""
    number = rule + (_MOST_RULES if organisations else 0)
    return (hashes & ~_TAG) | np.uint64((number << _LEVEL_BITS) | level)


def entries_of(
    ring: KeyRing, rules: Sequence[Rule], caps: Caps, sizes: Sizes, *, organisations: bool
) -> tuple[Entries, Entries]:
    """The blocks of a ring's records (rows): all of them, and those in which pairs are looked for.

    `sizes` is asked once for each level.
    """
    every, telling = [], []
    divided = partial(_large, caps=caps, sizes=sizes)
    for entries, ends in _by_level(ring, rules, divided, organisations=organisations):
        every.append(entries)
        telling.append(entries.taken(ends))
    return Entries.joined(every), Entries.joined(telling)


def all_entries(ring: KeyRing, rules: Sequence[Rule], caps: Caps, *, organisations: bool) -> Entries:
    """The blocks of records that are all there are. No two rules have a block in common, so each is looked at
    alone, which takes a third of the memory.
    """

    def divided(found: Sequence[Entries]) -> list[Bools]:
        return [_large([one], caps, lambda _blocks, own: own)[0] for one in found]

    return Entries.joined([one for one, _ in _by_level(ring, rules, divided, organisations=organisations)])


def _by_level(
    ring: KeyRing,
    rules: Sequence[Rule],
    divided: Callable[[Sequence[Entries]], list[Bools]],
    *,
    organisations: bool,
) -> Iterator[tuple[Entries, Bools]]:
    """The blocks of each rule, level by level, and for each entry whether pairs are looked for in it;
    `divided` tells of the entries of each rule whether their blocks are too large.
    """
    ring.prepare({key for rule in rules for key in (*rule.keys, *rule.refiners)})
    paths = [(number, rule, *_first(ring, rule)) for number, rule in enumerate(rules)]
    level = 0
    while paths:
        found = [
            Entries(tagged(hashes, number, level, organisations=organisations), rows)
            for number, _, rows, hashes in paths
        ]
        onward = []
        for (number, rule, rows, hashes), entries, large in zip(paths, found, divided(found), strict=True):
            ends = ~large | (level >= len(rule.refiners))
            yield entries, ends
            if not ends.all():
                more = ring.by_row(rule.refiners[level])[rows[~ends]]
                onward.append((number, rule, rows[~ends], finer_hashes(hashes[~ends], more)))
        paths, level = onward, level + 1


def _first(ring: KeyRing, rule: Rule) -> tuple[Longs, Hashes]:
    keys = ring.joint(rule.keys)
    return keys.rows, keys.hashes


def _large(found: Sequence[Entries], caps: Caps, sizes: Sizes) -> list[Bools]:
    """For the entries of each rule whether their blocks are too large."""
    whole = np.concatenate([entries.blocks for entries in found])
    order = by_hash(whole)
    ordered = whole[order]
    starts = np.flatnonzero(first_of_each(ordered))
    blocks, own = ordered[starts], np.diff(np.append(starts, len(whole)))
    large = np.empty(len(whole), bool)
    large[order] = np.repeat(caps.large(blocks, sizes(blocks, own)), own)
    return np.split(large, np.cumsum([len(entries.blocks) for entries in found])[:-1])


def counted(entries: Entries, blocks: Hashes) -> Longs:
    """How many of the entries are in each of `blocks` (distinct, ascending)."""
    if len(blocks) == 0:
        return np.zeros(0, np.int64)
    place = np.minimum(np.searchsorted(blocks, entries.blocks), len(blocks) - 1)
    return np.bincount(place[blocks[place] == entries.blocks], minlength=len(blocks))
