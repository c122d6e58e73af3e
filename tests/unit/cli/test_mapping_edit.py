"""`hub mapping edit`: what `hub mapping check` would refuse is not written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.exits import Exit
from cli.main import main

MAPPING = """\
mapping: 1
source: people
key: id   # as exported
fields:
  name.given: '"first name"'
  emails: mail
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text("id,first name,mail,e-mail 2\n1,Ana,a@courrier.example,\n")
    (tmp_path / "hub.yaml").write_text(
        "sources:\n  people: {type: file, path: people.csv}\n"
        "  erp: {type: tryton, url: 'https://erp.example', database: d, user: u, password: '${PW}'}\n"
        "destinations:\n  crm: {type: file, path: crm.csv}\n"
    )
    (tmp_path / ".env").write_text("PW=x\n")
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "people.yaml").write_text(MAPPING)
    return tmp_path


def edit(project: Path, *arguments: str) -> int:
    return main(["-C", str(project), "mapping", "edit", *arguments])


def mapping(project: Path, name: str = "people") -> str:
    return (project / "mappings" / f"{name}.yaml").read_text()


def test_a_field_is_set_and_the_change_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edit(project, "people", "emails=[mail, '\"e-mail 2\"']") == Exit.DONE
    assert mapping(project) == MAPPING.replace("emails: mail", "emails: [mail, '\"e-mail 2\"']")
    assert capsys.readouterr().out == 'emails: mail → ["mail", "\\"e-mail 2\\""]\n'


def test_a_columns_own_name_needs_no_quotes(project: Path) -> None:
    assert edit(project, "people", "emails=e-mail 2") == Exit.DONE
    assert mapping(project) == MAPPING.replace("emails: mail", "emails: '\"e-mail 2\"'")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param("emails=mial", "did you mean `mail`?", id="a column that there is not"),
        pytest.param("emails={valu: mail}", "did you mean `value`?", id="a part that there is not"),
        pytest.param("emials=mail", "did you mean `emails`?", id="a field that there is not"),
        pytest.param("emails=mail ||", "people.yaml:6:3 (fields.emails)", id="no expression, with its place"),
        pytest.param("defaults.country=France", "people.yaml", id="a value that is none"),
        pytest.param("kind=[a]", "people.yaml", id="no kind"),
        pytest.param("emails", "FIELD=EXPRESSION", id="no change"),
    ],
)
def test_what_check_refuses_leaves_the_file_alone(
    project: Path, change: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edit(project, "people", "job_title=mail", change) == Exit.USAGE
    assert mapping(project) == MAPPING
    assert told in capsys.readouterr().err


def test_a_mapping_that_is_wrong_is_mended(project: Path) -> None:
    (project / "mappings" / "people.yaml").write_text(
        MAPPING.replace("emails: mail", "emails: mial\n  phones: nr")
    )
    assert edit(project, "people", "emails=mail") == Exit.USAGE
    assert edit(project, "people", "emails=mail", "--remove", "phones") == Exit.DONE
    assert mapping(project) == MAPPING


def test_a_built_in_mapping_is_extended_by_a_new_file(project: Path) -> None:
    assert edit(project, "erp", "job_title=function") == Exit.DONE
    assert (
        mapping(project, "erp")
        == "mapping: 1\nsource: erp\nextends: tryton\nfields:\n  job_title: function\n"
    )
    assert main(["-C", str(project), "mapping", "check", "erp"]) == Exit.DONE


def test_a_destinations_fields_are_set_too(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edit(project, "crm", "Mail={value: 'emails[0].value', owner: first}", "--json") == Exit.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == "mappings/crm.yaml"
    assert told["written"]
    assert told["changes"][0]["after"] == {"value": "emails[0].value", "owner": "first"}
    assert edit(project, "crm", "Mail={value: mail, ownr: first}") == Exit.USAGE


def test_a_dry_run_shows_the_lines_and_writes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edit(project, "people", "emails=e-mail 2", "--dry-run") == Exit.DONE
    assert mapping(project) == MAPPING
    lines = capsys.readouterr().out.splitlines()
    assert "-  emails: mail" in lines
    assert "+  emails: '\"e-mail 2\"'" in lines


def test_a_name_that_there_is_not_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edit(project, "poeple", "emails=mail") == Exit.USAGE
    assert "did you mean `people`?" in capsys.readouterr().err


def test_the_help_shows_the_examples_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["mapping", "edit", "--help"]) == Exit.DONE
    assert "'emails=[email, email_2]'" in capsys.readouterr().out
