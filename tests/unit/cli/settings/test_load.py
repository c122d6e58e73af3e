"""hub.yaml: all errors at once, each with its place; secrets stay outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.settings.load import load_project
from cli.settings.schema import json_schema
from hub.errors import ConfigurationError, ConfigurationErrors


def _errors(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[ConfigurationError]:
    (folder / "hub.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_project(folder, environ or {})
    error = refused.value
    return list(error.errors) if isinstance(error, ConfigurationErrors) else [error]


@pytest.mark.parametrize(
    ("text", "line", "column", "sentence", "hint"),
    [
        pytest.param(
            "sorces: {}\n", 1, 1, "there is no setting `sorces`", "sources", id="a misspelt section"
        ),
        pytest.param(
            "sources:\n  crm:\n    type: tryto\n",
            3,
            5,
            "there is no connector `tryto`",
            "tryton",
            id="a misspelt type",
        ),
        pytest.param(
            "sources:\n  erp:\n    type: tryton\n    url: http://127.0.0.1:1\n    databse: x\n"
            "    database: y\n    user: u\n    password: ${P}\n",
            5,
            5,
            "there is no setting `databse`",
            "database",
            id="a misspelt connector setting",
        ),
        pytest.param("version: 2\n", 1, 1, "Input should be 1", None, id="another version"),
        pytest.param(
            "defaults:\n  timezone: Europe/Pari\n", 2, 3, "no time zone", None, id="a time zone that is none"
        ),
        pytest.param(
            "schedule:\n  jobs:\n    a: {do: pull, every: 5x}\n",
            3,
            19,
            "a number and a unit",
            None,
            id="an interval",
        ),
        pytest.param(
            "schedule:\n  jobs:\n    a: {do: pull, sources: [nobody], every: 5m}\n",
            3,
            29,
            "there is no source `nobody`",
            None,
            id="a job on a source that is not there",
        ),
        pytest.param("store: a\nstore: b\n", 2, 1, "duplicate key", "twice", id="a name that stands twice"),
        pytest.param("store: [a\n", 2, 1, "expected", None, id="a bracket left open"),
        pytest.param("- a\n- b\n", 1, 1, "name: value", None, id="a list instead of settings"),
    ],
)
def test_an_error_has_its_place_and_says_what_was_probably_meant(
    tmp_path: Path, text: str, line: int, column: int, sentence: str, hint: str | None
) -> None:
    (error, *_) = _errors(tmp_path, text, {"P": "x"})
    assert error.place is not None
    assert (error.place.file, error.place.line, error.place.column) == ("hub.yaml", line, column)
    assert sentence in error.sentence
    if hint is not None:
        assert hint in (error.hint or "")


def test_all_errors_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    errors = _errors(tmp_path, "stor: x\ndefaults:\n  contry: FR\nmatching:\n  budget: 0\n")
    assert [error.place.line for error in errors if error.place] == [1, 3, 5]


def test_a_variable_is_read_from_the_environment_before_dotenv(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=from-file\nB=from-file\n", encoding="utf-8")
    (tmp_path / "hub.yaml").write_text(
        "store: sqlite:///${A}-${B}-${C:-default}-$${D}.db\n", encoding="utf-8"
    )
    project = load_project(tmp_path, {"A": "from-environment"})
    assert project.settings.store == "sqlite:///from-environment-from-file-default-${D}.db"


def test_a_variable_that_is_not_set_is_named_with_its_line(tmp_path: Path) -> None:
    (error,) = _errors(tmp_path, "version: 1\nstore: ${HUB_STORE}\n")
    assert error.code == "missing-variable"
    assert error.place is not None
    assert error.place.line == 2
    assert "HUB_STORE" in error.sentence


def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    text = "sources:\n  erp:\n    type: tryton\n    url: http://127.0.0.1:1\n    database: x\n    user: u\n"
    (error,) = _errors(tmp_path, text + "    password: geheim\n")
    assert error.code == "literal-secret"
    assert "geheim" not in f"{error} {error.hint}"
    assert "${ERP_PASSWORD}" in (error.hint or "")


def test_a_secret_is_in_no_repr_of_the_project(tmp_path: Path) -> None:
    text = "sources:\n  erp:\n    type: tryton\n    url: http://127.0.0.1:1\n    database: x\n    user: u\n"
    (tmp_path / "hub.yaml").write_text(text + "    password: ${P}\n", encoding="utf-8")
    assert "geheim" not in repr(load_project(tmp_path, {"P": "geheim"}))


@pytest.mark.parametrize("text", ["", "# only a comment\n"], ids=["empty", "comment"])
def test_an_empty_file_is_a_project_without_connections(tmp_path: Path, text: str) -> None:
    (tmp_path / "hub.yaml").write_text(text, encoding="utf-8")
    project = load_project(tmp_path, {})
    assert (dict(project.sources), project.settings.store) == ({}, "sqlite:///hub.db")


def test_a_missing_file_points_to_init(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_project(tmp_path, {})
    assert "hub init" in (refused.value.hint or "")


def test_a_file_that_is_not_utf8_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "hub.yaml").write_bytes("store: é".encode("cp1252"))
    with pytest.raises(ConfigurationError) as refused:
        load_project(tmp_path, {})
    assert refused.value.code == "not-utf8"


def test_the_schema_for_editors_knows_every_connectors_settings() -> None:
    schema = json_schema()
    forms = schema["properties"]["sources"]["additionalProperties"]["anyOf"]
    tryton = next(
        form
        for form in forms
        if form["properties"]["type"]
        == {"const": "tryton", "description": form["properties"]["type"]["description"]}
    )
    assert {"url", "database", "mapping", "priority"} <= set(tryton["properties"])
    assert tryton["additionalProperties"] is False
