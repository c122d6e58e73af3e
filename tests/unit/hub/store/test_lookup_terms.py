"""A few golden records are indexed by the same terms as many."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub import few_rows
from hub.domain.golden import GOLDEN_SCHEMA
from hub.store import terms

LETTERS = st.characters(categories=["L", "N", "P", "Zs", "S"], max_codepoint=0x24FF)
TEXT = st.none() | st.text(LETTERS, max_size=8) | st.sampled_from(["Zoë O'Brien-Łuk", "ΑΝΝΑΣ", "Schmitz"])
NUMBER = st.none() | st.sampled_from(["+33 6 12 34 56 78", "12", "", "ext"])
URL = TEXT | st.sampled_from(["https://www.Acme.example/x", "acme.example:80", "a@b@c.de", "x@gmail.com"])
ADDRESS = st.none() | st.fixed_dictionaries({"street": TEXT, "postal_code": TEXT, "locality": TEXT})
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "identity_id": st.sampled_from("abc"),
            "name": st.none() | st.fixed_dictionaries({"given": TEXT, "family": TEXT, "full": TEXT}),
            "organization": TEXT,
            "emails": st.none()
            | st.lists(st.fixed_dictionaries({"value": TEXT | URL, "match": TEXT}), max_size=2),
            "phones": st.none() | st.lists(st.fixed_dictionaries({"value": NUMBER}), max_size=2),
            "identifiers": st.none() | st.lists(st.fixed_dictionaries({"value": TEXT}), max_size=2),
            "kind": st.sampled_from(["person", "organization", None]),
            "urls": st.none() | st.lists(st.fixed_dictionaries({"value": URL}), max_size=2),
            "addresses": st.none() | st.lists(ADDRESS, max_size=2),
        }
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_few_golden_records_have_the_terms_of_many(rows: list[dict[str, Any]]) -> None:
    assert _terms(rows, few=True) == _terms(rows, few=False)


@pytest.mark.parametrize("text", ["Ås Å s", "İstanbul", "ﬁn", "ⅻ x²", "नमस्ते दुनिया", "a_b", "ǅ", "ẞ", "カガ"])
def test_words_are_looked_for_as_they_are_indexed(text: str) -> None:
    row = {"identity_id": "a", "organization": text}
    asked = {("name", word) for word in terms.words(text)}
    assert asked == {(kind, term) for kind, term, _ in _terms([row], few=False) if kind == "name"}


def _terms(rows: list[dict[str, Any]], *, few: bool) -> set[tuple[str, str, str]]:
    built = pa.Table.from_pylist(rows, schema=GOLDEN_SCHEMA)
    if not few:
        built = pa.concat_tables([built] * (few_rows.FEW + 1))
    return {(row["kind"], row["term"], row["identity_id"]) for row in terms.terms(built).to_pylist()}
