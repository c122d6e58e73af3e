"""Values that a person takes out of a list; the others go on as the sources tell them.

The value of such an override is `{"remove": [item, …]}`, of field `emails`, `tags`, `identifiers.vat`. It
stays out whoever tells it, now or later, until a later word of a person tells it (`emails+=`, `emails=`). An
address is taken out by its place (`hub.golden.corrections`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from hub.domain.judgement import Override
from hub.golden.additions import ADD, is_addition, marked
from hub.golden.corrections import ADDRESSES
from hub.golden.multi import sameness
from hub.golden.survivorship import MULTI_FIELDS

LESS: Final = "-"  # behind a path, as people name it
REMOVE: Final = "remove"
REMOVED: Final = (
    "removed"  # in provenance: `emails.removed.1` tells who took the first one out, and what it was
)


def removal(items: Sequence[Any]) -> dict[str, Any]:
    """The value of an override that takes items out of a list."""
    return {REMOVE: [{**one, "primary": False} if marked(one) else one for one in items]}


def is_removal(path: str, value: Any) -> bool:
    field = path.partition(".")[0]
    lists = field in MULTI_FIELDS and field != ADDRESSES
    return lists and isinstance(value, Mapping) and value.keys() == {REMOVE}


def shortened(told: Sequence[Override]) -> set[str]:
    """The fields out of which something is taken."""
    return {one.field.partition(".")[0] for one in told if is_removal(one.field, one.value)}


def without(
    field: str, items: Sequence[Any] | None, less: Sequence[Any]
) -> tuple[list[Any] | None, list[Any]]:
    """A field's items without some, and those that were taken out."""
    gone = {sameness(field, one) for one in less}
    kept = [one for one in items or () if sameness(field, one) not in gone]
    out = [one for one in items or () if sameness(field, one) in gone]
    first = [{**one, "primary": place == 0} if marked(one) else one for place, one in enumerate(kept)]
    return first or None, out


def still_said(told: Sequence[Override]) -> list[Override]:
    """Overrides in the order they were set, without the removals of what a later one adds: that is the
    source's again, in its place, where a source tells it.
    """
    found, added = list[Override](), dict[str, set[str | None]]()
    for one in reversed(told):
        field = one.field.partition(".")[0]
        later = added.setdefault(field, set())
        if is_addition(one.field, one.value):
            later.update(sameness(field, item) for item in one.value[ADD])
            found.append(one)
        elif is_removal(one.field, one.value):
            left = [item for item in one.value[REMOVE] if sameness(field, item) not in later]
            found.append(replace(one, value={REMOVE: left}))
        else:
            found.append(one)
    return found[::-1]
