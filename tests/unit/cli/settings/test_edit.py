"""Writing hub.yaml: a new entry, and not one other character changed."""

from __future__ import annotations

import difflib
import os
import stat
from pathlib import Path

import pytest

from cli.settings.edit import add_destination, add_source, initial_hub_yaml, make_project
from cli.settings.load import load_project, parse_project
from hub.errors import ConfigurationError, ConfigurationErrors

TRYTON = {"url": "http://127.0.0.1:1", "database": "x", "user": "u", "password": "${ERP_PASSWORD}"}
ENTRY = """\
  erp:
    type: file
    path: a.csv
"""


def _added(folder: Path, text: str, name: str = "erp", options: dict[str, str] | None = None) -> str:
    path = folder / "hub.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    add_source(folder, name, "file", options or {"path": "a.csv"})
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def test_a_new_project_is_valid_and_explains_itself(tmp_path: Path) -> None:
    path = make_project(tmp_path / "new")
    project = load_project(tmp_path / "new", {})
    assert dict(project.sources) == {}
    assert path.read_text(encoding="utf-8").count("#") > 10
    assert (tmp_path / "new/mappings").is_dir()


def test_the_examples_in_a_new_project_are_right(tmp_path: Path) -> None:
    lines = initial_hub_yaml("x").splitlines()
    shown = [line.removeprefix("# ") for line in lines if line.startswith(("# ", "#   "))]
    examples = [line for line in shown if line.startswith("  ") or line.split("#")[0].rstrip().endswith("s:")]
    text = "\n".join([line for line in examples if not line.startswith("The ")] + ["schedule:"])
    text = (
        text.removesuffix("\nschedule:")
        .replace("  jobs:", "schedule:\n  jobs:")
        .replace("  fields:", "survivorship:\n  fields:")
    )
    project = parse_project(text, tmp_path, {"ERP_PASSWORD": "x", "HUBSPOT_TOKEN": "x"})
    assert list(project.sources) == ["erp", "prospects"]
    assert list(project.destinations) == ["crm", "newsletter"]
    assert list(project.settings.schedule.jobs) == ["nightly", "prospects"]
    assert list(project.settings.survivorship.fields) == ["name"]


def test_a_folders_name_breaks_no_line(tmp_path: Path) -> None:
    assert dict(parse_project(initial_hub_yaml("a\nversion: 9 {x}"), tmp_path, {}).sources) == {}


def test_init_never_overwrites(tmp_path: Path) -> None:
    make_project(tmp_path)
    (tmp_path / "hub.yaml").write_text("# mine\n", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        make_project(tmp_path)
    assert (tmp_path / "hub.yaml").read_text(encoding="utf-8") == "# mine\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", f"sources:\n{ENTRY}", id="an empty file"),
        pytest.param("# mine", f"# mine\n\nsources:\n{ENTRY}", id="only a comment, without a line end"),
        pytest.param("version:   1\n", f"version:   1\n\nsources:\n{ENTRY}", id="no such section"),
        pytest.param("sources: {}\nversion: 1\n", f"sources:\n{ENTRY}version: 1\n", id="an empty section"),
        pytest.param(
            "sources:   # none\nversion: 1\n", f"sources:   # none\n{ENTRY}version: 1\n", id="a comment"
        ),
        pytest.param(
            "sources: { }  # none\n", f"sources:  # none\n{ENTRY}", id="an empty section with a comment"
        ),
        pytest.param(
            "version: 1\nsources:\n  # the old\n  old:   {type: file, path:   b.csv}   # why\n"
            "\n# more\nstore: sqlite:///a\n",
            "version: 1\nsources:\n  # the old\n  old:   {type: file, path:   b.csv}   # why\n"
            f"{ENTRY}\n# more\nstore: sqlite:///a\n",
            id="after the last one, before what follows",
        ),
        pytest.param(
            "sources:\n    old:\n        type: file\n        path: 'b.csv'\n\n\nversion: 1\n",
            "sources:\n    old:\n        type: file\n        path: 'b.csv'\n"
            "    erp:\n        type: file\n        path: a.csv\n\n\nversion: 1\n",
            id="with the file's own indentation",
        ),
        pytest.param(
            "sources:\r\n  old: {type: file, path: b.csv}\r\n",
            "sources:\r\n  old: {type: file, path: b.csv}\r\n" + ENTRY.replace("\n", "\r\n"),
            id="with the file's own line ends",
        ),
        pytest.param(
            "sources:\n  old:\n    type: file\n    path: |-\n      b.csv\nversion: 1\n",
            f"sources:\n  old:\n    type: file\n    path: |-\n      b.csv\n{ENTRY}version: 1\n",
            id="after a text of lines",
        ),
    ],
)
def test_an_entry_is_put_in_and_nothing_else_is_changed(tmp_path: Path, before: str, after: str) -> None:
    assert _added(tmp_path, before) == after


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("sources: {old: {type: file, path: b.csv}}  # why\nversion: 1\n", id="in braces"),
        pytest.param(
            "sources:\n  old:\n    type: file\n    path: |\n      b\n      # no comment\nversion: 1  # why\n",
            id="a text that ends like a comment",
        ),
        pytest.param("sources:\n  {}\nversion: 1  # why\n", id="braces on a line of their own"),
    ],
)
def test_where_lines_cannot_be_put_in_the_file_is_written_anew_with_its_comments(
    tmp_path: Path, before: str
) -> None:
    after = _added(tmp_path, before)
    was, now = parse_project(before, tmp_path, {}), parse_project(after, tmp_path, {})
    assert {**was.sources, "erp": now.sources["erp"]} == now.sources
    assert "# why" in after


def test_several_are_added_one_after_the_other(tmp_path: Path) -> None:
    make_project(tmp_path)
    before = (tmp_path / "hub.yaml").read_text(encoding="utf-8")
    add_source(tmp_path, "erp", "tryton", TRYTON)
    add_source(tmp_path, "sheet", "file", {"path": "a.xlsx", "sheet": "Prospects: 2026", "header_row": "2"})
    add_destination(tmp_path, "erp", "tryton", TRYTON)
    after = (tmp_path / "hub.yaml").read_text(encoding="utf-8")
    gone = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line.startswith("- ")]
    assert gone == ["- sources: {}", "- destinations: {}"]
    project = load_project(tmp_path, {"ERP_PASSWORD": "x"})
    assert (list(project.sources), list(project.destinations)) == (["erp", "sheet"], ["erp"])
    assert project.sources["sheet"].model_dump(include={"sheet", "header_row"}) == {
        "sheet": "Prospects: 2026",
        "header_row": 2,
    }


@pytest.mark.parametrize(
    ("options", "written"),
    [
        pytest.param({"path": "007"}, "path: '007'", id="digits stay text"),
        pytest.param({"path": "no"}, "path: no", id="a word that YAML once took for false"),
        pytest.param({"path": "true"}, "path: 'true'", id="a word that YAML takes for true"),
        pytest.param({"path": "a #b: c"}, "path: 'a #b: c'", id="what looks like a comment"),
        pytest.param({"path": "[x"}, "path: '[x'", id="what looks like a list"),
        pytest.param({"path": "x", "page_rows": "100"}, "page_rows: 100", id="a number"),
        pytest.param({"path": "x", "page_rows": "${N}"}, "page_rows: ${N}", id="a number in the environment"),
        pytest.param({"path": "x", "key": "[a, b]"}, "key: [a, b]", id="a list"),
        pytest.param({"path": "x", "key": "a"}, "key: a", id="a word where a list may stand"),
        pytest.param({"path": "x", "priority": "1"}, "priority: 1", id="a setting of the hub"),
        pytest.param(
            {"path": "x", "guards": "{max_missing_share: 0.9}"}, "max_missing_share: 0.9", id="a block"
        ),
    ],
)
def test_an_option_is_written_as_its_setting_wants_it(
    tmp_path: Path, options: dict[str, str], written: str
) -> None:
    after = _added(tmp_path, "version: 1\n", options=options)
    assert written in after.replace("\n      - ", ", ").replace("key:, a, b", "key: [a, b]")
    load_project(tmp_path, {"N": "1"})


@pytest.mark.parametrize(
    ("name", "type_name", "options", "code", "hint"),
    [
        pytest.param("erp", "tryton", TRYTON, "name-taken", "another name", id="a name that is taken"),
        pytest.param(
            "two",
            "tryton",
            {**TRYTON, "password": "geheim"},
            "literal-secret",
            "${TWO_PASSWORD}",
            id="a secret in the call",
        ),
        pytest.param(
            "two",
            "tryton",
            {**TRYTON, "databse": "x"},
            "unknown-setting",
            "`database`",
            id="an unknown setting",
        ),
        pytest.param(
            "two", "tryton", {"url": "http://127.0.0.1:1"}, "bad-setting", "", id="settings missing"
        ),
        pytest.param("two", "tryto", TRYTON, "unknown-connector", "`tryton`", id="a misspelt type"),
        pytest.param("two", "hubspot", {"token": "${T}"}, "no-source", "hub connectors", id="no source"),
        pytest.param("a:b", "tryton", TRYTON, "bad-setting", "", id="a name that is none"),
        pytest.param("two", "file", {"path": "x", "page_rows": "[1"}, "bad-setting", "", id="a torn list"),
    ],
)
def test_what_would_make_the_file_invalid_is_refused_and_leaves_it_as_it_was(
    tmp_path: Path, name: str, type_name: str, options: dict[str, str], code: str, hint: str
) -> None:
    make_project(tmp_path)
    add_source(tmp_path, "erp", "tryton", TRYTON)
    before = (tmp_path / "hub.yaml").read_bytes()
    with pytest.raises(ConfigurationError) as refused:
        add_source(tmp_path, name, type_name, options)
    error = refused.value
    assert error.code == code
    assert hint in (error.hint or "")
    assert "geheim" not in f"{error} {error.hint}"
    told = error.errors if isinstance(error, ConfigurationErrors) else (error,)
    assert [one.place for one in told] == [None] * len(told), "it is not in the file"
    assert (tmp_path / "hub.yaml").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_file_that_was_wrong_before_is_told_with_its_lines(tmp_path: Path) -> None:
    (tmp_path / "hub.yaml").write_text("version: 1\nstor: x\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        add_source(tmp_path, "erp", "file", {"path": "a.csv"})
    assert str(refused.value.place) == "hub.yaml:2:1 (stor)"


def test_without_a_project_nothing_is_added(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        add_source(tmp_path, "erp", "file", {"path": "a.csv"})
    assert "hub init" in (refused.value.hint or "")
    assert list(tmp_path.iterdir()) == []


def test_the_file_keeps_its_permissions_and_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.yaml"
    real.write_text("version: 1\n", encoding="utf-8")
    real.chmod(0o600)
    (tmp_path / "project").mkdir()
    (tmp_path / "project/hub.yaml").symlink_to(os.path.relpath(real, tmp_path / "project"))
    add_source(tmp_path / "project", "erp", "file", {"path": "a.csv"})
    assert (tmp_path / "project/hub.yaml").is_symlink()
    assert "erp" in real.read_text(encoding="utf-8")
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
