"""`hub export` and `hub evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer

from cli.app import AsJson, app_of
from cli.evaluate import (
    compare_files,
    estimated,
    evaluate_files,
    members_of_hub,
    recall_by_rule,
    threshold_curve,
)
from cli.output import Output
from cli.write import write_table
from hub.errors import ConfigurationError
from hub.jobs.export import Exported, export
from matching import Comparison

_SHOWN = 20


def export_command(
    context: typer.Context,
    what: Annotated[Exported, typer.Argument(help="What to export.")],
    out: Annotated[Path, typer.Option("--out", help="File to write; its suffix names the format.")],
    raw: Annotated[bool, typer.Option("--raw", help="Do not guard CSV cells against formulas.")] = False,
) -> None:
    """Write what the hub holds as CSV, Parquet or JSONL."""
    app = app_of(context)
    table = export(app.hub().store, what)
    write_table(table, app.folder / out, raw=raw)
    app.output().say(f"{table.num_rows:,} rows written to {out}")


def evaluate_command(
    context: typer.Context,
    truth: Annotated[
        Path | None, typer.Option("--truth", help="CSV: source,key,entity (source may be missing).")
    ] = None,
    members: Annotated[
        Path | None, typer.Option("--members", help="A members file; the hub's identities when not given.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="Another members file: what merges, what splits.")
    ] = None,
    curve: Annotated[bool, typer.Option("--curve", help="Precision and recall at each threshold.")] = False,
    rules: Annotated[bool, typer.Option("--rules", help="What each blocking rule finds.")] = False,
    as_json: AsJson = False,
) -> None:
    """Precision and recall against known truth; without any truth, an estimate of them."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    if against is not None:
        found = app.folder / members if members else members_of_hub(app.hub().store)
        _show_comparison(output, compare_files(found, app.folder / against))
    elif truth is None:
        _no_truth(members, curve=curve, rules=rules)
        _show_estimate(output, estimated(app.hub()))
    elif curve or rules:
        of_hub = threshold_curve if curve else recall_by_rule
        _show_rows(output, of_hub(app.hub(), app.folder / truth))
    else:
        found = app.folder / members if members else members_of_hub(app.hub().store)
        _show_scores(output, evaluate_files(found, app.folder / truth))


def _no_truth(members: Path | None, *, curve: bool, rules: bool) -> None:
    if members or curve or rules:
        raise ConfigurationError(
            "no-truth",
            "there is nothing to compare with",
            hint="give --truth FILE (source,key,entity) or --against OTHER_MEMBERS",
        )


def _show_scores(output: Output, scores: dict[str, Any]) -> None:
    if output.as_json:
        output.data(scores)
    rows = [
        (name, scores[key]["precision"], scores[key]["recall"], scores[key]["f1"])
        for name, key in (("pairs", "pairwise"), ("B-cubed", "b3"))
    ]
    output.table(("measure", "precision", "recall", "F1"), rows)
    output.show(
        f"{scores['records']:,} records, {scores['clusters']:,} clusters,"
        f" {scores['truth_clusters']:,} true clusters"
    )


def _show_comparison(output: Output, found: Comparison) -> None:
    if output.as_json:
        output.data(found.as_dict())
    output.table(
        ("clusters", "before", "after", "unchanged", "pairs gained", "pairs lost"),
        [(found.records, found.before, found.after, found.unchanged, found.pairs_gained, found.pairs_lost)],
    )
    moved = [("merge", row) for row in found.merges.slice(0, _SHOWN).to_pylist()]
    moved += [("split", row) for row in found.splits.slice(0, _SHOWN).to_pylist()]
    if moved:
        rows = [(what, row["cluster"], row["records"], " + ".join(row["others"])) for what, row in moved]
        output.table(("what", "cluster", "records", "of or into"), rows)


def _show_estimate(output: Output, found: dict[str, Any]) -> None:
    if output.as_json:
        output.data(found)
    rows = [
        (kind, measure, told["value"], told["low"], told["high"])
        for kind, measures in found.items()
        for measure, told in measures.items()
    ]
    output.table(("kind", "estimated", "value", "from", "to"), rows)
    output.say("estimated from the model's own probabilities: a model that is wrong in kind is not noticed")


def _show_rows(output: Output, found: pa.Table) -> None:
    if output.as_json:
        output.data(found.to_pylist())
    rows = [tuple(_rounded(value) for value in row.values()) for row in found.to_pylist()]
    output.table(tuple(name.replace("_", " ") for name in found.column_names), rows)


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
