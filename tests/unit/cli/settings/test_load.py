"""hub.yaml: all errors at once, each with its place; secrets stay outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.settings.load import load_project
from hub.errors import ConfigurationError, ConfigurationErrors

TRYTON = "type: tryton, url: 'http://127.0.0.1:1', database: x, user: u, password: '${P}'"
ERP = f"sources:\n  erp: {{{TRYTON}}}\n"


def _errors(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[ConfigurationError]:
    (folder / "hub.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_project(folder, {"P": "geheim"} if environ is None else environ)
    error = refused.value
    return list(error.errors) if isinstance(error, ConfigurationErrors) else [error]


def _told(errors: list[ConfigurationError]) -> list[str]:
    return [f"{error} | {error.hint}" for error in errors]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "sorces: {}\n",
            "hub.yaml:1:1 (sorces): there is no setting `sorces` | did you mean `sources`?",
            id="a misspelt section",
        ),
        pytest.param(
            "sources:\n  crm:\n    type: tryto\n",
            "hub.yaml:3:5 (sources.crm.type): there is no connector `tryto` | did you mean `tryton`?",
            id="a misspelt type",
        ),
        pytest.param(
            "sources:\n  crm: {type: hubspot, token: '${P}'}\n",
            "hub.yaml:2:9 (sources.crm.type): `hubspot` cannot be a source"
            " | `hub connectors` shows what each can be",
            id="a destination as a source",
        ),
        pytest.param(
            f"sources:\n  erp:\n    {{{TRYTON},\n     databse: y}}\n",
            "hub.yaml:4:6 (sources.erp.databse): there is no setting `databse` | did you mean `database`?",
            id="a misspelt setting of the connector",
        ),
        pytest.param(
            f"sources:\n  erp:\n    {{{TRYTON},\n     prioriti: 1}}\n",
            "hub.yaml:4:6 (sources.erp.prioriti): there is no setting `prioriti` | did you mean `priority`?",
            id="a misspelt setting of the hub",
        ),
        pytest.param(
            f"sources:\n  erp:\n    {{{TRYTON}, guards: {{max: 1}}}}\n",
            "hub.yaml:3:96 (sources.erp.guards.max): there is no setting `max`"
            " | valid here: max_missing_share",
            id="a setting that is nothing like any",
        ),
        pytest.param(
            "sources:\n  erp: {url: x, user: y}\n",
            "hub.yaml:2:3 (sources.erp.type): `type` is missing | None",
            id="a connection without type",
        ),
        pytest.param(
            "sources:\n  erp: tryton\n",
            "hub.yaml:2:3 (sources.erp): `erp` must be a block of `name: value` lines | None",
            id="a connection that is a word",
        ),
        pytest.param(
            "sources:\n  a b: {type: file, path: x}\n",
            "hub.yaml:2:3 (sources.a b): `a b` is no name: letters, digits, - and _ only, 64 at most | None",
            id="a name with a space",
        ),
        pytest.param(
            "destinations:\n  d: {type: file, path: 12}\n",
            "hub.yaml:2:19 (destinations.d.path): `path` must be text | put it in quotes",
            id="a number where text is wanted",
        ),
        pytest.param(
            "sources:\n  s: {type: file, path: a.csv, key: 5}\n",
            "hub.yaml:2:32 (sources.s.key): `key` must be text or a list | write [one, two]",
            id="a setting with two forms",
        ),
        pytest.param("version: 2\n", "hub.yaml:1:1 (version): `version`: must be 1 | None", id="a version"),
        pytest.param(
            "store: hub.db\n",
            "hub.yaml:1:1 (store): a store is sqlite:///FILE or postgresql://USER@HOST/NAME | None",
            id="a store without its kind",
        ),
        pytest.param(
            "store: 'sqlite:///'\n",
            "hub.yaml:1:1 (store): a store is sqlite:///FILE or postgresql://USER@HOST/NAME | None",
            id="a store that would be forgotten",
        ),
        pytest.param(
            "defaults:\n  timezone: Europe/Pari\n",
            "hub.yaml:2:3 (defaults.timezone): `Europe/Pari` is no time zone; Europe/Paris is one | None",
            id="a time zone that is none",
        ),
        pytest.param(
            "defaults: {country: fr}\n",
            "hub.yaml:1:12 (defaults.country): a country is two capital letters, such as FR | None",
            id="a country in small letters",
        ),
        pytest.param(
            "survivorship: {default: [recensy]}\n",
            "hub.yaml:1:26 (survivorship.default.0): `recensy` is no criterion | did you mean `recency`?",
            id="a criterion that is none",
        ),
        pytest.param(
            "survivorship:\n  fields:\n    nam: [recency]\n",
            "hub.yaml:3:5 (survivorship.fields.nam): `nam` is no field | did you mean `name`?",
            id="a field that is none",
        ),
    ],
)
def test_an_error_has_its_place_and_says_what_was_probably_meant(
    tmp_path: Path, text: str, told: str
) -> None:
    assert _told(_errors(tmp_path, text)) == [told]


@pytest.mark.parametrize(
    ("job", "column", "sentence"),
    [
        pytest.param("{do: pull, every: 5x}", 19, "an interval is a number and a unit", id="an interval"),
        pytest.param("{do: pull, every: 99999999d}", 19, "a year at most", id="an interval of an age"),
        pytest.param("{do: pull, every: 0m}", 19, "an interval is", id="no interval"),
        pytest.param("{do: pull}", 5, "either `cron` or `every`", id="no rhythm"),
        pytest.param("{do: pull, every: 5m, cron: '@daily'}", 5, "either", id="two rhythms"),
        pytest.param("{do: pull, cron: '0 3 * *'}", 19, "five fields", id="four fields"),
        pytest.param("{do: pull, cron: '0 0 30 2 *'}", 19, "never comes", id="a day that never comes"),
        pytest.param("{do: pull, cron: '@daily', timezone: Europe}", 35, "no time zone", id="a continent"),
        pytest.param("{do: pull, every: 5m, timezone: UTC}", 5, "belongs to `cron`", id="a zone of nothing"),
        pytest.param("{do: pul, every: 5m}", 9, "must be 'pull'", id="nothing to do"),
        pytest.param("{do: push, every: 5m, sources: [erp]}", 5, "a push has no `sources`", id="push from"),
        pytest.param(
            "{do: pull, every: 5m, destinations: []}", 5, "a pull has no `destinations`", id="pull to"
        ),
        pytest.param("{do: pull, sources: [epr], every: 5m}", 29, "there is no source `epr`", id="a source"),
        pytest.param(
            "{do: push, destinations: [x], every: 5m}", 34, "there is no destination `x`", id="a destination"
        ),
    ],
)
def test_a_job_that_makes_no_sense_is_refused(tmp_path: Path, job: str, column: int, sentence: str) -> None:
    (error,) = _errors(tmp_path, f"{ERP}schedule:\n  jobs:\n    a: {job}\n")
    assert error.place is not None
    assert (error.place.line, error.place.column) == (5, column)
    assert sentence in error.sentence


@pytest.mark.parametrize(
    ("text", "line", "column", "sentence"),
    [
        pytest.param("store: a\nstore: geheim\n", 2, 1, "twice", id="a name that stands twice"),
        pytest.param("store: [a\n", 2, 1, "bracket", id="a bracket left open"),
        pytest.param("store:\n\tgeheim\n", 2, 1, "tab", id="a tab"),
        pytest.param("store: a: b\n", 1, 9, "colon", id="a colon in a value"),
        pytest.param("store: *geheim\n", 1, 8, "alias", id="an alias for nothing"),
        pytest.param("store: @geheim\n", 1, 8, "begins with a character", id="a reserved character"),
        pytest.param("store: 'geheim\n", 2, 1, "quote", id="a quote left open"),
        pytest.param("a:\n  b: 1\n c: 2\n", 3, 2, "indented", id="an indentation"),
        pytest.param("a: 1\n---\nb: 2\n", 2, 1, "second document", id="two documents"),
        pytest.param("a: 1\nb: \0\n", 2, None, "character", id="a zero byte"),
        pytest.param("store: " + "[" * 600, None, None, "too deep", id="six hundred brackets"),
        pytest.param("store: 2024-13-45\n", None, None, "date", id="a date that is none"),
        pytest.param("store: !!float geheim\n", None, None, "number", id="a number that is none"),
        pytest.param("- a\n- b\n", 1, 1, "name: value", id="a list instead of settings"),
        pytest.param("geheim\n", 1, 1, "name: value", id="a word instead of settings"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_place_and_without_its_values(
    tmp_path: Path, text: str, line: int | None, column: int | None, sentence: str
) -> None:
    (error,) = _errors(tmp_path, text)
    assert error.code == "bad-yaml"
    assert error.place is not None
    assert (error.place.file, error.place.line, error.place.column) == ("hub.yaml", line, column)
    assert sentence in error.sentence
    assert "geheim" not in f"{error} {error.hint}"


def test_all_errors_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        "stor: x\n"
        "defaults:\n  contry: FR\n"
        "sources:\n  a: {type: nothing}\n  b: {type: tryton, url: x, password: literal}\n"
        "matching:\n  budget: 0\n"
        "schedule:\n  jobs:\n    j: {do: pull, every: 5m, sources: [c, '${UNSET}']}\n"
    )
    errors = _errors(tmp_path, text)
    assert [error.place.line for error in errors if error.place] == [1, 3, 5, 6, 6, 6, 6, 8, 11, 11]
    assert {error.code for error in errors} == {
        "unknown-setting",
        "unknown-connector",
        "bad-setting",
        "literal-secret",
        "unknown-name",
        "missing-variable",
    }


def test_merged_blocks_and_names_that_are_numbers_have_places_too(tmp_path: Path) -> None:
    text = (
        f"sources:\n  2024: &erp {{{TRYTON}}}\n  two:\n    <<: *erp\n    priority: x\n"
        "  three: {<<: *erp, databse: y}\n"
    )
    errors = _errors(tmp_path, text)
    assert [str(error.place) for error in errors] == [
        "hub.yaml:5:5 (sources.two.priority)",
        "hub.yaml:6:21 (sources.three.databse)",
    ]
    (tmp_path / "hub.yaml").write_text(text.replace("x\n", "1\n").replace(", databse: y", ""), "utf-8")
    assert list(load_project(tmp_path, {"P": "x"}).sources) == ["2024", "two", "three"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("# only a comment\n", id="a comment"),
        pytest.param("\ufeffversion: 1\r\n", id="a byte order mark and line ends of Windows"),
        pytest.param(
            "sources:\n  # none yet\ndestinations:\nschedule:\n  jobs:\nstore:\ndefaults:\n  country:\n",
            id="blocks that hold only comments",
        ),
    ],
)
def test_a_file_that_says_nothing_is_a_project_without_connections(tmp_path: Path, text: str) -> None:
    (tmp_path / "hub.yaml").write_text(text, encoding="utf-8", newline="")
    project = load_project(tmp_path, {})
    assert (dict(project.sources), project.settings.store) == ({}, "sqlite:///hub.db")


def test_a_missing_file_points_to_init(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_project(tmp_path, {})
    assert refused.value.code == "no-file"
    assert "hub init" in (refused.value.hint or "")


def test_a_file_that_is_not_utf8_is_told_so_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "hub.yaml").write_bytes("version: 1\nstore: é".encode("cp1252"))
    with pytest.raises(ConfigurationError) as refused:
        load_project(tmp_path, {})
    assert (refused.value.code, str(refused.value.place)) == ("not-utf8", "hub.yaml:2")


def test_a_folder_in_the_place_of_the_file_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "hub.yaml").mkdir()
    with pytest.raises(ConfigurationError) as refused:
        load_project(tmp_path, {})
    assert refused.value.code == "unreadable"


@pytest.mark.parametrize(
    ("store", "url"),
    [
        pytest.param("sqlite:///hub.db", "sqlite:///{folder}/hub.db", id="beside the file"),
        pytest.param("sqlite:///../hub.db", "sqlite:///{parent}/hub.db", id="above it"),
        pytest.param("sqlite:////var/hub.db", "sqlite:////var/hub.db", id="anywhere"),
        pytest.param("postgresql://hub@db/hub", "postgresql://hub@db/hub", id="on a server"),
    ],
)
def test_the_stores_file_is_relative_to_the_project(tmp_path: Path, store: str, url: str) -> None:
    (tmp_path / "hub.yaml").write_text(f"store: {store}\n", encoding="utf-8")
    expected = url.format(folder=tmp_path.resolve(), parent=tmp_path.resolve().parent)
    assert load_project(tmp_path, {}).store_url == expected


def test_a_threshold_may_be_left_to_the_model(tmp_path: Path) -> None:
    (tmp_path / "hub.yaml").write_text("matching: {threshold: auto}\n", encoding="utf-8")
    assert load_project(tmp_path, {}).settings.matching.threshold is None
