"""Why a record is not sent, in words for people."""

from __future__ import annotations

from typing import Final

# Reasons that people or time may lift, without the record changing.
DROPPED: Final = "dropped by a person"
NOT_DUE: Final = "parked, and not due for another try yet"

UNANSWERED: Final = "the destination has not answered yet"
GONE: Final = "no longer in scope"
