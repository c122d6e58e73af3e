"""A few texts are folded, told apart by script and looked up as many are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.contact import CONTACT_RECORD_SCHEMA
from matching import encoding, folding, hashing, listed, scripts
from matching.features import leaves, organisations
from matching.features.leaves import Leaf, Leaves
from matching.listed import Listed

TEXTS = st.lists(
    st.none()
    | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.text(st.characters(max_codepoint=0x24F), max_size=8)
    | st.sampled_from(["Rue de l'Église", "Ἀθῆναι", " a  b\t", "\u0301", "東京 都", "x\x00y", "ſ", "İ"]),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_few_texts_are_folded_as_many(texts: list[str | None]) -> None:
    few = pa.array(texts, pa.string())
    with pytest.MonkeyPatch.context() as patch:
        found = folding.folded(few), scripts.foreign(few).tolist()
        patch.setattr(folding, "_FEW", -1)
        patch.setattr(scripts, "_FEW", -1)
        assert found[0].equals(folding.folded(few))
        assert found[1] == scripts.foreign(few).tolist()


def test_every_character_is_folded_alike_among_few() -> None:
    for start in range(1, 0x30000, folding._FEW):
        characters = (n for n in range(start, start + folding._FEW) if not 0xD800 <= n < 0xE000)
        few = pa.array([f"a{chr(n)}b" for n in characters], pa.string())
        with pytest.MonkeyPatch.context() as patch:
            found = folding.folded(few), scripts.foreign(few).tolist()
            patch.setattr(folding, "_FEW", -1)
            patch.setattr(scripts, "_FEW", -1)
            assert found[0].equals(folding.folded(few))
            assert found[1] == scripts.foreign(few).tolist()


@given(st.lists(st.none() | st.sampled_from("abcdef"), max_size=9))
def test_few_texts_stand_in_a_list_where_many_do(texts: list[str | None]) -> None:
    asked, known = pa.array(texts, pa.string()), Listed("cab")
    few = known.places(asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listed, "_FEW", -1)
        assert np.array_equal(few, known.places(asked))


@given(st.lists(st.none() | st.text(max_size=40), max_size=6))
def test_few_texts_are_hashed_and_numbered_as_many(texts: list[str | None]) -> None:
    few = pa.array([*texts, "é" * 2049, "x" * 5000], pa.string())
    hashes, codes = hashing.text_hashes(few), encoding.recoded(few)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "_FEW", -1)
        patch.setattr(encoding, "_FEW", -1)
        many = encoding.recoded(few)
        assert np.array_equal(hashes, hashing.text_hashes(few))
        assert np.array_equal(codes[0], many[0])
        assert codes[1].values.equals(many[1].values)


FORMS = st.sampled_from(
    ["s a r l", "sarl", "gmbh co kg", "sp z o o", "acme", "b v", "株式会社", "東京", "有限公司", "kg", "of"]
)


@settings(max_examples=50)
@given(st.lists(st.none() | st.lists(FORMS, max_size=6).map(" ".join) | TEXTS.map(str), max_size=6))
def test_legal_forms_are_left_out_of_few_names_as_of_many(texts: list[str | None]) -> None:
    few = folding.folded(pa.array(texts, pa.string()))
    left = organisations._without_phrases(few)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(organisations, "_FEW", -1)
        assert left.equals(organisations._without_phrases(few))


WORDS = st.none() | st.sampled_from(["a", "b", "", "c" * 300])
CONTACTS = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from("st"),
            "key": st.uuids().map(str),
            "organization": WORDS,
            "name": st.none() | st.fixed_dictionaries({"given": WORDS}),
            "attributes": st.none()
            | st.lists(st.none() | st.fixed_dictionaries({"name": WORDS, "value": WORDS}), max_size=3),
        }
    ),
    max_size=5,
)


@given(CONTACTS)
def test_the_leaves_of_few_contacts_are_those_of_many(rows: list[dict[str, object]]) -> None:
    told = [row | {"record_id": number} for number, row in enumerate(rows)]
    contacts = pa.Table.from_pylist(told, schema=CONTACT_RECORD_SCHEMA)
    few = _leaves(contacts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaves, "_FEW", -1)
        assert few == _leaves(contacts)


def _leaves(contacts: pa.Table) -> list[object]:
    read = Leaves(contacts)
    found: list[Leaf] = [read.plain("organization"), read.plain("name", "given")]
    found += read.listed("attributes", "name", "value")
    return [
        (leaf.rows.tolist(), leaf.codes.tolist(), leaf.values.to_pylist(), leaf.items.tolist())
        for leaf in found
    ]
