"""What the commands share by which people decide: who they are, and carrying out what they decided."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli.app import App
from cli.output import Output
from cli.wiring import Hub
from hub.domain.judgement import Decision, Judgement
from hub.errors import ConflictError
from hub.jobs.decide import Person
from hub.jobs.deletions import count_waiting
from hub.jobs.resolve import ResolveResult, resolve

Author = Annotated[
    str | None,
    typer.Option("--author", metavar="NAME", help="Who decides; else $HUB_AUTHOR, else the user logged in."),
]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept with the decision.")]
Later = Annotated[
    bool, typer.Option("--later", help="Only keep the decision; the next `hub resolve` carries it out.")
]
_NAMES = ("HUB_AUTHOR", "USER", "LOGNAME", "USERNAME")


def person(app: App, hub: Hub, author: str | None, reason: str | None = None) -> Person:
    told = [author or "", *(app.environ.get(name, "") for name in _NAMES)]
    return Person(next((name.strip() for name in told if name.strip()), "unknown"), reason, hub.zone)


def carry_out(hub: Hub, output: Output, *, later: bool) -> ResolveResult | None:
    """Resolves what people decided (and whatever else is new); None where that is left for later."""
    if later:
        output.say("kept; the next `hub resolve` carries it out")
        return None
    try:
        with output.progress("resolving"):
            return resolve(hub.store, hub.clock, hub.resolve_request())
    except ConflictError as error:
        if error.code != "already-running":
            raise
        output.say("kept; a resolve is running, the next one carries it out", style="yellow")
        return None


def say_waiting(hub: Hub, output: Output) -> None:
    """That deletions wait for a person, if some do."""
    if left := count_waiting(hub.store):
        output.say(f"{left} records gone from their source wait for a person: `hub deletions list`", "yellow")


def show_done(output: Output, decision: Decision, result: ResolveResult | None) -> None:
    """What was decided, what came of it, and how to take it back."""
    output.show(f"decision {decision.number}: {decision.sentence}", style="bold")
    for old, new in list(result.merges.items())[:20] if result else ():
        output.show(f">< {old} into {new}")
    for identity in result.splits[:20] if result else ():
        output.show(f"<> {identity} is split")
    if result:
        n = result.tally.golden_changed
        output.show(f"{n} golden record{'' if n == 1 else 's'} changed")
    if decision.undone_at is None:
        output.show(f"to take it back: hub undo {decision.number}")


def done_as_json(
    decision: Decision, result: ResolveResult | None, judged: tuple[Judgement, ...] = ()
) -> dict[str, Any]:
    return {
        "decision": decision_as_json(decision),
        "judgements": [{"a": str(one.a), "b": str(one.b), "verdict": one.verdict.value} for one in judged],
        "carried_out": result is not None,
        "merges": result.merges if result else {},
        "splits": result.splits if result else [],
        "golden_changed": result.tally.golden_changed if result else 0,
    }


def decision_as_json(decision: Decision) -> dict[str, Any]:
    return {**asdict(decision), "kind": decision.kind.value}
