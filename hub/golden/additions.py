"""Values that a person adds to a list, beside those that the sources tell and go on telling.

The value of such an override is `{"add": [item, …]}`, of field `emails`, `addresses`, `identifiers.vat`. What
is added comes behind the others and is no primary one, unless nothing else is told; what the sources tell too
is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hub.golden.multi import sameness
from hub.golden.survivorship import MULTI_FIELDS

MORE: Final = "+"  # behind a path, as people name it: the values come beside the others
ADD: Final = "add"
ADDED: Final = "added"  # in provenance: `emails.added.2` tells who added the second one


def addition(items: Sequence[Any]) -> dict[str, Any]:
    """The value of an override that adds items to a list."""
    return {ADD: [{**one, "primary": False} if marked(one) else one for one in items]}


def is_addition(path: str, value: Any) -> bool:
    return path.partition(".")[0] in MULTI_FIELDS and isinstance(value, Mapping) and value.keys() == {ADD}


def with_added(field: str, items: Sequence[Any] | None, more: Sequence[Any]) -> list[Any]:
    """A field's items with some more, each once."""
    known = {sameness(field, one): one for one in items or ()}
    for one in more:
        known.setdefault(sameness(field, one), one)
    return [
        {**one, "primary": place == 0} if marked(one) else one for place, one in enumerate(known.values())
    ]


def marked(item: Any) -> bool:
    """Whether it tells if it is the first one."""
    return isinstance(item, Mapping) and "primary" in item
