"""A change on its way, with what the ledger has to know of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
    that comes from. `payload` and `fields` are the change's as JSON, for the store.
    """

    change: Change
    payload: str
    payload_hash: str | None
    golden_hash: str | None
    mapping_hash: str | None
    fields: str


def json_texts(objects: Sequence[Mapping[str, object] | None]) -> list[str | None]:
    """JSON objects as the store keeps them: by the names of their members."""
    told = [one for one in objects if one is not None]
    # As one list, with a mark between any two, they take half the time. Values that hold the mark between two
    # others make more pieces of it: then each is written by itself.
    texts = _encode([item for one in told for item in (_MARK, one)][1:])[1:-1].split(_BETWEEN)
    if len(texts) != len(told):
        texts = [_encode(one) for one in told]
    ready = iter(texts)
    return [None if one is None else next(ready) for one in objects]


def parsed(texts: Sequence[str | None]) -> list[dict[str, object] | None]:
    """The inverse of `json_texts`."""
    objects: list[dict[str, object] | None] = json.loads(f"[{','.join(text or 'null' for text in texts)}]")
    return objects


# made once: to ask `json.dumps` for sorted keys makes an encoder each time
_encode: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
_MARK: Final = "\x1e"
_BETWEEN: Final = f", {_encode(_MARK)}, "
