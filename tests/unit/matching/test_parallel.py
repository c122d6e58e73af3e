"""Work done side by side."""

from __future__ import annotations

import sys

import pytest

from matching import parallel
from matching.parallel import side_by_side


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(side_by_side(lambda n: n * n, range(50))) == [n * n for n in range(50)]


def test_threads_take_turns_as_usual_again_when_the_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "WORKERS", 2)
    usual = sys.getswitchinterval()

    def inner(n: int) -> list[float]:
        return list(side_by_side(lambda _: sys.getswitchinterval(), range(n)))

    within = [seen for found in side_by_side(inner, (3, 2)) for seen in found]
    assert max(within) < usual
    assert sys.getswitchinterval() == usual


def test_work_that_fails_leaves_nothing_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "WORKERS", 2)
    usual = sys.getswitchinterval()
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda n: 1 / n, (1, 0)))
    assert sys.getswitchinterval() == usual


def test_a_piece_that_nobody_reads_to_its_end_changes_nothing_for_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parallel, "WORKERS", 2)
    usual = sys.getswitchinterval()
    reading = side_by_side(lambda n: n, (1, 2))
    assert next(iter(reading)) == 1
    reading.close()  # type: ignore[attr-defined]
    assert sys.getswitchinterval() == usual
