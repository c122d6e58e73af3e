"""Quality: what the stored contacts of each source tell in each field."""

from __future__ import annotations

from collections.abc import Sequence

from hub.domain.quality import Quality, measure
from hub.store import contacts
from hub.store.engine import Store


def quality(store: Store, sources: Sequence[str]) -> list[Quality]:
    """By source, as `hub.domain.quality.measure`. A source at a time, so that one fits in memory at once."""
    found: list[Quality] = []
    with store.reading() as connection:
        for source in sources:
            held, refused = contacts.with_refusals(connection, source)
            found += measure(held, refused)
    return found
