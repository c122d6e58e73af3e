"""Case by case, what normalising must get right."""

from __future__ import annotations

import pytest

from mappings.company_words import names_company
from mappings.normalise.addresses import normalise_locality, normalise_postal_code, normalise_street
from mappings.normalise.attributes import normalise_attribute
from mappings.normalise.consents import normalise_consent
from mappings.normalise.dates import DateOrder, normalise_birth_date
from mappings.normalise.email_notes import EmailNotes, email_notes
from mappings.normalise.emails import Email, normalise_email, split_emails
from mappings.normalise.gender import normalise_gender
from mappings.normalise.identifiers import normalise_identifier
from mappings.normalise.kinds import kind_of
from mappings.normalise.language import normalise_language
from mappings.normalise.names import Name, split_name
from mappings.normalise.organisations import normalise_organization
from mappings.normalise.phones import Phone, normalise_phone, split_phones
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text
from mappings.normalise.urls import normalise_url, registered_domain

PLACEHOLDER = Refusal("placeholder")


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("info@garage-roy.fr", EmailNotes(role=True)),
        ("sales-team@garage-roy.fr", EmailNotes(role=True)),
        ("zoe.roy@yopmail.com", EmailNotes(disposable=True)),
        ("zoe@x.mailinator.com", EmailNotes(disposable=True)),
        ("zoe.roy@gmial.com", EmailNotes(suggestion="zoe.roy@gmail.com")),
        ("zoe.roy@gmail.co", EmailNotes(suggestion="zoe.roy@gmail.com")),
        ("zoe.roy@hotmal.com", EmailNotes(suggestion="zoe.roy@hotmail.com")),
        ("Zoe@orage.fr", EmailNotes(suggestion="Zoe@orange.fr")),
        ("zoe.roy@ymail.com", EmailNotes()),
        ("zoe.roy@mail.com", EmailNotes()),
        ("zoe.roy@garage-roy.fr", EmailNotes()),
    ],
)
def test_an_address_says_more_than_who_it_reaches(text: str, notes: EmailNotes) -> None:
    assert email_notes(text) == notes
    found = normalise_email(text)
    assert isinstance(found, Email)
    assert found.value == text  # a suggestion is for a person to take


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ZOE.ROY@GMAIL.COM", Email("ZOE.ROY@gmail.com", "zoeroy@gmail.com")),
        ("zoe+shop@gmail.com", Email("zoe+shop@gmail.com", "zoe@gmail.com")),
        ("mailto:zoe@a.fr", Email("zoe@a.fr", "zoe@a.fr")),
        ("<zoe@a.fr>", Email("zoe@a.fr", "zoe@a.fr")),
        ("zoe@a.fr.", Email("zoe@a.fr", "zoe@a.fr")),
        ("zoe@BÜCHER.de", Email("zoe@bücher.de", "zoe@bücher.de")),
        ("zoe@xn--bcher-kva.de", Email("zoe@bücher.de", "zoe@bücher.de")),
        ("o'brien@a.ie", Email("o'brien@a.ie", "o'brien@a.ie")),
        ("test@test.com", Email("test@test.com", None)),
        ("none@none.com", Email("none@none.com", None)),
        ("n/a", PLACEHOLDER),
        ("zoe@", Refusal("not-an-email")),
        ("zoe(at)a.fr", Refusal("not-an-email")),
        ("", None),
    ],
)
def test_addresses(text: str, found: Email | Refusal | None) -> None:
    assert normalise_email(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "a@x.fr;b@x.fr",
        "a@x.fr, b@x.fr",
        "a@x.fr b@x.fr",
        "a@x.fr / b@x.fr",
        "a@x.fr/b@x.fr",
        "a@x.fr ou b@x.fr",
        "a@x.fr ::: b@x.fr",
        "a@x.fr | b@x.fr",
        "a@x.fr\nb@x.fr",
    ],
)
def test_two_addresses_in_a_cell(text: str) -> None:
    assert split_emails(text) == ["a@x.fr", "b@x.fr"]


@pytest.mark.parametrize(
    ("text", "country", "found"),
    [
        ("+33 6 39 98 00 12", None, "+33639980012"),
        ("(+33) 6 39 98 00 12", None, "+33639980012"),
        ("33639980012", "FR", "+33639980012"),
        ("0039 02 1234 5678", None, "+390212345678"),
        ("02 1234 5678", "IT", "+390212345678"),
        ("06.39.98.00.12", "FR", "+33639980012"),
        ("06-39-98-00-12", "FR", "+33639980012"),
        ("06 39 98 00 12 (perso)", "FR", "+33639980012"),
        ("030/23125123", "DE", "+493023125123"),
        ("+49 (0) 30 23125123", None, "+493023125123"),
        ("020 7946 0123", "GB", "+442079460123"),
        ("07700900123", "GB", "+447700900123"),
        ("1-212-555-0123", "US", "+12125550123"),
        ("212.555.0123", "CA", "+12125550123"),
        ("612 345 678", "ES", "+34612345678"),
        ("06-12345678", "NL", "+31612345678"),
        ("0470 12 34 56", "BE", "+32470123456"),
        ("079 123 45 67", "CH", "+41791234567"),
        ("00 33 6 39 98 00 12", "DE", "+33639980012"),
        ("٠٦٣٩٩٨٠٠١٢", "FR", "+33639980012"),
        ("0639980012 / 0199001122", None, None),
    ],
)
def test_phones(text: str, country: str | None, found: str | None) -> None:
    outcome = normalise_phone(text, country)
    if found is None:
        assert isinstance(outcome, Refusal)
    else:
        assert isinstance(outcome, Phone)
        assert (outcome.value, outcome.match) == (found, found)


@pytest.mark.parametrize(
    "text",
    [
        "0639980012 / 0199001122",
        "0639980012; 0199001122",
        "0639980012, 0199001122",
        "0639980012 ou 0199001122",
        "0639980012 ::: 0199001122",
        "0639980012\n0199001122",
        "0639980012 | 0199001122",
        "0639980012 et 0199001122",
    ],
)
def test_two_phones_in_a_cell(text: str) -> None:
    assert split_phones(text) == ["0639980012", "0199001122"]


@pytest.mark.parametrize("text", ["0000000000", "1111111111", "0123456789", "n/a", "-", "+33 0 00 00 00 00"])
def test_stand_ins_for_phones(text: str) -> None:
    assert normalise_phone(text, "FR") == PLACEHOLDER


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("Zoé Roy", "Zoé", "Roy"),
        ("Roy, Zoé", "Zoé", "Roy"),
        ("ROY Zoé", "Zoé", "Roy"),
        ("Zoé ROY", "Zoé", "Roy"),
        ("ZOÉ ROY", "Zoé", "Roy"),
        ("zoé roy", "Zoé", "Roy"),
        ("Jan van der Berg", "Jan", "van der Berg"),
        ("BERG, JAN VAN DER", "Jan", "van der Berg"),
        ("Ludwig von Trapp", "Ludwig", "von Trapp"),
        ("Charles de la Tour", "Charles", "de la Tour"),
        ("Ahmed bin Salman", "Ahmed", "bin Salman"),
        ("JEAN-PIERRE D'ARTAGNAN", "Jean-Pierre", "D'Artagnan"),
        ("SINEAD O'BRIEN", "Sinead", "O'Brien"),
        ("ANGUS MCGREGOR", "Angus", "McGregor"),
        ("María José García", "María José", "García"),
        ("Madonna", "Madonna", None),
        ("山田太郎", "山田太郎", None),
        ("Иван Петров", "Иван", "Петров"),
        ("محمد علي", "محمد", "علي"),
        ("José Müller", "José", "Müller"),
    ],
)
def test_whole_names(text: str, given: str, family: str | None) -> None:
    found = split_name(text)
    assert isinstance(found, Name)
    assert (found.given, found.family) == (given, family)


@pytest.mark.parametrize(
    ("text", "prefix", "suffix"),
    [
        ("Dr. Zoé Roy", "Dr", None),
        ("M. Max Petit", "M.", None),
        ("Mme Zoé Roy", "Mme", None),
        ("Herr Dr. Max Klein", "Herr Dr", None),
        ("Frau Prof. Dr. Eva Klein", "Frau Prof. Dr", None),
        ("Sra. Ana Gil", "Sra.", None),
        ("Sig.ra Anna Neri", "Sig.ra", None),
        ("Dott. Anna Neri", "Dott.", None),
        ("Dhr. Jan Bos", "Dhr.", None),
        ("John Smith Jr.", None, "Jr."),
        ("John Smith III", None, "III"),
        ("Smith, John, Jr.", None, "Jr."),
        ("Dr John Smith PhD", "Dr", "PhD"),
    ],
)
def test_titles_and_suffixes_stand_apart(text: str, prefix: str | None, suffix: str | None) -> None:
    found = split_name(text)
    assert isinstance(found, Name)
    assert (found.prefix, found.suffix) == (prefix, suffix)


@pytest.mark.parametrize(
    ("text", "order", "found"),
    [
        ("1980-02-03", DateOrder.UNKNOWN, "1980-02-03"),
        ("1980-02-03T00:00:00Z", DateOrder.UNKNOWN, "1980-02-03"),
        ("1980/02/03", DateOrder.UNKNOWN, "1980-02-03"),
        ("19800203", DateOrder.UNKNOWN, "1980-02-03"),
        ("03/02/1980", DateOrder.DAY_FIRST, "1980-02-03"),
        ("03/02/1980", DateOrder.MONTH_FIRST, "1980-03-02"),
        ("03/02/1980", DateOrder.UNKNOWN, Refusal("ambiguous-date")),
        ("24/02/1980", DateOrder.UNKNOWN, "1980-02-24"),
        ("3.2.80", DateOrder.DAY_FIRST, "1980-02-03"),
        ("3 février 1980", DateOrder.UNKNOWN, "1980-02-03"),
        ("1er mars 1980", DateOrder.UNKNOWN, "1980-03-01"),
        ("3. März 1980", DateOrder.UNKNOWN, "1980-03-03"),
        ("3 de febrero de 1980", DateOrder.UNKNOWN, "1980-02-03"),
        ("3 febbraio 1980", DateOrder.UNKNOWN, "1980-02-03"),
        ("3 maart 1980", DateOrder.UNKNOWN, "1980-03-03"),
        ("February 3, 1980", DateOrder.UNKNOWN, "1980-02-03"),
        ("3-Feb-1980", DateOrder.UNKNOWN, "1980-02-03"),
        ("03-feb-80", DateOrder.UNKNOWN, "1980-02-03"),
        ("29254", DateOrder.UNKNOWN, "1980-02-03"),
        ("1980", DateOrder.UNKNOWN, "1980"),
        ("1980-02", DateOrder.UNKNOWN, "1980-02"),
        ("02/1980", DateOrder.UNKNOWN, "1980-02"),
        ("1900-01-01", DateOrder.UNKNOWN, PLACEHOLDER),
        ("01/01/1900", DateOrder.UNKNOWN, PLACEHOLDER),
        ("0000-00-00", DateOrder.UNKNOWN, PLACEHOLDER),
        ("1980-02-30", DateOrder.UNKNOWN, Refusal("not-a-date")),
        ("soon", DateOrder.UNKNOWN, Refusal("not-a-date")),
    ],
)
def test_birth_dates(text: str, order: DateOrder, found: str | Refusal) -> None:
    assert normalise_birth_date(text, order) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("  12   rue du  Port ", "12 rue du Port"),
        ("12 rue du Port\nBât. B", "12 rue du Port, Bât. B"),
        ("12 rue du Port, , ", "12 rue du Port"),
        ("BP 123", "BP 123"),
        ("Postfach 12 34 56", "Postfach 12 34 56"),
        ("unknown", PLACEHOLDER),
        ("-", PLACEHOLDER),
    ],
)
def test_streets(text: str, found: str | Refusal) -> None:
    assert normalise_street(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("LYON CEDEX 03", "LYON CEDEX 03"), ("Lyon Cédex 3", "Lyon CEDEX 3"), ("n.c.", PLACEHOLDER)],
)
def test_towns(text: str, found: str | Refusal) -> None:
    assert normalise_locality(text) == found


@pytest.mark.parametrize(
    ("text", "country", "found"),
    [
        ("1000", "FR", "01000"),
        ("F-69001", "FR", "69001"),
        ("69 001", "FR", "69001"),
        ("1234ab", "NL", "1234 AB"),
        ("1234 AB", "NL", "1234 AB"),
        ("sw1a1aa", "GB", "SW1A 1AA"),
        ("k1a-0b1", "CA", "K1A 0B1"),
        ("02139-1234", "US", "02139-1234"),
        ("2139", "US", "02139"),
        ("00000", "FR", PLACEHOLDER),
    ],
)
def test_postal_codes(text: str, country: str, found: str | Refusal) -> None:
    assert normalise_postal_code(text, country) == found


@pytest.mark.parametrize(
    ("text", "kind", "country", "found"),
    [
        ("FR 40 303 265 045", "vat", None, "FR40303265045"),
        ("40303265045", "vat", "FR", "FR40303265045"),
        ("136695976", "vat", "DE", "DE136695976"),
        ("DE 136 695 976", "vat", "FR", "DE136695976"),
        ("ESB58378431", "vat", None, "ESB58378431"),
        ("B-58378431", "vat", "ES", "ESB58378431"),
        ("IT00743110157", "vat", None, "IT00743110157"),
        ("BE0428759497", "vat", None, "BE0428759497"),
        ("NL004495445B01", "vat", None, "NL004495445B01"),
        ("EL094259216", "vat", None, "EL094259216"),
        ("094259216", "vat", "GR", "EL094259216"),
        ("ZZ123456", "vat", None, "ZZ123456"),
        ("136695976", "vat", None, Refusal("vat-without-country")),
        ("DE136695977", "vat", None, Refusal("invalid-vat")),
        ("n/a", "vat", None, PLACEHOLDER),
        ("732 829 320", "siren", None, "732829320"),
        ("732 829 321", "siren", None, Refusal("invalid-siren")),
        ("732 829 320 00074", "siret", None, "73282932000074"),
        ("gb82 west 1234 5698 7654 32", "iban", None, "GB82WEST12345698765432"),
        ("GB82WEST12345698765431", "iban", None, Refusal("invalid-iban")),
        ("465-36-8045", "ssn", None, "465368045"),
        ("AB 12", "loyalty", None, "AB 12"),
    ],
)
def test_identifiers(text: str, kind: str, country: str | None, found: str | Refusal) -> None:
    assert normalise_identifier(text, kind, country) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HTTPS://WWW.Example.COM/", "https://www.example.com"),
        ("www.example.co.uk/Path?x=Y", "www.example.co.uk/Path?x=Y"),
        ("linkedin.com/in/zoe", "linkedin.com/in/zoe"),
        ("http://example.com:8080/a", "http://example.com:8080/a"),
        ("readme.txt", Refusal("not-a-url")),
        ("@zoe", Refusal("not-a-url")),
        ("zoe@example.com", Refusal("not-a-url")),
        ("none", PLACEHOLDER),
    ],
)
def test_links(text: str, found: str | Refusal) -> None:
    assert normalise_url(text) == found


def test_a_registered_domain_is_known_without_the_network() -> None:
    assert registered_domain("shop.example.co.uk") == "example.co.uk"
    assert registered_domain("localhost") == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("M", "male"),
        ("Homme", "male"),
        ("männlich", "male"),
        ("hombre", "male"),
        ("uomo", "male"),
        ("man", "male"),
        ("F", "female"),
        ("Femme", "female"),
        ("weiblich", "female"),
        ("mujer", "female"),
        ("vrouw", "female"),
        ("W", "female"),
        ("V", "female"),
        ("Mme", "female"),
        ("Frau", "female"),
        ("divers", "other"),
        ("X", "other"),
        ("non-binary", "other"),
        ("prefer not to say", PLACEHOLDER),
        ("U", PLACEHOLDER),
        ("blue", Refusal("unknown-gender")),
    ],
)
def test_genders(text: str, found: str | Refusal) -> None:
    assert normalise_gender(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr_FR", "fr"),
        ("fr-CA", "fr"),
        ("Français", "fr"),
        ("French", "fr"),
        ("fra", "fr"),
        ("Deutsch", "de"),
        ("allemand", "de"),
        ("D", "de"),
        ("Inglés", "en"),
        ("Engels", "en"),
        ("italiano", "it"),
        ("French (France)", "fr"),
        ("en_US.UTF-8", "en"),
        ("xx", Refusal("unknown-language")),
        ("martian", Refusal("unknown-language")),
    ],
)
def test_languages(text: str, found: str | Refusal) -> None:
    assert normalise_language(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("yes", "granted"),
        ("Oui", "granted"),
        ("JA", "granted"),
        ("Sí", "granted"),
        ("1", "granted"),
        ("x", "granted"),
        ("☑", "granted"),
        ("opt-in", "granted"),
        ("Subscribed", "granted"),
        ("Oui, avec plaisir", "granted"),
        ("no", "denied"),
        ("Non", "denied"),
        ("Nein", "denied"),
        ("0", "denied"),
        ("unsubscribed", "denied"),
        ("opted_out", "denied"),
        ("pending", "pending"),
        ("maybe", Refusal("unknown-consent")),
    ],
)
def test_consents(text: str, found: str | Refusal) -> None:
    assert normalise_consent(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Société", "organization"),
        ("Particulier", "person"),
        ("Company", "organization"),
        ("Firma", "organization"),
        ("natürliche Person", "person"),
        ("persona física", "person"),
        ("persona giuridica", "organization"),
        ("bedrijf", "organization"),
        ("VIP", None),
    ],
)
def test_kinds(text: str, found: str | None) -> None:
    assert kind_of(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("  Garage   ROY  SARL ", "Garage ROY SARL"),
        ("Particulier", Refusal("no-organization")),
        ("n/a", PLACEHOLDER),
        ("SociÃ©tÃ© GÃ©nÃ©rale", "Société Générale"),
    ],
)
def test_organisations(text: str, found: str | Refusal) -> None:
    assert normalise_organization(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("JosÃ©", "José"),
        ("MÃ¼ller", "Müller"),
        ("L\u2019Oréal", "L\u2019Oréal"),
        ("Zoe\u0301", "Zoé"),
        ("a\u200bb", "ab"),
        ("\ufeffZoé", "Zoé"),
        ("Fish &amp; Chips", "Fish & Chips"),
        (" \t ", None),
    ],
)
def test_texts(text: str, found: str | None) -> None:
    assert clean_text(text) == found


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("1234.5", "number", ("number", "1234.5")),
        ("1 234,50", "number", ("number", "1234.50")),
        ("1.234.567,8", "number", ("number", "1234567.8")),
        ("1,234,567", "number", ("number", "1234567")),
        ("3,5", "number", ("number", "3.5")),
        ("a lot", "number", ("text", "a lot")),
        ("Oui", "boolean", ("boolean", "true")),
        ("0", "boolean", ("boolean", "false")),
        ("maybe", "boolean", ("text", "maybe")),
        ("24/02/2020", "date", ("date", "2020-02-24")),
        ("some day", "date", ("text", "some day")),
        ("red", "text", ("text", "red")),
        ("n/a", "text", PLACEHOLDER),
    ],
)
def test_attributes(text: str, kind: str, found: tuple[str, str] | Refusal) -> None:
    assert normalise_attribute(text, kind) == found


@pytest.mark.parametrize(
    ("text", "is_company"),
    [
        ("Garage Roy SARL", True),
        ("Acme Inc.", True),
        ("Huber & Söhne GmbH & Co. KG", True),
        ("Van Dam B.V.", True),
        ("Officina Galli S.r.l.", True),
        ("Association des parents", True),
        ("St. Anne School", True),
        ("Teun Vos", False),
        ("Maria Sá", False),
        ("Jan de Boer", False),
        ("Zoé Roy", False),
        ("Hans Koch", False),
        ("Bar", True),
        ("Berry Trading", True),
        ("Dachdecker Metallbau", True),
        ("Trading Co.", True),
        ("Maria Co", False),
        ("George Handel", False),
        ("ООО «Север»", True),
        ("Север ООО", True),
        ("АО Север", True),
        ("ИП Иванов Пётр", True),
        ("Иванов И.П.", False),
        ("Петров АО", False),
        ("Общество с ограниченной ответственностью «Туман»", True),
        ("Приватне підприємство Обрій", True),
        ("AO Metallurg", True),
        ("PAO METALLURG", False),
        ("Zao Wou-Ki", False),
        ("Όλυμπος Α.Ε.", True),
        ("ΟΛΥΜΠΟΣ ΕΠΕ", True),
        ("Αφοί Σταματίου", True),
        ("Παπαδόπουλος Γεώργιος", False),
        ('מקס בע"מ', True),
        ("חברת החשמל", True),
        ("דוד כהן", False),
        ("شركة النور", True),
        ("بنك القاهرة", True),
        ("محمد علي", False),
        ("东方贸易有限公司", True),
        ("東京株式会社", True),
        ("㈱東芝", True),
        ("王伟", False),
        ("삼성전자(주)", True),
        ("서울시립병원", True),
        ("김병원", False),
        ("บริษัท ไทย จำกัด", True),
        ("สมชาย ใจดี", False),
        ("टाटा स्टील लिमिटेड", True),
        ("सोनू निगम", False),
    ],
)
def test_companies_are_told_from_people(text: str, is_company: bool) -> None:
    assert names_company(text) == is_company
