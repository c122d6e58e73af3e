"""What columns are, by their headers and values, in sheets of a hundred systems and habits."""

from __future__ import annotations

import sys
from functools import cache

import pyarrow as pa
import pytest

from mappings.guess import suggest
from mappings.guesses import Guess
from tests.fakes.header_styles import FILES, Style, is_grave, is_right, styles
from tests.fakes.sheet_values import Sheet

SHEETS = [style for file in FILES for style in styles(file)]


@cache
def _guesses(name: str) -> dict[str, Guess]:
    (style,) = (style for style in SHEETS if style.name == name)
    return {guess.column: guess for guess in suggest(style.table)}


def _wrong(style: Style) -> list[str]:
    guesses = _guesses(style.name)
    return [
        f"{column.header}: {column.field}, not {guesses[column.header].field}"
        for column in style.columns
        if not is_right(column, guesses[column.header].field)
    ]


@pytest.mark.parametrize("file", FILES)
def test_the_top_guess_is_right_for_97_columns_of_a_hundred(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = wrong = 0
    for style in styles(file):
        found = _wrong(style)
        columns, wrong = columns + len(style.columns), wrong + len(found)
        right = len(style.columns) - len(found)
        sys.stdout.write(f"{style.name:32} {right:3} of {len(style.columns):3} {'; '.join(found)}\n")
    assert wrong <= 0.03 * columns, capsys.readouterr().out


def test_there_are_sheets_of_many_systems_and_habits() -> None:
    assert len({style.name for style in SHEETS}) == len(SHEETS) >= 600


@pytest.mark.parametrize("style", SHEETS, ids=lambda style: style.name)
def test_no_column_is_wrongly_an_email_a_phone_or_a_birth_date(style: Style) -> None:
    guesses = _guesses(style.name)
    grave = [guesses[one.header] for one in style.columns if is_grave(one, guesses[one.header].field)]
    assert grave == []


@pytest.mark.parametrize("file", FILES)
def test_a_fax_is_told_from_a_phone(file: str) -> None:
    for style in styles(file):
        guesses = _guesses(style.name)
        told = {
            one.header: guesses[one.header].type == "fax" for one in style.columns if one.field == "phones"
        }
        assert told == {one.header: one.code == "fax" for one in style.columns if one.field == "phones"}


@pytest.mark.parametrize(
    ("header", "values"),
    [
        pytest.param(
            "IBAN", ["FR76 3000 6000 0112 3456 7890 189", "DE89 3704 0044 0532 0130 00"] * 3, id="IBAN"
        ),
        pytest.param("Order date", ["2024-03-02", "2023-11-20", "2024-01-09"], id="order date"),
        pytest.param(
            "created", ["2019-04-01 10:00:00", "2020-04-02 11:00:00", "2021-02-03 09:10:00"], id="created"
        ),
        pytest.param("Customer number", ["0012345678", "0012345679", "0012345680"], id="numbers with zeros"),
        pytest.param("lat", ["48.85341", "45.76404", "43.29648"], id="latitude"),
        pytest.param(
            "GPS", ["48.85341, 2.34880", "45.76404, 4.83566", "43.29648, 5.36978"], id="coordinates"
        ),
        pytest.param("amount", ["1 234 567,00", "2 345 678,10", "33 456 789,20"], id="amounts"),
        pytest.param("EAN", ["4006381333931", "5901234123457", "3017620422003"], id="article numbers"),
        pytest.param(
            "card", ["4111 1111 1111 1111", "5500 0000 0000 0004", "3400 0000 0000 009"], id="cards"
        ),
        pytest.param("server", ["10.212.113.12", "192.168.100.200", "172.16.254.101"], id="IP addresses"),
        pytest.param("x", ["412345678", "512345678", "612345678"], id="bare digits"),
        pytest.param("Founded", ["1987-03-01", "1999-10-20", "2004-05-06"], id="dates under another name"),
        pytest.param("Email verified", ["true", "false", "true"], id="a flag of an e-mail"),
        pytest.param("Email sent on", ["2024-03-02", "2023-11-20", "2024-01-09"], id="a date of an e-mail"),
        pytest.param("Phone type", ["mobile", "home", "mobile"], id="the kind of a phone"),
        pytest.param("Phone calls", ["1", "20", "3"], id="a number of phone calls"),
        pytest.param("Birthday party", ["yes", "no", "yes"], id="a party"),
        pytest.param(
            "Anniversaire adhésion", ["01/02/1999", "03/04/1987", "24/12/2001"], id="of a membership"
        ),
        pytest.param("Kids birthday event", ["2021-02-03", "2022-05-06", "2023-07-08"], id="an event"),
        pytest.param("Twitter", ["@zoe", "@max", "@eva"], id="handles"),
    ],
)
def test_what_only_resembles_is_no_email_phone_or_birth_date(header: str, values: list[str]) -> None:
    (guess,) = suggest(pa.table({header: pa.array(values, pa.string())}))
    assert guess.field not in {"emails", "phones", "birth_date"}


def test_every_guess_has_a_confidence_and_its_evidence() -> None:
    for guess in (guess for style in SHEETS for guess in _guesses(style.name).values()):
        assert 0 < guess.confidence <= 1
        assert guess.evidence


def _attributes(**columns: list[str]) -> dict[str, str | None]:
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return {guess.column: guess.type for guess in suggest(table)}


def test_attributes_have_the_type_of_their_values() -> None:
    found = _attributes(
        points=["1", "20", "3.5"],
        since=["2020-01-02", "2021-03-04", "2022-05-06"],
        vip=["yes", "no", "no"],
        colour=["red", "blue", "green"],
    )
    assert found == {"points": "number", "since": "date", "vip": "boolean", "colour": "text"}


def _fields(**columns: str) -> dict[str, str]:
    """What columns are, of headers over values of a kind."""
    sheet = Sheet("FR", 7)
    table = pa.table(
        {
            header.replace("_", " "): pa.array(sheet.column(kind), pa.string())
            for header, kind in columns.items()
        }
    )
    return {guess.column: guess.field for guess in suggest(table)}


def test_an_agent_beside_the_contact_is_another_person() -> None:
    found = _fields(Client="full", Email_client="email", Agent="full", Email_agent="email", Tel_agent="phone")
    assert (found["Client"], found["Email client"]) == ("name.full", "emails")
    others = [found["Agent"], found["Email agent"], found["Tel agent"]]
    assert all(field.startswith("attributes.") for field in others)


def test_a_list_of_agents_is_of_agents() -> None:
    found = _fields(Agent_name="full", Agent_email="email", Agent_phone="phone", Zone="city")
    assert (found["Agent name"], found["Agent email"], found["Agent phone"]) == (
        "name.full",
        "emails",
        "phones",
    )


def test_whoever_has_a_name_in_another_column_has_the_phone_that_is_called_after_them() -> None:
    found = _fields(Locataire="full", Tel_locataire="phone", Syndic="full", Tel_syndic="phone")
    assert found["Tel locataire"] == "phones"
    assert found["Tel syndic"].startswith("attributes.")


def test_a_parents_phone_is_no_childs_even_where_the_child_has_none() -> None:
    alone = _fields(Nom="family", Prénom="given", Tel_mère="phone")
    beside = _fields(Nom="family", Prénom="given", Tel="phone", Tel_mère="phone")
    assert alone["Tel mère"].startswith("attributes.")
    assert beside["Tel mère"].startswith("attributes.")


def test_owners_are_the_contacts_where_nobody_else_has_a_name() -> None:
    register = _fields(Parcelle="code", Propriétaire="full", Adresse_du_propriétaire="whole")
    deals = _fields(Nom="full", Email="email", Propriétaire="full")
    assert (register["Propriétaire"], register["Adresse du propriétaire"]) == (
        "name.full",
        "addresses.street",
    )
    assert deals["Propriétaire"].startswith("attributes.")


@pytest.mark.parametrize(
    ("header", "kind", "field"),
    [
        pytest.param("dateofbirth", "born", "birth_date", id="one word"),
        pytest.param("NAME_FIRST", "given", "name.given", id="another order"),
        pytest.param("FECNAC", "born_day_first", "birth_date", id="abbreviations as one word"),
        pytest.param("Privatanschrift", "street", "addresses.street", id="a compound"),
        pytest.param("mov", "mobile", "phones", id="cut short, and the values agree"),
        pytest.param("mov", "amount", "attributes.mov", id="cut short, and the values do not"),
        pytest.param("Prénom / Voornaam", "given", "name.given", id="two languages"),
        pytest.param("May we e-mail you?", "yes_no", "consents.email.marketing", id="leave to write"),
        pytest.param("Did you get our e-mail?", "yes_no", "attributes.did_you_get_our_e_mail", id="no leave"),
        pytest.param("Est une société", "true_false", "attributes.est_une_societe", id="a flag"),
    ],
)
def test_headers_are_read_in_many_forms(header: str, kind: str, field: str) -> None:
    table = pa.table({header: pa.array(Sheet("FR", 7).column(kind), pa.string())})
    assert [guess.field for guess in suggest(table)] == [field]
