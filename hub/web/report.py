"""The report of a dedupe: one self-contained page with counts, quality, groups, reviews and their reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from hub import columns
from hub.golden.explain import shown
from hub.jobs.dedupe import Deduped

GROUPS_SHOWN: Final = 200
REVIEWS_SHOWN: Final = 100
_FIELDS: Final = (
    "name",
    "organization",
    "job_title",
    "emails",
    "phones",
    "addresses",
    "birth_date",
    "identifiers",
    "urls",
    "attributes",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A record's value for one field; `differs` marks what the golden record does not say."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Records that became one golden record, side by side; one row of cells a record."""

    title: str
    golden_id: str
    fields: tuple[str, ...]
    golden: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of a waterfall: what a field adds to or takes from the evidence, in bits."""

    field: str
    level: str
    weight: float
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Review:
    """A pair for a person, with the evidence for and against."""

    record_a: str
    record_b: str
    probability: float
    reason: str
    steps: tuple[Step, ...]


def report_page(deduped: Deduped, files: list[str]) -> str:
    """The page as HTML text."""
    environment = Environment(
        loader=PackageLoader("hub.web"), autoescape=select_autoescape(), undefined=StrictUndefined
    )
    return environment.get_template("report.html").render(
        files=files,
        records=deduped.contacts.num_rows,
        golden=deduped.golden.num_rows,
        merged=deduped.merged_records,
        rejects=_rejects(deduped.rejects),
        quality=_quality(deduped),
        refusals=_refusals(deduped.refusals),
        groups=_groups(deduped),
        group_count=pc.sum(pc.greater(deduped.golden["record_count"], 1)).as_py() or 0,
        reviews=_reviews(deduped),
        review_count=deduped.matching.review.num_rows,
        seconds=deduped.seconds,
    )


def _rejects(rejects: pa.Table) -> list[dict[str, Any]]:
    counted = columns.query(
        "SELECT source, code, any_value(reason) AS reason, count(*) AS count FROM rejects"
        " GROUP BY source, code ORDER BY count DESC, source, code",
        rejects=rejects,
    )
    return list(counted.to_pylist())


def _refusals(refusals: pa.Table) -> list[dict[str, Any]]:
    counted = columns.query(
        "SELECT source, field, reason, count(*) AS count, any_value(raw) AS example FROM refusals"
        " GROUP BY source, field, reason ORDER BY count DESC, source, field, reason",
        refusals=refusals,
    )
    return list(counted.to_pylist())


def _quality(deduped: Deduped) -> list[dict[str, Any]]:
    """One row a field: the share of each source's records that fill it."""
    filled = " UNION ALL ".join(
        f"SELECT source, '{field}' AS field, count(*) AS records,"
        f" count(*) FILTER (WHERE {_is_filled(deduped.contacts.schema.field(field))}) AS filled"
        f" FROM contacts GROUP BY source"
        for field in _FIELDS
    )
    found = columns.query(
        f"SELECT *, filled / records AS share FROM ({filled}) WHERE filled > 0 ORDER BY field, source",
        contacts=deduped.contacts,
    )
    return list(found.to_pylist())


def _is_filled(field: pa.Field) -> str:
    if pa.types.is_list(field.type):
        return f'len("{field.name}") > 0'
    if pa.types.is_struct(field.type):
        return " OR ".join(f'"{field.name}"."{part.name}" IS NOT NULL' for part in field.type)
    return f'"{field.name}" IS NOT NULL'


def _groups(deduped: Deduped) -> list[Group]:
    """The largest groups first."""
    merged = deduped.golden.filter(pc.greater(deduped.golden["record_count"], 1))
    merged = merged.sort_by([("record_count", "descending"), ("identity_id", "ascending")])
    chosen = merged.slice(0, GROUPS_SHOWN)
    members = deduped.members.filter(
        pc.is_in(deduped.members["identity_id"], value_set=chosen["identity_id"].combine_chunks())
    )
    contacts = deduped.contacts.filter(
        pc.is_in(deduped.contacts["record_id"], value_set=members["record_id"].combine_chunks())
    )
    by_record = {row["record_id"]: row for row in contacts.to_pylist()}
    by_identity: dict[str, list[dict[str, Any]]] = {}
    for row in members.to_pylist():
        by_identity.setdefault(row["identity_id"], []).append(by_record[row["record_id"]])
    return [_group(golden, by_identity[golden["identity_id"]]) for golden in chosen.to_pylist()]


def _group(golden: Mapping[str, Any], records: list[dict[str, Any]]) -> Group:
    best = _texts(golden)
    rows = [(f"{record['source']}:{record['key']}", _texts(record)) for record in records]
    fields = tuple(field for field in _FIELDS if field in best or any(field in texts for _, texts in rows))
    return Group(
        title=next((best[field] for field in ("name", "organization", "emails") if field in best), "—"),
        golden_id=golden["identity_id"],
        fields=fields,
        golden=tuple(best.get(field, "") for field in fields),
        rows=tuple(
            (
                name,
                tuple(
                    Cell(text := texts.get(field, ""), bool(text) and text not in best.get(field, ""))
                    for field in fields
                ),
            )
            for name, texts in rows
        ),
    )


def _texts(contact: Mapping[str, Any]) -> dict[str, str]:
    return {
        field: " | ".join(texts)
        for field, texts in shown({name: contact[name] for name in _FIELDS}).items()
        if any(texts)
    }


def _reviews(deduped: Deduped) -> list[Review]:
    pairs = deduped.matching.review.slice(0, REVIEWS_SHOWN)
    evidence = columns.query(
        "SELECT p.record_a, p.record_b, any_value(e.evidence) AS evidence FROM pairs p"
        " LEFT JOIN edges e USING (record_a, record_b) GROUP BY ALL",
        pairs=pairs.select(["record_a", "record_b"]),
        edges=deduped.matching.edges.select(["record_a", "record_b", "evidence"]),
    )
    told = {(row["record_a"], row["record_b"]): row["evidence"] for row in evidence.to_pylist()}
    names = deduped.review().slice(0, REVIEWS_SHOWN).to_pylist()
    return [
        Review(
            record_a=f"{name['source_a']}:{name['key_a']}",
            record_b=f"{name['source_b']}:{name['key_b']}",
            probability=pair["probability"],
            reason=pair["reason"],
            steps=waterfall(json.loads(told[pair["record_a"], pair["record_b"]] or "{}")),
        )
        for pair, name in zip(pairs.to_pylist(), names, strict=True)
    ]


def waterfall(evidence: Mapping[str, Any]) -> tuple[Step, ...]:
    """The bars of a pair's evidence: the prior, then each field, each starting where the last one ended.

    `start` and `width` are shares of the whole span, for drawing.
    """
    if not evidence:
        return ()
    parts = [("prior", "how rare a match is", float(evidence["prior"]))]
    parts += [(one["field"], one["level"], float(one["weight"])) for one in evidence["fields"]]
    edges, total = [0.0], 0.0
    for _, _, weight in parts:
        total += weight
        edges.append(total)
    low, span = min(edges), (max(edges) - min(edges)) or 1.0
    return tuple(
        Step(field, level, weight, (min(edges[i], edges[i + 1]) - low) / span, abs(weight) / span)
        for i, (field, level, weight) in enumerate(parts)
    )
