"""Pushing to the destinations of a project, for every command that does: each has its turn, alerts go out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cli.alerting import alert
from cli.exits import Exit, exit_for
from cli.output import Output
from cli.wiring import Hub
from hub.domain.runs import PushTally
from hub.errors import ConfigurationError, HubError
from hub.jobs.push import PushResult, push

Pushed = tuple[dict[str, PushResult], list[HubError]]


def push_all(
    hub: Hub,
    output: Output,
    destinations: Sequence[str] | None,
    *,
    allow_many: bool,
    allow_failed_source: bool = False,
) -> Pushed:
    """Pushes to each destination; one that fails does not keep the others from being pushed to."""
    results: dict[str, PushResult] = {}
    failed: list[HubError] = []
    for name in hub.destination_names(destinations):
        try:
            request = hub.push_request(name, allow_many=allow_many, allow_failed_source=allow_failed_source)
            with output.progress(f"pushing to {name}") as step:

                def shown(tally: PushTally) -> None:
                    step.update(tally.created + tally.updated)

                results[name] = push(hub.store, hub.clock, request, progress=shown)
        except ConfigurationError as error:
            alert(hub, output, "push", name, error)
            raise
        except HubError as error:
            failed.append(error)
            output.say(f"{name}: push failed", style="bold red")
            output.error(error)
            alert(hub, output, "push", name, error)
        else:
            alert(hub, output, "push", name, results[name])
    return results, failed


def show_pushes(output: Output, results: dict[str, PushResult]) -> None:
    """A line a destination, then whatever is not as it should be; it never says done when a row failed."""
    names = (
        "created",
        "updated",
        "merged",
        "archived",
        "unchanged",
        "blocked",
        "parked",
        "pending",
        "conflict",
    )
    rows = [
        (name, *(one.tally.as_dict()[which] for which in names), state_of(one))
        for name, one in results.items()
    ]
    output.table(("destination", *names, "state"), rows)
    for name, one in results.items():
        if one.unsettled:
            output.say(f"{name}: an earlier push died with {one.unsettled} changes under way; settled now")
        if one.tally.parked:
            run = f"`hub runs show {one.run_id}` tells why" if one.run_id else ""
            output.say(
                f"{name}: {one.tally.parked} rows were parked and are tried again next time; {run}", "yellow"
            )
        if one.tally.pending:
            output.say(f"{name}: {one.tally.pending} rows wait for the destination's answer", "yellow")


def state_of(result: PushResult) -> str:
    if result.partly:
        return "partly"
    return "pending" if result.tally.pending else "done"


def exit_of_pushes(results: dict[str, PushResult], failed: list[HubError]) -> Exit:
    if failed:
        return Exit.PARTLY_PUSHED if results else exit_for(failed[0])
    return Exit.PARTLY_PUSHED if any(one.partly for one in results.values()) else Exit.DONE


def push_as_json(result: PushResult) -> dict[str, Any]:
    return {
        "run": result.run_id,
        "plan": result.plan.hash,
        "state": state_of(result),
        **result.tally.as_dict(),
    }
