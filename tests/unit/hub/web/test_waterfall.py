"""A score as a waterfall: bars that follow on each other from zero to the total."""

from __future__ import annotations

import json

import pytest

from hub.web.waterfall import waterfall

EVIDENCE = {
    "prior": -8.0,
    "fields": [
        {"field": "family", "level": "equal", "weight": 7.5, "detail": "1 in 240"},
        {"field": "birth_date", "level": "different", "weight": -2.0, "detail": None},
        {"field": "attributes.shoe size", "level": "alike", "weight": 1.0, "detail": None},
        {"field": "circumstances", "level": "same", "weight": -0.01, "detail": None},
    ],
    "total": -1.51,
}


def test_each_bar_begins_where_the_one_before_it_ended() -> None:
    found = waterfall(json.dumps(EVIDENCE), 0.26, 0.0)
    assert found is not None
    assert [step.points for step in found.steps] == [-8.0, 7.5, -2.0, 1.0]
    place = found.zero
    for step in found.steps:
        assert step.width == pytest.approx(100 * abs(step.points) / 8)
        begin, end = step.start, step.start + step.width
        assert place == pytest.approx(end if step.points < 0 else begin)
        place = begin if step.points < 0 else end
    assert found.end == pytest.approx(place, abs=0.2)
    assert all(0 <= one <= 100 for one in (found.zero, found.line, found.end))


def test_lines_say_what_was_found_and_how_rare_it_is() -> None:
    found = waterfall(json.dumps(EVIDENCE), 0.26, 0.0)
    assert found is not None
    assert [(step.label, step.found, step.rarity) for step in found.steps[1:]] == [
        ("Last name", "the same", "1 in 240 records has it"),
        ("Birth date", "different", ""),
        ("shoe size", "alike", ""),
    ]


@pytest.mark.parametrize(
    ("total", "needed", "merges"), [(0.4, 0.0, True), (0.4, 3.2, False), (-0.1, 0.0, False)]
)
def test_from_the_threshold_on_records_merge(total: float, needed: float, merges: bool) -> None:
    found = waterfall(json.dumps({"prior": total, "fields": [], "total": total}), 0.5, needed)
    assert found is not None
    assert found.merges is merges
    assert found.threshold == needed


@pytest.mark.parametrize("needed", [-1e9, 1e9, float("inf")])
def test_a_threshold_that_means_always_or_never_can_be_drawn(needed: float) -> None:
    found = waterfall(json.dumps(EVIDENCE), 0.26, needed)
    assert found is not None
    assert 0 <= found.line <= 100
    assert found.merges is (needed < 0)


def test_no_evidence_gives_no_waterfall() -> None:
    assert waterfall(None, 0.5, 0.0) is None
