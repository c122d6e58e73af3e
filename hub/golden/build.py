"""Builds golden records: those of one record by column, those of several one identity after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import CONTACT_SCHEMA
from hub.domain.golden import GOLDEN_SCHEMA
from hub.golden.multi import consents, union
from hub.golden.said import Teller
from hub.golden.single import survivor
from hub.golden.survivorship import MULTI_FIELDS, SINGLE_FIELDS, SurvivorshipRules

_UNRANKED: Final = 1_000_000  # the priority of a source that the rules do not name
_AT_ONCE: Final = 20_000  # records that are Python objects at a time
_UNIONS: Final = (*MULTI_FIELDS, "attributes")
_FIELDS: Final = (*SINGLE_FIELDS, *_UNIONS, "consents")


def build_golden(contacts: pa.Table, members: pa.Table, rules: SurvivorshipRules) -> pa.Table:
    """Golden records (`GOLDEN_SCHEMA`, by identity id) of the identities in `members`.

    `contacts` has `CONTACT_RECORD_SCHEMA` and holds at least the members' records; `members` has record_id
    and identity_id. Pure, and independent of the order of both. A field of an identity with one record is
    that record's; nothing is computed for it.
    """
    order = _order(contacts, members)
    if order.num_rows == 0:
        return GOLDEN_SCHEMA.empty_table()
    counts = _counts(order["identity_id"])
    alone = order.filter(pc.equal(counts, 1))
    several = order.filter(pc.greater(counts, 1))
    sizes = counts.filter(pc.greater(counts, 1)).to_pylist()
    parts = [*_alone(_taken(contacts, alone)), *_together(_taken(contacts, several), sizes, rules)]
    return pa.concat_tables(parts).sort_by("identity_id") if len(parts) > 1 else parts[0]


def _order(contacts: pa.Table, members: pa.Table) -> pa.Table:
    """The members by identity, source and key: identity_id, and the `position` of each among contacts."""
    place = pc.index_in(contacts["record_id"], value_set=members["record_id"].combine_chunks())
    position = pa.array(range(contacts.num_rows), pa.int64())
    found = contacts.select(["source", "key"]).append_column("position", position)
    found = found.append_column("identity_id", members["identity_id"].take(place))
    keys = [("identity_id", "ascending"), ("source", "ascending"), ("key", "ascending")]
    if place.null_count:
        found = found.filter(pc.is_valid(place))
    return found.select(["identity_id", "position"]).take(pc.sort_indices(found, sort_keys=keys))


def _taken(contacts: pa.Table, order: pa.Table) -> pa.Table:
    if order.num_rows == 0:
        return contacts.slice(0, 0).append_column("identity_id", order["identity_id"])
    return contacts.take(order["position"]).append_column("identity_id", order["identity_id"])


def _counts(sorted_ids: pa.ChunkedArray) -> pa.Array:
    """For each row how many rows have its id."""
    runs = pc.run_end_encode(sorted_ids.combine_chunks())
    ends = runs.run_ends.cast(pa.int64())
    lengths = pc.pairwise_diff(pa.concat_arrays([pa.array([0], pa.int64()), ends]))[1:]
    return pc.run_end_decode(pa.RunEndEncodedArray.from_arrays(ends, lengths))


def _alone(joined: pa.Table) -> Iterator[pa.Table]:
    n = joined.num_rows
    if n == 0:
        return
    sources = joined["source"].combine_chunks()
    told = zip(*(joined[name].to_pylist() for name in ("source", "key", "updated_at")), strict=True)
    origins = [_text({"only": {"source": source, "key": key, "at": at}}) for source, key, at in told]
    arrays = [
        joined["identity_id"],
        *(joined[name] for name in CONTACT_SCHEMA.names),
        pa.ListArray.from_arrays(pa.array(range(n + 1), pa.int32()), sources),
        pa.repeat(1, n),
        pa.array(origins, pa.string()),
    ]
    yield pa.table(
        [array.cast(f.type) for array, f in zip(arrays, GOLDEN_SCHEMA, strict=True)], schema=GOLDEN_SCHEMA
    )


def _together(joined: pa.Table, counts: list[int], rules: SurvivorshipRules) -> Iterator[pa.Table]:
    start = 0
    while start < joined.num_rows:
        ends = [start]
        while ends[-1] < joined.num_rows and ends[-1] - start < _AT_ONCE:
            ends.append(ends[-1] + counts[ends[-1]])
        sizes = [high - low for low, high in pairwise(ends)]
        yield _several(joined.slice(start, ends[-1] - start), sizes, rules)
        start = ends[-1]


def _several(joined: pa.Table, sizes: Sequence[int], rules: SurvivorshipRules) -> pa.Table:
    """The golden records of identities that have so many consecutive records each."""
    tellers = _tellers(joined, rules)
    said = {
        name: joined[name].to_pylist()
        for name in (*_FIELDS, "created_at", "updated_at")
        if joined[name].null_count < joined.num_rows
    }
    orders = {name: rules.order(name) for name in _FIELDS}
    kept: dict[str, list[Any]] = {name: [] for name in GOLDEN_SCHEMA.names}
    kept["identity_id"] = joined["identity_id"].unique().to_pylist()
    low = 0
    for size in sizes:
        mine, origins = tellers[low : low + size], {}
        for name in _FIELDS:
            value, origin = None, None
            if name in said:
                value, origin = _survived(name, said[name][low : low + size], mine, orders[name])
            kept[name].append(value)
            if origin is not None:
                origins[name] = origin
        for name, choose in (("created_at", min), ("updated_at", max)):
            times = [time for time in said.get(name, ())[low : low + size] if time is not None]
            kept[name].append(choose(times, default=None))
        kept["sources"].append(sorted({teller.source for teller in mine}))
        kept["record_count"].append(size)
        kept["provenance"].append(_text(dict(sorted(origins.items()))) if origins else None)
        low += size
    return pa.table([pa.array(kept[f.name], f.type) for f in GOLDEN_SCHEMA], schema=GOLDEN_SCHEMA)


def _survived(name: str, said: list[Any], tellers: list[Teller], order: Any) -> tuple[Any, Any]:
    if name in SINGLE_FIELDS:
        return survivor(said, tellers, order)
    return consents(said, tellers) if name == "consents" else union(name, said, tellers, order)


def _tellers(joined: pa.Table, rules: SurvivorshipRules) -> list[Teller]:
    columns = (joined[name].to_pylist() for name in ("record_id", "source", "key", "updated_at"))
    return [
        Teller(number, source, key, at, rules.priorities.get(source, _UNRANKED))
        for number, source, key, at in zip(*columns, strict=True)
    ]


_text: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
