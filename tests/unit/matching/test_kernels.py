"""Compiled loops do what NumPy, Arrow and RapidFuzz do beside them, to the bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import LocalMatcher, kernels
from matching.blocking import Blocks
from matching.byte_texts import byte_texts, holding, only
from matching.clustering import cluster
from matching.comparison import Agreement
from matching.defaults import shipped
from matching.encoding import Vocabulary
from matching.folding import folded, sounds
from matching.grouping import numbered
from matching.hashing import text_hashes
from matching.keys import Keys
from matching.scoring import score
from matching.similarity import edits, jaro_winkler
from tests.fakes.people import contact, crowd, table

FEW_LETTERS = st.text("abcé漢", max_size=14)
PAIRS = st.lists(st.tuples(FEW_LETTERS, FEW_LETTERS), min_size=1, max_size=40)
SOUNDING = st.text("aeiouyhcgkqdtszxpwvbjnr é9", max_size=10)
WRITTEN = st.none() | st.text("abZ -.,'9ßÉ漢\t", max_size=9)
NUMBERS = st.one_of(st.integers(0, 9), st.integers(0, 2**64 - 1), st.integers(0, 40).map(lambda n: n << 58))
EASY = settings(deadline=None, max_examples=60)


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> Iterator[None]:
    least = kernels.LEAST
    kernels.load()
    yield
    kernels.LEAST = least


def both(work: Callable[[], Any]) -> tuple[Any, Any]:
    """What the work gives without compiled loops, and with them."""
    kernels.LEAST = 1 << 62
    plain = work()
    kernels.LEAST = 0
    return plain, work()


def padded(texts: list[str | None]) -> pa.Array:
    """Enough of them that nothing is done one by one, seen through a slice."""
    return pa.array(["-", *texts, *["a b"] * 510], pa.string()).slice(1)


@EASY
@given(st.lists(WRITTEN, max_size=20))
def test_texts_are_folded_hashed_and_sifted_alike(texts: list[str | None]) -> None:
    written = padded(texts)
    plain, fast = both(lambda: folded(written))
    assert plain.equals(fast)
    plain, fast = both(lambda: only(written, "ab9"))
    assert plain.equals(fast)
    plain, fast = both(lambda: text_hashes(written))
    assert plain.tolist() == fast.tolist()


@EASY
@given(st.lists(SOUNDING, max_size=30))
def test_words_have_one_sound(words: list[str]) -> None:
    plain, fast = both(lambda: sounds(padded(list(words))))
    assert plain.equals(fast)


@EASY
@given(
    st.lists(st.tuples(FEW_LETTERS, FEW_LETTERS), min_size=1, max_size=40), st.sampled_from([0.84, 0.9, 0.93])
)
def test_similarity_is_that_of_rapidfuzz(pairs: list[tuple[str, str]], least: float) -> None:
    values = pa.array([text for pair in pairs for text in pair])
    a = np.arange(0, len(values), 2, dtype=np.int32)
    plain, fast = both(lambda: jaro_winkler(Vocabulary(values), a, a + 1, least))
    assert plain.tolist() == fast.tolist()


@EASY
@given(PAIRS, st.sampled_from([1, 2, 3]))
def test_edits_are_those_of_rapidfuzz(pairs: list[tuple[str, str]], most: int) -> None:
    values = pa.array([text for pair in pairs for text in pair])
    a = np.arange(0, len(values), 2, dtype=np.int32)
    plain, fast = both(lambda: edits(Vocabulary(values), a, a + 1, most))
    assert plain.tolist() == fast.tolist()


def test_the_shortest_and_the_longest_texts_have_room() -> None:
    values = Vocabulary(pa.array(["", "a", "ab", "ba", "x" * 300, "x" * 299 + "y", "é" * 256, "é" * 255]))
    a, b = (np.array(codes, np.int32) for codes in ([0, 1, 2, 4, 6, 0, 4], [1, 2, 3, 5, 7, 0, 6]))
    for work in (lambda: edits(values, a, b, 2), lambda: jaro_winkler(values, a, b, 0.9)):
        plain, fast = both(work)
        assert plain.tolist() == fast.tolist()


@EASY
@given(st.lists(st.tuples(FEW_LETTERS, FEW_LETTERS), min_size=1, max_size=30))
def test_texts_hold_the_same_parts(pairs: list[tuple[str, str]]) -> None:
    from matching.kernels.contact_points import holding as fast

    texts, parts = (Vocabulary(pa.array([pair[i] for pair in pairs])) for i in (0, 1))
    codes = np.arange(len(pairs), dtype=np.int32)
    plain = holding(byte_texts(texts.values), byte_texts(parts.values), 3)
    assert plain.tolist() == fast(texts.compiled, parts.compiled, codes, codes, 3).tolist()


@EASY
@given(st.integers(0, 1 << 32), st.integers(0, 60))
def test_pairs_score_alike(seed: int, pairs: int) -> None:
    chance, kind = np.random.default_rng(seed), shipped("person").for_records(20_000)
    found = {}
    for field in kind.fields:
        levels = chance.integers(-1, len(field.levels), pairs).astype(np.int8)
        shares = chance.choice([np.nan, 0.0, 1e-12, 1e-3, 0.3], pairs).astype(np.float32)
        found[field.name] = Agreement(levels, shares)
    plain, fast = both(lambda: score(kind, found))
    assert plain.weight.tobytes() == fast.weight.tobytes()
    assert plain.against.tobytes() == fast.against.tobytes()
    assert plain.explanation.tolist() == fast.explanation.tolist()


@EASY
@given(st.lists(st.integers(0, 1 << 63), max_size=40))
def test_few_values_are_numbered_by_first_appearance(numbers: list[int]) -> None:
    from matching.kernels.numbering import numbered_few

    values = np.array(numbers, np.uint64)
    found = numbered_few(values, 20)
    first = numbered(values)[1]
    if len(first) > 20:
        assert found is None
        return
    assert found is not None
    assert sorted(found[1].tolist()) == sorted(first.tolist())
    assert found[2][found[0]].tolist() == numbers


@EASY
@given(st.lists(NUMBERS, max_size=100), st.integers(1, 40), st.booleans())
def test_numbers_are_sorted(some: list[int], times: int, large: bool) -> None:
    from matching.kernels import sorting

    numbers = np.array(some * times, np.uint64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_MANY", 0 if large else 1 << 60)
        assert sorting.ascending(numbers).tolist() == sorted(numbers.tolist())


@EASY
@given(st.lists(st.integers(0, 11).map(lambda n: (n >> 2) << 60 | (n & 3)), max_size=60))
def test_blocks_hold_the_records_that_share_a_hash(hashes: list[int]) -> None:
    keys = Keys(np.arange(len(hashes)) * 3, np.array(hashes, np.uint64))
    plain, fast = both(lambda: Blocks.of(keys))
    for name in ("rows", "hashes", "starts", "sizes"):
        assert getattr(plain, name).tolist() == getattr(fast, name).tolist()
    assert sorted(plain.hashes.tolist()) == sorted(one for one in hashes if hashes.count(one) > 1)


@pytest.mark.parametrize("seed", range(40))
def test_clusters_grow_alike(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 300))
    a, b = random.integers(0, n, (2, int(random.integers(0, 4 * n))))
    pair = np.unique(np.minimum(a, b) * n + np.maximum(a, b))
    a, b = pair[pair // n != pair % n] // n, pair[pair // n != pair % n] % n
    # On a coarse grain many like each other equally; on a fine one nearly none do.
    grain = 1.0 if seed % 3 == 0 else 16384.0
    says = np.round(random.normal(0.5, 3, (n, n)) * grain) / grain
    same, different = random.integers(0, n, (2, 2, 3 if seed % 4 == 0 else 0))
    names = random.integers(0, 1 << 63, n).astype(np.uint64)

    def grown() -> tuple[list[int], int, int]:
        def look(x: Any, y: Any) -> Any:
            return says[np.minimum(x, y), np.maximum(x, y)]

        found = cluster(n, (a, b, look(a, b)), tuple(same), tuple(different), look, names)
        return found.labels.tolist(), found.rounds, found.contradictions

    plain, fast = both(grown)
    assert plain == fast


def people() -> list[pa.Table]:
    several = [
        contact(i, given=["Helene", "Hjlene", "Lee", "Robert", "Bob", "Lee Ann", "Lee A", "Lee Bob"][i % 8],
                family=["Lee", "Ann", "Leigh"][i % 3], phone=f"0113496{i // 4:04d}",
                email=f"ann.lee{i // 3}@example.com", town="Leeds",
                street=f"{i // 6} Elm Street", birth_date=f"19{60 + i % 30}-0{1 + i % 9}-11")
        for i in range(90)
    ]  # fmt: skip
    for row in several[::7]:
        row["emails"] = [{"value": e, "match": e} for e in ("a.lee@example.org", "ann@example.com")]
    scripts = [
        contact(i, given=["Анна", "Anna", "山田"][i % 3], family=["Иванова", "Ivanova"][i % 2])
        for i in range(30)
    ]
    organisations = [
        contact(
            i, kind="organization", organization=f"{name} {i // 3}", town="Leeds", phone=f"0113{i // 3:06d}"
        )
        for i, name in enumerate(["Acme Ltd", "Acme Limited", "Brown & Sons"] * 20)
    ]
    return [crowd(60)[0], table(several), table(scripts), table(organisations)]


@pytest.mark.parametrize("which", range(4))
def test_whole_files_are_matched_alike(which: int) -> None:
    contacts = people()[which]
    plain, fast = both(lambda: LocalMatcher().match(contacts))
    assert plain.model == fast.model
    assert plain.clusters.equals(fast.clusters)
    assert plain.edges.equals(fast.edges)
    assert plain.review.equals(fast.review)


def test_only_large_files_have_them_loaded_and_none_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Loader:
        def __init__(self, **_: Any) -> None:
            pass

        def start(self) -> None:
            asked.append("load")

    monkeypatch.setattr(kernels, "Thread", Loader)
    monkeypatch.setattr(kernels, "_loaded", Event())
    kernels.warm(kernels.FROM - 1)
    assert asked == []
    kernels.warm(kernels.FROM)
    assert asked == ["load"]
    assert not kernels.compiled(kernels.FROM)
