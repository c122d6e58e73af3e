"""stdout is data, stderr is talk."""

from __future__ import annotations

import io
import json
import re

import pytest
from rich.console import Console

from cli.exits import Exit, exit_for
from cli.output import Output, console
from hub.errors import (
    ConfigurationError,
    ConfigurationErrors,
    ConflictError,
    FatalError,
    HubError,
    Place,
    RetryableError,
)


def _output(
    *, terminal: bool = False, as_json: bool = False, width: int = 80
) -> tuple[Output, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    output = Output(
        as_json=as_json,
        out=Console(file=out, force_terminal=terminal, width=width, highlight=False, soft_wrap=True),
        err=Console(file=err, force_terminal=terminal, width=width, highlight=False, soft_wrap=True),
    )
    return output, out, err


def test_a_piped_table_is_tab_separated_lines_with_a_head() -> None:
    output, out, err = _output()
    output.table(("name", "count"), [("a\tb", 1), (None, 2.5)])
    assert out.getvalue() == "name\tcount\na b\t1\n\t2.500\n"
    assert err.getvalue() == ""


def test_a_piped_page_has_no_colour() -> None:
    output, out, err = _output()
    output.show("hello", style="bold red")
    output.say("talk", style="green")
    assert (out.getvalue(), err.getvalue()) == ("hello\n", "talk\n")


@pytest.mark.parametrize("width", [40, 80])
def test_a_table_on_a_terminal_stays_within_its_width(width: int) -> None:
    output, out, _ = _output(terminal=True, width=width)
    output.table(("name", "sentence"), [("somebody", "word " * 30)])
    lines = [line for line in out.getvalue().splitlines() if line]
    assert max(len(_without_colour(line)) for line in lines) <= width


def test_json_silences_tables_and_keeps_names_readable() -> None:
    output, out, _ = _output(as_json=True)
    output.table(("a",), [("b",)])
    output.show("talk")
    output.data({"name": "Zoé"})
    assert json.loads(out.getvalue()) == {"name": "Zoé"}
    assert "Zoé" in out.getvalue()


def test_markup_in_data_is_shown_as_it_is() -> None:
    output, out, _ = _output(terminal=True)
    output.table(("name",), [("[bold]x[/bold]",)])
    assert "[bold]x[/bold]" in _without_colour(out.getvalue())


def test_an_error_says_what_where_and_what_to_do() -> None:
    output, out, err = _output()
    place = Place("hub.yaml", 7, 3, "sources.erp.url")
    output.error(ConfigurationError("bad-url", "that is no URL", hint="begin with https://", place=place))
    assert err.getvalue() == (
        "error: hub.yaml:7:3 (sources.erp.url): that is no URL\nhint: begin with https://\n"
    )
    assert out.getvalue() == ""


def test_what_a_terminal_would_obey_is_not_passed_on() -> None:
    evil = "Ana\x1b]0;owned\x07\x9b31m\r"
    for terminal in (True, False):
        output, out, err = _output(terminal=terminal)
        output.table(("name",), [(evil,)])
        output.show(evil)
        output.say(evil)
        output.error(ConfigurationError("x", evil, hint=evil))
        for sign in ("\x1b]", "\x07", "\x9b", "\r"):
            assert sign not in out.getvalue() + err.getvalue()
        assert out.getvalue().count("Ana") == 2


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "cp1252"])
def test_every_character_gets_through_whatever_the_stream_can_say(encoding: str) -> None:
    held = io.BytesIO()
    stream = io.TextIOWrapper(held, encoding=encoding, write_through=True)
    output = Output(out=console(stream))
    value = {"name": "Zoé 李 \udcff"}
    output.data(value)
    assert json.loads(held.getvalue().decode(encoding)) == value
    output.table(("name",), [("Zoé 李 \udcff",)])
    assert b"Zo" in held.getvalue()
    stream.detach()


def test_a_progress_bar_is_silent_unless_stderr_is_a_terminal() -> None:
    output, out, err = _output()
    with output.progress("pulling [x]", total=10) as step:
        step.update(5)
    assert (out.getvalue(), err.getvalue()) == ("", "")
    output, out, err = _output(terminal=True)
    with output.progress("pulling [x]", total=10) as step:
        step.update(5)
    assert "pulling [x]" in _without_colour(err.getvalue())
    assert out.getvalue() == ""


def test_no_colour_is_honoured_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    output, _, err = _output(terminal=True)
    output.say("talk", style="green")
    assert "\x1b[32m" not in err.getvalue()


def test_several_errors_are_all_told() -> None:
    output, _, err = _output()
    output.error(ConfigurationErrors((ConfigurationError("a", "first"), ConfigurationError("b", "second"))))
    assert err.getvalue() == "error: first\nerror: second\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(ConfigurationError("x", "x"), Exit.USAGE, id="configuration"),
        pytest.param(ConfigurationError("unknown-id", "x"), Exit.FAILED, id="an id that is not there"),
        pytest.param(ConflictError("too-many-archives", "x"), Exit.REVIEW_NEEDED, id="a guard"),
        pytest.param(ConflictError("already-running", "x"), Exit.FAILED, id="already running"),
        pytest.param(RetryableError("x", "x"), Exit.FAILED, id="away"),
        pytest.param(FatalError("x", "x"), Exit.FAILED, id="fatal"),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: HubError, code: Exit) -> None:
    assert exit_for(error) is code


def _without_colour(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
