"""Gives many clusters their identities by column: those that stayed as they are, and those that are new."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import coded
from hub.ranking import Flags, Numbers, in_order

_ALPHABET: Final = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)
_LETTERS: Final = 16


class Sorted(NamedTuple):
    """The records sorted by cluster: `start` is where each cluster begins, `of` the number of each record's;
    `record` the record ids, `identity` the number of the identity that each was in, -1 for none.
    """

    record: Numbers
    start: Numbers
    of: Numbers
    identity: Numbers


def sorted_out(clusters: pa.Table, before: pa.Table, ids: pa.Array) -> Sorted:
    """`ids` numbers the identities."""
    cluster = _longs(clusters["cluster"])
    order = np.argsort(cluster, kind="stable")
    record, cluster = _longs(clusters["record_id"])[order], cluster[order]
    fresh = np.append(True, cluster[1:] != cluster[:-1])[: len(cluster)]
    place = pc.index_in(pa.array(record), value_set=before["record_id"].combine_chunks())
    number = pc.index_in(before["identity_id"], value_set=ids)
    identity = pc.fill_null(number.take(place), -1)
    return Sorted(record, np.flatnonzero(fresh), np.cumsum(fresh) - 1, _longs(identity))


def stayed(told: Sorted, before: pa.Table, ids: pa.Array) -> Numbers:
    """By cluster the number of the identity that has the same records as before, -1 where there is none."""
    if not len(told.start):
        return told.start
    low, high = (choose.reduceat(told.identity, told.start) for choose in (np.minimum, np.maximum))
    sizes = np.diff(np.append(told.start, len(told.record)))
    number = _longs(pc.index_in(before["identity_id"], value_set=ids).drop_null())
    held = np.bincount(number, minlength=len(ids) + 1)
    return np.where((low == high) & (held[low] == sizes), low, -1)


def new(told: Sorted, merged: pa.Table) -> Flags:
    """Which clusters hold nothing but records that were in no identity, nor in one that went to sleep."""
    if not len(told.start):
        return np.zeros(0, np.bool_)
    known = told.identity >= 0
    if merged.num_rows:
        known |= np.isin(told.record, _longs(merged["record_id"]))
    found: Flags = ~np.logical_or.reduceat(known, told.start)
    return found


def founders(told: Sorted, which: Flags, names: pa.Table) -> tuple[pa.Table, Numbers]:
    """Source and key of the first record of each of these clusters; and the clusters' order by them."""
    mine = which[told.of]
    place = pc.index_in(pa.array(told.record[mine]), value_set=names["record_id"].combine_chunks())
    source, key = (coded(names[name].take(place)) for name in ("source", "key"))
    order = in_order(source.rank[source.codes], key.rank[key.codes])
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    of = told.of[mine]
    starts = np.flatnonzero(np.append(True, of[1:] != of[:-1])[: len(of)])
    first = np.minimum.reduceat(rank, starts) if len(starts) else starts
    rows = order[first]
    texts = [one.texts.take(pa.array(one.codes[rows])) for one in (source, key)]
    return pa.table(texts, names=["source", "key"]), np.argsort(first)


def identity_ids(sources: list[str], keys: list[str]) -> pa.Array:
    """`hub.domain.identity.identity_id` of many, of the first generation."""
    texts = zip(sources, keys, strict=True)
    digests = b"".join(
        [blake2b(f"0\x1f{source}\x1f{key}".encode(), digest_size=10).digest() for source, key in texts]
    )
    bits = np.unpackbits(np.frombuffer(digests, np.uint8)).reshape(-1, 5)
    letters: npt.NDArray[np.uint8] = _ALPHABET[bits @ np.array([16, 8, 4, 2, 1], np.uint8)]
    offsets = np.arange(0, len(letters) + 1, _LETTERS, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(letters.tobytes())]
    return pa.StringArray.from_buffers(len(sources), buffers[1], buffers[2])


def _longs(column: pa.ChunkedArray | pa.Array) -> Numbers:
    return np.asarray(column.to_numpy(), np.int64)
