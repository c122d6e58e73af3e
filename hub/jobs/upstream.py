"""Upstream: a source that failed or came up empty stops what is pushed from it."""

from __future__ import annotations

from collections.abc import Sequence

from hub.domain.runs import RunState
from hub.errors import ConflictError
from hub.store import runs
from hub.store.engine import Store
from hub.store.upstream import is_emptied

_HINT = "pull it again, or push all the same with `hub push --allow-failed-source`"


def check_upstream(store: Store, sources: Sequence[str]) -> None:
    """Raises `ConflictError` when the last pull of one of these sources failed or was cut off, or when a
    source that had records has none any more. A source that was never pulled says nothing.
    """
    for source in sources:
        last = runs.last(store, "pull", source)
        if last is None:
            continue
        if last.state in {RunState.FAILED, RunState.KILLED}:
            why = f": {last.sentence}" if last.sentence else ""
            raise ConflictError(
                "source-failed",
                f"the last pull of {source} did not end well{why}; nothing was pushed",
                hint=_HINT,
            )
        with store.reading() as connection:
            emptied = is_emptied(connection, source)
        if emptied:
            raise ConflictError(
                "empty-source", f"{source} had records and has none any more; nothing was pushed", hint=_HINT
            )
