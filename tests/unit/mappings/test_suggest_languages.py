"""Headers in Portuguese, Polish, Turkish, Swedish, Russian, Japanese and Arabic, over values of there."""

from __future__ import annotations

import pyarrow as pa
import pytest

from mappings.guess import suggest
from mappings.normalise.countries import country_code
from mappings.normalise.gender import normalise_gender

_MAILS = ["kontakt@wp.example.pl", "a.nowak@poczta.pl", "biuro@sklep.pl", "j.kos@o2.pl"]
_PORTUGUESE = {
    "Primeiro nome": ("name.given", ["Rui", "Inês", "Duarte", "Marta"]),
    "Apelido": ("name.family", ["Varela", "Falcão", "Quintela", "Noronha"]),
    "Telemóvel": ("phones", ["912 345 678", "961 234 567", "+351 933 456 789", "914567890"]),
    "Correio eletrónico": ("emails", _MAILS),
    "Morada": ("addresses.street", ["Rua do Sol 4", "Av. da Praia 12", "Largo da Sé 2", "Rua Nova 8"]),
    "Código postal": ("addresses.postal_code", ["1000-205", "4050-001", "3500-110", "8000-013"]),
    "Concelho": ("addresses.locality", ["Viseu", "Braga", "Faro", "Aveiro"]),
    "Data de nascimento": ("birth_date", ["03/02/1961", "24/12/1975", "15/08/1988", "30/01/1949"]),
    "Telefone do vendedor": ("attributes", ["213 456 789", "214 567 890", "215 678 901", "216 789 012"]),
}
_POLISH = {
    "Imię": ("name.given", ["Halina", "Łukasz", "Grażyna", "Leszek"]),
    "Nazwisko": ("name.family", ["Zając", "Bąk", "Czajka", "Sikora"]),
    "Tel. kom.": ("phones", ["601 234 567", "+48 512 345 678", "790123456", "602 345 678"]),
    "Poczta elektroniczna": ("emails", _MAILS),
    "Ulica i nr domu": ("addresses.street", ["Długa 4", "Lipowa 12/3", "Polna 7", "Szkolna 1"]),
    "Kod pocztowy": ("addresses.postal_code", ["00-950", "31-002", "80-123", "50-077"]),
    "Miejscowość": ("addresses.locality", ["Radom", "Płock", "Gdynia", "Łódź"]),
    "Data urodzenia": ("birth_date", ["03.02.1961", "24.12.1975", "15.08.1988", "30.01.1949"]),
    "Płeć": ("gender", ["K", "M", "K", "M"]),
    "Tel. opiekuna": ("attributes", ["22 612 34 56", "22 623 45 67", "22 634 56 78", "22 645 67 89"]),
}
_TURKISH = {
    "Adı": ("name.given", ["Ayşegül", "Çağlar", "Zeliha", "İbrahim"]),
    "Soyadı": ("name.family", ["Yıldırım", "Öztürk", "Şahin", "Çelik"]),
    "Cep Tel.": ("phones", ["0532 123 45 67", "+90 544 234 56 78", "0505 345 67 89", "0533 456 78 90"]),
    "E-posta": ("emails", _MAILS),
    "Açık adres": ("addresses.street", ["Lale Sok. No:4", "Gül Cad. 12", "Çam Sk. 7/2", "Barış Cad. 9"]),
    "Posta Kodu": ("addresses.postal_code", ["34710", "06420", "35220", "16010"]),
    "Doğum Tarihi": ("birth_date", ["03.02.1961", "24.12.1975", "15.08.1988", "30.01.1949"]),
    "Cinsiyet": ("gender", ["Kadın", "Erkek", "Kadın", "Erkek"]),
}
_SWEDISH = {
    "Förnamn": ("name.given", ["Åsa", "Håkan", "Tuva", "Sixten"]),
    "Efternamn": ("name.family", ["Öberg", "Norén", "Hägg", "Wallin"]),
    "Mobilnummer": ("phones", ["070-123 45 67", "+46 73 234 56 78", "076-345 67 89", "072-456 78 90"]),
    "E-post": ("emails", _MAILS),
    "Gatuadress": ("addresses.street", ["Storgatan 4", "Björkvägen 12 B", "Ängsvägen 7", "Kungsgatan 9"]),
    "Postnr": ("addresses.postal_code", ["352 30", "972 31", "391 82", "802 50"]),
    "Födelsedatum": ("birth_date", ["1961-02-03", "1975-12-24", "1988-08-15", "1949-01-30"]),
}
_RUSSIAN = {
    "ФИО": ("name.full", ["Орлова Анна Ильинична", "Мороз Тарас Григорович", "Котов Пётр", "Зима Ольга"]),
    "Мобильный телефон": ("phones", ["+7 912 345-67-89", "8 (921) 234-56-78", "89031234567", "+79161234567"]),
    "Эл. почта": ("emails", _MAILS),
    "Дата рождения": ("birth_date", ["03.02.1961", "24.12.1975", "15.08.1988", "30.01.1949"]),
    "Город": ("addresses.locality", ["Тверь", "Псков", "Омск", "Казань"]),
    "Индекс": ("addresses.postal_code", ["170000", "180000", "644000", "420000"]),
    "Телефон менеджера": ("attributes", ["+7 495 123-45-67"] * 2 + ["+7 495 234-56-78", "+7 495 345-67-89"]),
}
_JAPANESE = {
    "氏名": ("name.full", ["佐藤 花子", "鈴木太郎", "高橋 健一", "渡辺恵"]),
    "携帯電話番号": ("phones", ["090-1234-5678", "080-2345-6789", "090-3456-7890", "080-4567-8901"]),
    "メールアドレス": ("emails", _MAILS),
    "郵便番号": ("addresses.postal_code", ["231-0001", "460-0008", "060-0042", "650-0021"]),
    "住所": ("addresses.street", ["中区本町1-3-2", "東区泉2丁目4番", "青葉台3-12", "南町4-1-8"]),
    "生年月日": ("birth_date", ["1961/02/03", "1975/12/24", "1988/08/15", "1949/01/30"]),
    "会社名": (
        "organization",
        ["株式会社さくら商事", "有限会社山本製作所", "高橋電機株式会社", "合同会社ミナト"],
    ),
    "緊急連絡先電話番号": ("attributes", ["045-612-3412", "052-912-3412", "011-212-3412", "078-312-3412"]),
}
_ARABIC = {
    "الاسم الكامل": ("name.full", ["محمد الحربي", "فاطمة النجار", "يوسف حداد", "مريم السيد"]),
    "رقم الجوال": ("phones", ["0501234567", "+966 55 123 4567", "0541234567", "0561234567"]),
    "البريد الإلكتروني": ("emails", _MAILS),
    "المدينة": ("addresses.locality", ["الرياض", "جدة", "الدمام", "مكة"]),
    "الدولة": ("addresses.country", ["السعودية", "مصر", "الكويت", "الأردن"]),
    "تاريخ الميلاد": ("birth_date", ["03/02/1961", "24/12/1975", "15/08/1988", "30/01/1949"]),
    "الجنس": ("gender", ["أنثى", "ذكر", "أنثى", "ذكر"]),
    "جوال المندوب": ("attributes", ["0501234568", "0551234567", "0541234568", "0561234568"]),
}


@pytest.mark.parametrize(
    "sheet",
    [_PORTUGUESE, _POLISH, _TURKISH, _SWEDISH, _RUSSIAN, _JAPANESE, _ARABIC],
    ids=["Portuguese", "Polish", "Turkish", "Swedish", "Russian", "Japanese", "Arabic"],
)
def test_headers_of_other_languages_say_what_they_are(sheet: dict[str, tuple[str, list[str]]]) -> None:
    guesses = suggest(pa.table({header: values for header, (_, values) in sheet.items()}))
    found = {one.column: one.field for one in guesses}
    told = {
        column: "attributes" if field.startswith("attributes.") else field for column, field in found.items()
    }
    assert told == {header: field for header, (field, _) in sheet.items()}


def test_attributes_are_called_after_headers_in_any_script() -> None:
    table = pa.table({"メモ": ["a", "b", "c"], "部署": ["x", "y", "x"], "Cœur": ["1", "2", "3"]})
    assert [one.field for one in suggest(table)] == ["attributes.メモ", "attributes.部署", "attributes.coeur"]


@pytest.mark.parametrize(
    ("text", "code"), [("السعودية", "SA"), ("日本", "JP"), ("Россия", "RU"), ("Almanya", "DE"), ("مصر", "EG")]
)
def test_countries_are_known_by_what_people_near_call_them(text: str, code: str) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize(
    ("text", "gender"), [("Kadın", "female"), ("أنثى", "female"), ("男性", "male"), ("жен", "female")]
)
def test_genders_are_known_in_other_languages(text: str, gender: str) -> None:
    assert normalise_gender(text) == gender


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("state_id/name", ["Rhône", "Sarthe", "Finistère", "Gard"], "addresses.region"),
        (
            "user_id/email",
            ["a.b@firma.de", "c.d@firma.de", "e.f@firma.de", "g.h@firma.de"],
            "attributes.user_id_email",
        ),
    ],
)
def test_a_path_to_another_record_says_what_that_is(header: str, values: list[str], field: str) -> None:
    table = pa.table({"name": ["Ana Roy", "Max Petit", "Eva Klein", "Jan Bos"], header: values})
    assert suggest(table)[1].field == field


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("عنوان التوصيل", "addresses.street"),  # the words with and without their article are the same
        ("العنوان", "addresses.street"),
        ("会員氏名", "name.full"),
        ("顧客住所", "addresses.street"),
    ],
)
def test_words_of_a_header_are_known_within_it(header: str, field: str) -> None:
    values = {"addresses.street": _JAPANESE["住所"][1], "name.full": _JAPANESE["氏名"][1]}[field]
    assert suggest(pa.table({header: values}))[0].field == field


def test_where_somebody_is_reached_may_be_a_phone_or_a_street() -> None:
    phones = ["0171 691234", "+39 0832 301234", "0577 281234", "347 123 4567"]
    streets = ["Via Garibaldi 4", "Corso Dante 12", "Piazza Nuova 7", "Via Roma 9"]
    guesses = suggest(pa.table({"Recapito": phones * 3, "Indirizzo": streets * 3}))
    assert [guess.field for guess in guesses] == ["phones", "addresses.street"]


def test_names_in_a_table_without_a_header_are_those_after_whom_the_addresses_are_called() -> None:
    names = ["Ginevra Tosatto", "Sante Quaglia", "Nives Bellomo", "Ermanno Vannucci"]
    mails = ["g.tosatto@libero.it", "sante.quaglia@alice.it", "nbellomo@libero.it", "info@vannucci.it"]
    towns = ["Cuneo Alta", "Lecce Nord", "Trento Sud", "Siena Est"]
    guesses = suggest(pa.table({"column_1": towns, "column_2": names, "column_3": mails}))
    assert [guess.field for guess in guesses][1:] == ["name.full", "emails"]
    assert guesses[0].field != "name.full"
