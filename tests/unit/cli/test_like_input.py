"""Golden values go back to the columns that they were read from, whatever the mapping."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cli.dedupe_inputs import Opened
from cli.like_input import keep_what_is_needed, like_input
from connectors.files.settings import FileSourceSettings
from connectors.files.source import STREAM, FileSource
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.dedupe import dedupe
from mappings.spec import MappingSpec
from matching import LocalMatcher

Lines = Sequence[Sequence[str]]


def merged(
    folder: Path, fields: dict[str, Any], lines: Lines, ignored: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """The golden records of a file with these fields, in its own columns."""
    path = folder / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
    spec = MappingSpec.model_validate({"mapping": 1, "defaults": {"country": "FR"}, "fields": fields})
    pages = FileSource(FileSourceSettings(path=str(path)), folder).read(STREAM, None)
    one = Opened("people", path.name, tuple(lines[0]), spec, (), pages, ignored=ignored)
    keep_what_is_needed([one])
    found = dedupe([one.as_input()], LocalMatcher(), SurvivorshipRules())
    table = like_input(found, [one])
    assert table.column_names == ["golden_id", *(name for name in lines[0] if name not in ignored)]
    return [{name: value for name, value in row.items() if name != "golden_id"} for row in table.to_pylist()]


NAME = {"name.given": "first", "name.family": "last"}
WHO = ["first", "last", "mail"]
ZOE, ZOE_AGAIN = ["Zoé", "Exemple", "zoe@courrier.example"], ["Zoé", "Exemple", "zoe@courrier.example"]


def test_values_of_a_kind_go_to_the_column_of_that_kind(tmp_path: Path) -> None:
    fields = {
        **NAME,
        "emails": "mail",
        "phones": [{"value": "mobile", "type": "mobile"}, {"value": "work", "type": "work"}],
    }
    lines = [
        [*WHO, "mobile", "work"],
        [*ZOE, "0639980012", ""],
        [*ZOE_AGAIN, "", "0199001234"],
        [*ZOE, "0639980012", "0199001235"],
    ]
    (row,) = merged(tmp_path, fields, lines)
    assert row["mobile"] == "+33639980012"
    assert set(row["work"].split(" | ")) == {"+33199001234", "+33199001235"}


def test_several_columns_of_a_field_share_its_values_and_none_is_lost(tmp_path: Path) -> None:
    fields = {**NAME, "emails": ["mail", "mail2"]}
    lines = [
        [*WHO, "mail2"],
        [*ZOE, ""],
        [*ZOE_AGAIN[:2], "z@boite.example", "zoe@courrier.example"],
        [*ZOE_AGAIN[:2], "zoe@postfach.example", "zoe@courrier.example"],
    ]
    (row,) = merged(tmp_path, fields, lines)
    assert " | " not in row["mail"]
    assert len({row["mail"], *row["mail2"].split(" | ")}) == 3


def test_what_the_mapping_translates_is_translated_back(tmp_path: Path) -> None:
    fields = {
        **NAME,
        "emails": "mail",
        "gender": {"value": "sexe", "values": {"H": "male", "F": "female"}},
        "consents": [
            {
                "channel": "email",
                "purpose": "marketing",
                "status": "news",
                "values": {"oui": "granted", "non": "denied"},
            }
        ],
    }
    lines = [[*WHO, "sexe", "news"], [*ZOE, "F", "oui"], [*ZOE_AGAIN, "", "non"]]
    (row,) = merged(tmp_path, fields, lines)
    assert (row["sexe"], row["news"]) == ("F", "non")  # consent only narrows


def test_parts_of_a_field_and_columns_of_none_come_as_they_stand_in_one_record(tmp_path: Path) -> None:
    fields = {
        **NAME,
        "emails": "mail",
        "birth_date": "join('-', [year, month, day])",
        "attributes.segment": "segment",
    }
    heads = ["nr", *WHO, "day", "month", "year", "segment", "left out", 'O\'Neil "x"']
    lines = [
        heads,
        ["7", *ZOE, "", "", "", "", "a", ""],
        ["8", *ZOE_AGAIN, "03", "05", "1980", "Or", "b", "it's"],
    ]
    (row,) = merged(tmp_path, fields, lines, ignored=("left out",))
    assert [row[name] for name in ("day", "month", "year")] == ["03", "05", "1980"]
    assert (row["nr"], row["segment"], row['O\'Neil "x"']) == ("7", "Or", "it's")


def test_a_whole_name_is_put_together_and_a_column_called_as_ours_keeps_its_place(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("golden_id,full,mail\ng1,Zoé Exemple,zoe@courrier.example\n", encoding="utf-8")
    spec = MappingSpec.model_validate({"mapping": 1, "fields": {"name.full": "full", "emails": "mail"}})
    pages = FileSource(FileSourceSettings(path=str(path)), tmp_path).read(STREAM, None)
    one = Opened("people", path.name, ("golden_id", "full", "mail"), spec, (), pages)
    keep_what_is_needed([one])
    table = like_input(dedupe([one.as_input()], LocalMatcher(), SurvivorshipRules()), [one])
    assert table.column_names == ["golden_id", "golden_id_2", "full", "mail"]
    (row,) = table.to_pylist()
    assert (row["golden_id_2"], row["full"]) == ("g1", "Zoé Exemple")
