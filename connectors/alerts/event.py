"""What an alert tells: counts, codes and sentences, never a value of a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is like `push.failed`; `subject` one line, `lines` what stands below it; `data` the same for
    programs. `id` stays the same however often the event is sent.
    """

    id: str
    kind: str
    at: datetime
    subject: str
    lines: tuple[str, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)
