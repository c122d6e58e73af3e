"""`hub export` and `hub evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.app import AsJson, app_of
from cli.evaluate import evaluate_files, members_of_hub
from cli.write import write_table
from hub.jobs.export import Exported, export


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
    truth: Annotated[Path, typer.Option("--truth", help="CSV: source,key,entity (source may be missing).")],
    members: Annotated[
        Path | None, typer.Option("--members", help="A members file; the hub's identities when not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Precision and recall against known truth."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    found = app.folder / members if members else members_of_hub(app.hub().store)
    scores = evaluate_files(found, app.folder / truth)
    if as_json:
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
