"""Writing hub.yaml keeps what people wrote in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.settings.edit import add_destination, add_source, make_project
from cli.settings.load import load_project
from hub.errors import ConfigurationError

TRYTON = {"url": "http://127.0.0.1:1", "database": "x", "user": "u", "password": "${ERP_PASSWORD}"}


def test_a_new_project_is_valid_and_explains_itself(tmp_path: Path) -> None:
    path = make_project(tmp_path / "new")
    project = load_project(tmp_path / "new", {})
    assert dict(project.sources) == {}
    assert path.read_text(encoding="utf-8").count("#") > 10


def test_init_never_overwrites(tmp_path: Path) -> None:
    make_project(tmp_path)
    (tmp_path / "hub.yaml").write_text("# mine\n", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        make_project(tmp_path)
    assert (tmp_path / "hub.yaml").read_text(encoding="utf-8") == "# mine\n"


def test_adding_keeps_comments_and_order(tmp_path: Path) -> None:
    text = "# top\nversion: 1  # the first\nsources:\n  # the old one\n  old: {type: tryton, url: http://127.0.0.1:1,"
    text += " database: x, user: u, password: '${P}'}\nstore: sqlite:///a.db\n"
    (tmp_path / "hub.yaml").write_text(text, encoding="utf-8")
    add_source(tmp_path, "erp", "tryton", TRYTON)
    after = (tmp_path / "hub.yaml").read_text(encoding="utf-8")
    for kept in ("# top", "version: 1  # the first", "# the old one", "store: sqlite:///a.db"):
        assert kept in after
    project = load_project(tmp_path, {"P": "a", "ERP_PASSWORD": "b"})
    assert list(project.sources) == ["old", "erp"]


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        pytest.param("erp", TRYTON, "name-taken", id="a name that is taken"),
        pytest.param("two", {**TRYTON, "password": "geheim"}, "literal-secret", id="a secret in the call"),
        pytest.param("two", {**TRYTON, "databse": "x"}, "unknown-setting", id="an unknown setting"),
        pytest.param("two", {"url": "http://127.0.0.1:1"}, "bad-setting", id="a setting that is missing"),
    ],
)
def test_what_would_make_the_file_invalid_is_refused_and_leaves_it_as_it_was(
    tmp_path: Path, name: str, options: dict[str, str], code: str
) -> None:
    make_project(tmp_path)
    add_source(tmp_path, "erp", "tryton", TRYTON)
    before = (tmp_path / "hub.yaml").read_bytes()
    with pytest.raises(ConfigurationError) as refused:
        add_source(tmp_path, name, "tryton", options)
    assert refused.value.code == code
    assert (tmp_path / "hub.yaml").read_bytes() == before


def test_a_destination_is_added_beside_the_sources(tmp_path: Path) -> None:
    make_project(tmp_path)
    add_destination(tmp_path, "erp", "tryton", TRYTON)
    assert list(load_project(tmp_path, {"ERP_PASSWORD": "x"}).destinations) == ["erp"]
