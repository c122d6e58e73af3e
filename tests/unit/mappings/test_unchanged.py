"""What a mask calls unchanged is what its normaliser gives back; what is plain is called so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings import unchanged
from mappings.normalise.addresses import normalise_locality, normalise_postal_code, normalise_street
from mappings.normalise.attributes import normalise_attribute
from mappings.normalise.dates import normalise_birth_date, normalise_date, normalise_instant
from mappings.normalise.names import Name, normalise_family, normalise_given
from mappings.normalise.organisations import normalise_line, normalise_organization
from mappings.normalise.text import folded
from mappings.usual import usual_instants, usual_names

LATEST = date(2026, 11, 25)
WORDS = st.sampled_from(
    ["Jean", "jean", "JEAN", "Zoé", "Mme", "Jr", "III", "N/A", "na", "Néant", "test", "Ñandú", "Groß",
     "d'Arc", "O'Brien", "van", "M", "nom", "Dr.", "Lyon", "CEDEX", "cedex", "Private", "privat", "Self",
     "der", "inconnu", "xxx", "ÂâÃ", "Müller-Lüdenscheidt", "12,", "-", "&amp;", "ÿ", "Œuvre", "Ï", "sans"]
)  # fmt: skip
SENTENCES = st.lists(WORDS | st.text(max_size=4), min_size=1, max_size=4).flatmap(
    lambda words: st.sampled_from([" ", "  ", "-", ""]).map(lambda gap: gap.join(words))
)
LETTERS = st.text("aAzZéÉßÿÞðÂÃ9 .,'-&x", min_size=1, max_size=8)
NUMBERS = st.from_regex(r"[-+]?\d{1,4}([.,]\d{1,3})?", fullmatch=True)
TEXTS = SENTENCES | LETTERS | NUMBERS | st.text(max_size=6)
Masks = Callable[[pa.Array], unchanged.Mask]


def _given(text: str) -> Any:
    found = normalise_given(text)
    return found.given if found == Name(given=getattr(found, "given", None)) else found


def _family(text: str) -> Any:
    found = normalise_family(text)
    return found.family if found == Name(family=getattr(found, "family", None)) else found


CASES: dict[str, tuple[Masks, Callable[[str], Any], list[str]]] = {
    "line": (unchanged.lines, normalise_line, ["Chef de projet", "Éditeur 2.0", "Nan-Tes"]),
    "street": (unchanged.streets, normalise_street, ["12 rue de l'Évêché", "Hauptstr. 17"]),
    "town": (unchanged.towns, normalise_locality, ["Saint-Étienne", "Lyon"]),
    "organization": (unchanged.organizations, normalise_organization, ["Durand SARL", "3M"]),
    "given": (unchanged.names, _given, ["Jean-Pierre", "Zoé", "Anne Marie", "D'Arcy"]),
    "family": (unchanged.names, _family, ["Dupont", "van der Berg", "de La Tour"]),
    "text": (unchanged.lines, lambda text: _typed(text, "text"), ["or", "2"]),
    "number": (unchanged.numbers, lambda text: _typed(text, "number"), ["12", "-1.5", "007"]),
}


def _typed(text: str, kind: str) -> Any:
    found = normalise_attribute(text, kind)
    return found[1] if isinstance(found, tuple) and found[0] == kind else found


@settings(max_examples=120, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8))
@pytest.mark.parametrize("case", CASES)
def test_a_text_called_unchanged_is_what_its_normaliser_gives(case: str, texts: list[str]) -> None:
    mask, normalise, _ = CASES[case]
    for text, same in zip(texts, mask(pa.array(texts, pa.string())), strict=True):
        assert not same or normalise(text) == text


@pytest.mark.parametrize("text", ["N/A N/A", "NONE NOnE", "Inconnu inconnu"])
@pytest.mark.parametrize("case", ["line", "street", "town", "organization", "given", "family"])
def test_what_says_nothing_twice_is_never_called_unchanged(case: str, text: str) -> None:
    assert not CASES[case][0](pa.array([text])).any()


@pytest.mark.parametrize("case", CASES)
def test_plain_texts_are_called_unchanged(case: str) -> None:
    mask, _, plain = CASES[case]
    assert mask(pa.array(plain)).all()


NAMES = TEXTS | st.from_regex(
    r"([A-Zß]{1,4}|[a-zé]{1,4}|MAC?[A-Z]{1,3}|mc[a-z]{1,3})(-[A-Z]+|-[a-zé]+)?", fullmatch=True
)


@settings(max_examples=300, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=8))
def test_usual_names(texts: list[str]) -> None:
    mask, found = usual_names(pa.array(texts, pa.string()))
    for text, usual, name in zip(texts, mask, found.to_pylist(), strict=True):
        assert not usual or (_given(text), _family(text)) == (name, name)


def test_names_all_in_capitals_or_all_small_are_usual() -> None:
    mask, found = usual_names(pa.array(["JEAN-PIERRE", "émilie", "ÉMILIE", "graham", "MACLEOD"]))
    assert mask.tolist() == [True, False, True, True, False]
    assert found.to_pylist()[:4] == ["Jean-Pierre", "émilie", "Émilie", "Graham"]


DAYS = st.one_of(
    st.dates(date(1, 1, 1), date(2100, 1, 1)).map(date.isoformat),
    st.from_regex(r"(0000|1900|2000|2023|1499|1500)-[01]\d-[0-3]\d", fullmatch=True),
    st.sampled_from(["1900-01-01", "1970-01-01", "0000-00-00", "1980-2-3", "2026-11-25", "2026-11-26", "x"]),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(DAYS, min_size=1, max_size=8))
def test_a_date_called_unchanged_is_what_its_normaliser_gives(texts: list[str]) -> None:
    column = pa.array(texts)
    births = unchanged.birth_dates(column, LATEST)
    for text, same, birth in zip(texts, unchanged.dates(column), births, strict=True):
        assert same == (normalise_date(text) == text)
        assert birth == (normalise_birth_date(text, latest=LATEST) == text)


TIMES = st.tuples(
    DAYS,
    st.sampled_from(["T", " ", ""]),
    st.from_regex(r"[0-2]\d:[0-6]\d:[0-6]\d", fullmatch=True) | st.just("23:59:59"),
    st.sampled_from(["", ".1", ".123", ".123456", "Z", "+02:00", ".000"]),
).map("".join)


@settings(max_examples=120, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=8))
def test_usual_moments(texts: list[str]) -> None:
    mask, found = usual_instants(pa.array(texts))
    for text, usual, moment in zip(texts, mask, found.to_pylist(), strict=True):
        assert not usual or normalise_instant(text) == moment


def test_moments_as_databases_write_them_are_usual() -> None:
    mask, found = usual_instants(pa.array(["2024-09-16 16:05:10.000", "2024-02-29T00:00:00"]))
    assert mask.all()
    assert found.to_pylist() == ["2024-09-16T16:05:10.000000Z", "2024-02-29T00:00:00.000000Z"]


CODES = st.one_of(
    st.from_regex(r"\d{1,6}", fullmatch=True),
    st.from_regex(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}", fullmatch=True),
    st.from_regex(r"\d{4} ?[A-Z]{2}", fullmatch=True),
    st.sampled_from(["00000", "F-69002", "1234.0", "K1A 0B1", "n/a"]),
)
COUNTRIES = st.sampled_from([None, "FR", "DE", "BE", "GB", "NL", "US", "CA"])


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(CODES, COUNTRIES), min_size=1, max_size=8))
def test_a_postal_code_called_unchanged_is_what_its_normaliser_gives(
    pairs: list[tuple[str, str | None]],
) -> None:
    codes, countries = (pa.array(column, pa.string()) for column in zip(*pairs, strict=True))
    for (text, country), same in zip(pairs, unchanged.postal_codes(codes, countries), strict=True):
        assert not same or normalise_postal_code(text, country) == text


def test_plain_postal_codes_are_called_unchanged() -> None:
    codes, countries = pa.array(["69002", "1000", "SW1A 1AA", "1012 AB"]), pa.array(["FR", "BE", "GB", "NL"])
    assert unchanged.postal_codes(codes, countries).all()
    assert not unchanged.postal_codes(pa.array(["1234"]), pa.array(["FR"])).any()


def test_a_blank_is_to_arrow_what_it_is_to_python() -> None:
    signs = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    trimmed = pc.utf8_trim_whitespace(pa.array(signs)).to_pylist()
    assert [sign for sign, left in zip(signs, trimmed, strict=True) if not left] == [
        sign for sign in signs if sign.isspace()
    ]


@settings(max_examples=200, deadline=None)
@given(st.lists(LETTERS | WORDS, min_size=1, max_size=8))
def test_letters_with_accents_are_compared_as_they_fold(texts: list[str]) -> None:
    plain = [text for text in texts if unchanged.lines(pa.array([text])).all()]
    said = unchanged.says(pa.array(plain, pa.string()), {"neant", "nandu", "zoe", "jean", "i"})
    assert said.tolist() == [folded(text) in {"neant", "nandu", "zoe", "jean", "i"} for text in plain]
