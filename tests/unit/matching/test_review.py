"""Pairs for review: one for each two clusters, the most consequential first, and how many there may be."""

from __future__ import annotations

import numpy as np
import pytest

from matching.review import CUT, NEAR, for_review


def undecided(n: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.zeros(n, np.bool_)


def test_of_two_clusters_the_likeliest_pair_is_asked_and_larger_clusters_come_first() -> None:
    labels = np.array([0, 0, 2, 3, 3, 5])
    a, b = np.array([0, 1, 2, 2]), np.array([3, 4, 5, 3])
    found = for_review(a, b, np.array([0.4, 0.45, 0.45, 0.05]), labels, 0.5, undecided(4))
    assert found.pairs.tolist() == [1, 2]
    assert found.reasons == (NEAR, NEAR)
    assert found.importance.tolist() == pytest.approx([0.9 * 4, 0.9])
    cut = for_review(a, b, np.array([0.4, 0.45, 0.9, 0.05]), labels, 0.5, undecided(4))
    assert dict(zip(cut.pairs.tolist(), cut.reasons, strict=True)) == {1: NEAR, 2: CUT}


@pytest.mark.parametrize(("records", "kept"), [(2_400, 1_000), (20_000, 2_000)])
def test_of_what_a_model_leaves_open_a_tenth_of_the_records_waits_and_a_thousand_pairs_always(
    records: int, kept: int
) -> None:
    a = np.arange(0, records - 1, 2)
    unsure = np.linspace(0.3, 0.49, len(a))
    found = for_review(a, a + 1, unsure, np.arange(records), 0.5, undecided(len(a)))
    assert len(found.pairs) == kept
    assert found.left_out == len(a) - kept
    assert found.pairs[0] == len(a) - 1  # the most unsure first
    assert set(found.pairs) == set(range(len(a) - kept, len(a)))
