"""How the provenance of a golden record is stored: each of its records once, whatever they tell.

A golden record of one record has `only`, that record. One of several has `told_by`, its records in the order
of source and key, and by field what they told; there the lists `records` hold numbers, places in `told_by`.
(Golden records stored by earlier hubs hold the records themselves in these lists; both are read.)
"""

from __future__ import annotations

import json
from typing import Any, Final

TOLD_BY: Final = "told_by"
_RECORDS: Final = "records"


def read_provenance(text: str | None) -> dict[str, Any]:
    """By field the provenance of its values, every record in full: `source`, `key` and `at`."""
    told: dict[str, Any] = json.loads(text or "{}")
    tellers = told.pop(TOLD_BY, None)
    return told if tellers is None else {field: _in_full(one, tellers) for field, one in told.items()}


def _in_full(told: Any, tellers: list[Any]) -> Any:
    if isinstance(told, list):
        return [_in_full(one, tellers) for one in told]
    if not isinstance(told, dict):
        return told
    return {
        name: [tellers[one] if isinstance(one, int) else one for one in held]
        if name == _RECORDS and isinstance(held, list)
        else _in_full(held, tellers)
        for name, held in told.items()
    }
