"""What a scheduled job does: the same work as the commands, with a way to stop it between batches."""

from __future__ import annotations

from collections.abc import Callable

from cli.alerting import alert
from cli.deciding import say_waiting
from cli.output import Output
from cli.telling import tell_all
from cli.wiring import Hub
from hub.errors import HubError
from hub.jobs.pull import pull
from hub.jobs.push import push
from hub.jobs.remap import remap
from hub.jobs.resolve import resolve


def run_job(hub: Hub, output: Output, name: str, stopping: Callable[[], bool]) -> None:
    """Runs one job of `schedule:`. In a sync a source that fails stops what depends on it.

    Raises the first error after every source (or destination) of the job has had its turn.
    """
    job = hub.project.settings.schedule.jobs[name]
    steps: dict[str, Callable[[], list[HubError]]] = {
        "pull": lambda: _pull(hub, output, job.sources, stopping),
        "resolve": lambda: _resolve(hub, output),
        "push": lambda: _push(hub, output, job.destinations, stopping),
        "webhooks": lambda: tell_all(hub, output, stopping=stopping)[1],
    }
    for step in ["pull", "resolve", "push", "webhooks"] if job.do == "sync" else [job.do]:
        if stopping():
            return
        failed = steps[step]()
        if failed:
            raise failed[0]


def _pull(hub: Hub, output: Output, names: list[str] | None, stopping: Callable[[], bool]) -> list[HubError]:
    failed = []
    for name in hub.source_names(names):
        if stopping():
            break
        try:
            result = pull(hub.store, hub.clock, hub.pull_request(name), stopping=stopping)
            tally = result.tally
            output.say(f"pull {name}: {tally.read} read, {tally.stored} stored, {tally.rejected} rejected")
        except HubError as error:
            output.error(error)
            failed.append(error)
            alert(hub, output, "pull", name, error)
        else:
            alert(hub, output, "pull", name, result)
    return failed


def _resolve(hub: Hub, output: Output) -> list[HubError]:
    try:
        for name in hub.source_names(None):
            remap(hub.store, hub.clock, hub.intake(name))
        tally = resolve(hub.store, hub.clock, hub.resolve_request()).tally
    except HubError as error:
        alert(hub, output, "resolve", "all", error)
        raise
    output.say(f"resolve: {tally.records} records, {tally.identities} identities, {tally.review} for review")
    say_waiting(hub, output)
    return []


def _push(hub: Hub, output: Output, names: list[str] | None, stopping: Callable[[], bool]) -> list[HubError]:
    failed = []
    for name in hub.destination_names(names):
        if stopping():
            break
        try:
            result = push(hub.store, hub.clock, hub.push_request(name, patient=True), stopping=stopping)
            tally = result.tally
            output.say(
                f"push {name}: {tally.created} created, {tally.updated} updated, {tally.parked} parked"
            )
            alert(hub, output, "push", name, result)
        except HubError as error:
            output.error(error)
            failed.append(error)
            alert(hub, output, "push", name, error)
    return failed
