"""Which merged groups and which pairs a report shows, and why each is as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from hub import columns
from hub.golden.explain import full_name
from hub.jobs.dedupe import Deduped
from hub.ports import Explainer
from hub.web.side_by_side import SideBySide, side_by_side
from hub.web.texts import page_text
from hub.web.waterfall import Waterfall, waterfall

LEAST_SURE: Final = 100
LARGEST: Final = 25
RECORDS_SHOWN: Final = 12  # of one group
LINKS_SHOWN: Final = 3  # of one group, the weakest first
REVIEWS_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Link:
    """A scored pair: which two records, and the waterfall of its score."""

    record_a: str
    record_b: str
    probability: float
    waterfall: Waterfall | None


@dataclass(frozen=True, slots=True)
class Group:
    """Records that became one golden record. `sure` is the probability that holds the least sure of them."""

    title: str
    golden_id: str
    count: int
    sure: float | None
    table: SideBySide
    links: tuple[Link, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.table.rows)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be the same, for a person."""

    title: str
    reason: str
    link: Link
    table: SideBySide


def groups(deduped: Deduped, explainer: Explainer) -> tuple[list[Group], list[Group]]:
    """The merged groups to look at: the least sure ones, and the largest of the others."""
    ranked = columns.query(
        _RANKED,
        members=deduped.members.select(["record_id", "identity_id"]),
        golden=deduped.golden.select(["identity_id", "record_count"]),
        edges=deduped.matching.edges.select(["record_a", "record_b", "weight", "probability"]),
    )
    unsure = ranked.sort_by([("weakest", "ascending"), ("identity_id", "ascending")]).slice(0, LEAST_SURE)
    others = ranked.filter(pc.invert(_among(ranked["identity_id"], unsure["identity_id"])))
    largest = others.sort_by([("record_count", "descending"), ("identity_id", "ascending")]).slice(0, LARGEST)
    found = _built(deduped, explainer, pa.concat_tables([unsure, largest]))
    return found[: unsure.num_rows], found[unsure.num_rows :]


def pairs(deduped: Deduped, explainer: Explainer) -> list[Pair]:
    """The pairs for review, most important first."""
    review = deduped.matching.review.slice(0, REVIEWS_SHOWN)
    shown = pa.chunked_array([*review["record_a"].chunks, *review["record_b"].chunks], pa.int64())
    records = _contacts(deduped, shown)
    links = _links(deduped, explainer, review.select(["record_a", "record_b"]), records)
    return [
        Pair(
            title=f"{_title(a)} — {_title(b)}" if _title(a) != _title(b) else _title(a),
            reason=row["reason"],
            link=link,
            table=side_by_side([a, b]),
        )
        for row, link in zip(review.to_pylist(), links, strict=True)
        for a, b in [(records[row["record_a"]], records[row["record_b"]])]
    ]


# Of each merged group how well its least attached record hangs on: by the best of that record's links.
_RANKED: Final = """
WITH within AS (
    SELECT a.identity_id, e.record_a, e.record_b, e.weight, e.probability
    FROM edges e JOIN members a ON a.record_id = e.record_a JOIN members b ON b.record_id = e.record_b
    WHERE a.identity_id = b.identity_id
), best AS (
    SELECT identity_id, record_id, max(weight) AS weight, max(probability) AS probability
    FROM (
        SELECT identity_id, record_a AS record_id, weight, probability FROM within
        UNION ALL SELECT identity_id, record_b, weight, probability FROM within
    ) GROUP BY ALL
)
SELECT g.identity_id, g.record_count, min(b.weight) AS weakest, min(b.probability) AS sure
FROM golden g LEFT JOIN best b USING (identity_id)
WHERE g.record_count > 1
GROUP BY ALL
"""

# The links that hold each shown group together, the best of each of its records: the weakest of them first.
_LINKS: Final = f"""
WITH both_ways AS (
    SELECT a.identity_id, a.record_id, e.record_a, e.record_b, e.weight
    FROM edges e JOIN members a ON a.record_id = e.record_a JOIN members b ON b.record_id = e.record_b
    WHERE a.identity_id = b.identity_id
    UNION ALL
    SELECT b.identity_id, b.record_id, e.record_a, e.record_b, e.weight
    FROM edges e JOIN members a ON a.record_id = e.record_a JOIN members b ON b.record_id = e.record_b
    WHERE a.identity_id = b.identity_id
), best AS (
    SELECT DISTINCT identity_id, record_a, record_b, weight
    FROM (
        SELECT * FROM both_ways
        QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY weight DESC, record_a, record_b) = 1
    )
)
SELECT identity_id, record_a, record_b FROM best
QUALIFY row_number() OVER (PARTITION BY identity_id ORDER BY weight, record_a, record_b) <= {LINKS_SHOWN}
ORDER BY identity_id, weight, record_a, record_b
"""


def _built(deduped: Deduped, explainer: Explainer, chosen: pa.Table) -> list[Group]:
    members = deduped.members.filter(_among(deduped.members["identity_id"], chosen["identity_id"]))
    edges = deduped.matching.edges
    near = edges.filter(_among(edges["record_a"], members["record_id"]))
    linked = columns.query(_LINKS, edges=near.select(["record_a", "record_b", "weight"]), members=members)
    first = columns.query(
        "SELECT identity_id, record_id FROM members"
        f" QUALIFY row_number() OVER (PARTITION BY identity_id ORDER BY record_id) <= {RECORDS_SHOWN}"
        " ORDER BY identity_id, record_id",
        members=members,
    )
    needed = [*first["record_id"].chunks, *linked["record_a"].chunks, *linked["record_b"].chunks]
    records = _contacts(deduped, pa.chunked_array(needed, pa.int64()))
    links = _links(deduped, explainer, linked.select(["record_a", "record_b"]), records)
    of_group: dict[str, list[Link]] = {}
    for name, link in zip(linked["identity_id"].to_pylist(), links, strict=True):
        of_group.setdefault(name, []).append(link)
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for row in first.to_pylist():
        rows.setdefault(row["identity_id"], []).append(records[row["record_id"]])
    golden = deduped.golden.filter(_among(deduped.golden["identity_id"], chosen["identity_id"]))
    best = {row["identity_id"]: row for row in golden.to_pylist()}
    return [
        Group(
            title=_title(best[name]),
            golden_id=name,
            count=count,
            sure=sure,
            table=side_by_side(rows[name], best[name]),
            links=tuple(of_group.get(name, ())),
        )
        for name, count, sure in zip(
            chosen["identity_id"].to_pylist(),
            chosen["record_count"].to_pylist(),
            chosen["sure"].to_pylist(),
            strict=True,
        )
    ]


def _links(
    deduped: Deduped, explainer: Explainer, pairs: pa.Table, records: Mapping[int, Mapping[str, Any]]
) -> list[Link]:
    """The pairs with their waterfalls, scored by the matching's own model."""
    if pairs.num_rows == 0:
        return []
    model = deduped.matching.model
    known = pa.array(list(records), pa.int64())
    contacts = deduped.contacts.filter(_among(deduped.contacts["record_id"], known))
    edges = explainer.explain_pairs(contacts, pairs, model=model)
    return [
        Link(
            _name(records[edge["record_a"]]),
            _name(records[edge["record_b"]]),
            edge["probability"],
            waterfall(edge["evidence"], edge["probability"], edge["needed"]),
        )
        for edge in edges.to_pylist()
    ]


def _contacts(deduped: Deduped, record_ids: pa.ChunkedArray) -> dict[int, dict[str, Any]]:
    found = deduped.contacts.filter(_among(deduped.contacts["record_id"], record_ids))
    return {row["record_id"]: row for row in found.to_pylist()}


def _among(column: pa.ChunkedArray, values: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return pc.is_in(column, value_set=whole)


def _name(record: Mapping[str, Any]) -> str:
    return page_text(f"{record['source']}:{record['key']}", 60)


def _title(contact: Mapping[str, Any]) -> str:
    """What a person would call it."""
    emails = [one["value"] for one in contact["emails"] or ()]
    found = full_name(contact["name"]) or contact["organization"] or next(iter(emails), None)
    return page_text(found or "without a name", 80)
