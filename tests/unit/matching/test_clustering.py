from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.clustering import Clusters, affinity, cluster
from matching.components import components
from matching.encoding import Longs

PAIRS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(-5, 8)), max_size=40)


def arrays(pairs: list[tuple[int, int, float]]) -> tuple[Longs, Longs, np.ndarray]:
    return (
        np.array([min(a, b) for a, b, _ in pairs], np.int64),
        np.array([max(a, b) for a, b, _ in pairs], np.int64),
        np.array([float(w) for _, _, w in pairs]),
    )


def rows(pairs: list[tuple[int, int]]) -> tuple[Longs, Longs]:
    return np.array([a for a, _ in pairs], np.int64), np.array([b for _, b in pairs], np.int64)


def grown(
    n: int,
    pairs: list[tuple[int, int, float]],
    same: list[tuple[int, int]] | None = None,
    different: list[tuple[int, int]] | None = None,
    unseen: float = 0.0,
) -> Clusters:
    return cluster(
        n, arrays(pairs), rows(same or []), rows(different or []), lambda a, _: np.full(len(a), unseen)
    )


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=30))
def test_components_are_those_of_a_plain_search(pairs: list[tuple[int, int]]) -> None:
    label = list(range(16))
    for a, b in pairs * 16:
        label[a] = label[b] = min(label[a], label[b])
    assert components(16, *rows(pairs)).tolist() == label


def test_a_chain_of_weak_links_does_not_hold_where_its_ends_disagree() -> None:
    chain = [(i, i + 1, 1.0) for i in range(9)]
    assert len(set(grown(10, chain, unseen=0.0).labels)) == 1
    assert len(set(grown(10, chain, unseen=-4.0).labels)) > 1


def test_a_weak_bridge_between_two_families_is_refused() -> None:
    left = [(a, b, 8.0) for a in range(4) for b in range(a + 1, 4)]
    right = [(a, b, 8.0) for a in range(4, 8) for b in range(a + 1, 8)]
    found = grown(8, [*left, *right, (3, 4, 2.0)], unseen=-3.0).labels
    assert found.tolist() == [0, 0, 0, 0, 4, 4, 4, 4]


def test_judged_different_holds_through_a_chain() -> None:
    found = grown(3, [(0, 1, 9.0), (1, 2, 8.0)], different=[(0, 2)]).labels
    assert found.tolist() == [0, 0, 2]


def test_judged_the_same_holds_against_every_score() -> None:
    assert grown(3, [(0, 1, -5.0)], same=[(0, 1), (1, 2)]).labels.tolist() == [0, 0, 0]


def test_of_contradicting_judgements_sameness_wins_and_is_counted() -> None:
    found = grown(3, [], same=[(0, 1), (1, 2)], different=[(0, 2)])
    assert found.labels.tolist() == [0, 0, 0]
    assert found.contradictions == 1


def test_a_long_chain_of_equals_takes_few_rounds() -> None:
    found = grown(20_000, [(a, b, 1.0) for a, b in pairwise(range(20_000))])
    assert len(set(found.labels)) == 1
    assert found.rounds < 100


@settings(max_examples=80)
@given(PAIRS, st.permutations(range(12)))
def test_renumbering_distinct_scores_renumbers_the_clusters(
    pairs: list[tuple[int, int, int]], numbers: list[int]
) -> None:
    distinct = [(a, b, w + i / 97) for i, (a, b, w) in enumerate(pairs) if a != b]
    plain = grown(12, distinct).labels
    moved = grown(12, [(numbers[a], numbers[b], w) for a, b, w in distinct]).labels
    together = {(a, b) for a in range(12) for b in range(12) if plain[a] == plain[b]}
    assert together == {
        (a, b) for a in range(12) for b in range(12) if moved[numbers[a]] == moved[numbers[b]]
    }


def test_what_is_unknown_says_nothing_and_what_contradicts_says_something() -> None:
    weight, against = np.array([6.0, -15.0, -15.0, 0.0]), np.array([-9.0, 0.0, -8.0, -1.0])
    says = affinity(weight, against, 1.0)
    assert says[0] == 5.0
    assert says[1] == 0.0
    assert says[2] < 0
    assert says[3] < 0
