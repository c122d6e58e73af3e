"""Which pairs of records are compared: those that meet in a rule's block.

A rule is a set of keys that must all be equal. Records are sorted by the hash of their keys; neighbours with
one hash form a block. A block too large for the rule's share of the budget is refined by one further key
after another; what is still too large after that is walked in order, each record meeting only the next few.
So no rule costs more than a sort and its share of the budget, however skewed the data are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hub.errors import FatalError
from matching.encoding import Longs, ranges
from matching.grouping import ascending, by_hash, first_of_each
from matching.hashing import Hashes, mix
from matching.kernels import compiled
from matching.keys import KeyRing, Keys
from matching.parallel import WORKERS, side_by_side

Pairs = npt.NDArray[np.uint64]
Entries = npt.NDArray[np.uint64]  # of a pair and the rule by which it met

_ROW_BITS: Final = 26  # 67 million records
_RULE_BITS: Final = 64 - 2 * _ROW_BITS
WALK: Final = 4  # following records that one in a block beyond refinement meets
_FINER: Final = 99  # salt of refined keys
SMALL: Final = 12  # records in a block that is never too large
_LARGEST: Final = 60  # records in a block that is always too large
_BROAD: Final = 0.6  # pairs by record beyond which a rule is too broad to be worth its comparisons
_CHEAP: Final = 30_000  # but so many pairs of a spare rule cost hardly anything


@dataclass(frozen=True)
class Rule:
    """Records with all these keys equal are compared; `refiners` divide blocks of more than `cap` records
    (0: not yet chosen for the data). Where records are many, a `spare` rule is used only if a sample shows
    that it finds what others do not.
    """

    keys: tuple[str, ...]
    refiners: tuple[str, ...] = ()
    cap: int = 0
    spare: bool = False

    @property
    def name(self) -> str:
        return " + ".join(self.keys)


@dataclass(frozen=True)
class RuleReport:
    """What a rule found. `pairs` it found, `new` of them that no earlier rule had; `refined` records in
    blocks larger than `cap`.
    """

    rule: str
    pairs: int
    new: int
    largest_block: int
    refined: int
    cap: int = 0


@dataclass(frozen=True)
class Candidates:
    """Pairs of rows (a < b, ascending). `met` has a sorted entry for every rule by which a pair met; `used`
    are the rules with the caps chosen for the data, `report` what each found.
    """

    a: Longs
    b: Longs
    met: npt.NDArray[np.uint64]
    used: tuple[Rule, ...] = ()
    report: tuple[RuleReport, ...] = ()

    def __len__(self) -> int:
        return len(self.a)

    def holds(self, a: Longs, b: Longs) -> npt.NDArray[np.bool_]:
        """Whether these pairs (a < b) are among the candidates."""
        if len(self.met) == 0:
            return np.zeros(len(a), bool)
        pair = a.astype(np.uint64) << np.uint64(_ROW_BITS) | b.astype(np.uint64)
        place = np.searchsorted(self.met, pair << np.uint64(_RULE_BITS))
        place = np.minimum(place, len(self.met) - 1)
        return np.asarray(self.met[place] >> np.uint64(_RULE_BITS) == pair)

    def rules_of(self, places: Longs) -> npt.NDArray[np.uint64]:
        """By which rules these pairs met: bit i for rule i."""
        pair = self.a[places].astype(np.uint64) << np.uint64(_ROW_BITS) | self.b[places].astype(np.uint64)
        starts = np.searchsorted(self.met, pair << np.uint64(_RULE_BITS))
        ends = np.searchsorted(self.met, (pair + np.uint64(1)) << np.uint64(_RULE_BITS))
        number = self.met[ranges(starts, ends - starts)] & np.uint64((1 << _RULE_BITS) - 1)
        bits = np.uint64(1) << (number & np.uint64(63))
        firsts = np.cumsum(ends - starts) - (ends - starts)
        return np.bitwise_or.reduceat(bits, firsts) if len(places) else bits

    @cached_property
    def rules(self) -> npt.NDArray[np.uint64]:
        """By which rules each pair met: bit i for rule i."""
        if len(self.met) == 0:
            return np.zeros(0, np.uint64)
        pair, number = self.met >> np.uint64(_RULE_BITS), self.met & np.uint64((1 << _RULE_BITS) - 1)
        first = np.flatnonzero(first_of_each(pair))
        return np.asarray(np.bitwise_or.reduceat(np.uint64(1) << (number & np.uint64(63)), first))


def candidates(
    ring: KeyRing, rules: tuple[Rule, ...], records: int, budget: float, *, wide: bool = False
) -> Candidates:
    """The pairs to compare, at most about `budget` for every record; `wide`: by each rule as many as that
    allows.
    """
    if len(rules) > 1 << _RULE_BITS:
        raise FatalError("too-many-rules", f"{len(rules)} blocking rules are more than can be told apart")

    def found_by(numbered: tuple[int, Rule]) -> tuple[npt.NDArray[np.uint64], list[int]]:
        number, rule = numbered
        share = share_of(records, budget, len(rules), spare=rule.spare, wide=wide)
        pairs, *told = pairs_of(ring, rule, share, ring.joint(rule.keys))
        pairs <<= np.uint64(_RULE_BITS)
        pairs |= np.uint64(number)
        return pairs, [len(pairs), *told]

    ring.prepare({key for rule in rules for key in (*rule.keys, *rule.refiners)})
    found = list(side_by_side(found_by, enumerate(rules)))
    entries, sizes = [f[0] for f in found], [f[1] for f in found]
    del found
    report = [RuleReport(rule.name, s[0], 0, *s[1:]) for rule, s in zip(rules, sizes, strict=True)]
    used = [replace(rule, cap=told.cap, spare=False) for rule, told in zip(rules, report, strict=True)]
    return _united(entries, used, report)


def _united(entries: list[Entries], used: Sequence[Rule], report: Sequence[RuleReport]) -> Candidates:
    """The candidates that entries (which are used up) tell of; parts are made side by side."""
    last = max((int(one.max(initial=0)) for one in entries), default=0)
    bounds = _even_parts((last >> (_ROW_BITS + _RULE_BITS)) + 1)

    def part(bound: tuple[int, int]) -> tuple[Entries, Longs, Longs, Longs]:
        low, high = (row << (_ROW_BITS + _RULE_BITS) for row in bound)
        whole = _gathered(entries, low, high)
        return whole, *_distinct(whole, len(used))

    done = list(side_by_side(part, pairwise(bounds), records=bounds[-1]))
    entries.clear()
    new = np.sum([found[3] for found in done], axis=0)
    columns = [list(parts) for parts in zip(*(found[:3] for found in done), strict=True)]
    del done
    met, a, b = side_by_side(_joined, columns, records=bounds[-1])
    counted = tuple(replace(told, new=count) for told, count in zip(report, new.tolist(), strict=True))
    return Candidates(a, b, met, tuple(used), counted)


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """The parts (which are used up) as one: together with them it is in memory but for a moment."""
    whole = np.concatenate(parts)
    parts.clear()
    return whole


def _even_parts(rows: int) -> list[int]:
    """Where parts begin and the last ends, so that pairs (a < b) of rows are spread evenly by `a`."""
    return [round(rows * (1 - math.sqrt(1 - part / WORKERS))) for part in range(WORKERS + 1)]


def _gathered(entries: Sequence[Entries], low: int, high: int) -> Entries:
    """The entries from one on and before another, ascending."""
    if not compiled(sum(len(one) for one in entries)):
        some = [one[(one >= low) & (one < high)] for one in entries]
        return np.sort(np.concatenate([np.zeros(0, np.uint64), *some]))
    from matching.kernels.blocks import within  # noqa: PLC0415 - loads Numba

    return ascending(np.concatenate([within(one, low, high) for one in entries]))


def _distinct(whole: Entries, rules: int) -> tuple[Longs, Longs, Longs]:
    """The pairs that ascending entries tell of, and how many each rule was the first to find."""
    if compiled(len(whole)):
        from matching.kernels.blocks import united  # noqa: PLC0415 - loads Numba

        return united(whole, _RULE_BITS, _ROW_BITS, rules)
    pair = whole >> np.uint64(_RULE_BITS)
    first = np.flatnonzero(first_of_each(pair))
    number = whole[first] & np.uint64((1 << _RULE_BITS) - 1)
    new = np.bincount(number.astype(np.int64), minlength=rules)
    return *unpacked(pair[first]), new


def packed(a: Longs, b: Longs) -> npt.NDArray[np.uint64]:
    """Each pair as one number, smaller row first; no pair of a row with itself."""
    low, high = np.minimum(a, b).astype(np.uint64), np.maximum(a, b).astype(np.uint64)
    pairs = (low << np.uint64(_ROW_BITS)) | high
    return pairs if (low != high).all() else pairs[low != high]


def unpacked(pairs: npt.NDArray[np.uint64]) -> tuple[Longs, Longs]:
    """The inverse of `packed`."""
    rows = pairs & np.uint64((1 << _ROW_BITS) - 1)
    return (pairs >> np.uint64(_ROW_BITS)).astype(np.int64), rows.astype(np.int64)


def share_of(records: int, budget: float, rules: int, *, spare: bool, wide: bool = False) -> float:
    """How many pairs one of so many rules may find."""
    share = records * budget / max(rules, 1)
    most = max(records * _BROAD, _CHEAP) if spare else records * _BROAD
    return max(share if wide else min(share, most), 1000.0)


def pairs_of(ring: KeyRing, rule: Rule, share: float, keys: Keys) -> tuple[Pairs, int, int, int]:
    """Pairs (`packed`) of a rule among records with these keys, the size of the largest block, the number of
    records in blocks too large, the cap.
    """
    blocks = Blocks.of(keys)
    cap = rule.cap or _cap(blocks.sizes, share)
    found = [blocks.pairs(blocks.sizes <= cap)]
    rows, hashes = blocks.members(blocks.sizes > cap)
    refined = len(rows)
    for refiner in rule.refiners:
        if len(rows) == 0:
            break
        finer = Blocks.of(Keys(rows, finer_hashes(hashes, ring.by_row(refiner)[rows])))
        found.append(finer.pairs(finer.sizes <= cap))
        rows, hashes = finer.members(finer.sizes > cap)
    if len(rows):
        found.append(packed(*walked(rows, hashes)))
    return (
        np.concatenate(found) if len(found) > 1 else found[0],
        int(blocks.sizes.max(initial=min(1, len(keys.rows)))),
        refined,
        cap,
    )


def finer_hashes(hashes: Hashes, more: Hashes) -> Hashes:
    """Block hashes refined by a further key; records without that key stay together."""
    return np.where(more != 0, mix(hashes ^ mix(more, _FINER)), hashes)


def _cap(sizes: Longs, share: float) -> int:
    """The largest block size with which all blocks up to it stay within the rule's share of pairs."""
    counts = np.bincount(np.minimum(sizes, _LARGEST + 1), minlength=_LARGEST + 2)[: _LARGEST + 1]
    size = np.arange(_LARGEST + 1)
    fits = np.cumsum(counts * (size * (size - 1) // 2)) <= share
    return max(int(np.flatnonzero(fits)[-1]) if fits.any() else 0, SMALL)


def walked(rows: Longs, hashes: Hashes) -> tuple[Longs, Longs]:
    """Pairs of each record with the next few of its block, by row."""
    order = np.lexsort((rows, hashes))
    rows, hashes = rows[order], hashes[order]
    pairs = []
    for step in range(1, WALK + 1):
        near = np.flatnonzero(hashes[step:] == hashes[:-step])
        pairs.append((rows[near], rows[near + step]))
    a, b = (np.concatenate([pair[i] for pair in pairs]) for i in (0, 1))
    return a[a != b], b[a != b]


@dataclass(frozen=True)
class Blocks:
    """Records that share a hash, by hash: block i is `rows[starts[i] : starts[i] + sizes[i]]`."""

    rows: Longs
    hashes: Hashes
    starts: Longs
    sizes: Longs

    @staticmethod
    def of(keys: Keys) -> Blocks:
        found = None
        if compiled(len(keys.rows)):
            from matching.kernels.blocks import sorted_blocks  # noqa: PLC0415 - loads Numba

            found = sorted_blocks(keys.rows, keys.hashes)
        rows, hashes, edges = _sorted(keys) if found is None else found
        return Blocks(rows, hashes, edges, np.diff(np.append(edges, len(hashes))))

    def pairs(self, chosen: npt.NDArray[np.bool_]) -> Pairs:
        """Every pair within the chosen blocks."""
        if compiled(len(self.rows)):
            from matching.kernels.blocks import pairs_within  # noqa: PLC0415 - loads Numba

            return pairs_within(self.rows, self.starts, self.sizes, chosen, _ROW_BITS)
        chosen = chosen & (self.sizes > 1)
        starts, sizes = self.starts[chosen], self.sizes[chosen]
        positions = ranges(starts, sizes)
        ends = np.repeat(starts + sizes, sizes)
        following = ends - positions - 1
        a = self.rows[np.repeat(positions, following)]
        b = self.rows[ranges(positions + 1, following)]
        return packed(a, b)

    def members(self, chosen: npt.NDArray[np.bool_]) -> tuple[Longs, Hashes]:
        taken = ranges(self.starts[chosen], self.sizes[chosen])
        return self.rows[taken], self.hashes[taken]


def _sorted(keys: Keys) -> tuple[Longs, Hashes, Longs]:
    """The rows that share their hash with another, by hash; the hashes, and where each begins."""
    order = by_hash(keys.hashes)
    first = first_of_each(keys.hashes[order])
    shared = ~first
    shared[:-1] |= ~first[1:]
    rows, hashes = keys.rows[order[shared]], keys.hashes[order[shared]]
    return rows, hashes, np.flatnonzero(first[shared])
