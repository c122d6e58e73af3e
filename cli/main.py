"""The `hub` command: its options, its commands, and how an error ends it."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from cli.app import App
from cli.commands import (
    changes,
    config,
    connections,
    decide,
    dedupe,
    deletions,
    demo,
    doctor,
    files,
    flow,
    history,
    judgements,
    mapping,
    mapping_edit,
    model,
    people,
    push,
    quality,
    review,
    schedule,
)
from cli.exits import Exit, exit_for
from cli.output import Output
from hub.errors import HubError

app = typer.Typer(
    name="hub",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback()
def top(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Option("-C", metavar="DIR", help="Run as if started in this folder.")
    ] = Path(),
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Unify customer data: pull contacts, find who is who, push golden records."""
    if show_version:
        typer.echo(version("customer-hub"))
        raise typer.Exit
    context.obj = App(folder=folder, debug=debug)


app.command("demo")(demo.demo_command)
app.command("dedupe")(dedupe.dedupe_command)
app.command("init")(config.init_command)
app.add_typer(config.config_app, name="config")
app.command("connectors")(connections.connectors_command)
app.add_typer(connections.source_app, name="source")
app.add_typer(connections.destination_app, name="destination")
mapping.mapping_app.command("edit")(mapping_edit.mapping_edit)
app.add_typer(mapping.mapping_app, name="mapping")
app.command("pull")(flow.pull_command)
app.command("resolve")(flow.resolve_command)
app.command("push")(push.push_command)
app.command("sync")(flow.sync_command)
app.command("lookup")(people.lookup_command)
app.add_typer(people.profile_app, name="profile")
app.command("explain")(people.explain_command)
app.add_typer(review.review_app, name="review")
app.command("merge", epilog=decide.MERGE)(decide.merge_command)
app.command("split", epilog=decide.SPLIT)(decide.split_command)
app.command("override", epilog=decide.OVERRIDE)(decide.override_command)
app.command("undo", epilog=decide.UNDO)(decide.undo_command)
app.add_typer(deletions.deletions_app, name="deletions")
app.command("changes", epilog=changes.EXAMPLES)(changes.changes_command)
app.add_typer(judgements.judgements_app, name="judgements")
app.command("quality")(quality.quality_command)
app.add_typer(model.model_app, name="model")
app.command("export")(files.export_command)
app.command("evaluate")(files.evaluate_command)
app.add_typer(history.runs_app, name="runs")
app.add_typer(history.rejects_app, name="rejects")
app.add_typer(schedule.schedule_app, name="schedule")
app.command("doctor")(doctor.doctor_command)


def run(arguments: list[str] | None = None) -> None:
    """The console script: runs a command and exits with its code."""
    sys.exit(main(sys.argv[1:] if arguments is None else arguments))


def main(arguments: list[str]) -> int:
    """Runs a command and gives its exit code; every expected error becomes a sentence and a hint."""
    debug = "--debug" in arguments
    try:
        app(arguments)
    except SystemExit as ended:  # how Typer ends every command, with its code
        return int(ended.code or Exit.DONE)
    except HubError as error:
        if debug:
            raise
        Output().error(error)
        return exit_for(error)
    except KeyboardInterrupt:
        Output().say("stopped")
        return 130
    except BrokenPipeError:
        # the reader of our output has seen enough (`hub export … | head`)
        sys.stderr.close()
        return Exit.DONE
    except Exception as error:
        if debug:
            raise
        Output().say(f"error: an unexpected error ({type(error).__name__})", style="bold red")
        Output().say("hint: run again with --debug for the traceback, and report it", style="cyan")
        return Exit.FAILED
    return Exit.DONE
