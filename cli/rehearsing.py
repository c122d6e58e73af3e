"""`hub resolve --dry-run` and `--check`: the jobs rehearsed with the project's mappings and destinations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from cli.exits import Exit
from cli.output import Output
from cli.wiring import Hub
from hub.jobs.check import check
from hub.jobs.push import PushRequest
from hub.jobs.rehearse import Rehearsed, rehearse

_ALL = 1_000  # identities whose values JSON tells one by one


def rehearse_all(hub: Hub, output: Output, *, full: bool) -> Rehearsed:
    """What the next resolve would come to, mappings and destinations included."""
    request = hub.resolve_request(full=full)
    intakes = [hub.intake(name) for name in hub.source_names(None)]
    pushes = [(name, _opening(hub, name)) for name in hub.project.settings.destinations]
    with output.progress("rehearsing"):
        return rehearse(hub.store, hub.clock, request, intakes, pushes, sample=_ALL)


def check_resolved(hub: Hub, output: Output) -> Exit:
    with output.progress("matching and building everything anew"):
        found = check(hub.store, hub.clock, hub.resolve_request())
    if output.as_json:
        output.data({"equal": found.equal, **asdict(found)})
    elif found.equal:
        output.show(
            f"{found.records} records in {found.identities} identities are what a full rebuild comes to",
            style="green",
        )
    else:
        output.table(
            ("a full rebuild would", "count"),
            [
                ("move records to another identity", found.moved),
                ("make, merge, split or archive identities", found.changed_ids),
                ("change golden records", found.golden),
            ],
        )
        output.show(f"such as {', '.join(found.examples)}")
        output.say("`hub resolve --full` makes it so; `hub resolve --full --dry-run` shows it first")
    return Exit.DONE if found.equal else Exit.FAILED


def _opening(hub: Hub, name: str) -> Callable[[], PushRequest]:
    return lambda: hub.push_request(name)
