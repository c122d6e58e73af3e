"""The `hub` command: its options, its commands, and how an error ends it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.app import App
from cli.exits import Exit, exit_for
from cli.output import Output
from hub.errors import HubError
from hub.kept_memory import one_heap_of_small_pages


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command is found, in the modules of `cli.commands`; `epilog` names a text there."""

    module: str
    attribute: str
    epilog: str | None = None


# In the order of the help. A call loads the module of its command alone: all of them take over a second.
COMMANDS: Final = {
    "demo": Command("demo", "demo_command"),
    "dedupe": Command("dedupe", "dedupe_command"),
    "init": Command("config", "init_command"),
    "config": Command("config", "config_app"),
    "connectors": Command("connections", "connectors_command"),
    "source": Command("connections", "source_app"),
    "destination": Command("connections", "destination_app"),
    "mapping": Command("mapping", "mapping_app"),
    "pull": Command("flow", "pull_command"),
    "resolve": Command("flow", "resolve_command"),
    "push": Command("push", "push_command"),
    "sync": Command("flow", "sync_command"),
    "lookup": Command("people", "lookup_command"),
    "profile": Command("people", "profile_app"),
    "explain": Command("people", "explain_command"),
    "review": Command("review", "review_app"),
    "merge": Command("decide", "merge_command", "MERGE"),
    "split": Command("decide", "split_command", "SPLIT"),
    "override": Command("decide", "override_command", "OVERRIDE"),
    "undo": Command("decide", "undo_command", "UNDO"),
    "deletions": Command("deletions", "deletions_app"),
    "changes": Command("changes", "changes_command", "EXAMPLES"),
    "webhooks": Command("webhooks", "webhooks_app"),
    "judgements": Command("judgements", "judgements_app"),
    "quality": Command("quality", "quality_command"),
    "model": Command("model", "model_app"),
    "export": Command("files", "export_command"),
    "evaluate": Command("files", "evaluate_command"),
    "runs": Command("history", "runs_app"),
    "rejects": Command("history", "rejects_app"),
    "schedule": Command("schedule", "schedule_app"),
    "doctor": Command("doctor", "doctor_command"),
}


def say_version(asked: bool) -> None:
    """Of an option that is looked at before all others, so that it needs no command."""
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - slow to load, and seldom needed

        typer.echo(version("customer-hub"))
        raise typer.Exit


def top(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Option("-C", metavar="DIR", help="Run as if started in this folder.")
    ] = Path(),
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    _: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=say_version, is_eager=True)
    ] = False,
) -> None:
    """Unify customer data: pull contacts, find who is who, push golden records."""
    context.obj = App(folder=folder, debug=debug)


def app_for(arguments: list[str]) -> typer.Typer:
    """The application with the commands that the arguments need."""
    app = typer.Typer(
        name="hub",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(top)
    for name in _needed(arguments):
        command = COMMANDS[name]
        module = import_module(f"cli.commands.{command.module}")
        found = getattr(module, command.attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name, epilog=getattr(module, command.epilog) if command.epilog else None)(found)
    return app


def _needed(arguments: list[str]) -> Iterable[str]:
    """The command that is asked for: the first argument that is no option. None for the version; all to list
    them, or to name the nearest to one that there is not.
    """
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "-C":
            next(waiting, None)
        elif argument == "--version":
            return ()
        elif not argument.startswith("-"):
            return [argument] if argument in COMMANDS else COMMANDS
    return COMMANDS


def collect_seldom() -> None:
    """Has the collector of cycles look after every 50,000 new objects, no longer after 700: rows on their way
    into the store are many objects, and none of them in a cycle.
    """
    gc.set_threshold(50_000, 20, 50)


def run(arguments: list[str] | None = None) -> None:
    """The console script: runs a command and exits with its code."""
    one_heap_of_small_pages()
    collect_seldom()
    sys.exit(main(sys.argv[1:] if arguments is None else arguments))


def main(arguments: list[str]) -> int:
    """Runs a command and gives its exit code; every expected error becomes a sentence and a hint."""
    debug = "--debug" in arguments
    try:
        app_for(arguments)(arguments)
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
