"""`hub quality`: lines for scripts, JSON for programs, nothing for a project without contacts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.exits import Exit
from cli.main import main

PEOPLE = "id,first name,e-mail,phone\n1,Zoé,zoe@courrier.example,06 39 98 00 12\n2,Jean,no mail,6.12E+08\n"
FIELDS = ["name.given", "emails", "phones"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "hub.yaml").write_text(
        "defaults: {country: FR}\nsources:\n  people: {type: file, path: people.csv, key: id}\n"
    )
    assert main(["-C", str(tmp_path), "mapping", "suggest", "people", "--write"]) == Exit.DONE
    return tmp_path


def test_quality_is_told_as_lines_and_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-C", str(project), "quality"]) == Exit.DONE
    assert "no contacts yet" in capsys.readouterr().err
    assert main(["-C", str(project), "pull"]) == Exit.DONE
    capsys.readouterr()
    assert main(["-C", str(project), "quality", "people"]) == Exit.DONE
    heads, *lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert heads[:4] == ["source", "records", "field", "filled"]
    assert [line[2] for line in lines] == FIELDS
    assert lines[2][3:] == ["100.0 %", "50.0 %", "1", "1", "", "1 digits-lost"]
    assert main(["-C", str(project), "quality", "--json"]) == Exit.DONE
    told = json.loads(capsys.readouterr().out)
    assert [one["field"] for one in told] == FIELDS
    assert told[2]["reasons"] == {"digits-lost": 1}


def test_a_source_that_there_is_not_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["-C", str(project), "quality", "poeple"]) == Exit.USAGE
    assert "did you mean `people`?" in capsys.readouterr().err
