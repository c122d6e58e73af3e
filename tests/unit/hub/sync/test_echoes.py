"""Which records are echoes, field by field."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from hub.domain.plan import UNKNOWN
from hub.sync.echoes import PULLED_SCHEMA, are_echoes

SENT = {"name": "Ada King", "email": "Ada@x.org", "phone": "+33 1 99", "gone": None, "title": UNKNOWN}
WAYS = [{"type": "email", "value": "ada@x.org"}, {"type": "phone", "value": "+33199"}]
CASES: dict[str, tuple[dict[str, object] | None, dict[str, object], bool]] = {
    "nothing changed": ({"name": "Ada"}, {"name": "Ada"}, True),
    "what was sent": ({"name": "Ada"}, {"name": "Ada King"}, True),
    "what was sent, in the system's own capitals": ({"email": "old@x"}, {"email": "ada@x.org"}, True),
    "another value": ({"name": "Ada"}, {"name": "Eve"}, False),
    "what was sent and another value": (
        {"name": "Ada", "stage": "a"}, {"name": "Ada King", "stage": "b"}, False
    ),
    "a field that was never sent": ({"stage": "a"}, {"stage": "b"}, False),
    "what was sent, in another field": ({"stage": "a"}, {"stage": "Ada King"}, False),
    "a value that people removed": ({"name": "Ada King"}, {}, False),
    "a value that the hub removed": ({"gone": "x"}, {}, True),
    "what the hub wrote there is not known": ({"title": "Dr"}, {"title": "Prof"}, True),
    "that, and another value": ({"title": "Dr", "stage": "a"}, {"title": "Prof", "stage": "b"}, False),
    "a field that is not looked at": ({"seen": 1}, {"seen": 2}, True),
    "the hub's in a list": ({"ways": []}, {"ways": WAYS}, True),
    "the hub's identifier": ({"ways": []}, {"ways": [{"code": "hub:i1", "type": None}]}, True),
    "people's in a list": ({"ways": WAYS[:1]}, {"ways": [WAYS[0], {"type": "phone", "value": "+44"}]}, False),
    "one replaced by the hub's": ({"ways": [{"type": "email", "value": "o@x"}]}, {"ways": WAYS[:1]}, True),
    "one taken out of a list": ({"ways": [*WAYS, {"type": "fax", "value": "9"}]}, {"ways": WAYS}, False),
    "new, as it was made": (None, {"name": "Ada King", "code": "17", "ways": WAYS}, True),
    "new, and changed since": (None, {"name": "Eve"}, False),
}  # fmt: skip


@pytest.mark.parametrize(("before", "payload", "echo"), CASES.values(), ids=CASES.keys())
def test_what_is_an_echo(before: dict[str, object] | None, payload: dict[str, object], echo: bool) -> None:
    row = {
        "key": "1",
        "identity_id": "i1",
        "payload": json.dumps(payload),
        "before": json.dumps(before) if before is not None else None,
        "sent": json.dumps(SENT),
    }
    table = pa.Table.from_pylist([row, {**row, "payload": row["before"] or row["payload"]}], PULLED_SCHEMA)
    names = {"name", "email", "stage", "ways", "gone", "code", "title"}
    assert are_echoes(table, names).to_pylist()[0] is echo


def test_of_nobody_nobody_is() -> None:
    assert len(are_echoes(PULLED_SCHEMA.empty_table(), {"name"})) == 0
