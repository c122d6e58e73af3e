"""Names of couples and households, and names with two family names, in one cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.normalise.names import (
    Name,
    family_first,
    normalise_family,
    normalise_given,
    normalise_part,
    split_name,
)
from mappings.normalise.refusal import Refusal


def _read(text: str) -> Name:
    found = split_name(text)
    assert isinstance(found, Name)
    return found


@pytest.mark.parametrize(
    ("text", "prefix", "given", "family"),
    [
        ("M. et Mme Durand", "M. et Mme", None, "Durand"),
        ("M. ET MME DURAND", "M. et Mme", None, "Durand"),
        ("Mme et M. de la Tour", "Mme et M.", None, "de la Tour"),
        ("Durand, M. et Mme", "M. et Mme", None, "Durand"),
        ("DURAND M. et Mme", "M. et Mme", None, "Durand"),
        ("M. et Mme Paul DURAND", "M. et Mme", "Paul", "Durand"),
        ("M. et Mme DURAND Paul", "M. et Mme", "Paul", "Durand"),
        ("M. ou Mme Durand", "M. ou Mme", None, "Durand"),
        ("Monsieur et Madame Durand", "M. et Mme", None, "Durand"),
        ("Mr & Mrs John Smith", "Mr & Mrs", "John", "Smith"),
        ("Mr. and Mrs. Smith", "Mr and Mrs", None, "Smith"),
        ("Mr/Mrs Smith", "Mr/Mrs", None, "Smith"),
        ("Mr&Mrs Smith", "Mr & Mrs", None, "Smith"),
        ("Smith, Mr & Mrs John", "Mr & Mrs", "John", "Smith"),
        ("Mr. John & Mrs. Mary Smith", "Mr & Mrs", "John & Mary", "Smith"),
        ("Dr. & Mrs. Alan Boyd", "Dr & Mrs", "Alan", "Boyd"),
        ("Herr und Frau Müller", "Herr und Frau", None, "Müller"),
        ("Herr Dr. und Frau Müller", "Herr Dr und Frau", None, "Müller"),
        ("Herrn und Frau Uwe Müller", "Herr und Frau", "Uwe", "Müller"),
        ("Sr. y Sra. García", "Sr. y Sra.", None, "García"),
        ("Sr. e Sra. Silva", "Sr. e Sra.", None, "Silva"),
        ("Sig. e Sig.ra Rossi", "Sig. e Sig.ra", None, "Rossi"),
        ("Dhr. en Mevr. de Vries", "Dhr. en Mevr.", None, "de Vries"),
        ("De heer en mevrouw Jansen", "Dhr. en Mevr.", None, "Jansen"),
    ],
)
def test_titles_of_two_stand_before_one_family_name(
    text: str, prefix: str, given: str | None, family: str
) -> None:
    found = _read(text)
    assert (found.prefix, found.given, found.family) == (prefix, given, family)


@pytest.mark.parametrize(
    ("text", "prefix", "family"),
    [
        ("Familie Müller", "Familie", "Müller"),
        ("Fam. de Vries", "Fam.", "de Vries"),
        ("Famille DURAND", "Famille", "Durand"),
        ("Famiglia Rossi", "Famiglia", "Rossi"),
        ("Familia García Pérez", "Familia", "García Pérez"),
        ("Eheleute Schmidt", "Eheleute", "Schmidt"),
        ("Ehepaar Schmidt", "Ehepaar", "Schmidt"),
        ("Müller, Familie", "Familie", "Müller"),
        ("The Smith Family", None, "Smith"),
    ],
)
def test_a_household_has_a_family_name_and_no_given_name(text: str, prefix: str | None, family: str) -> None:
    found = _read(text)
    assert (found.prefix, found.given, found.family) == (prefix, None, family)


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("John and Mary Smith", "John and Mary", "Smith"),
        ("Jean et Marie Dupont", "Jean et Marie", "Dupont"),
        ("JEAN ET MARIE DUPONT", "Jean et Marie", "Dupont"),
        ("Müller, Hans und Petra", "Hans und Petra", "Müller"),
        ("Pedro y María García", "Pedro y María", "García"),
        ("Marco e Lucia Rossi", "Marco e Lucia", "Rossi"),
    ],
)
def test_two_given_names_share_a_family_name(text: str, given: str, family: str) -> None:
    found = _read(text)
    assert (found.given, found.family) == (given, family)


@pytest.mark.parametrize(
    ("text", "given", "family", "prefix"),
    [
        ("Jean DUPONT et Marie MARTIN", "Jean", "Dupont", None),
        ("Jean Dupont et Marie Martin", "Jean", "Dupont", None),
        ("M. Jean Dupont et Mme Marie Martin", "Jean", "Dupont", "M."),
        ("Herr Hans Klein und Frau Petra Groß", "Hans", "Klein", "Herr"),
        ("Juan Pérez y María López", "Juan", "Pérez", None),
        ("John Smith & Mary Jones", "John", "Smith", None),
        ("M. Durand et Mme Martin", None, "Durand", "M."),
    ],
)
def test_of_two_people_with_names_of_their_own_the_first_is_the_contact_and_the_whole_stays(
    text: str, given: str | None, family: str, prefix: str | None
) -> None:
    found = _read(text)
    assert (found.given, found.family, found.prefix) == (given, family, prefix)
    assert (found.full or "").split()[-1].lower() == text.rsplit(maxsplit=1)[-1].lower()


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Herr Müller", "Müller"),
        ("Mme DURAND", "Durand"),
        ("Mr. Smith", "Smith"),
        ("Sra. García", "García"),
        ("Dr. Watson", "Watson"),
        ("Frau Dr. Klein", "Klein"),
        ("Dhr. van den Berg", "van den Berg"),
    ],
)
def test_one_name_behind_a_title_is_the_family_name(text: str, family: str) -> None:
    found = _read(text)
    assert (found.given, found.family) == (None, family)


@pytest.mark.parametrize("text", ["Sir Elton", "Dña. Ana"])
def test_some_titles_stand_before_given_names(text: str) -> None:
    assert _read(text).given == text.rsplit(maxsplit=1)[-1]


@pytest.mark.parametrize(
    ("text", "prefix", "given"),
    [
        ("M. et Mme", "M. et Mme", None),
        ("MR & MRS", "Mr & Mrs", None),
        ("Mr & Mrs John", "Mr & Mrs", "John"),
        ("Familie", "Familie", None),
        ("EHELEUTE", "Eheleute", None),
    ],
)
def test_titles_in_a_given_name_field_are_no_given_name(text: str, prefix: str, given: str | None) -> None:
    assert normalise_given(text) == Name(given=given, prefix=prefix)


def test_titles_in_a_family_name_field_are_no_family_name() -> None:
    assert normalise_family("M. et Mme DURAND") == Name(family="Durand", prefix="M. et Mme")


@pytest.mark.parametrize("text", ["M. et Mme", "M. ET MME"])
def test_titles_of_two_have_one_form_as_a_prefix(text: str) -> None:
    assert normalise_part(text) == "M. et Mme"


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("García Márquez, Gabriel", "Gabriel", "García Márquez"),
        ("Gabriel García Márquez", "Gabriel", "García Márquez"),
        ("GABRIEL GARCIA MARQUEZ", "Gabriel", "Garcia Marquez"),
        ("José Luis Rodríguez Zapatero", "José Luis", "Rodríguez Zapatero"),
        ("María José Pérez López", "María José", "Pérez López"),
        ("María del Carmen Ruiz Soto", "María del Carmen", "Ruiz Soto"),
        ("María de los Ángeles Fernández Ruiz", "María de los Ángeles", "Fernández Ruiz"),
        ("Carmen de la Fuente García", "Carmen", "de la Fuente García"),
        ("Maria da Silva Santos", "Maria", "da Silva Santos"),
        ("João Pedro Almeida Costa", "João Pedro", "Almeida Costa"),
        ("Carlos Alberto Santos de Jesus", "Carlos Alberto", "Santos de Jesus"),
        ("Beatriz Nunes dos Santos", "Beatriz", "Nunes dos Santos"),
        ("José Ortega y Gasset", "José", "Ortega y Gasset"),
        ("Santiago Ramón y Cajal", "Santiago", "Ramón y Cajal"),
        ("Luiz Inácio Lula da Silva", "Luiz Inácio Lula", "da Silva"),
        ("Dra. Ana Gómez Vidal", "Ana", "Gómez Vidal"),
    ],
)
def test_two_spanish_or_portuguese_family_names_are_both_of_the_family(
    text: str, given: str, family: str
) -> None:
    found = _read(text)
    assert (found.given, found.family) == (given, family)


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("Juan Carlos Pérez", "Juan Carlos", "Pérez"),
        ("Ana María Matute", "Ana María", "Matute"),
        ("Ana Paula dos Santos", "Ana Paula", "dos Santos"),
        ("José Vicente García", "José Vicente", "García"),
        ("John Fitzgerald Kennedy", "John Fitzgerald", "Kennedy"),
        ("Mary Ann Lopez", "Mary Ann", "Lopez"),
        ("Jean Martin Dupont", "Jean Martin", "Dupont"),
        ("Jean Claude Van Damme", "Jean Claude", "Van Damme"),
        ("Anna Sophie von der Heide", "Anna Sophie", "von der Heide"),
        ("Pilar Gil", "Pilar", "Gil"),
    ],
)
def test_a_second_given_name_stays_one(text: str, given: str, family: str) -> None:
    found = _read(text)
    assert (found.given, found.family) == (given, family)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("García Márquez Gabriel", "García Márquez, Gabriel"),
        ("Pérez López María José", "Pérez López, María José"),
        ("Rodríguez Zapatero José Luis", "Rodríguez Zapatero, José Luis"),
        ("da Silva Santos Maria", "da Silva Santos, Maria"),
        ("García Juan Carlos", "García, Juan Carlos"),
        ("van der Berg Jan", "van der Berg, Jan"),
        ("Martin Jean Paul", "Martin, Jean Paul"),
    ],
)
def test_two_family_names_may_stand_first(text: str, told: str) -> None:
    assert family_first(text) == told


_SEEN = """M. Mme et Mr Mrs & and Herr Frau und Sr. Sra. y e / Familie Family The Jean Marie Dupont García
    Pérez da de la SMITH John Dr. , Jr. D i Ramón Cajal M ou"""
_WORDS = _SEEN.split()


@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=7).map(" ".join))
def test_a_name_of_several_read_again_is_the_same(text: str) -> None:
    once = split_name(text)
    if isinstance(once, Name) and once.full is not None:
        again = split_name(once.full)
        assert isinstance(again, Name)
        assert again.full == once.full


@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join))
def test_a_given_name_field_with_several_read_again_is_the_same(text: str) -> None:
    once = normalise_given(text)
    if isinstance(once, Name) and once.given is not None:
        again = normalise_given(once.given)
        assert not isinstance(again, Refusal | None)
        assert again.given == once.given
