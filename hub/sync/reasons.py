"""Why a record is not sent, or is sent otherwise than one might think, in words for people."""

from __future__ import annotations

from typing import Final

DROPPED: Final = "dropped by a person"
NOT_DUE: Final = "parked, and not due for another try yet"
GONE_THERE: Final = "somebody deleted it at the destination"
MERGED_INTO_OTHER: Final = "merged at the destination with the record of another identity"
# Reasons that people, time or a setting may lift while golden record and mapping stay as they are.
PASSING: Final = (DROPPED, NOT_DUE, GONE_THERE, MERGED_INTO_OTHER)

TAKES_OVER: Final = "takes over the record of one that was merged into it"
UNANSWERED: Final = "the destination has not answered yet"
OUT_OF_SCOPE: Final = "no longer in scope"
MERGED_INTO: Final = "merged into "
WHICH_IS_LEFT: Final = ", whose record somebody deleted at the destination"
