"""The fields of a change, as they are told and as text."""

from __future__ import annotations

import json

import pytest

from hub.domain.plan import Action, Change, FieldChange, FieldChanges

FIELDS = (FieldChange("city", None, "Nantes"), FieldChange("name", "Ada", None, "first"))
TEXT = json.dumps(
    [{"field": f.field, "old": f.old, "new": f.new, "owner": f.owner} for f in FIELDS], ensure_ascii=False
)


def test_fields_from_their_text_are_the_same_as_fields_one_by_one() -> None:
    told = FieldChanges(TEXT)
    assert told == FIELDS == told
    assert (len(told), told[1], told[:1], list(told)) == (2, FIELDS[1], FIELDS[:1], list(FIELDS))
    assert Change("1", Action.UPDATE, {}, fields=told) == Change("1", Action.UPDATE, {}, fields=FIELDS)
    assert told != FIELDS[:1]
    assert hash(told) == hash(FIELDS)


def test_text_is_taken_apart_only_when_somebody_looks() -> None:
    broken = FieldChanges("no JSON")
    with pytest.raises(json.JSONDecodeError):
        len(broken)
