"""Undo: take back what a push did, as a plan of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import pyarrow as pa

from hub.domain.plan import UNKNOWN, Action, Capabilities, Outcome
from hub.domain.runs import PushTally, RunState
from hub.errors import ConfigurationError
from hub.jobs.deliver import Delivery
from hub.jobs.open_ends import settle_dead
from hub.jobs.push import PushRequest, PushResult, apply, check_unmoved
from hub.ports import Clock
from hub.store import intents, ledger, planning, runs
from hub.store.engine import Store
from hub.store.leases import hold
from hub.sync.diff import DIFF_SCHEMA
from hub.sync.guards import Guards
from hub.sync.plan import Findings, Plan, make_plan

_SINCE: Final = "a later run has changed it since"
_LOST: Final = "it is not known what it showed"
_WROTE: Final = {Outcome.CREATED, Outcome.UPDATED, Outcome.ARCHIVED, Outcome.ERASED, Outcome.MERGED}


def run_to_undo(store: Store, run_id: int) -> str:
    """The destination that a push went to. Raises `ConfigurationError` for what is no push."""
    run = runs.find(store, run_id)
    if run is None or run.job != "push":
        raise ConfigurationError(
            "unknown-run", f"there is no push with the number {run_id}", hint="`hub runs list` lists them"
        )
    return run.target


def plan_undo(store: Store, request: PushRequest, run_id: int) -> Plan:
    """What it takes to bring back what the destination held before a run.

    Fields get the values that they had, as far as no later run has written them; what was created is
    archived, what was archived is created again. What cannot be taken back (a merge, an erasure, what
    changed since) is withheld with its reason.
    """
    with store.reading() as connection:
        done = [
            one
            for one in ledger.delivered_in(connection, run_id)
            if one["destination"] == request.name and Outcome(one["outcome"]) in _WROTE
        ]
        held = ledger.held(connection, request.name, [one["identity_id"] for one in done])
        holds, _ = planning.counts(connection, request.name)
    now = {row["identity_id"]: row for row in held.to_pylist()}
    rows = [
        _taken_back(one, now.get(one["identity_id"]) or {}, run_id, request.destination.capabilities)
        for one in done
    ]
    differences = pa.Table.from_pylist(rows, schema=DIFF_SCHEMA)
    return make_plan(request.name, [Findings(differences)], holds=holds)


def undo(
    store: Store,
    clock: Clock,
    request: PushRequest,
    run_id: int,
    *,
    progress: Callable[[PushTally], None] = lambda _tally: None,
) -> PushResult:
    """Applies `plan_undo`. What is taken back stays so: later pushes leave it alone until the golden record
    changes, or a person lifts it.
    """
    with (
        hold(store, clock, f"push {request.name}") as lease,
        runs.started(store, clock, "push", request.name) as run,
    ):
        with store.reading() as connection:
            unsettled = intents.unsettled(connection, request.name)
        delivery = Delivery(store, clock, request.destination, run, lease, held_back=True)
        settle_dead(replace(delivery, held_back=False), request.name)
        plan = plan_undo(store, request, run_id)
        check_unmoved(plan, request.expect)
        without = replace(request, guards=Guards(canary=request.guards.canary))
        tally = apply(delivery, plan, without, PushTally(), progress=progress)
        run.state = RunState.PARTLY if tally.parked else RunState.DONE
        return PushResult(plan, tally, unsettled, run.id)


def _taken_back(
    done: dict[str, Any], now: dict[str, Any], run_id: int, capabilities: Capabilities
) -> dict[str, Any]:
    """One row of `DIFF_SCHEMA`: the opposite of a delivery, given what the ledger says now."""
    row = {
        "identity_id": done["identity_id"],
        "remote_id": now.get("remote_id") or done["remote_id"],
        "payload": "{}",
        "fields": "[]",
        "cleared": 0,
        "tried": False,
        # what golden records want, so that it is known not to be sent again
        "payload_hash": now.get("attempted_hash"),
    }
    there = now.get("confirmed_hash") is not None
    match Outcome(done["outcome"]):
        case Outcome.UPDATED if there:
            changes = list(_turned(done, json.loads(now["confirmed"] or "{}")))
            return _writing(row, Action.UPDATE, changes) if changes else _withheld(row, _SINCE)
        case Outcome.CREATED if there and now.get("run_id") == run_id:
            if not capabilities.archive:
                return _withheld(row, "it was created, and the destination cannot archive", Action.BLOCKED)
            return {**row, "action": Action.ARCHIVE.value, "reason": f"created by run {run_id}"}
        case Outcome.ARCHIVED if not there:
            told = [one for one in json.loads(done["fields"]) if one["old"] != UNKNOWN]
            old = [{**one, "old": None, "new": one["old"]} for one in told]
            return (
                _writing({**row, "payload_hash": None}, Action.CREATE, old) if old else _withheld(row, _LOST)
            )
        case Outcome.MERGED:
            return _withheld(row, "a merge cannot be taken apart at the destination", Action.BLOCKED)
        case Outcome.ERASED:
            return _withheld(row, "it was erased for good", Action.BLOCKED)
        case _:
            return _withheld(row, _SINCE)


def _turned(done: dict[str, Any], known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The fields that still show what the run wrote, with old and new the other way round; but for those of
    which it was not known what they showed before.
    """
    for one in json.loads(done["fields"]):
        if known.get(one["field"]) == one["new"] and one["old"] != UNKNOWN:
            yield {"field": one["field"], "new": one["old"], "old": one["new"], "owner": one["owner"]}


def _writing(row: dict[str, Any], action: Action, changes: list[dict[str, Any]]) -> dict[str, Any]:
    payload = {
        one["field"]: one["new"] for one in changes if action is Action.UPDATE or one["new"] is not None
    }
    return {
        **row,
        "action": action.value,
        "payload": json.dumps(payload, sort_keys=True, ensure_ascii=False),
        "fields": json.dumps(changes, ensure_ascii=False),
        "cleared": sum(one["new"] is None for one in changes),
    }


def _withheld(row: dict[str, Any], reason: str, action: Action = Action.CONFLICT) -> dict[str, Any]:
    return {**row, "action": action.value, "reason": reason}
