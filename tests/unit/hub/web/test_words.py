"""Every code that a report can show is said in words."""

from __future__ import annotations

import re
from pathlib import Path

from hub.web.side_by_side import FIELDS
from hub.web.words import field_label, level_label, reason_label
from matching.defaults import ORGANISATION_CLASSES, PERSON_CLASSES

NORMALISERS = Path(__file__).parents[4] / "mappings"


def test_every_reason_for_refusing_a_value_is_explained() -> None:
    """But those for identifiers, which say it themselves: no valid iban."""
    codes = {
        code
        for path in NORMALISERS.rglob("*.py")
        for code in re.findall(r'Refusal\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert {"digits-lost", "placeholder", "not-an-email"} <= codes
    unsaid = {code for code in codes if reason_label(code) == code.replace("-", " ")}
    assert unsaid == set()


def test_a_reason_that_nobody_explained_is_read_as_it_stands() -> None:
    assert reason_label("invalid-iban") == "no valid iban"
    assert reason_label("too-short") == "too short"


def test_every_field_has_a_name_of_its_own() -> None:
    labels = [field_label(field) for field in FIELDS]
    assert len(set(labels)) == len(labels)
    assert field_label("attributes.Code client") == "Code client"
    assert field_label("identifiers.vat") == "Identifier vat"


def test_every_story_behind_a_pair_is_told() -> None:
    names = [one.name for one in (*PERSON_CLASSES, *ORGANISATION_CLASSES)]
    assert all(level_label("circumstances", name) != name for name in [*names, "chance"])
