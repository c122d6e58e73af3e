"""What a resolve changed, or would change, as people read it and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from cli.output import Output
from cli.show import plan_as_json, show_plan
from hub.jobs.foreseen import ValueChange
from hub.jobs.rehearse import Rehearsed
from hub.jobs.resolve import ResolveResult

SHOWN: Final = 20  # merges, splits, archived identities, golden records; JSON has more


def show_resolve(output: Output, result: ResolveResult, *, dry_run: bool = False) -> None:
    tally = result.tally
    verb = "would change" if dry_run else "changed"
    rows = [
        ("records", tally.records),
        ("identities", tally.identities),
        ("records merged away", tally.merged_records),
        ("pairs for review", tally.review),
        ("new identities", tally.created),
        ("identities merged", tally.redirected),
        ("identities split", tally.split),
        ("identities archived", tally.archived),
        (f"golden records {verb}", tally.golden_changed),
    ]
    output.table(("resolve", "count"), rows)
    if tally.review_left_out:
        output.say(
            f"{tally.review_left_out:,} more unsure pairs, less important ones, do not wait for a person"
        )
    for old, new in list(result.merges.items())[:SHOWN]:
        output.show(f">< {old} into {new}")
    for identity in result.splits[:SHOWN]:
        output.show(f"<> {identity} is split")
    for identity in result.archived[:SHOWN]:
        output.show(f"-- {identity} is archived: it has no records any more")


def show_rehearsed(output: Output, found: Rehearsed) -> None:
    """What would happen: contacts mapped anew, identities, values, then each destination's plan."""
    if output.as_json:
        output.data(rehearsed_as_json(found))
        return
    for source, tally in found.remapped.items():
        rejected = f", {tally.rejected} rejected" if tally.rejected else ""
        output.show(f"{source}: {tally.stored} records would be mapped anew{rejected}")
    show_resolve(output, found.result, dry_run=True)
    if found.fields:
        output.show()
        output.table(("field", "golden records with another value"), list(found.fields.items()))
        _show_values(output, found.values)
    if found.other_origins:
        output.say(
            f"{found.other_origins} of them keep their values: only the records that hold them, or the rule"
            " that chose them, are others"
        )
    for plan in found.plans:
        output.show()
        show_plan(output, plan)
    for name, error in found.unplanned:
        output.say(f"{name}: what it would get cannot be told", style="yellow")
        output.error(error)
    output.say("nothing was changed")


def _show_values(output: Output, values: tuple[ValueChange, ...]) -> None:
    shown = list(dict.fromkeys(change.identity_id for change in values))
    for identity in shown[:SHOWN]:
        mine = [change for change in values if change.identity_id == identity]
        output.show(f"  ~ {identity} {mine[0].name}".rstrip())
        for change in mine:
            output.show(f"      {change.field}: {_told(change.before)} → {_told(change.after)}")
    if len(shown) > SHOWN:
        output.show(f"  … and more; --json tells up to {len(shown)}")


def rehearsed_as_json(found: Rehearsed) -> dict[str, Any]:
    result = found.result
    return {
        "run": None,
        **result.tally.as_dict(),
        "merges": result.merges,
        "splits": result.splits,
        "archived_ids": result.archived,
        "remapped": {source: tally.as_dict() for source, tally in found.remapped.items()},
        "fields": found.fields,
        "other_origins": found.other_origins,
        "values": [asdict(change) for change in found.values],
        "plans": [plan_as_json(plan) for plan in found.plans],
        "unplanned": [
            {"destination": name, "code": error.code, "sentence": error.sentence}
            for name, error in found.unplanned
        ],
    }


def _told(values: tuple[str, ...]) -> str:
    return ", ".join(values) or "∅"
