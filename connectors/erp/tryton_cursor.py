"""How far a source has come in Tryton's parties, as a cursor.

Tryton keeps no tombstones and no change log, only dates on rows. A *pass* reads what changed since a moment
(or everything), in the order of party ids; the moment from which the next pass must look on is fixed when
a pass begins, so that whatever changes meanwhile belongs to the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hub.domain.records import Cursor
from hub.errors import ConfigurationError

_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Pass:
    """`since` is None for everything; `until` is the next pass's `since`; `after` the last party id done."""

    since: datetime | None
    until: datetime | None
    after: int = 0

    def cursor_after(self, party_id: int) -> Cursor:
        """Where to go on when this pass is interrupted after that party."""
        return {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "after": party_id,
        }

    def cursor_at_end(self) -> Cursor:
        return {"since": self.until.isoformat() if self.until else None}


def interrupted(cursor: Cursor) -> Pass | None:
    """The pass to go on with, None when the last one came to its end."""
    if "after" not in cursor:
        return None
    after = cursor["after"]
    if not isinstance(after, int):
        raise _unreadable()
    return Pass(_moment(cursor.get("since")), _moment(cursor.get("until")), after)


def since_of(cursor: Cursor | None) -> datetime | None:
    """The moment from which a new pass looks for changes; None means everything."""
    return None if cursor is None else _moment(cursor.get("since"))


def next_since(newest: datetime | None, now: datetime, overlap: timedelta) -> datetime | None:
    """The moment from which the pass after this one must look, given the newest date at its beginning.

    Rows get their date when their transaction begins and are seen when it ends, so a row may appear with a
    date that has passed: hence the overlap. Once the newest date is older than the overlap, nothing can
    appear before it any more; then it is passed exactly, so that a quiet system gives nothing again, even
    if ten thousand rows share its last moment.
    """
    if newest is None:
        return None
    return newest + _TICK if newest < now - overlap else newest - overlap


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise _unreadable() from None
    if moment.tzinfo is None:
        raise _unreadable()
    return moment


def _unreadable() -> ConfigurationError:
    hint = "read everything once with `hub pull --full`"
    return ConfigurationError("bad-cursor", "the stored cursor is not one of a Tryton source", hint=hint)
