"""Looking before writing: planned updates held against what the destination shows now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyarrow as pa

from hub.domain.plan import Action, Payload
from hub.sync.diff import DIFF_SCHEMA

ECHO: Final = "the destination shows it already"
_EMPTY: Final = (None, "")


def shows(seen: Payload, name: str, value: object) -> bool:
    """Whether a record shows a value that was sent; systems hand back texts, and for an empty one nothing."""
    held = seen.get(name)
    if value in _EMPTY:
        return held in _EMPTY
    return held == value or str(held).strip().casefold() == str(value).strip().casefold()


def looked_at(updates: pa.Table, seen: Mapping[str, Payload | None], owners: Mapping[str, str]) -> pa.Table:
    """The updates (`DIFF_SCHEMA` with `initial` and `confirmed`) as they are to be made, given what their
    records show (by remote id; what is not among them was not asked for and stays as planned).

    The hub's own fields are written whatever the destination made of them, but for records that show all of
    them already. A field of which who came `first` owns it is filled where the destination has nothing. Where
    the destination owns a field and has changed it since, that is a conflict: it keeps its value.
    """
    rows = [_looked(row, seen, owners) for row in updates.to_pylist()]
    return pa.Table.from_pylist(rows, schema=DIFF_SCHEMA)


def _looked(
    row: dict[str, Any], seen: Mapping[str, Payload | None], owners: Mapping[str, str]
) -> dict[str, Any]:
    initial, confirmed = (json.loads(row.pop(name) or "{}") for name in ("initial", "confirmed"))
    if row["remote_id"] not in seen:
        return row
    shown = seen[row["remote_id"]]
    if shown is None:
        return row  # gone or merged away: the write finds out which
    ours = [{**one, "old": shown.get(one["field"])} for one in json.loads(row["fields"])]
    theirs = list(_theirs(initial, confirmed, shown, owners))
    filled = [one for one in theirs if "new" in one]
    kept = ", ".join(f"`{one['field']}`" for one in theirs if "new" not in one)
    conflict = f"the destination owns {kept} and has changed it" if kept else None
    if filled or not all(shows(shown, one["field"], one["new"]) for one in ours):
        fields = [*ours, *filled]
        payload = {one["field"]: one["new"] for one in fields}
        told = {"payload": _json(payload), "fields": json.dumps(fields, ensure_ascii=False)}
        return {**row, **told, "reason": conflict}
    if conflict:
        return {**_idle(row), "action": Action.CONFLICT.value, "reason": conflict}
    return {**row, "action": Action.UNCHANGED.value, "reason": ECHO}


def _theirs(
    initial: Payload, confirmed: Payload, shown: Payload, owners: Mapping[str, str]
) -> Iterator[dict[str, object]]:
    """Fields of others: with a new value those that are the hub's to fill, without one those in conflict."""
    for name, value in initial.items():
        if value in _EMPTY or shows(shown, name, value):
            continue
        if owners.get(name) == "first" and shown.get(name) in _EMPTY:
            yield {"field": name, "new": value, "old": None, "owner": "first"}
        elif not shows(shown, name, confirmed.get(name)):
            yield {"field": name}


def _idle(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "payload": "{}", "fields": "[]", "cleared": 0}


def _json(payload: Payload) -> str:
    return json.dumps(payload, sort_keys=True, ensure_ascii=False)
