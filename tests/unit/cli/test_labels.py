"""Judgements of other hubs and other tools: each file form is seen by itself, and refused with its place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from cli.labels.naming import Naming
from cli.labels.read import LabelFormat, read_labels
from cli.values import Values
from hub.errors import ConfigurationError

VALUES = Values("FR", date(2026, 1, 1))
NAMING = Naming(["crm", "shop"], {"CLIENTS": "crm"})


def read(tmp_path: Path, name: str, text: str, naming: Naming = NAMING, key: str | None = None) -> list[str]:
    """The file's judgements in short, its form first."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found = read_labels(path, naming, VALUES, key=key)
    return [found.form.value, *(f"{one.a} {one.verdict} {one.b}" for one in found.judgements)]


def test_rows_of_one_entity_of_a_key_file_are_the_same(tmp_path: Path) -> None:
    text = "RESOLVED_ENTITY_ID,DATA_SOURCE,RECORD_ID\n7,CLIENTS,1\n8,CLIENTS,2\n7,SHOP,9\n7,CLIENTS,3\n"
    assert read(tmp_path, "key.csv", text) == ["clusters", "crm:1 same shop:9", "shop:9 same crm:3"]


def test_a_truth_file_is_a_key_file_too(tmp_path: Path) -> None:
    assert read(tmp_path, "t.csv", "source,key,entity\ncrm,1,a\ncrm,2,a\n") == [
        "clusters",
        "crm:1 same crm:2",
    ]


def test_scores_of_pairs_say_same_different_or_neither(tmp_path: Path) -> None:
    head = "unique_id_l,source_dataset_l,unique_id_r,source_dataset_r,clerical_match_score"
    text = f"{head}\n1,crm,2,crm,1.0\n1,crm,9,shop,0.0\n2,crm,3,crm,0.5\n"
    assert read(tmp_path, "labels.csv", text) == [
        "pairs",
        "crm:1 same crm:2",
        "crm:1 different shop:9",
        "crm:2 unsure crm:3",
    ]


def test_pairs_without_sources_are_of_the_source_that_is_told(tmp_path: Path) -> None:
    text = "unique_id_l,unique_id_r,clerical_match_score\n1,2,1\n"
    one = Naming(["crm", "shop"], default="shop")
    assert read(tmp_path, "labels.csv", text, one) == ["pairs", "shop:1 same shop:2"]


def test_a_training_file_of_dedupe_says_match_and_distinct(tmp_path: Path) -> None:
    def pair(a: int, b: int) -> dict[str, object]:
        return {"__class__": "tuple", "__value__": [{"Id": a, "name": "x"}, {"Id": b, "name": None}]}

    text = json.dumps({"distinct": [pair(1, 2)], "match": [pair(3, 4)]})
    one = Naming(["crm"])
    assert read(tmp_path, "training.json", text, one, "Id") == [
        "dedupe",
        "crm:3 same crm:4",
        "crm:1 different crm:2",
    ]


def test_rows_that_were_matched_in_openrefine_are_what_they_were_matched_with(tmp_path: Path) -> None:
    text = "key,name,recon match id,recon judgment\n1,x,shop:9,matched\n2,y,,new\n3,z,5,Matched\n4,w,6,none\n"
    naming = Naming(["crm", "shop"], default="crm")
    assert read(tmp_path, "rows.csv", text, naming) == ["openrefine", "crm:1 same shop:9", "crm:3 same crm:5"]


def test_the_lines_of_a_hub_keep_who_when_and_why(tmp_path: Path) -> None:
    line = {
        "type": "judgement",
        "a": {"source": "crm", "key": "1"},
        "b": {"source": "shop", "key": "2"},
        "verdict": "different",
        "author": "anna",
        "at": "2026-01-02T03:04:05Z",
        "reason": "two brothers",
    }
    path = tmp_path / "j.jsonl"
    path.write_text(json.dumps(line) + "\n\n", encoding="utf-8")
    found = read_labels(path, NAMING, VALUES)
    assert found.form is LabelFormat.HUB
    (one,) = found.judgements
    assert (one.author, one.at, one.reason) == ("anna", "2026-01-02T03:04:05.000000Z", "two brothers")


OVERRIDE = '{{"type": "override", "record": {{"source": "crm", "key": "1"}}, "field": "{}", "value": {}}}\n'


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        pytest.param("j.jsonl", '{"type": "judgement"}\n', ["j.jsonl:1"], id="half a line"),
        pytest.param("j.jsonl", "\n{torn\n", ["j.jsonl:2"], id="torn JSON"),
        pytest.param("j.jsonl", OVERRIDE.format("consents", "[]"), ["nobody can set"], id="consents"),
        pytest.param(
            "j.jsonl", OVERRIDE.format("emails", '"x"'), ["form of the field"], id="a text for a list"
        ),
        pytest.param(
            "j.jsonl", OVERRIDE.format("emails", '["x"]'), ["form of the field"], id="texts in a list"
        ),
        pytest.param("j.jsonl", OVERRIDE.format("name.nick", '"x"'), ["no nick"], id="no part of a name"),
        pytest.param("j.jsonl", OVERRIDE.format("kind", '"robot"'), ["person or organization"], id="no kind"),
        pytest.param(
            "j.jsonl", OVERRIDE.format("kind", "null"), ["person or organization"], id="kind cleared"
        ),
        pytest.param(
            "j.jsonl", OVERRIDE.format("birth_date", '"31/02/2000"'), ["birth_date", "no date"], id="no date"
        ),
        pytest.param(
            "j.jsonl",
            OVERRIDE.format("emails", '[{"value": "junk"}]'),
            ["no e-mail address"],
            id="no e-mail address",
        ),
        pytest.param(
            "j.jsonl",
            OVERRIDE.format("phones", '[{"value": "12"}]'),
            ["j.jsonl:1", "phones", "no phone number"],
            id="no phone",
        ),
        pytest.param(
            "j.jsonl",
            OVERRIDE.format("identifiers.siren", '[{"type": "siren", "value": "1"}]'),
            ["identifiers.siren", "no valid siren"],
            id="no identifier",
        ),
        pytest.param(
            "j.jsonl",
            OVERRIDE.format("addresses", '{"was": null, "set": {"country": "Frnce", "postal_code": "?"}}'),
            ["j.jsonl:1", "country"],
            id="no parts of an address",
        ),
        pytest.param(
            "j.jsonl", OVERRIDE.format("birth_date", '"2031-01-01"'), ["birth_date", "future"], id="to come"
        ),
        pytest.param(
            "j.jsonl",
            json.dumps(
                {
                    "type": "judgement",
                    "a": {"source": "crm", "key": "1"},
                    "b": {"source": "crm", "key": "1"},
                    "verdict": "different",
                }
            ),
            ["j.jsonl:1", "crm:1 is judged against itself"],
            id="a record and itself",
        ),
        pytest.param(
            "k.csv", "entity,data_source,key\n1,ERP,1\n", ["k.csv:2", "ERP"], id="a source that is not"
        ),
        pytest.param("k.csv", "entity,data_source,key\n1,crm,\n", ["k.csv:2", "no record"], id="no key"),
        pytest.param("k.csv", "entity,key\n1,1\n", ["k.csv:2", "which source"], id="no source"),
        pytest.param("k.csv", "entity,crm\n1,1\n", ["names records"], id="no key column"),
        pytest.param("k.csv", "a,b\n1,1\n", ["no file of judgements"], id="another table"),
        pytest.param("t.json", '{"match": []}', ["training file"], id="another JSON"),
        pytest.param("t.json", '{"match": [[1]], "distinct": []}', ["match[1]"], id="no pair"),
        pytest.param(
            "p.csv", "unique_id_l,unique_id_r,clerical_match_score\n1,2,high\n", ["p.csv:2"], id="no score"
        ),
    ],
)
def test_what_is_no_judgement_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str, words: list[str]
) -> None:
    default = None if words[-1] == "which source" else "crm"
    with pytest.raises(ConfigurationError) as refused:
        read(tmp_path, name, text, Naming(["crm", "shop"], default=default if name != "k.csv" else None))
    for word in words:
        assert word in str(refused.value)
