"""Permanent identities: which identity each cluster of records is, after records came, went or moved.

The rules, in order: an identity goes where most of its members went; where several identities meet, the
oldest keeps its id and the others redirect to it; a part that was split off takes back the id it had before
it was merged; what is left gets a new id, made from its first record's source and key, so that the same
history gives the same ids on every machine.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Final

import pyarrow as pa

from hub import columns


class IdentityState(StrEnum):
    ACTIVE = "active"
    REDIRECTED = "redirected"
    ARCHIVED = "archived"


MEMBER_SCHEMA: Final = pa.schema([("record_id", pa.int64()), ("identity_id", pa.string())])
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
    taken: Callable[[list[str]], set[str]] | None = None,
) -> Assignment:
    """Gives every cluster its identity.

    `clusters`: record_id, cluster. `names`: record_id, source, key of the same records. `before`: the
    membership until now (`MEMBER_SCHEMA`, may hold records that are gone). `identities`: `IDENTITY_SCHEMA`.
    `merged`: identity_id, record_id of those that were redirected. Pure and independent of row order.

    A part of the records may be given alone, if whole identities are, and whole clusters: `before`,
    `identities` and `merged` then hold what concerns them, and `taken` tells which ids there are already.
    """
    tables = {
        "clusters": clusters,
        "names": names,
        "before": before,
        "identities": identities,
        "merged": merged,
    }
    held = columns.query(_HELD, **tables)
    known = columns.query(_REVIVED, held=held, **tables)
    every = set(identities["id"].to_pylist())
    kept, created = _with_new_ids(known, taken or every.intersection)
    tables = {**tables, "held": held, "kept": kept}
    return Assignment(
        members=columns.query(_MEMBERS, **tables).cast(MEMBER_SCHEMA),
        created=created,
        revived=kept.filter(kept["origin"].to_numpy(zero_copy_only=False) == "revived")["id"].to_pylist(),
        redirected=columns.query(_REDIRECTED, **tables),
        archived=columns.query(_ARCHIVED, **tables)["id"].to_pylist(),
        split=columns.query(_SPLIT, **tables)["id"].to_pylist(),
    )


def identity_id(source: str, key: str, generation: int = 0) -> str:
    """The id of an identity whose first record that was: 80 bits of a hash, 16 letters and digits.

    `generation` counts how often that record founded an identity before.
    """
    digest = blake2b(f"{generation}\x1f{source}\x1f{key}".encode(), digest_size=10).digest()
    return b32encode(digest).decode("ascii").lower()


# An identity goes where most of its members went (ties: to the cluster with the first record); members that
# came by a merge count less than its own, so that taking the merge back gives every id back. Of the
# identities that meet in a cluster the oldest stays. `rank` 1 is the one that stays.
_HELD: Final = """
WITH founder AS (
    SELECT cluster, min(struct_pack(source := source, key := key)) AS founder
    FROM clusters JOIN names USING (record_id) GROUP BY cluster
), came AS (
    SELECT DISTINCT m.record_id
    FROM merged m JOIN identities i ON i.id = m.identity_id AND i.state = 'redirected'
), overlap AS (
    SELECT b.identity_id, c.cluster, count(*) AS shared, count(*) FILTER (came.record_id IS NULL) AS own
    FROM clusters c JOIN before b USING (record_id) LEFT JOIN came USING (record_id) GROUP BY ALL
), won AS (
    SELECT o.identity_id, o.cluster
    FROM overlap o JOIN founder USING (cluster)
    QUALIFY row_number() OVER (
        PARTITION BY o.identity_id ORDER BY o.own DESC, o.shared DESC, founder
    ) = 1
)
SELECT w.cluster, w.identity_id AS id,
    row_number() OVER (PARTITION BY w.cluster ORDER BY i.born_seq, i.id) AS rank
FROM won w JOIN identities i ON i.id = w.identity_id
"""

# One row a cluster: the id it keeps, or takes back from before a merge, or null.
_REVIVED: Final = """
WITH founder AS (
    SELECT cluster, min(struct_pack(source := source, key := key)) AS founder
    FROM clusters JOIN names USING (record_id) GROUP BY cluster
), without AS (
    SELECT cluster, founder FROM founder ANTI JOIN held USING (cluster)
), claim AS (
    SELECT w.cluster, w.founder, m.identity_id, count(*) AS shared
    FROM without w JOIN clusters c USING (cluster) JOIN merged m USING (record_id)
    JOIN identities i ON i.id = m.identity_id AND i.state = 'redirected'
    GROUP BY ALL
), best AS (
    SELECT * FROM claim
    QUALIFY row_number() OVER (PARTITION BY identity_id ORDER BY shared DESC, founder) = 1
), revived AS (
    SELECT cluster, identity_id FROM best
    QUALIFY row_number() OVER (PARTITION BY cluster ORDER BY shared DESC, identity_id) = 1
)
SELECT f.cluster, f.founder.source AS source, f.founder.key AS key,
    coalesce(h.id, r.identity_id) AS id,
    CASE WHEN h.id IS NOT NULL THEN 'kept'
         WHEN r.identity_id IS NOT NULL THEN 'revived' ELSE 'new' END AS origin
FROM founder f
LEFT JOIN held h ON h.cluster = f.cluster AND h.rank = 1
LEFT JOIN revived r ON r.cluster = f.cluster
ORDER BY f.founder
"""

_MEMBERS: Final = """
SELECT c.record_id, k.id AS identity_id FROM clusters c JOIN kept k USING (cluster) ORDER BY c.record_id
"""

_REDIRECTED: Final = """
SELECT h.id, k.id AS redirect_to FROM held h JOIN kept k USING (cluster) WHERE h.rank > 1 ORDER BY h.id
"""

_ARCHIVED: Final = """
SELECT i.id FROM identities i WHERE i.state = 'active'
AND i.id NOT IN (SELECT id FROM held) ORDER BY i.id
"""

_SPLIT: Final = """
SELECT b.identity_id AS id
FROM before b JOIN clusters c USING (record_id)
GROUP BY b.identity_id HAVING count(DISTINCT c.cluster) > 1 ORDER BY id
"""


def _with_new_ids(known: pa.Table, taken: Callable[[list[str]], set[str]]) -> tuple[pa.Table, list[str]]:
    ids = known["id"].to_pylist()
    waiting = [place for place, present in enumerate(ids) if present is None]
    founders = list(zip(known["source"].to_pylist(), known["key"].to_pylist(), strict=True))
    generation = 0
    while waiting:  # each turn gives the next generation's ids to those whose id was taken
        fresh = {place: identity_id(*founders[place], generation) for place in waiting}
        used = taken(list(fresh.values()))
        for place, new in fresh.items():
            ids[place] = None if new in used else new
        waiting = [place for place in waiting if ids[place] is None]
        generation += 1
    before = set(known["id"].to_pylist())
    created = [new for new in ids if new not in before]
    return known.set_column(known.column_names.index("id"), "id", pa.array(ids, pa.string())), created
