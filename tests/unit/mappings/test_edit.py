"""One field of a mapping's text is changed; every other character stays."""

from __future__ import annotations

from difflib import ndiff
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import ConfigurationError
from mappings import catalogue
from mappings.edit import Direction, value_at, with_field, without_field
from mappings.yaml_file import parse_yaml

FILE = "erp.yaml"
TEXT = """\
# who wrote this: operations
mapping: 1
source: erp      # the old system

key: id
defaults: {country: FR}
fields:
  # --- names
  name.given: first_name   # as typed
  name.family: last_name

  emails:
    - email      # at work
    # the second one is often empty
    - email_2
  phones:
    - {value: mobile, type: mobile}
  attributes.segment: category   # A, B or C
# the end
"""


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in ndiff(before.splitlines(), after.splitlines()) if line[:1] in "+-"]


@pytest.mark.parametrize(
    ("field", "expression", "lines"),
    [
        pytest.param(
            "name.given",
            "prenom",
            ["-   name.given: first_name   # as typed", "+   name.given: prenom   # as typed"],
            id="in place, its comment kept",
        ),
        pytest.param("job_title", "role", ["+   job_title: role"], id="a new one at the end"),
        pytest.param(
            "name.prefix",
            "title(civilite)",
            ["+   name.prefix: title(civilite)"],
            id="a new one beside its kin",
        ),
        pytest.param(
            "job_title",
            '"Poste occupé"',
            ["+   job_title: '\"Poste occupé\"'"],
            id="JMESPath's quotes get YAML's around them",
        ),
        pytest.param(
            "job_title", "a || 'b: c'", ["+   job_title: \"a || 'b: c'\""], id="what YAML reads otherwise"
        ),
        pytest.param(
            "phones",
            "[{value: tel, type: work}, gsm]",
            [
                "+   phones: [{value: tel, type: work}, gsm]",
                "-   phones:",
                "-     - {value: mobile, type: mobile}",
            ],
            id="a list of items",
        ),
        pytest.param("key", "code", ["- key: id", "+ key: code"], id="a setting at the top"),
        pytest.param("updated_at", "write_date", ["+ updated_at: write_date"], id="a new one at the top"),
        pytest.param(
            "defaults.dates",
            "day_first",
            ["- defaults: {country: FR}", "+ defaults: {country: FR, dates: day_first}"],
            id="a default",
        ),
        pytest.param("name.family", "last_name", [], id="what stands there already"),
    ],
)
def test_a_field_is_set_and_no_other_line_changes(field: str, expression: str, lines: list[str]) -> None:
    after = with_field(TEXT, FILE, field, expression, "in")
    told = [line for line in changed_lines(TEXT, after) if line[:1] in "+-"]
    assert told == lines


def test_a_list_that_is_replaced_leaves_its_comments() -> None:
    after = with_field(TEXT, FILE, "emails", "mail", "in")
    assert value_at(after, FILE, "emails", "in") == "mail"
    for comment in ("# at work", "# the second one is often empty", "# --- names", "# the end"):
        assert comment in after


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_ends_stay_as_they_are(line_end: str) -> None:
    text = TEXT.replace("\n", line_end)
    after = with_field(text, FILE, "job_title", "role", "in")
    assert after.replace(line_end, "").count("\n") == 0
    assert after.replace(f"  job_title: role{line_end}", "") == text


def test_a_field_that_is_set_and_removed_leaves_the_text_as_it_was() -> None:
    after = with_field(TEXT, FILE, "job_title", "role", "in")
    assert without_field(after, FILE, "job_title", "in") == TEXT


def test_the_last_field_that_goes_leaves_an_empty_block() -> None:
    text = "mapping: 1\nfields:\n  emails: mail   # the only one\n"
    after = without_field(text, FILE, "emails", "in")
    assert parse_yaml(after, FILE) == {"mapping": 1, "fields": {}}
    assert value_at(with_field(after, FILE, "phones", "tel", "in"), FILE, "phones", "in") == "tel"


def test_a_destination_has_fields_of_any_name() -> None:
    text = "mapping: 1\ndestination: crm\nfields:\n  Mail: emails[0].value\n"
    after = with_field(text, FILE, "Vorname", "{value: name.given, owner: first}", "out")
    assert value_at(after, FILE, "Vorname", "out") == {"value": "name.given", "owner": "first"}


@pytest.mark.parametrize(
    ("field", "expression", "code", "hint"),
    [
        pytest.param("emials", "mail", "unknown-field", "did you mean `emails`?", id="misspelt"),
        pytest.param("colour", "c", "unknown-field", "attributes.colour", id="no field"),
        pytest.param("defaults.contry", "FR", "unknown-field", "`defaults.country`", id="a default misspelt"),
        pytest.param("emails", "  ", "bad-expression", "--remove", id="nothing"),
        pytest.param("emails", "a\nb", "bad-expression", "--remove", id="two lines"),
        pytest.param("emails", "[a, b", "bad-expression", "close", id="a list that is not closed"),
        pytest.param("emails", "mail # the old one", "bad-expression", "quotes", id="a comment"),
    ],
)
def test_what_is_no_field_or_no_expression_is_told(field: str, expression: str, code: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as told:
        with_field(TEXT, FILE, field, expression, "in")
    assert told.value.code == code
    assert hint in (told.value.hint or "")


def test_a_field_that_does_not_stand_there_cannot_be_removed() -> None:
    with pytest.raises(ConfigurationError, match=r"says nothing of `name\.givn`") as told:
        without_field(TEXT, FILE, "name.givn", "in")
    assert told.value.hint == "did you mean `name.given`?"


def test_what_cannot_be_changed_alone_is_refused() -> None:
    text = "mapping: 1\nfields:\n  emails: &mails [a, b]\n  attributes.copy: *mails\n"
    with pytest.raises(ConfigurationError) as told:
        with_field(text, FILE, "emails", "c", "in")
    assert told.value.code == "cannot-edit"


NAMES = st.sampled_from([*catalogue.FIELDS, "attributes.note", "attributes.Code client", "attributes.é"])
EXPRESSIONS = st.sampled_from(
    [
        "a",
        "a.b[0]",
        "'x'",
        '"A b"',
        "[a, b]",
        "{value: a, type: work}",
        "null",
        "`true`",
        "a || b",
        "join(' ', [a, b])",
    ]
)
COMMENTS = st.sampled_from(["", "   # told by Ana", "\n  # of its own", "\n"])


@st.composite
def mapping_texts(draw: st.DrawFn) -> str:
    """Mappings as people lay them out: in lines or braces, with comments and blank lines."""
    head = draw(st.sampled_from(["", "# first\n", "\n"])) + "mapping: 1\n"
    entries = draw(
        st.lists(st.tuples(NAMES, EXPRESSIONS, COMMENTS), unique_by=lambda one: one[0], max_size=6)
    )
    if not entries:
        return head + draw(st.sampled_from(["fields: {}\n", "fields:\n", "", "fields: {}   # none yet\n"]))
    if draw(st.booleans()):
        inside = ", ".join(f'"{name}": "x"' for name, _, _ in entries)
        return head + f"fields: {{{inside}}}   # in a row\n"
    lines = "".join(f"  {name}: {form(text)}{after}\n" for name, text, after in entries)
    return head + "fields:   # all\n" + lines + draw(st.sampled_from(["", "# last\n"]))


def form(expression: str) -> str:
    return (
        f"'{expression}'"
        if expression[0] in '"`'
        else f'"{expression}"'
        if expression[0] == "'"
        else expression
    )


@given(mapping_texts(), NAMES, EXPRESSIONS, st.sampled_from(["in", "out"]))
def test_any_field_of_any_layout_is_set_and_all_else_is_said_as_before(
    text: str, field: str, expression: str, direction: Direction
) -> None:
    after = with_field(text, FILE, field, expression, direction)
    before, now = plain(text), plain(after)
    assert {name: one for name, one in now.items() if name != field} == {
        name: one for name, one in before.items() if name != field
    }
    assert with_field(after, FILE, field, expression, direction) == after
    assert after.count("#") == text.count("#")
    removed = without_field(after, FILE, field, direction)
    assert plain(removed) == {name: one for name, one in before.items() if name != field}


def plain(text: str) -> dict[str, Any]:
    return dict(parse_yaml(text, FILE).get("fields") or {})
