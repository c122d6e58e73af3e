"""The report of a dedupe: one self-contained page for people who know their customers, not statistics."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from hub import columns
from hub.domain.quality import Quality, measure
from hub.jobs.dedupe import Deduped
from hub.ports import Explainer
from hub.web.groups import groups, pairs
from hub.web.texts import page_text
from hub.web.words import field_label, reason_label

FIELDS_SHOWN: Final = 60  # of one source
REJECTS_SHOWN: Final = 50
_NEARLY_SURE: Final = 0.999


@dataclass(frozen=True, slots=True)
class ReportInput:
    """A file: its source's name, and which of its columns each field is read from; `notes` tell what was
    passed over in it.
    """

    name: str
    file: str
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class QualityRow:
    """A field of a source as the page shows it; `left_out` are reason, how many, an example."""

    columns: str
    label: str
    told: Quality
    left_out: tuple[tuple[str, int, str], ...]
    common: tuple[tuple[str, int], ...]

    @property
    def valid_share(self) -> float:
        return self.told.valid / self.told.records

    @property
    def unusable_share(self) -> float:
        return (self.told.filled - self.told.valid) / self.told.records


def report_page(deduped: Deduped, inputs: Sequence[ReportInput], explainer: Explainer) -> str:
    """The page as HTML text, of a size that a browser opens at once whatever the number of records."""
    environment = Environment(
        loader=PackageLoader("hub.web"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["percent"] = percent
    environment.filters["likely"] = likely
    environment.filters["shown"] = page_text
    threshold = explainer.threshold(deduped.matching.model)
    unsure, largest = groups(deduped, explainer)
    return environment.get_template("report.html").render(
        inputs=inputs,
        records=deduped.contacts.num_rows,
        golden=deduped.golden.num_rows,
        merged=deduped.merged_records,
        rejected=deduped.rejects.num_rows,
        refused=deduped.refusals.num_rows,
        sources=_sources(deduped.members),
        rejects=_rejects(deduped.rejects),
        quality=_quality(deduped, inputs),
        unsure=unsure,
        largest=largest,
        group_count=pc.sum(pc.greater(deduped.golden["record_count"], 1)).as_py() or 0,
        pairs=pairs(deduped, explainer),
        pair_count=deduped.matching.review.num_rows,
        threshold=threshold,
        seconds=deduped.seconds,
    )


def percent(share: float) -> str:
    """Rounded so that only all is 100 % and only nothing is 0 %."""
    if share in {0.0, 1.0}:
        return f"{100 * share:.0f} %"
    shown = min(max(100 * share, 0.1), 99.9)
    return f"{shown:.0f} %" if 1 <= shown <= 99 else f"{shown:.1f} %"


def likely(probability: float) -> str:
    """A probability as a person says it: near certainty has no digits that mean anything."""
    if probability > _NEARLY_SURE:
        return "over 99.9 %"
    return "under 0.1 %" if probability < 1 - _NEARLY_SURE else percent(probability)


def _sources(members: pa.Table) -> list[dict[str, Any]]:
    """Of each source: its records, the customers they are, and how many of these another source knows."""
    found = columns.query(
        """
        SELECT source, count(*) AS records, count(DISTINCT m.identity_id) AS customers,
            count(DISTINCT m.identity_id) FILTER (i.sources > 1) AS shared
        FROM members m JOIN (
            SELECT identity_id, count(DISTINCT source) AS sources FROM members GROUP BY 1
        ) i USING (identity_id)
        GROUP BY source ORDER BY source
        """,
        members=members.select(["source", "identity_id"]),
    )
    return list(found.to_pylist())


def _rejects(rejects: pa.Table) -> list[dict[str, Any]]:
    counted = columns.query(
        f"""
        SELECT source, reason, count(*) AS count,
            any_value(coalesce(position, 'row ' || key)) AS place, any_value(payload) AS example
        FROM rejects GROUP BY source, reason ORDER BY count DESC, source, reason LIMIT {REJECTS_SHOWN}
        """,
        rejects=rejects,
    )
    return [{**row, "example": _as_read(row["example"])} for row in counted.to_pylist()]


def _as_read(payload: str) -> str:
    """The text of a row that could not be read, or the filled values of one that could."""
    try:
        found = json.loads(payload)
    except ValueError:
        return payload
    if isinstance(found, dict):
        return "; ".join(str(value) for value in found.values() if value)
    return found if isinstance(found, str) else payload


def _columns(read: Mapping[str, Sequence[str]], field: str) -> Sequence[str]:
    """A whole name fills the fields of its parts too."""
    return read.get(field) or (read.get("name.full", ()) if field.startswith("name.") else ())


def _quality(deduped: Deduped, inputs: Sequence[ReportInput]) -> list[tuple[str, list[QualityRow], int]]:
    """By source the rows, and how many fields are not shown."""
    examples = {
        (row["source"], row["field"], row["reason"]): row["example"]
        for row in columns.query(
            "SELECT source, field, reason, min(raw) AS example FROM refusals GROUP BY ALL",
            refusals=deduped.refusals,
        ).to_pylist()
    }
    read = {one.name: one.columns for one in inputs}
    by_source: dict[str, list[QualityRow]] = {}
    for told in measure(deduped.contacts, deduped.refusals):
        if told.field == "addresses" and not told.refused:
            continue  # its parts say it
        by_source.setdefault(told.source, []).append(
            QualityRow(
                columns=page_text(", ".join(_columns(read.get(told.source, {}), told.field)), 80),
                label=page_text(field_label(told.field), 60),
                told=told,
                left_out=tuple(
                    (reason_label(code), count, page_text(examples[told.source, told.field, code], 60))
                    for code, count in told.reasons
                ),
                common=tuple((page_text(one.value, 60), one.records) for one in told.suspicious),
            )
        )
    return [
        (source, rows[:FIELDS_SHOWN], max(len(rows) - FIELDS_SHOWN, 0)) for source, rows in by_source.items()
    ]
