"""Reads a file of judgements, whatever wrote it: its form is seen by its suffix and columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from cli.labels.hub_lines import read_lines
from cli.labels.naming import Naming
from cli.labels.tables import cluster_rows, pair_rows, reconciled_rows
from cli.values import Values
from connectors.files.table import describe, read_table
from hub.domain.judgement import RecordName
from hub.domain.matching import Verdict
from hub.domain.portable import ToldDeletion, ToldJudgement, ToldOverride
from hub.errors import ConfigurationError, Place


class LabelFormat(StrEnum):
    HUB = "hub"  # JSONL of `hub judgements export`
    CLUSTERS = "clusters"  # a key file: one row a record, rows of one entity are the same (Senzing)
    PAIRS = "pairs"  # one row a pair with a score (Splink)
    DEDUPE = "dedupe"  # training JSON: match and distinct
    OPENREFINE = "openrefine"  # one row a record with what it was matched with


@dataclass(frozen=True, slots=True)
class Labels:
    form: LabelFormat
    judgements: list[ToldJudgement]
    overrides: list[ToldOverride]
    deletions: list[ToldDeletion] = field(default_factory=list)


_CLUSTER: Final = ("resolved_entity_id", "entity_id", "cluster_id", "cluster", "entity")
_KEY: Final = ("record_id", "key", "unique_id", "id")
_SOURCE: Final = ("data_source", "source_dataset", "source")


def read_labels(path: Path, naming: Naming, values: Values, *, key: str | None = None) -> Labels:
    """The judgements of a file. `key` names the column (or field) that holds a record's key.

    Raises `ConfigurationError` with the place of what cannot be read; nothing is taken from half a file.
    """
    if not path.is_file():
        raise ConfigurationError("no-file", f"there is no file {path.name}", hint="check the name")
    if path.suffix.lower() in {".jsonl", ".ndjson"}:
        return Labels(LabelFormat.HUB, *read_lines(path, naming, values))
    if path.suffix.lower() == ".json":
        return Labels(LabelFormat.DEDUPE, list(_training(path, naming, key)), [])
    columns = describe(path).columns
    named = {name.strip().lower(): name for name in columns}
    rows = _rows(path)
    if {"unique_id_l", "unique_id_r"} <= named.keys():
        return Labels(LabelFormat.PAIRS, list(pair_rows(rows, named, naming, path.name)), [])
    matched = _matched(named)
    if matched:
        asked = _column(key, _KEY, named, path.name)
        return Labels(
            LabelFormat.OPENREFINE, list(reconciled_rows(rows, asked, matched, naming, path.name)), []
        )
    cluster = next((named[name] for name in _CLUSTER if name in named), None)
    if cluster is None:
        raise ConfigurationError(
            "unknown-labels",
            f"{path.name} is no file of judgements that is known",
            hint="docs/guides/judgements.md shows the columns of each kind; it has " + ", ".join(columns),
        )
    asked = _column(key, _KEY, named, path.name)
    source = next((named[name] for name in _SOURCE if name in named), None)
    return Labels(
        LabelFormat.CLUSTERS, list(cluster_rows(rows, cluster, asked, source, naming, path.name)), []
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    """All rows, in order. A row that cannot be read may be a judgement: such a file is refused."""
    found: list[dict[str, Any]] = []
    for part in read_table(path):
        if part.rejects.num_rows:
            torn = part.rejects.to_pylist()[0]
            raise ConfigurationError("torn-row", f"{path.name}, {torn['position']}: {torn['reason']}")
        found += part.table.to_pylist()
    return found


def _column(asked: str | None, usual: Sequence[str], named: dict[str, str], file: str) -> str:
    wanted = [asked.lower()] if asked else list(usual)
    found = next((named[name] for name in wanted if name in named), None)
    if found is None:
        raise ConfigurationError(
            "missing-column",
            f"{file} has no column {asked or 'that names records'}",
            hint=f"name it: --key COLUMN, of {', '.join(named.values())}",
        )
    return found


def _matched(named: dict[str, str]) -> tuple[str, str] | None:
    """The columns of an OpenRefine export that say with what a row was matched, and that it was."""
    found = [
        next((real for name, real in named.items() if name.endswith(ends)), None)
        for ends in (("match id", "match_id", "match.id"), ("judgment", "judgement"))
    ]
    match, judgement = found
    return (match, judgement) if match and judgement else None


def _training(path: Path, naming: Naming, key: str | None) -> Iterator[ToldJudgement]:
    """Dedupe's training file: pairs of records, written as tuples with a class."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        sides = {Verdict.SAME: told["match"], Verdict.DIFFERENT: told["distinct"]}
    except (ValueError, KeyError, TypeError):
        raise ConfigurationError(
            "unknown-labels",
            f"{path.name} is no training file of dedupe",
            hint="it has the lists `match` and `distinct`",
        ) from None
    for verdict, pairs in sides.items():
        for number, pair in enumerate(pairs, 1):
            records = pair.get("__value__") if isinstance(pair, dict) else pair
            place = Place(path.name, field=f"{'match' if verdict is Verdict.SAME else 'distinct'}[{number}]")
            if not isinstance(records, list) or len(records) != 2:
                raise ConfigurationError("no-pair", "that is no pair of records", place=place)
            a, b = (_of_training(record, naming, key, place) for record in records)
            yield ToldJudgement(a, b, verdict)


def _of_training(record: Any, naming: Naming, key: str | None, place: Place) -> RecordName:
    found = record if isinstance(record, dict) else {}
    named = {str(name).lower(): value for name, value in found.items()}
    for name in [key.lower()] if key else _KEY:
        if named.get(name) not in (None, ""):
            source = next((named[one] for one in _SOURCE if named.get(one)), None)
            return naming.record(source, named[name])
    raise ConfigurationError(
        "no-key",
        "the record does not say its key",
        place=place,
        hint=f"name the field that does: --key FIELD, of {', '.join(map(str, found))}",
    )
