"""Matching a change: the records that came, changed or went, and what hangs together with them.

With a frozen model a pair is compared or not by the two records and by how full the blocks are that they
share. So a change concerns: its own records; the records of blocks that it brings over or under their cap,
since these are then found by other pairs; in blocks that cannot be divided the neighbours in the walk. All
pairs of those are scored anew. What they, now or before, hang together with is clustered again, and nothing
else can have changed: clusters never reach beyond pairs that were taken for the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from hub.domain.matching import BLOCK_SCHEMA, Matching, MatchingChange
from hub.later import Later
from hub.ports import Surroundings
from matching.block_entries import Caps, Entries, Sizes, all_entries, counted, entries_of
from matching.block_pairs import Walk, distinct, within
from matching.blocking import WALK, Candidates
from matching.compare_records import kind_of
from matching.encoding import Longs
from matching.engines.local import Settings, Watch
from matching.features import Features, extract
from matching.hashing import Hashes, record_hashes
from matching.judged import Judged
from matching.keys import KeyRing
from matching.model import Model
from matching.outcome import clusters_of, labels_of, told_of
from matching.seen import Seen, kind_model

_SIDES = (False, True)


def caps_of(model: Model) -> Caps:
    people, organisations = (kind_model(model, organisations=side).rules for side in _SIDES)
    return Caps.of(people, organisations)


def blocks_of(features: Features, model: Model) -> pa.Table:
    """The blocks (`BLOCK_SCHEMA`) of all records there are."""
    found = [
        all_entries(
            KeyRing(features, features.organisations == side),
            kind_model(model, organisations=side).rules,
            caps_of(model),
            organisations=side,
        )
        for side in _SIDES
        if (features.organisations == side).any()
    ]
    entries = Entries.joined(found)
    return _table(Entries(entries.blocks, features.record_ids[entries.records]))


def _table(entries: Entries) -> pa.Table:
    return pa.table([entries.blocks, entries.records], schema=BLOCK_SCHEMA)


def _entries(table: pa.Table) -> Entries:
    return Entries(
        np.asarray(table["block"].to_numpy(), np.uint64), np.asarray(table["record_id"].to_numpy(), np.int64)
    )


@dataclass
class Update:
    """One change, matched against what is stored around it."""

    model: Model
    settings: Settings
    around: Surroundings
    watch: Watch = field(default_factory=Watch)
    _last_seen: Seen | None = None

    def of(self, changed: pa.Array, gone: pa.Array) -> MatchingChange:
        with self.watch.timing("index"):
            rekeyed = self._rekeyed(_longs(changed), _longs(gone))
        with self.watch.timing("block"):
            near = rekeyed.features.record_ids
            partners = self._partners(rekeyed, near)
        with self.watch.timing("features"):
            seen = self._seen(rekeyed.features, np.unique(np.concatenate((near, *partners))))
        with self.watch.timing("score"):
            seeds = np.unique(np.concatenate((near, rekeyed.gone, seen.liked(*partners))))
        with self.watch.timing("features"):
            linked = _longs(self.around.linked(pa.array(seeds, pa.int64())))
            whole = np.setdiff1d(np.union1d(linked, seeds), rekeyed.gone)
            seen = self._seen(seen.features, whole)
        with self.watch.timing("block"):
            pairs = self._pairs_within(rekeyed, whole, partners)
        matching = self._settled(seen, whole, pairs)
        indexed = np.union1d(near, rekeyed.gone)
        return MatchingChange(
            matching,
            looked_at=pa.array(indexed, pa.int64()),
            indexed=pa.array(indexed, pa.int64()),
            blocks=_table(rekeyed.after),
        )

    @cached_property
    def _caps(self) -> Caps:
        return caps_of(self.model)

    def _features(self, contacts: pa.Table) -> Features:
        words = self.model.words
        return extract(contacts, (words.values, words.rest) if words else None)

    # --- which pairs may be others than before ----------------------------------------------------------

    def _rekeyed(self, changed: Longs, gone: Longs) -> _Rekeyed:
        """The records whose pairs are looked for anew, with their blocks before and after."""
        near = np.union1d(changed, gone)
        while True:
            contacts = self.around.contacts(pa.array(np.setdiff1d(near, gone), pa.int64()))
            features = self._features(contacts)
            before = _entries(self.around.blocks_of(pa.array(near, pa.int64())))
            found = self._entries_after(features, before)
            rekeyed = _Rekeyed(features, gone, before, *found)
            more = np.setdiff1d(self._drawn_in(rekeyed), near)
            if len(more) == 0:
                return rekeyed
            near = np.union1d(near, more)

    def _entries_after(self, features: Features, before: Entries) -> tuple[Entries, Entries]:
        def sizes(blocks: Hashes, own: Longs) -> Longs:
            return self._sizes(blocks) - counted(before, blocks) + own

        return self._all_entries(features, sizes)

    def _all_entries(self, features: Features, sizes: Sizes) -> tuple[Entries, Entries]:
        """By record id: every block of the features' records, and those in which pairs are looked for."""
        every, telling = [], []
        for side in _SIDES:
            mask = features.organisations == side
            if mask.any():
                rules = kind_model(self.model, organisations=side).rules
                ring = KeyRing(features, mask)
                found = entries_of(ring, rules, self._caps, sizes, organisations=side)
                every.append(found[0])
                telling.append(found[1])
        ids = features.record_ids
        joined = Entries.joined(every), Entries.joined(telling)
        return Entries(joined[0].blocks, ids[joined[0].records]), Entries(
            joined[1].blocks, ids[joined[1].records]
        )

    def _sizes(self, blocks: Hashes) -> Longs:
        """How many records each block (distinct, ascending) had before."""
        told = self.around.block_sizes(pa.array(blocks, pa.uint64()))
        out = np.zeros(len(blocks), np.int64)
        named = np.asarray(told["block"].to_numpy(), np.uint64)
        out[np.searchsorted(blocks, named)] = np.asarray(told["size"].to_numpy(), np.int64)
        return out

    def _drawn_in(self, rekeyed: _Rekeyed) -> Longs:
        """Records that did not change, whose pairs did."""
        blocks = rekeyed.changed_blocks
        size = self._sizes(blocks)
        after = size - counted(rekeyed.before, blocks) + counted(rekeyed.after, blocks)
        was, now = self._caps.large(blocks, size), self._caps.large(blocks, after)
        crossing = blocks[was != now]
        drawn = [self._members(rekeyed, crossing).records, self._members_before(crossing).records]
        walked = blocks[was & now & self._caps.last(blocks)]
        if len(walked):
            drawn.append(self._neighbours(rekeyed, walked))
        return np.setdiff1d(np.unique(np.concatenate(drawn)), rekeyed.gone)

    def _members_before(self, blocks: Hashes) -> Entries:
        return _entries(self.around.in_blocks(pa.array(np.unique(blocks), pa.uint64())))

    def _members(self, rekeyed: _Rekeyed, blocks: Hashes) -> Entries:
        """All entries of these blocks after the change."""
        if len(blocks) == 0:
            return Entries.joined([])
        kept = self._members_before(blocks).without(rekeyed.all_records)
        return Entries.joined([kept, rekeyed.after.of_blocks(blocks)])

    def _neighbours(self, rekeyed: _Rekeyed, blocks: Hashes) -> Longs:
        """Who stands, before or after, next to a record that entered or left a block that is walked."""
        moved = rekeyed.changed_entries.of_blocks(blocks)
        found = []
        for members in (self._members_before(blocks), self._members(rekeyed, blocks)):
            present = Entries.joined([members, moved])
            walk = self._walk(present)
            a, b = walk.pairs(WALK)
            mine = np.isin(a, moved.records) | np.isin(b, moved.records)
            found += [a[mine], b[mine]]
        return np.concatenate(found)

    def _walk(self, entries: Entries) -> Walk:
        ids = np.unique(entries.records)
        names = self.around.names(pa.array(ids, pa.int64()))
        hashes = record_hashes(names["source"], names["key"])
        told = np.asarray(names["record_id"].to_numpy(), np.int64)
        order = np.argsort(told)
        return Walk.of(entries, told[order], hashes[order])

    def _partners(self, rekeyed: _Rekeyed, near: Longs) -> tuple[Longs, Longs]:
        """The pairs (record ids) to compare of which one record is near the change."""
        telling = rekeyed.telling
        blocks = np.unique(telling.blocks)
        large = self._caps.large(blocks, rekeyed.sizes_after(blocks, self._sizes(blocks)))
        pairs = [within(self._members(rekeyed, blocks[~large]).by_block())]
        if large.any():
            pairs.append(self._walk(self._members(rekeyed, blocks[large])).pairs(WALK))
        a, b = (np.concatenate([found[i] for found in pairs]) for i in (0, 1))
        mine = np.isin(a, near) | np.isin(b, near)
        return distinct(a[mine], b[mine])

    # --- what is taken for the same -----------------------------------------------------------------------

    def _seen(self, features: Features, record_ids: Longs) -> Seen:
        """These records, not gone, ready to be compared: among those of `features` where all of them are."""
        if not np.isin(record_ids, features.record_ids).all():
            features = self._features(self.around.contacts(pa.array(record_ids, pa.int64())))
        if self._last_seen is None or self._last_seen.features is not features:
            self._last_seen = Seen(self.model, self.settings, self.watch, features)
        return self._last_seen

    def _pairs_within(
        self, rekeyed: _Rekeyed, whole: Longs, partners: tuple[Longs, Longs]
    ) -> tuple[Longs, Longs]:
        """The pairs (record ids) to compare among these records.

        Records that are not near the change are in the blocks that they were in.
        """
        others = np.setdiff1d(whole, rekeyed.all_records)
        stored = _entries(self.around.blocks_of(pa.array(others, pa.int64())))
        entries = Entries.joined([stored, rekeyed.after.of_records(whole)])
        blocks, members = np.unique(entries.blocks, return_counts=True)
        blocks = blocks[members > 1]
        large = self._caps.large(blocks, rekeyed.sizes_after(blocks, self._sizes(blocks)))
        pairs = [partners, within(entries.of_blocks(blocks[~large]).by_block())]
        walked = blocks[large & self._caps.last(blocks)]
        if len(walked):
            pairs.append(self._walk(self._members(rekeyed, walked)).pairs(WALK))
        return distinct(*(np.concatenate([found[i] for found in pairs]) for i in (0, 1)))

    def _settled(self, seen: Seen, whole: Longs, pairs: tuple[Longs, Longs]) -> Matching:
        """What becomes of the `whole` records, each one with all that hangs together with it."""
        features, rows = seen.features, seen.rows
        judged = Judged(features, self.around.judgements(pa.array(whole, pa.int64())))
        concerned = np.isin(features.record_ids, whole)
        matched = {}
        for side in _SIDES:
            mine = concerned & (features.organisations == side)
            if mine.any():
                a, b = rows.pairs(*pairs, mine)
                order = np.lexsort((b, a))
                matched[kind_of(organisations=side)] = seen.matcher(organisations=side).settle(
                    Candidates(a[order], b[order], np.zeros(0, np.uint64)),
                    self.model.threshold,
                    judged.within(judged.same, mine),
                    judged.within(judged.different, mine),
                )
        labels = labels_of(features, matched, judged)
        clusters = clusters_of(features, labels)
        clusters = clusters.filter(np.isin(clusters["record_id"].to_numpy(), whole))
        told = told_of(features, matched, labels, judged, self.model.threshold, self.watch)
        report = told.report | {"records": int(concerned.sum())}
        return Matching(clusters, Later(str), Later(lambda: replace(told, report=report)))


@dataclass(frozen=True)
class _Rekeyed:
    """Records (features) near a change with their blocks, by record id: `before`, `after`, and of those after
    the `telling` ones, in which pairs are looked for.
    """

    features: Features
    gone: Longs
    before: Entries
    after: Entries
    telling: Entries

    @cached_property
    def all_records(self) -> Longs:
        return np.union1d(self.features.record_ids, self.gone)

    @cached_property
    def changed_entries(self) -> Entries:
        """Those that were and are not, or are and were not."""
        both = Entries.joined([self.before.by_block(), self.after.by_block()])
        order = np.lexsort((both.records, both.blocks))
        found = both.taken(order)
        if len(order) < 2:
            return found
        same = (found.blocks[1:] == found.blocks[:-1]) & (found.records[1:] == found.records[:-1])
        twice = np.concatenate((same, [False])) | np.concatenate(([False], same))
        return found.taken(~twice)

    @cached_property
    def changed_blocks(self) -> Hashes:
        return np.unique(self.changed_entries.blocks)

    def sizes_after(self, blocks: Hashes, before: Longs) -> Longs:
        return np.asarray(before - counted(self.before, blocks) + counted(self.after, blocks))


def _longs(ids: pa.Array) -> Longs:
    return np.asarray(ids.to_numpy(zero_copy_only=False), np.int64)
