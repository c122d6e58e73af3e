"""A plan in a file: looked at now, applied later if nothing has moved.

One JSON object a line: its changes, and last what the plan is. The file holds personal data, as what it
tells does; it is readable only for who wrote it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from cli.show import change_as_json
from hub.errors import ConfigurationError
from hub.sync.plan import Plan

FORM = "hub-plan-1"


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What a saved plan stands for: a destination's changes by their hash; or an undo, of which run."""

    destination: str
    hash: str
    undo: int | None


def save_plan(path: Path, plan: Plan, undo: int | None = None) -> None:
    """Writes the plan; a file that is there already is replaced as a whole."""
    digest, part = sha256(), path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as out:
            for told in chain(map(change_as_json, plan.changes), plan.withheld.to_pylist()):
                line = json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n"
                digest.update(line.encode())
                out.write(line)
            counts = {action.value: count for action, count in plan.counts.items()}
            head = {"destination": plan.destination, "hash": plan.hash, "undo": undo, "counts": counts}
            out.write(json.dumps({"plan": FORM, **head, "lines": digest.hexdigest()}) + "\n")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ConfigurationError(
            "plan-not-written", f"the plan cannot be written to {path}: {error.strerror}"
        ) from None


def read_plan(path: Path) -> SavedPlan:
    """Raises `ConfigurationError` for a file that is no plan, or that was changed by hand."""
    digest, last = sha256(), b""
    try:
        with path.open("rb") as lines:
            for line in lines:
                digest.update(last)
                last = line
    except OSError as error:
        raise ConfigurationError("plan-not-read", f"{path} cannot be read: {error.strerror}") from None
    head = _object(last)
    if head.get("plan") != FORM:
        raise ConfigurationError(
            "no-plan", f"{path} is no saved plan", hint="`hub push NAME --dry-run --out FILE` writes one"
        )
    if head["lines"] != digest.hexdigest():
        raise ConfigurationError(
            "plan-changed", f"{path} is not as it was saved: a plan cannot be edited", hint="save it again"
        )
    return SavedPlan(str(head["destination"]), str(head["hash"]), head["undo"])


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
