"""`survivorship:` in hub.yaml: what can be declared, what it becomes, and what is said of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.settings.load import parse_project
from cli.wiring import Hub
from hub.errors import ConfigurationError, ConfigurationErrors
from hub.golden.survivorship import DEFAULT_ORDER, Criterion, Step

SOURCES = """\
sources:
  erp: {type: file, path: a.csv, priority: 1, verified: [emails, attributes.vat]}
  crm: {type: file, path: b.csv, priority: 2, deletions: keep}
  web: {type: file, path: c.csv}
"""
EVERYTHING = f"""\
{SOURCES}
survivorship:
  default: [priority, recency: [crm, web]]
  fields:
    name: [completeness]
    language: {{priority: [crm, erp], max_age: 730d}}
    birth_date: {{only_from: [erp], max_age: {{erp: 90d}}}}
    emails: {{order: [verified, recency], limit: 2, expression: "ends_with(value, '.example')"}}
    attributes.credit: [minimum]
  groups:
    contract: [attributes.number, attributes.end]
    work: {{fields: [organization, job_title], order: [recency], priority: [crm], only_from: [crm, erp],
           max_age: {{crm: 400d}}, expression: "source == 'crm'"}}
"""


def test_every_rule_that_is_declared_is_what_golden_records_are_built_by(tmp_path: Path) -> None:
    rules = Hub(parse_project(EVERYTHING, tmp_path, {})).rules()
    assert rules.priorities == {"erp": 1, "crm": 2}
    assert rules.verified == {"erp": {"emails", "attributes.vat"}}
    assert rules.default == (
        Step(Criterion.PRIORITY),
        Step(Criterion.RECENCY, frozenset({"crm", "web"})),
    )
    assert rules.of("language").priorities == {"crm": 1, "erp": 2}
    assert rules.ages == {730, 90, 400}
    assert rules.on("2026-12-31").of("birth_date").oldest == {"erp": "2026-10-02T00:00:00"}
    assert rules.of("birth_date").only_from == frozenset({"erp"})
    mails = rules.of("emails")
    assert [step.criterion.value for step in mails.steps] == [
        "expression", "verified", "recency", "primary", "priority", "recency",
    ]  # fmt: skip
    assert mails.limit == 2
    assert mails.expression is not None
    assert mails.expression.score({"value": "a@b.example"}) == 1
    assert rules.of("attributes.credit").steps[0] == Step(Criterion.MINIMUM)
    assert rules.named_attributes() == ["credit", "vat"]
    assert rules.groups["contract"].fields == ("attributes.number", "attributes.end")
    assert rules.of_group("contract").steps == rules.default
    work = rules.of_group("work")
    assert [str(step) for step in work.steps[:3]] == ["only_from", "expression", "recency"]
    assert work.priorities == {"crm": 1}
    assert work.only_from == frozenset({"crm", "erp"})
    assert rules.on("2026-12-31").of_group("work").oldest == {"crm": "2025-11-26T00:00:00"}


def test_without_declarations_the_defaults_hold(tmp_path: Path) -> None:
    rules = Hub(parse_project("version: 1\n", tmp_path, {})).rules()
    assert rules.default == DEFAULT_ORDER
    assert [str(step) for step in rules.of("name").steps[:2]] == ["priority", "completeness"]
    grouped = "survivorship: {groups: {work: [organization, job_title]}}\n"
    rules = Hub(parse_project(grouped, tmp_path, {})).rules()
    assert [str(step) for step in rules.of_group("work").steps[:2]] == ["priority", "completeness"]


def test_rules_that_differ_in_anything_have_another_fingerprint(tmp_path: Path) -> None:
    def fingerprint(text: str) -> str:
        return Hub(parse_project(text, tmp_path, {})).rules().fingerprint()

    changes = [
        ("verified: [emails, attributes.vat]", "verified: [emails]"), ("[crm, web]", "[crm]"),
        ("730d", "731d"), ("erp: 90d", "erp: 91d"), ("erp: 90d", "web: 90d"),
        ("only_from: [erp]", "only_from: [crm]"), ("limit: 2", "limit: 3"),
        (".example", ".test"), ("[minimum]", "[maximum]"), ("[crm, erp]", "[erp, crm]"),
        ("attributes.end", "attributes.begin"), ("400d", "401d"), ("order: [recency]", "order: [length]"),
    ]  # fmt: skip
    every = {fingerprint(EVERYTHING.replace(*change)) for change in changes}
    assert len(every | {fingerprint(EVERYTHING)}) == len(changes) + 1


@pytest.mark.parametrize(
    ("field", "told"),
    [
        pytest.param(
            "emails: {ordr: [recency]}",
            "hub.yaml:7:14 (survivorship.fields.emails.ordr): there is no setting `ordr`"
            " | did you mean `order`?",
            id="a setting that is none",
        ),
        pytest.param(
            "emails: [newest]",
            "hub.yaml:7:14 (survivorship.fields.emails.0): `newest` is no criterion | "
            "valid here: completeness, expression, frequency, length, maximum, minimum, primary, priority,"
            " recency, verified",
            id="a criterion that is none",
        ),
        pytest.param(
            "emails: [recency: [crmm]]",
            "hub.yaml:7:24 (survivorship.fields.emails.0.recency.0): there is no source `crmm`"
            " | did you mean `crm`?",
            id="a step of a source that is not there",
        ),
        pytest.param(
            "emails: {only_from: [erpp]}",
            "hub.yaml:7:26 (survivorship.fields.emails.only_from.0): there is no source `erpp`"
            " | did you mean `erp`?",
            id="from a source that is not there",
        ),
        pytest.param(
            "birth_date: {limit: 2}",
            "hub.yaml:7:18 (survivorship.fields.birth_date.limit): `limit` is for fields that keep several"
            " values; birth_date has one | those are emails, phones, addresses, urls, identifiers, tags",
            id="a limit for one value",
        ),
        pytest.param(
            "emails: {max_age: 2 years}",
            "hub.yaml:7:14 (survivorship.fields.emails.max_age): an age is a number of days, such as 730d"
            " | None",
            id="an age that is none",
        ),
        pytest.param(
            "emails: {expression: 'length(vale)'}",
            "hub.yaml:7:14 (survivorship.fields.emails.expression): `length(vale)`: there is no"
            " `vale` to look at; did you mean `value`? | None",
            id="an expression that looks at nothing",
        ),
        pytest.param(
            "job_title: {expression: 'abs(value)'}",
            "hub.yaml:7:17 (survivorship.fields.job_title.expression): `abs(value)`: `abs` takes number, and"
            " gets a string; a value is text, to_number(value) its number | None",
            id="an expression that no value has the type for",
        ),
        pytest.param(
            "emails: {expression: 'starts_with(value)'}",
            "hub.yaml:7:14 (survivorship.fields.emails.expression): `starts_with(value)`: `starts_with` takes"
            " 2 arguments, not 1; a value is text, to_number(value) its number | None",
            id="an expression that tells a function too little",
        ),
        pytest.param(
            "emails: {expression: value}",
            "hub.yaml:7:14 (survivorship.fields.emails.expression): `value`: it gives what stands there, not"
            " a number or yes or no; such as to_number(value) | None",
            id="an expression that rates nothing",
        ),
        pytest.param(
            "emails: {max_age: {crm: 1y}}",
            "hub.yaml:7:14 (survivorship.fields.emails.max_age): an age is a number of days, such as 730d"
            " | None",
            id="an age by source that is none",
        ),
        pytest.param(
            "emails: {max_age: {crn: 30d}}",
            "hub.yaml:7:24 (survivorship.fields.emails.max_age.crn): there is no source `crn` | did you mean"
            " `crm`?",
            id="an age of a source that is not there",
        ),
        pytest.param(
            "emails: {expression: 'value ='}",
            "hub.yaml:7:14 (survivorship.fields.emails.expression): `value =`: unexpected `=` | None",
            id="an expression that cannot be read",
        ),
        pytest.param(
            "emails: [expression]",
            "hub.yaml:7:5 (survivorship.fields.emails): emails is ordered by an `expression` that it has not"
            " | None",
            id="an expression that is not there",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_was_meant(
    tmp_path: Path, field: str, told: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_project(f"{SOURCES}survivorship:\n  fields:\n    {field}\n", tmp_path, {})
    assert not isinstance(caught.value, ConfigurationErrors), str(caught.value)
    assert f"{caught.value} | {caught.value.hint}" == told


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        pytest.param(
            "groups: {work: [organisation, job_title]}",
            "hub.yaml:6:19 (survivorship.groups.work.0): `organisation` is no field | did you mean"
            " `organization`?",
            id="a field that is none",
        ),
        pytest.param(
            "groups: {work: [emails, job_title]}",
            "hub.yaml:6:19 (survivorship.groups.work.0): `emails` keeps every value, so it cannot survive"
            " together with others | those that can are kind, name, organization, job_title, birth_date,"
            " gender, language, attributes.NAME",
            id="a field that keeps every value",
        ),
        pytest.param(
            "groups: {work: [addresses.street, job_title]}",
            "hub.yaml:6:19 (survivorship.groups.work.0): `addresses.street`: the parts of an address survive"
            " together anyway | leave it out",
            id="a part of an address",
        ),
        pytest.param(
            "groups: {work: [attributes, job_title]}",
            "hub.yaml:6:19 (survivorship.groups.work.0): of attributes say which, such as"
            " attributes.contract_number | None",
            id="all attributes",
        ),
        pytest.param(
            "groups: {work: [job_title]}",
            "hub.yaml:6:12 (survivorship.groups.work): a group holds two fields or more | None",
            id="a field that is alone",
        ),
        pytest.param(
            "groups: {a: [job_title, language], b: {fields: [gender, job_title]}}",
            "hub.yaml:6:59 (survivorship.groups.b.fields.1): job_title survives with `a` already | name it"
            " once",
            id="a field of two groups",
        ),
        pytest.param(
            "groups: {a: [job_title, job_title]}",
            "hub.yaml:6:27 (survivorship.groups.a.1): job_title survives twice | name it once",
            id="a field twice",
        ),
        pytest.param(
            "{groups: {a: [job_title, language]}, fields: {language: [length]}}",
            "hub.yaml:6:49 (survivorship.fields.language): language survives with `a`, so it can have no rule"
            " of its own | its order, ages and sources are those of the group: write them under groups.a",
            id="a rule beside that of the group",
        ),
        pytest.param(
            "groups: {a: {fields: [job_title, language], priority: [crn]}}",
            "hub.yaml:6:58 (survivorship.groups.a.priority.0): there is no source `crn` | did you mean"
            " `crm`?",
            id="a source that is not there",
        ),
        pytest.param(
            "groups: {a: {fields: [job_title, language], ordr: [length]}}",
            "hub.yaml:6:47 (survivorship.groups.a.ordr): there is no setting `ordr` | did you mean `order`?",
            id="a setting that is none",
        ),
        pytest.param(
            "groups: {a: {fields: [job_title, language], order: [expression]}}",
            "hub.yaml:6:12 (survivorship.groups.a): a is ordered by an `expression` that it has not | None",
            id="an expression that is not there",
        ),
    ],
)
def test_what_is_wrong_with_a_group_is_told_with_its_place(tmp_path: Path, declared: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_project(f"{SOURCES}survivorship:\n  {declared}\n", tmp_path, {})
    assert not isinstance(caught.value, ConfigurationErrors), str(caught.value)
    assert f"{caught.value} | {caught.value.hint}" == told


def test_a_source_verifies_fields_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_project(SOURCES.replace("[emails,", "[email,"), tmp_path, {})
    assert (caught.value.sentence, caught.value.hint) == (
        "`email` is no field",
        "did you mean `emails`?",
    )
