"""`hub model`: what the matching has learnt, a new model, and what that would change."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import tzinfo
from typing import Annotated

import typer

from cli.app import LAST, AsJson, app_of
from cli.moments import time_shown
from cli.output import Output
from hub.jobs.train import Effect, effect, stored_model, train, use, versions
from hub.store.models import StoredModel
from matching.describe import differences, weights

model_app = typer.Typer(no_args_is_help=True, help="The match model: what agreements are worth, and why.")

Number = Annotated[
    int | None, typer.Argument(metavar="N", help="A model's number; else the one in use.", **LAST)
]
_SHOWN = 20


@model_app.command("list")
def list_models(context: typer.Context, as_json: AsJson = False) -> None:
    """Every model there was, the newest first."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    rows = versions(hub.store).to_pylist()
    if as_json:
        output.data(rows)
    output.table(
        ("model", "made", "decides"),
        [
            (row["number"], time_shown(row["created_at"], hub.zone), "yes" if row["decides"] else "")
            for row in rows
        ],
    )


@model_app.command("show")
def show_model(context: typer.Context, number: Number = None, as_json: AsJson = False) -> None:
    """What each agreement is worth in bits; with --json the whole model."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    with hub.store.reading() as connection:
        model = stored_model(connection, number)
    if as_json:
        output.data(json.loads(model.text))
    else:
        _show(output, model, hub.zone)


@model_app.command("train")
def train_model(
    context: typer.Context,
    from_judgements: Annotated[
        bool, typer.Option("--from-judgements", help="Learn from what people judged, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a model from the contacts there are; it decides from the next resolve on."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    hub = app.hub()
    made = train(hub.store, hub.clock, hub.matcher(), from_judgements=from_judgements)
    before = made.before.text if made.before else None
    differing = [asdict(one) for one in differences(before, made.model.text)] if before else []
    if as_json:
        output.data({"model": made.model.number, "labels": made.labels, "differences": differing})
    elif made.before and made.before.number == made.model.number:
        output.show(f"the contacts say what model {made.model.number} says already: nothing changed")
    else:
        labels = f", with {made.labels} judgements as labels" if made.labels else ""
        output.show(f"model {made.model.number} made{labels}; it decides from the next resolve on")
        output.show("what it would merge and split: hub model diff")
        if made.before:
            output.show(f"back to the one before: hub model use {made.before.number}")


@model_app.command("use")
def use_model(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="N", help="The model's number.", **LAST)],
) -> None:
    """Let another model decide from the next resolve on."""
    app = app_of(context)
    hub = app.hub()
    use(hub.store, hub.clock, number)
    app.output(as_json=False).show(f"model {number} decides from the next resolve on")


@model_app.command("diff")
def diff_models(
    context: typer.Context,
    before: Annotated[
        int | None, typer.Argument(metavar="A", help="The model to compare; else the one before.", **LAST)
    ] = None,
    after: Annotated[
        int | None,
        typer.Argument(metavar="B", help="The model to compare with; else the one in use.", **LAST),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """In what two models differ, and what B would merge and split of today's identities."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    hub = app.hub()
    with hub.store.reading() as connection:
        new = stored_model(connection, after)
        old = stored_model(connection, new.number - 1 if before is None and new.number > 1 else before)
    differing = differences(old.text, new.text)
    change = effect(hub.store, hub.matcher(), new)
    if as_json:
        output.data(
            {
                "before": old.number,
                "after": new.number,
                "differences": [asdict(one) for one in differing],
                "effect": asdict(change),
            }
        )
        return
    heads = ("kind", "what", f"model {old.number}", f"model {new.number}")
    output.table(heads, [(one.kind, one.what, _told(one.before), _told(one.after)) for one in differing])
    _show_effect(output, new, change)


def _show(output: Output, model: StoredModel, zone: tzinfo) -> None:
    output.show(f"model {model.number}, made {time_shown(model.created_at, zone)}")
    rows = weights(model.text).to_pylist()
    heads = ("kind", "field", "agreement", "bits", "of the same", "by chance")
    output.table(
        heads,
        [
            (
                row["kind"],
                row["field"],
                row["level"],
                f"{row['bits']:+.2f}{' by value' if row['by_value'] else ''}",
                f"{row['same']:.1%}",
                f"{row['chance']:.4%}",
            )
            for row in rows
        ],
    )


def _show_effect(output: Output, model: StoredModel, change: Effect) -> None:
    output.show(
        f"model {model.number} would make {change.identities_after} identities of {change.identities}: "
        f"{len(change.merges)} merges, {len(change.splits)} splits"
    )
    shown = [("merge", " + ".join(ids)) for ids in change.merges[:_SHOWN]]
    shown += [("split", identity) for identity in change.splits[:_SHOWN]]
    if shown:
        output.table(("what", "identities"), shown)


def _told(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
