"""`${NAME}`: what is secret or differs between machines stands in the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.settings.load import Project, load_project
from hub.errors import ConfigurationError, ConfigurationErrors

ERP = "  erp:\n    type: tryton\n    url: http://127.0.0.1:1\n    database: x\n    user: u\n    password: "


def _load(folder: Path, text: str, environ: dict[str, str] | None = None, *, check: bool = True) -> Project:
    (folder / "hub.yaml").write_text(text, encoding="utf-8")
    return load_project(folder, environ or {}, variables_set=check)


def _errors(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[ConfigurationError]:
    with pytest.raises(ConfigurationError) as refused:
        _load(folder, text, environ)
    error = refused.value
    return list(error.errors) if isinstance(error, ConfigurationErrors) else [error]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("${BOTH}", "from-environment", id="the environment wins"),
        pytest.param("${FILE}", "from-file", id="over .env"),
        pytest.param("${NONE:-else}", "else", id="a default"),
        pytest.param("${EMPTY:-else}", "else", id="a default for what is empty"),
        pytest.param("${NONE:-}x", "x", id="an empty default"),
        pytest.param("${BOTH:-else}", "from-environment", id="a default that is not needed"),
        pytest.param("$${BOTH}", "${BOTH}", id="an escape"),
        pytest.param("a$b$$c", "a$b$$c", id="a dollar is a dollar"),
        pytest.param("${BOTH}-${FILE}", "from-environment-from-file", id="several"),
        pytest.param("${NESTED}", "${FILE}", id="what is put in is not read again"),
    ],
)
def test_a_variable_is_put_in_its_place(tmp_path: Path, text: str, read: str) -> None:
    (tmp_path / ".env").write_text("BOTH=from-file\nFILE=from-file\n", encoding="utf-8")
    environ = {"BOTH": "from-environment", "EMPTY": "", "NESTED": "${FILE}"}
    project = _load(tmp_path, f"store: 'sqlite:///{text}.db'\n", environ)
    assert project.settings.store == f"sqlite:///{read}.db"


def test_a_variable_may_stand_for_a_number(tmp_path: Path) -> None:
    assert _load(tmp_path, "matching: {budget: '${B}'}\n", {"B": "7"}).settings.matching.budget == 7


@pytest.mark.parametrize(
    ("environ", "state"),
    [pytest.param({}, "not set", id="not set"), pytest.param({"B": ""}, "empty", id="empty")],
)
def test_a_variable_that_is_not_there_is_told_once_with_its_line(
    tmp_path: Path, environ: dict[str, str], state: str
) -> None:
    (error,) = _errors(tmp_path, "version: 1\nmatching:\n  budget: ${B}\n", environ)
    assert str(error) == f"hub.yaml:3:3 (matching.budget): the variable B is {state}"
    assert error.hint == "set B in the environment or in .env beside hub.yaml"


@pytest.mark.parametrize("text", ["${", "${}", "${ERP-PASSWORD}", "${1}", "a ${B"])
def test_a_variable_that_is_written_wrong_is_not_taken_for_text(tmp_path: Path, text: str) -> None:
    (error,) = _errors(tmp_path, f"store: 'sqlite:///{text}'\n")
    assert error.code == "bad-reference"


def test_a_dotenv_that_cannot_be_read_is_told_so(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff\n")
    (error,) = _errors(tmp_path, "version: 1\n")
    assert error.code == "bad-dotenv"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("geheim", id="a word"),
        pytest.param("12345", id="a number"),
        pytest.param("geheim${P}", id="half a word"),
        pytest.param("${P:-geheim}", id="a default"),
        pytest.param("$${P}", id="an escape"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, written: str) -> None:
    (error,) = _errors(tmp_path, f"sources:\n{ERP}'{written}'\n", {"P": "parole"})
    assert (error.code, str(error.place)) == ("literal-secret", "hub.yaml:7:5 (sources.erp.password)")
    assert written not in f"{error} {error.hint}"
    assert "${ERP_PASSWORD}" in (error.hint or "")


def test_a_number_without_quotes_is_a_secret_in_the_file_too(tmp_path: Path) -> None:
    errors = _errors(tmp_path, f"sources:\n{ERP}12345\n")
    assert "literal-secret" in {error.code for error in errors}
    assert "12345" not in str(errors)


@pytest.mark.parametrize("secret", ["geheim", "${P:-geheim}", "geheim@${P}"])
def test_a_password_in_the_stores_address_is_refused(tmp_path: Path, secret: str) -> None:
    (error,) = _errors(tmp_path, f"store: postgresql://hub:{secret}@db/hub\n", {"P": "x"})
    assert (error.code, "geheim" in f"{error} {error.hint}") == ("literal-secret", False)


def test_no_secret_is_in_the_projects_repr(tmp_path: Path) -> None:
    text = f"store: postgresql://hub:${{DB}}@db/hub\nsources:\n{ERP}${{P}}\n"
    project = _load(tmp_path, text, {"P": "geheim", "DB": "verschwiegen"})
    assert project.store_url == "postgresql://hub:verschwiegen@db/hub"
    for secret in ("geheim", "verschwiegen"):
        assert secret not in repr(project)
        assert secret not in str(project.settings)


def test_what_came_from_a_variable_is_in_no_message(tmp_path: Path) -> None:
    errors = _errors(tmp_path, "defaults: {timezone: '${SECRET}'}\n", {"SECRET": "geheim"})
    assert [error.sentence for error in errors] == ["`…` is no time zone; Europe/Paris is one"]


def test_what_is_checked_without_variables_is_right_as_far_as_can_be_said(tmp_path: Path) -> None:
    text = "matching: {budget: '${B}'}\ndestinations:\n  f: {type: file, path: '${F}'}\n"
    project = _load(tmp_path, text, check=False)
    assert project.settings.sources == {}
    with pytest.raises(ConfigurationError, match="databse"):
        _load(tmp_path, f"sources:\n{ERP}${{P}}\n    databse: y\n", check=False)
