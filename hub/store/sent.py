"""A change on its way, with what the ledger has to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hub.domain.plan import Change

# The hash of a record of which not every field is known any more: it equals none.
UNSURE: Final = "?"
# The same of a record that the hub may have removed itself, as the answer was lost. If it turns out to be
# gone, or part of another, nobody else did that.
REMOVED: Final = "?-"


@dataclass(frozen=True, slots=True)
class Sent:
    """A change that is sent: with the hash of everything that its record shows afterwards, and what payload
    that comes from. `fields` is its fields as JSON, for the log.
    """

    change: Change
    payload_hash: str | None
    golden_hash: str | None
    mapping_hash: str | None
    fields: str
