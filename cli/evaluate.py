"""Scores a members file, or the hub's identities, against a truth file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from connectors.files.table import describe, read_table
from hub.errors import ConfigurationError
from hub.jobs.export import Exported, export
from hub.store.engine import Store
from matching import evaluate

_SHAPE = ("pairwise", "b3", "records", "clusters", "truth_clusters")


def members_of_hub(store: Store) -> pa.Table:
    return export(store, Exported.MEMBERS)


def evaluate_files(members: Path | pa.Table, truth: Path) -> dict[str, Any]:
    """What `hub evaluate --json` prints. Raises `ConfigurationError` for a file without its columns."""
    found = _read(members, {"key", "golden_id"}) if isinstance(members, Path) else members
    named = found.rename_columns(["cluster" if name == "golden_id" else name for name in found.column_names])
    scores = evaluate(named, _read(truth, {"key", "entity"})).as_dict()
    return {name: scores[name] for name in _SHAPE}


def _read(path: Path, needed: set[str]) -> pa.Table:
    columns = describe(path).columns
    missing = needed - set(columns)
    if missing:
        raise ConfigurationError(
            "missing-column",
            f"{path.name} has no column {', '.join(sorted(missing))}",
            hint=f"it has {', '.join(columns)}",
        )
    empty = pa.table({name: pa.array([], pa.string()) for name in columns})
    return pa.concat_tables([empty, *(part.table for part in read_table(path))])
