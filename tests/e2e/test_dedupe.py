"""`hub dedupe` as the first thing that anyone tries: files of any shape in, files and a page out."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cli.exits import Exit
from cli.main import main

CRM = """\
Code;Prénom;Nom;Courriel;Courriel 2;Téléphone;Rue;CP;Ville;Date de naissance;Segment;Vide
A1;Zoé;Martin;zoe@courrier.example;;06 39 98 00 12;2 rue des Lilas;59000;Lille;1980-05-03;Or;
A2;ZOE;MARTIN;zoe.martin@boite.example;zoe@courrier.example;+33639980012;2 rue des Lilas;59000;Lille;;;
A3;Jean;Modèle;jean@boite.example;;06 39 98 00 13;4 place du Marché;69003;Lyon;1971-04-23;Argent;
A4;Anne;Leroy;anne@postfach.example;;6.12E+08;;;;;;
A5;;;;;;;;;;;
"""
SHOP = """\
id,full name,mail,phone
1,Zoé Martin,zoe@courrier.example,+33639980012
2,Jean Modèle,jean@boite.example,0639980013
3,عمر حسن,omar@courrier.example,0639980077
4,😀 عمر حسن,omar@courrier.example,0639980077
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "crm.csv").write_text(CRM, encoding="cp1252")
    (tmp_path / "shop.csv").write_text(SHOP, encoding="utf-8")
    return tmp_path


def dedupe(folder: Path, *arguments: str) -> int:
    return main(["-C", str(folder), "dedupe", *arguments, "--out", "out", "--country", "FR"])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def heads(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8") as file:
        return next(csv.reader(file))


def test_files_of_different_shapes_become_one_set_of_golden_records(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dedupe(files, "crm.csv", "shop.csv", "--json") == Exit.SOME_REJECTED
    told = json.loads(capsys.readouterr().out)
    assert list(told) == [
        "records",
        "rejected",
        "golden",
        "review",
        "merged_records",
        "seconds",
        "peak_memory_mb",
    ]
    assert list(told["seconds"]) == ["read", "map", "match", "golden", "write"]
    assert {name: told[name] for name in ("records", "rejected", "golden", "merged_records")} == {
        "records": 8,
        "rejected": 1,
        "golden": 4,
        "merged_records": 4,
    }
    out = files / "out"
    assert heads(out / "golden.csv")[:3] == ["golden_id", "kind", "name.full"]
    assert heads(out / "golden.csv")[-2:] == ["sources", "record_count"]
    assert heads(out / "members.csv") == ["source", "key", "golden_id"]
    assert heads(out / "review.csv") == ["source_a", "key_a", "source_b", "key_b", "probability", "reason"]
    groups: dict[str, set[str]] = {}
    for row in rows(out / "members.csv"):
        groups.setdefault(row["golden_id"], set()).add(f"{row['source']}:{row['key']}")
    assert {"crm:1", "crm:2", "shop:1"} in groups.values()
    assert {"crm:3", "shop:2"} in groups.values()
    assert rows(out / "refused.csv") == [
        {"source": "crm", "key": "4", "field": "phones", "code": "digits-lost", "value": "6.12E+08"}
    ]


def test_like_input_gives_golden_values_in_the_files_own_columns(files: Path) -> None:
    dedupe(files, "crm.csv", "--key", "Code", "--like-input", "--ignore", "Vide")
    golden = files / "out" / "golden.csv"
    assert heads(golden) == ["golden_id", *CRM.split("\n", maxsplit=1)[0].split(";")[:-1]]
    by_code = {row["Code"]: row for row in rows(golden)}
    assert set(by_code) == {"A1", "A3", "A4"}
    zoe = by_code["A1"]
    assert {zoe["Courriel"], zoe["Courriel 2"]} == {"zoe@courrier.example", "zoe.martin@boite.example"}
    wanted = ("Téléphone", "Rue", "CP", "Ville", "Date de naissance", "Segment")
    assert [zoe[name] for name in wanted] == [
        "+33639980012", "2 rue des Lilas", "59000", "Lille", "1980-05-03", "Or",
    ]  # fmt: skip
    assert (by_code["A4"]["Prénom"], by_code["A4"]["Téléphone"], by_code["A4"]["Segment"]) == ("Anne", "", "")


def test_like_input_of_several_files_has_the_columns_of_all(files: Path) -> None:
    dedupe(files, "crm.csv", "shop.csv", "--like-input")
    golden = files / "out" / "golden.csv"
    crm, shop = (text.split("\n", maxsplit=1)[0] for text in (CRM, SHOP))
    assert heads(golden) == ["golden_id", *crm.split(";"), *shop.split(",")]
    by_mail = {row["mail"].split(" | ")[0]: row for row in rows(golden)}
    zoe = next(row for mail, row in by_mail.items() if mail.startswith("zoe"))
    assert (zoe["Code"], zoe["id"], zoe["full name"], zoe["phone"]) == (
        "A1",
        "1",
        "Zoé Martin",
        "+33639980012",
    )
    omar = by_mail["omar@courrier.example"]
    assert (omar["Code"], omar["id"], omar["Téléphone"]) == ("", "3", "+33639980077")


def test_a_nested_file_can_be_had_back_in_its_own_columns_too(tmp_path: Path) -> None:
    people = [
        {
            "nr": 7,
            "first_name": "Zoé",
            "last_name": "Martin",
            "email": "zoe@courrier.example",
            "more": {"a": 1},
        },
        {"nr": 8, "first_name": "Zoé", "last_name": "Martin", "email": "zoe@courrier.example"},
    ]
    text = "".join(json.dumps(one) + "\n" for one in people)
    (tmp_path / "people.jsonl").write_text(text, encoding="utf-8")
    assert dedupe(tmp_path, "people.jsonl", "--like-input") == Exit.DONE
    (golden,) = rows(tmp_path / "out" / "golden.csv")
    assert (golden["first_name"], golden["email"], golden["nr"]) == ("Zoé", "zoe@courrier.example", "7")


class Page(HTMLParser):
    """What a browser would see: tags that are balanced, text, and addresses of other resources."""

    VOID = frozenset({"meta", "br", "link", "img"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        self.links += [
            value or "" for name, value in attrs if name in {"src", "href", "srcset", "data", "action"}
        ]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(folder: Path) -> Page:
    return Page((folder / "out" / "report.html").read_text(encoding="utf-8"))


def test_the_report_is_one_page_that_needs_nothing_else(files: Path) -> None:
    dedupe(files, "crm.csv", "shop.csv")
    page = page_of(files)
    assert page.open == []
    assert all(link.startswith("#") for link in page.links)
    assert not {"script", "img", "link", "iframe", "form"} & set(page.tags)
    source = (files / "out" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|https?://", source)
    words = re.sub(r"\s+", " ", page.text)
    for told in (
        "8 records are 4 customers",
        "4 records (50 %) repeat",
        "Zoé Martin",
        "عمر حسن",
        "😀",
        "Starting point",
        "1 left out: a spreadsheet cut the number off",
        "the record has no name, e-mail, phone",
    ):
        assert told in words, told


def test_what_differs_within_a_group_is_marked_and_what_agrees_is_not(files: Path) -> None:
    dedupe(files, "crm.csv")
    source = (files / "out" / "report.html").read_text(encoding="utf-8")
    marked = {re.sub("<[^>]+>", "", one) for one in re.findall(r"<mark>(.*?)</mark>", source)}
    assert "zoe.martin@boite.example" in marked
    assert "zoe@courrier.example" not in marked  # both records have it
    assert "+33639980012" not in marked


HOSTILE = """\
prénom,nom,courriel,note
<script>alert(1)</script>,Martin,zoe@courrier.example,\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe
<script>alert(1)</script>,Martin,zoe@courrier.example,"<img src=x onerror=alert(1)>"
Ana,Roy,ana@courrier.example,"=HYPERLINK(""http://x.example"";""clic"")"
Bo,Lee,bo@courrier.example,{huge}
"""


def test_nothing_in_the_data_becomes_part_of_the_page(tmp_path: Path) -> None:
    text = HOSTILE.replace("{huge}", "x" * 100_000)
    (tmp_path / "<b>data.csv").write_text(text, encoding="utf-8")
    assert dedupe(tmp_path, "<b>data.csv") == Exit.DONE
    page = page_of(tmp_path)
    assert page.open == []
    assert not {"script", "img", "b>data"} & set(page.tags)
    assert "<script>alert(1)</script>" in page.text
    assert "<b>data" in page.text
    assert (tmp_path / "out" / "report.html").stat().st_size < 200_000
    notes = [row["attributes.note"] for row in rows(tmp_path / "out" / "golden.csv")]
    assert any(note.startswith("'=HYPERLINK") for note in notes)
    assert max(map(len, notes)) == 100_000  # the files hold all of it


def test_a_large_result_makes_a_page_of_bounded_size(tmp_path: Path) -> None:
    lines = [
        f"{n},{'Zoé' if n % 3 else 'Jean'}{n},Fam{n * 7919 % 1009},p{n}@courrier.example"
        for n in range(1_500)
    ]
    with (tmp_path / "many.csv").open("w", encoding="utf-8") as file:
        file.write("nr,first name,last name,e-mail\n")
        file.writelines(f"{line}\n" for line in [*lines, *lines])
        file.writelines(f"x{n},Big,Group,big@courrier.example\n" for n in range(60))
    assert dedupe(tmp_path, "many.csv") == Exit.DONE
    source = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert len(source) < 2_000_000
    groups = source[source.index('id="merged"') : source.index('id="review"')]
    assert groups.count("· least sure link") == 125
    assert "the 100 groups that are the least sure of all 1,501" in re.sub(r"\s+", " ", source)
    assert "and 48 more records of this group" in groups


def test_keys_that_look_like_formulas_survive_the_way_to_evaluate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = ["=A1", "+cmd|x", "-2+3", "@x", "'=q", "-5", "+33639980012", "plain"]
    with (tmp_path / "people.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["nr", "first name", "last name", "e-mail"])
        for number, key in enumerate(keys):
            writer.writerow(
                [key, f"Ana{number // 2}", f"Roy{number // 2}", f"a{number // 2}@courrier.example"]
            )
    with (tmp_path / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["key", "entity"])
        writer.writerows([key, number // 2] for number, key in enumerate(keys))
    for raw in ([], ["--raw"]):
        assert dedupe(tmp_path, "people.csv", "--key", "nr", *raw) == Exit.DONE
        written = [row["key"] for row in rows(tmp_path / "out" / "members.csv")]
        assert (written == keys) is bool(raw)
        assert {"-5", "+33639980012", "plain"} <= set(written)
        capsys.readouterr()
        members, truth = str(tmp_path / "out" / "members.csv"), str(tmp_path / "truth.csv")
        assert main(["evaluate", "--truth", truth, "--members", members, "--json"]) == Exit.DONE
        told = json.loads(capsys.readouterr().out)
        assert (told["records"], told["pairwise"]["f1"], told["b3"]["f1"]) == (8, 1.0, 1.0)


def test_a_second_run_leaves_nothing_of_the_first(files: Path) -> None:
    dedupe(files, "crm.csv")
    assert (files / "out" / "rejects.csv").exists()
    assert dedupe(files, "shop.csv") == Exit.DONE
    assert not (files / "out" / "rejects.csv").exists()
    assert not (files / "out" / "refused.csv").exists()


@pytest.mark.parametrize("text", ["mail\nzoe@courrier.example\n", "name,x\nZoé,\n", "a,b\n1,Paris\n"])
def test_a_file_of_one_row_gives_a_page_too(tmp_path: Path, text: str) -> None:
    (tmp_path / "one.csv").write_text(text, encoding="utf-8")
    assert dedupe(tmp_path, "one.csv") in {Exit.DONE, Exit.SOME_REJECTED}
    assert page_of(tmp_path).open == []


@pytest.mark.parametrize("option", ["--map", "--ignore", "--key"])
def test_a_column_that_no_file_has_is_told(
    files: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    value = "Coureil=emails" if option == "--map" else "Coureil"
    assert dedupe(files, "crm.csv", option, value) == Exit.USAGE
    assert "Coureil" in capsys.readouterr().err


def test_a_country_may_be_told_by_its_name_and_a_wrong_one_is_told(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["-C", str(files), "dedupe", "shop.csv", "--out", "out", "--country"]
    assert main([*command, "Frankreich"]) == Exit.DONE
    assert any(row["phones"] == "+33639980013" for row in rows(files / "out/golden.csv"))
    capsys.readouterr()
    assert main([*command, "Frankrijkje"]) == Exit.USAGE
    assert "there is no country `Frankrijkje`" in capsys.readouterr().err


def test_a_misspelt_column_is_told_with_the_probable_one(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dedupe(files, "crm.csv", "--map", "Couriel=emails") == Exit.USAGE
    assert "did you mean `Courriel`?" in capsys.readouterr().err


def test_phones_of_a_sheet_that_is_clearly_of_one_country_are_read_there(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-C", str(files), "dedupe", "crm.csv", "--out", "out"]) == Exit.SOME_REJECTED
    assert "tell no country are read as of FR" in capsys.readouterr().err
    assert any("+33639980013" in row["phones"] for row in rows(files / "out/golden.csv"))
