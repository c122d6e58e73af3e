from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.files.delimited import DelimitedFile
from connectors.files.encoding import Encoding, find_encoding
from connectors.files.options import ReadOptions
from hub.errors import ConfigurationError

Put = Callable[[str, bytes | str], Path]

FRENCH = "nom,ville\nHélène,Orléans\nFrançois,Nîmes\nZoë,Forêt\nJérôme,À côté de Fès\n"
GERMAN = "Name,Ort\nJürgen,Köln\nGroß,Düsseldorf\nÄnne,Übersee\n"
SPANISH = "nombre,ciudad\nJosé,Málaga\nIñigo,Logroño\nÁngel,Cádiz\n"
MIXED = FRENCH + GERMAN + SPANISH + "Søren,Århus\nAntónio,São João\n"
POLISH = "imię,miasto\nŁukasz,Łódź\nZażółć,Gdańsk\nJaśmin,Kraków\nŹródło,Świętochłowice\n"
CZECH = "jméno,město\nJiří,Plzeň\nDvořák,České Budějovice\nRůžena,Třebíč\n"
HUNGARIAN = "név,város\nGyőző,Győr\nErzsébet,Hódmezővásárhely\nFűzfa,Szűcs\n"
TURKISH = "isim,şehir\nIşık,Eskişehir\nÇağlar,Muğla\nGökçe,Iğdır\n"
RUSSIAN = "имя,город\n" + "Иван,Москва\nАнна,Тверь\nСергей,Нижний Новгород\nОльга,Санкт-Петербург\n" * 5
GREEK = "όνομα,πόλη\n" + "Ελένη,Αθήνα\nΓιώργος,Θεσσαλονίκη\nΜαρία,Πάτρα\n" * 5
JAPANESE = "名前,市\n" + "山田太郎,東京\n鈴木花子,大阪\n" * 5

WRITTEN = {
    "French cp1252": (FRENCH, "cp1252"),
    "French iso8859-15": (FRENCH + "Cœur,Sœur\n", "iso8859-15"),
    "French mac_roman": (FRENCH, "mac_roman"),
    "French cp850": (FRENCH, "cp850"),
    "German cp1252": (GERMAN, "cp1252"),
    "Spanish cp1252": (SPANISH, "cp1252"),
    "many languages cp1252": (MIXED, "cp1252"),
    "Polish cp1250": (POLISH, "cp1250"),
    "Polish iso8859-2": (POLISH, "iso8859-2"),
    "Czech cp1250": (CZECH, "cp1250"),
    "Hungarian cp1250": (HUNGARIAN, "cp1250"),
    "Turkish cp1254": (TURKISH, "cp1254"),
    "Russian cp1251": (RUSSIAN, "cp1251"),
    "Russian koi8-r": (RUSSIAN, "koi8-r"),
    "Greek cp1253": (GREEK, "cp1253"),
    "Japanese cp932": (JAPANESE, "cp932"),
}


@pytest.mark.parametrize(("text", "encoding"), WRITTEN.values(), ids=WRITTEN)
def test_a_guess_reads_the_text_that_was_written(put: Put, text: str, encoding: str) -> None:
    path = put("t.csv", text.encode(encoding))
    found = find_encoding(path, None)
    assert path.read_bytes().decode(found.name) == text
    assert found.origin == "guessed"
    assert "guess" in (found.note or "")


CERTAIN = {
    "plain ASCII": (b"a,b\n1,2\n", Encoding("utf-8", "valid")),
    "UTF-8": (FRENCH.encode(), Encoding("utf-8", "valid")),
    "UTF-8 with a mark": (FRENCH.encode("utf-8-sig"), Encoding("utf-8", "byte-order-mark", 3)),
    "UTF-16 with a mark": (
        b"\xff\xfe" + FRENCH.encode("utf-16-le"),
        Encoding("utf-16-le", "byte-order-mark", 2),
    ),
    "UTF-16 the other way": (
        b"\xfe\xff" + FRENCH.encode("utf-16-be"),
        Encoding("utf-16-be", "byte-order-mark", 2),
    ),
    "UTF-32": (FRENCH.encode("utf-32"), Encoding("utf-32-le", "byte-order-mark", 4)),
    "UTF-16 without a mark": (FRENCH.encode("utf-16-le"), Encoding("utf-16-le", "zero-bytes")),
    "UTF-16 big without a mark": (FRENCH.encode("utf-16-be"), Encoding("utf-16-be", "zero-bytes")),
}


@pytest.mark.parametrize(("content", "encoding"), CERTAIN.values(), ids=CERTAIN)
def test_marks_and_valid_utf8_are_certain(put: Put, content: bytes, encoding: Encoding) -> None:
    found = find_encoding(put("t.csv", content), None)
    assert found == encoding
    assert found.note is None


@pytest.mark.parametrize("content", [content for content, _ in CERTAIN.values()][1:], ids=list(CERTAIN)[1:])
def test_the_mark_is_no_part_of_the_text(put: Put, content: bytes) -> None:
    found = DelimitedFile(put("t.csv", content), ReadOptions()).description
    assert found.columns == ("nom", "ville")


@pytest.mark.parametrize("wanted", ["utf-8", "utf-8-sig", "UTF8"])
def test_a_mark_is_skipped_when_the_encoding_is_set_too(put: Put, wanted: str) -> None:
    path = put("t.csv", FRENCH.encode("utf-8-sig"))
    found = DelimitedFile(path, ReadOptions(encoding=wanted)).description
    assert (found.columns, found.encoding_from) == (("nom", "ville"), "set")


def test_a_mark_decides_the_order_when_utf16_is_set(put: Put) -> None:
    path = put("t.csv", b"\xfe\xff" + FRENCH.encode("utf-16-be"))
    assert DelimitedFile(path, ReadOptions(encoding="utf-16")).description.columns == ("nom", "ville")


def test_utf8_with_a_few_invalid_bytes_stays_utf8(put: Put) -> None:
    found = find_encoding(put("t.csv", FRENCH.encode() + b"torn \xe9 line\n"), None)
    assert (found.name, found.origin) == ("utf-8", "damaged")
    assert "rejected" in (found.note or "")


SINGLE = {
    "an accent in a word": (b"Andr\xe9", "cp1252"),
    "an accent as DOS wrote it": (b"Andr\x82", "cp850"),
    "an accent as old Macs wrote it": (b"Andr\x8e", "mac_roman"),
    "a byte that is no letter": (b"An\xb2dr", "utf-8"),
    "half a UTF-8 character": (b"Andr\xc3", "utf-8"),
    "a byte that no text has": (b"Andr\xff\xff", "utf-8"),
}


@pytest.mark.parametrize(("value", "name"), SINGLE.values(), ids=SINGLE)
def test_one_high_byte_is_an_accent_only_where_it_can_be_one(put: Put, value: bytes, name: str) -> None:
    assert find_encoding(put("t.csv", b"a,b\n" + b"Ada,Lille\n" * 1000 + value + b",x\n"), None).name == name


def test_an_accent_deep_in_a_file_is_found(put: Put) -> None:
    path = put("t.csv", b"a,b\n" + b"Ada,Lille\n" * 300_000 + FRENCH.encode("cp1252"))
    assert find_encoding(path, None).name == "cp1252"


def test_a_character_that_is_cut_by_a_block_is_whole(put: Put) -> None:
    path = put("t.csv", "a;b\n" + "é;è\n" * 500_000)  # 3.5 MB of two-byte characters
    assert find_encoding(path, None) == Encoding("utf-8", "valid")


@pytest.mark.parametrize("wanted", ["latin-99", "base64", "rot13", ""])
def test_an_encoding_that_is_none_is_refused(put: Put, wanted: str) -> None:
    with pytest.raises(ConfigurationError, match="encoding") as caught:
        find_encoding(put("t.csv", "a"), wanted)
    assert caught.value.code == "unknown-encoding"
