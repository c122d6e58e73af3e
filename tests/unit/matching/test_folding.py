from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.features.names import nicknames, split_full_name
from matching.folding import LONGEST, folded, sounds, words
from matching.hashing import text_hashes

# Stored blocking keys are made of them.
HASHES = ["46b73e79f0c37c00", "13fe0641fcb7b877", "500d146d6c197225", "12897ac903f798d0"]
TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=300)), max_size=20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Jean-PIERRE ", "jean pierre"),
        ("Müller-Lüdenscheidt", "muller ludenscheidt"),
        ("Weißœuvre", "weissoeuvre"),
        ("O'Neill, Ann", "o neill ann"),
        ("李小龍", "李小龍"),
        ("ﬁne", "fine"),
        ("😀", ""),
        ("---", ""),
    ],
)
def test_folding(text: str, expected: str) -> None:
    assert folded(pa.array([text])).to_pylist() == [expected]
    assert folded(pa.array([text, "é"]))[0].as_py() == expected


@given(TEXTS)
def test_folding_twice_is_folding_once(texts: list[str | None]) -> None:
    once = folded(pa.array(texts, pa.string()))
    assert folded(once).to_pylist() == [
        None if text is None else text[:LONGEST].strip() for text in once.to_pylist()
    ]


@given(TEXTS)
def test_words_joined_are_the_text(texts: list[str | None]) -> None:
    plain = folded(pa.array(texts, pa.string()))
    assert words(plain).joined().to_pylist() == [text or "" for text in plain.to_pylist()]


@given(st.permutations(["elm", "harbour", "north", "12"]))
def test_a_bag_does_not_know_the_order_of_its_words(order: list[str]) -> None:
    both = words(pa.array([" ".join(order), "12 elm harbour north", "12 elm"])).bag_hashes()
    assert both[0] == both[1] != both[2]


@given(st.lists(st.text(max_size=40), min_size=1, max_size=20))
def test_a_texts_hash_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    together = text_hashes(pa.array(texts))
    alone = [text_hashes(pa.array([text]))[0] for text in texts]
    assert together.tolist() == alone
    assert len(set(together.tolist())) == len(set(texts))


def test_hashes_stay_what_they_were() -> None:
    assert [f"{h:016x}" for h in text_hashes(pa.array(["", "ann", "ann lee", "李"])).tolist()] == HASHES


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("schmidt", "schmitt"),
        ("philippe", "filip"),
        ("meyer", "meier"),
        ("thomson", "tomson"),
        ("martinot", "martineau"),
    ],
)
def test_names_that_sound_alike_share_a_code(one: str, other: str) -> None:
    codes = sounds(pa.array([one, other])).to_pylist()
    assert codes[0] == codes[1]


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("Ann Lee", ("Ann", "Lee", None)),
        ("Lee, Ann", ("Ann", "Lee", None)),
        ("Ann Mary Lee", ("Ann", "Lee", "Mary")),
        ("Dr. Ann van der Lee", ("Ann", "van der Lee", None)),
        ("Lee, Ann Mary", ("Ann", "Lee", "Mary")),
        ("Ann Lee, PhD", ("Ann", "Lee", None)),
        ("Cher", (None, "Cher", None)),
        ("Mr", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_full_names_come_apart(full: str, expected: tuple[str | None, str | None, str | None]) -> None:
    assert split_full_name(full) == expected


def test_every_nickname_is_folded_and_has_at_most_four_formal_names() -> None:
    table = nicknames()
    assert all(len(formal) == 4 for formal in table.values())
    names = pa.array(sorted(table))
    assert folded(names).to_pylist() == names.to_pylist()
