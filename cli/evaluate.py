"""How good clusters are: against a truth file, against other clusters, or estimated without either."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cli.wiring import Hub
from connectors.files.cells import is_escaped, unescaped_column
from connectors.files.table import describe, read_table
from hub.errors import ConfigurationError
from hub.jobs.export import Exported, export
from hub.store import contacts, edges
from hub.store.engine import Store
from matching import Comparison, compare_clusterings, curve, evaluate, rule_recall

_SHAPE = ("pairwise", "b3", "records", "clusters", "truth_clusters")


def members_of_hub(store: Store) -> pa.Table:
    return export(store, Exported.MEMBERS)


def evaluate_files(members: Path | pa.Table, truth: Path) -> dict[str, Any]:
    """What `hub evaluate --json` prints. Raises `ConfigurationError` for a file without its columns."""
    scores = evaluate(_clusters(members), _read(truth, {"key", "entity"})).as_dict()
    return {name: scores[name] for name in _SHAPE}


def compare_files(members: Path | pa.Table, other: Path) -> Comparison:
    """What going from `other` to `members` merges and splits."""
    return compare_clusterings(_clusters(other), _clusters(members))


def estimated(hub: Hub) -> dict[str, Any]:
    """By kind of contact the estimate of precision and recall, each with its range."""
    held, judged = _everything(hub)
    report = hub.explaining_matcher().match(held, judged).report
    kinds: dict[str, Any] = report["kinds"]  # type: ignore[assignment]
    return {kind: told["estimate"] for kind, told in kinds.items() if "estimate" in told}


def threshold_curve(hub: Hub, truth: Path) -> pa.Table:
    """Precision and recall of the stored contacts' pairs at every threshold."""
    held, _ = _everything(hub)
    return curve(hub.explaining_matcher().scored(held), _truth_by_record(held, truth))


def recall_by_rule(hub: Hub, truth: Path) -> pa.Table:
    """What each blocking rule finds of the true pairs, by kind of contact."""
    held, _ = _everything(hub)
    found, names = hub.explaining_matcher().candidates(held)
    known = _truth_by_record(held, truth)
    tables = []
    for kind, rules in names.items():
        mine = held.filter(pc.equal(pc.fill_null(held["kind"], "person"), kind))["record_id"]
        of_kind = known.filter(pc.is_in(known["record_id"], value_set=mine.combine_chunks()))
        table = rule_recall(found.filter(pc.equal(found["kind"], kind)), rules, of_kind)
        tables.append(table.add_column(0, "kind", pa.repeat(kind, table.num_rows)))
    if not tables:
        raise ConfigurationError("no-records", "there are no contacts to score", hint="run `hub pull` first")
    return pa.concat_tables(tables)


def _everything(hub: Hub) -> tuple[pa.Table, pa.Table]:
    with hub.store.reading() as connection:
        return contacts.live_contacts(connection), edges.judged(connection)


def _truth_by_record(held: pa.Table, path: Path) -> pa.Table:
    truth = _read(path, {"key", "entity"})
    names = ["source", "key"] if "source" in truth.column_names else ["key"]
    known = held.select(["record_id", *names])
    return known.join(truth.select([*names, "entity"]), names, join_type="inner")


def _clusters(members: Path | pa.Table) -> pa.Table:
    found = _read(members, {"key", "golden_id"}) if isinstance(members, Path) else members
    return found.rename_columns(["cluster" if name == "golden_id" else name for name in found.column_names])


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
    return _as_meant(pa.concat_tables([empty, *(part.table for part in read_table(path))]))


def _as_meant(table: pa.Table) -> pa.Table:
    """Keys without the apostrophe that a result file has before what a spreadsheet would run.

    A file with a key that would run is none of ours, or was written raw: apostrophes there are the keys' own.
    """
    names = [name for name in ("source", "key") if name in table.column_names]
    if not all(is_escaped(table[name]) for name in names):
        return table
    for name in names:
        place = table.column_names.index(name)
        table = table.set_column(place, name, unescaped_column(table[name]))
    return table
