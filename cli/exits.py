"""Exit codes; scripts depend on them."""

from __future__ import annotations

from enum import IntEnum

from hub.errors import ConfigurationError, ConflictError, HubError


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    USAGE = 2
    SOME_REJECTED = 3
    REVIEW_NEEDED = 4
    PARTLY_PUSHED = 5


# A name that does not exist is a plain failure: the call was well formed.
_NOT_FOUND = {
    "unknown-id",
    "unknown-record",
    "unknown-decision",
    "not-resolved",
    "not-yet",
    "pending-changes",
    "unknown-run",
    "unknown-reject",
}
# What a guard stopped waits for a person.
_ASKS = {
    "too-many-missing",
    "too-many-updates",
    "too-many-archives",
    "too-many-cleared",
    "too-many-changes",
    "empty-source",
    "source-failed",
    "plan-moved",
    "canary-refused",
    "canary-not-shown",
}


def exit_for(error: HubError) -> Exit:
    """The exit code of an error that ended a command."""
    if error.code in _NOT_FOUND:
        return Exit.FAILED
    if isinstance(error, ConfigurationError):
        return Exit.USAGE
    if isinstance(error, ConflictError) and error.code in _ASKS:
        return Exit.REVIEW_NEEDED
    return Exit.FAILED
