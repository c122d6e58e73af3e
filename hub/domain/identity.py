"""Permanent identities: which identity each cluster of records is, after records came, went or moved.

The rules, in order: an identity goes where most of its members went; where several identities meet, the
oldest keeps its id and the others redirect to it; a part that was split off takes back the id it had before
it was merged, and records that come back that of the identity that was archived when they went; what is left
gets a new id, made from its first record's source and key, so that the same history gives the same ids on
every machine.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.assigning import Sorted, founders, identity_ids, new, sorted_out, stayed
from hub.ranking import Flags, Numbers


class IdentityState(StrEnum):
    ACTIVE = "active"
    REDIRECTED = "redirected"
    ARCHIVED = "archived"


MEMBER_SCHEMA: Final = pa.schema([("record_id", pa.int64()), ("identity_id", pa.string())])
_REDIRECT_SCHEMA: Final = pa.schema([("id", pa.string()), ("redirect_to", pa.string())])
_Founder = tuple[str, str]
_Share = tuple[int, ...]
_Overlaps = dict[str, dict[int, _Share]]
_Taken = Callable[[list[str]], set[str]]
_FEW: Final = 5_000  # records; with more, what stays and what is new is found by column
IDENTITY_SCHEMA: Final = pa.schema(
    [("id", pa.string()), ("state", pa.string()), ("redirect_to", pa.string()), ("born_seq", pa.int64())]
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What the identities become.

    `members` is the whole new membership (`MEMBER_SCHEMA`), `created` new ids in the order of their birth,
    `revived` ids that are active again, `redirected` (id, redirect_to), `archived` ids without any record
    left, `split` ids some of whose members went elsewhere.
    """

    members: pa.Table
    created: list[str]
    revived: list[str]
    redirected: pa.Table
    archived: list[str]
    split: list[str]


def assign(
    clusters: pa.Table,
    names: pa.Table,
    before: pa.Table,
    identities: pa.Table,
    merged: pa.Table,
    *,
    taken: _Taken | None = None,
) -> Assignment:
    """Gives every cluster its identity.

    `clusters`: record_id, cluster. `names`: record_id, source, key of the same records. `before`: the
    membership until now (`MEMBER_SCHEMA`, may hold records that are gone). `identities`: `IDENTITY_SCHEMA`.
    `merged`: identity_id and record_id of who went from there to another, or was the last there, and did not
    come back. Pure and independent of row order.

    A part of the records may be given alone, if whole identities are, and whole clusters: `before`,
    `identities` and `merged` then hold what concerns them, and `taken` tells which ids there are already.
    """
    way = _by_column if clusters.num_rows > _FEW else _one_by_one
    return way(clusters, names, before, identities, merged, taken or _among(identities["id"]))


def _by_column(
    clusters: pa.Table,
    names: pa.Table,
    before: pa.Table,
    identities: pa.Table,
    merged: pa.Table,
    taken: _Taken,
) -> Assignment:
    """Most clusters are as they were, or new; only the others are looked at one by one."""
    ids = identities["id"].combine_chunks()
    told = sorted_out(clusters, before, ids)
    same, fresh = stayed(told, before, ids), new(told, merged)
    founder, order = founders(told, same < 0, names)
    mine = fresh[same < 0]
    made = identity_ids(*(founder[name].filter(pa.array(mine)).to_pylist() for name in ("source", "key")))
    clash = np.asarray(pc.is_in(made, value_set=pa.array(sorted(taken(made.to_pylist())), pa.string())))
    made = made.filter(pa.array(~clash))
    fresh[fresh] = ~clash
    other = (same < 0) & ~fresh
    rest = _rest(told, other, same, (clusters, names, before, identities), merged, taken)
    # The ids by cluster, as numbers into one list of them all.
    every = pa.concat_arrays([ids, made, rest.members["identity_id"].combine_chunks()])
    number = same.copy()
    number[fresh] = len(ids) + np.arange(len(made))
    first = pa.array(told.record[told.start[other]])
    found = pc.index_in(first, value_set=rest.members["record_id"].combine_chunks()).to_numpy()
    number[other] = len(ids) + len(made) + found
    born = every.take(pa.array(number[same < 0][order]))
    is_new = fresh[same < 0][order] | np.asarray(
        pc.is_in(born, value_set=pa.array(rest.created, pa.string()))
    )
    by_record = np.argsort(told.record)
    members = [pa.array(told.record[by_record]), every.take(pa.array(number[told.of[by_record]]))]
    return replace(
        rest,
        members=pa.table(members, schema=MEMBER_SCHEMA),
        created=born.filter(pa.array(is_new)).to_pylist(),
    )


def _rest(
    told: Sorted, other: Flags, same: Numbers, tables: tuple[pa.Table, ...], merged: pa.Table, taken: _Taken
) -> Assignment:
    """What becomes of the `other` clusters, and of the identities that did not stay as they were."""
    clusters, names, before, identities = tables
    mine = pa.array(told.record[other[told.of]])
    kept = identities["id"].take(pa.array(same[same >= 0]))
    clusters, names = (one.filter(pc.is_in(one["record_id"], value_set=mine)) for one in (clusters, names))
    before = before.filter(pc.invert(pc.is_in(before["identity_id"], value_set=kept.combine_chunks())))
    identities = identities.filter(pc.invert(pc.is_in(identities["id"], value_set=kept.combine_chunks())))
    return _one_by_one(clusters, names, before, identities, merged, taken)


def _one_by_one(
    clusters: pa.Table,
    names: pa.Table,
    before: pa.Table,
    identities: pa.Table,
    merged: pa.Table,
    taken: _Taken,
) -> Assignment:
    cluster_of = dict(zip(clusters["record_id"].to_pylist(), clusters["cluster"].to_pylist(), strict=True))
    founders = _founders(cluster_of, names)
    every = {row["id"]: row for row in identities.to_pylist()}
    asleep = {one for one, row in every.items() if row["state"] != IdentityState.ACTIVE}
    archived = {one for one in asleep if every[one]["state"] == IdentityState.ARCHIVED}
    remembered = list(_pairs(merged, "identity_id", "record_id"))
    earlier = [row for row in remembered if row[0] in asleep]
    overlaps = _overlaps(cluster_of, before, remembered)
    held = _held(overlaps, founders, every)
    revived = _revived(cluster_of, earlier, founders, held, archived)
    order = sorted(founders, key=founders.__getitem__)
    kept = {cluster: ids[0] for cluster, ids in held.items()} | revived
    new = _new_ids([cluster for cluster in order if cluster not in kept], founders, taken)
    kept |= new
    lost = sorted((one, ids[0]) for ids in held.values() for one in ids[1:])
    stayed = {one for ids in held.values() for one in ids}
    records = sorted(cluster_of)
    return Assignment(
        members=pa.table([records, [kept[cluster_of[record]] for record in records]], schema=MEMBER_SCHEMA),
        created=[new[cluster] for cluster in order if cluster in new],
        revived=[revived[cluster] for cluster in order if cluster in revived],
        redirected=pa.table([[one for one, _ in lost], [to for _, to in lost]], schema=_REDIRECT_SCHEMA),
        archived=sorted(
            one
            for one in set(before["identity_id"].to_pylist()) - stayed
            if one in every and every[one]["state"] == IdentityState.ACTIVE
        ),
        split=sorted(one for one, shares in overlaps.items() if len(shares) > 1),
    )


def identity_id(source: str, key: str, generation: int = 0) -> str:
    """The id of an identity whose first record that was: 80 bits of a hash, 16 letters and digits.

    `generation` counts how often that record founded an identity before.
    """
    digest = blake2b(f"{generation}\x1f{source}\x1f{key}".encode(), digest_size=10).digest()
    return b32encode(digest).decode("ascii").lower()


def _among(every: pa.ChunkedArray) -> _Taken:
    there = every.combine_chunks()

    def taken(ids: list[str]) -> set[str]:
        found = pc.is_in(pa.array(ids, pa.string()), value_set=there)
        return set(pa.array(ids, pa.string()).filter(found).to_pylist())

    return taken


def _pairs(table: pa.Table, first: str, second: str) -> Iterator[tuple[Any, Any]]:
    return zip(table[first].to_pylist(), table[second].to_pylist(), strict=True)


def _founders(cluster_of: dict[int, int], names: pa.Table) -> dict[int, _Founder]:
    """By cluster its first record: the one with the smallest source and key."""
    founders: dict[int, _Founder] = {}
    records, sources, keys = (names[name].to_pylist() for name in ("record_id", "source", "key"))
    for record, source, key in zip(records, sources, keys, strict=True):
        cluster, name = cluster_of.get(record), (source, key)
        if cluster is not None and name <= founders.setdefault(cluster, name):
            founders[cluster] = name
    return founders


def _overlaps(cluster_of: dict[int, int], before: pa.Table, remembered: list[tuple[str, int]]) -> _Overlaps:
    """By identity, for each cluster with members of it: how many of its own there are, and how many in all.

    Members that are `remembered` to have come from another identity are not its own.
    """
    brought: dict[int, set[str]] = {}
    for one, record in remembered:
        brought.setdefault(record, set()).add(one)
    found: _Overlaps = {}
    for record, one in _pairs(before, "record_id", "identity_id"):
        cluster = cluster_of.get(record)
        if cluster is not None:
            own, shared = found.setdefault(one, {}).get(cluster, (0, 0))
            found[one][cluster] = (own + (not brought.get(record, set()) - {one}), shared + 1)
    return found


def _held(
    overlaps: _Overlaps, founders: dict[int, _Founder], every: dict[str, dict[str, Any]]
) -> dict[int, list[str]]:
    """By cluster the identities that go there, the oldest, which stays, first.

    An identity goes where most of its members went (ties: to the cluster with the first record); members
    that came from elsewhere count less than its own, so that taking a decision back gives every id back.
    """
    held: dict[int, list[str]] = {}
    for one, shares in overlaps.items():
        if one in every:
            held.setdefault(_most(shares, founders), []).append(one)
    for ids in held.values():
        ids.sort(key=lambda one: (every[one]["born_seq"], one))
    return held


def _most(shares: dict[int, _Share], founders: dict[int, _Founder]) -> int:
    if len(shares) == 1:
        return next(iter(shares))
    return min(shares, key=lambda cluster: (*(-share for share in shares[cluster]), founders[cluster]))


def _revived(
    cluster_of: dict[int, int],
    earlier: list[tuple[str, int]],
    founders: dict[int, _Founder],
    held: dict[int, list[str]],
    archived: set[str],
) -> dict[int, str]:
    """By cluster that no identity goes to: the id that it takes back from before a merge, or from before its
    records were gone, if there is one. Of several with as many records the `archived` one held them last.
    """
    claims: _Overlaps = {}
    for one, record in earlier:
        cluster = cluster_of.get(record)
        if cluster is not None and cluster not in held:
            (shared,) = claims.setdefault(one, {}).get(cluster, (0,))
            claims[one][cluster] = (shared + 1,)
    best: dict[int, tuple[int, bool, str]] = {}
    for one, shares in claims.items():
        cluster = _most(shares, founders)
        claim = (-shares[cluster][0], one not in archived, one)
        best[cluster] = min(claim, best.get(cluster, claim))
    return {cluster: one for cluster, (_, _, one) in best.items()}


def _new_ids(waiting: list[int], founders: dict[int, _Founder], taken: _Taken) -> dict[int, str]:
    ids: dict[int, str] = {}
    generation = 0
    while waiting:  # each turn gives the next generation's ids to those whose id was taken
        fresh = {cluster: identity_id(*founders[cluster], generation) for cluster in waiting}
        used = taken(list(fresh.values()))
        ids |= {cluster: new for cluster, new in fresh.items() if new not in used}
        waiting = [cluster for cluster in waiting if cluster not in ids]
        generation += 1
    return ids
