"""`hub demo`: a sample company, all the way from its four sources to two destinations."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

from cli.app import AsJson, app_of
from cli.commands.flow import pull_all, resolve_all, show_pulls
from cli.demo.project import DemoProject, make_project, write_truth
from cli.evaluate import evaluate_files, members_of_hub
from cli.output import Output
from cli.pushing import push_all
from cli.show import show_values
from cli.wiring import Hub, open_hub
from cli.write import make_folder
from hub.domain.runs import ResolveTally
from hub.errors import ConfigurationError, HubError
from hub.golden.explain import full_name
from hub.jobs.profile import Profile, profile
from hub.jobs.push import PushResult
from hub.store import golden

_MARK = ".hub-demo"


def demo_command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to make the project.")] = Path(
        "hub-demo"
    ),
    as_json: AsJson = False,
) -> None:
    """Make a sample project, run the whole way, say what was found and what to try next."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    started = perf_counter()
    place = _cleared(app.folder / folder)
    project = make_project(place)
    (place / _MARK).touch()
    output.show(
        f"Maison Exemple keeps what it knows of {project.customers} customers in four places:"
        " an ERP export, a mailbox, web-form submissions and a sales team's spreadsheet."
    )
    hub = open_hub(place, app.environ)
    pulled, failed = pull_all(hub, output, None, full=False, allow_missing=False)
    _stop_at(failed)
    _headline(output, "1. pull")
    show_pulls(output, pulled)
    tally = resolve_all(hub, output, full=False).tally
    _show_resolved(output, tally)
    pushed, failed = push_all(hub, output, None, allow_many=False)
    _stop_at(failed)
    _show_pushed(output, pushed)
    shown = _show_one(output, hub)
    scores = _scores(hub, project)
    _show_scores(output, scores)
    seconds = perf_counter() - started
    _show_next(output, folder, shown, seconds)
    if as_json:
        output.data(
            {
                "folder": str(folder),
                "records": project.records,
                "customers": project.customers,
                "pull": {name: one.tally.as_dict() for name, one in pulled.items()},
                "resolve": tally.as_dict(),
                "push": {name: one.tally.as_dict() for name, one in pushed.items()},
                "evaluation": scores,
                "seconds": round(seconds, 2),
            }
        )


def _cleared(place: Path) -> Path:
    """The folder, without what an earlier demo left there; nobody else's folder is touched."""
    if place.exists() and any(place.iterdir()):
        if not (place / _MARK).is_file():
            raise ConfigurationError(
                "folder-in-use", f"{place} holds other things", hint="name another folder: `hub demo DIR`"
            )
        shutil.rmtree(place)
    return make_folder(place)


def _stop_at(failed: list[HubError]) -> None:
    if failed:
        raise failed[0]


def _headline(output: Output, text: str) -> None:
    output.show()
    output.show(text, style="bold")


def _show_resolved(output: Output, tally: ResolveTally) -> None:
    _headline(output, "2. resolve")
    output.show(
        f"{tally.records} records are {tally.identities} people and companies:"
        f" {tally.merged_records} records merged, {tally.review} pairs left for a person to review."
    )


def _show_pushed(output: Output, pushed: dict[str, PushResult]) -> None:
    _headline(output, "3. push")
    rows = [(name, one.tally.created, one.tally.blocked, one.tally.parked) for name, one in pushed.items()]
    output.table(("destination", "created", "withheld", "parked"), rows)
    for name, one in pushed.items():
        reasons = sorted(set(one.plan.withheld["reason"].to_pylist()))
        if reasons:
            output.show(f"{name} withheld: {'; '.join(reasons)}")


def _show_one(output: Output, hub: Hub) -> Profile:
    """The golden record with most sources, and where each of its values came from."""
    with hub.store.reading() as connection:
        identity = golden.richest(connection)
    found = profile(hub.store, identity, zone=hub.zone)
    _headline(output, f"4. one golden record: {full_name(found.record.contact.get('name'))}")
    show_values(output, found, hub.zone)
    return found


def _scores(hub: Hub, project: DemoProject) -> dict[str, Any]:
    members = members_of_hub(hub.store)
    pairs = list(zip(members["source"].to_pylist(), members["key"].to_pylist(), strict=True))
    return evaluate_files(members, write_truth(project, pairs))


def _show_scores(output: Output, scores: dict[str, Any]) -> None:
    _headline(output, "5. against the truth")
    pairs = scores["pairwise"]
    output.show(
        f"of the pairs that were merged {pairs['precision']:.1%} are right (precision);"
        f" of those that should be, {pairs['recall']:.1%} are (recall); F1 {pairs['f1']:.3f}"
    )


def _show_next(output: Output, folder: Path, shown: Profile, seconds: float) -> None:
    _headline(output, f"done in {seconds:.1f} s; try next")
    for line in (
        f"hub -C {folder} lookup veronique",
        f"hub -C {folder} profile show {shown.record.identity_id}",
        f"hub -C {folder} explain {' '.join(shown.members[:2])}",
        f"hub -C {folder} rejects list",
        f"hub -C {folder} sync        # nothing changed: nothing is sent",
        "hub dedupe YOUR_FILE.csv --out results",
    ):
        output.show(f"  {line}")
