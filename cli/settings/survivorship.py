"""The settings of survivorship: which value of a field survives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from cli.settings.problems import Problems, nearest
from cli.settings.secrets import Steps
from cli.settings.strict import Strict
from hub.golden.survivorship import ATTRIBUTES, MULTI_FIELDS, ORDERING, SINGLE_FIELDS, Criterion, Step

_FIELDS: Final = (*SINGLE_FIELDS, *MULTI_FIELDS, ATTRIBUTES)
_CRITERIA: Final = [one.value for one in ORDERING]
_STEP: Final = {
    "anyOf": [
        {"enum": _CRITERIA},
        {
            "type": "object",
            "propertyNames": {"enum": _CRITERIA},
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
            "minProperties": 1,
            "maxProperties": 1,
        },
    ]
}


_DAYS: Final = {"type": "string", "pattern": "^[0-9]+d$"}
_AGE: Final = {"anyOf": [_DAYS, {"type": "object", "additionalProperties": _DAYS, "minProperties": 1}]}


def _field(value: str) -> str:
    if value in _FIELDS or (value.startswith(f"{ATTRIBUTES}.") and len(value) > len(ATTRIBUTES) + 1):
        return value
    raise ValueError(f"`{value}` is no field\n{nearest(value, _FIELDS)}")


def _one_value(value: str) -> str:
    """A field that may survive with others."""
    root, _, rest = value.partition(".")
    if value in SINGLE_FIELDS or (root == ATTRIBUTES and rest):
        return value
    if value == ATTRIBUTES:
        raise ValueError("of attributes say which, such as attributes.contract_number")
    if root in {"name", "addresses"} and rest:
        whole = "a name" if root == "name" else "an address"
        raise ValueError(f"`{value}`: the parts of {whole} survive together anyway\nleave it out")
    known = ", ".join(SINGLE_FIELDS)
    if root in MULTI_FIELDS:
        sentence = f"`{value}` keeps every value, so it cannot survive together with others"
        raise ValueError(f"{sentence}\nthose that can are {known}, attributes.NAME")
    raise ValueError(f"`{value}` is no field\n{nearest(value, SINGLE_FIELDS)}")


def _several(fields: list[str]) -> list[str]:
    if len(fields) < 2:
        raise ValueError("a group holds two fields or more")
    return fields


def _step(told: object) -> Step:
    """`recency`, or `recency: [crm, web]`."""
    name, sources = told, None
    if isinstance(told, dict):
        if len(told) != 1:
            raise ValueError("a step is a criterion, or one criterion with its sources")
        ((name, sources),) = told.items()
        if not isinstance(sources, list) or not sources:
            raise ValueError(f"`{name}` needs a list of sources: {name}: [one, two]")
    if name not in _CRITERIA:
        raise ValueError(f"`{name}` is no criterion\n{nearest(str(name), _CRITERIA)}")
    return Step(Criterion(name), None if sources is None else frozenset(map(str, sources)))


def _age(told: object) -> int | dict[str, int]:
    """`730d`, or an age a source."""
    if isinstance(told, dict):
        if not told:
            raise ValueError("an age by source names a source: {crm: 730d}")
        return {str(source): _days(age) for source, age in told.items()}
    return _days(told)


def _days(told: object) -> int:
    found = re.fullmatch(r"\s*([1-9][0-9]{0,4})\s*d\s*", str(told))
    if found is None:
        raise ValueError("an age is a number of days, such as 730d")
    return int(found[1])


def _expression(text: str) -> str:
    # the language of mappings takes as long to load as all settings, and few projects have an expression
    from mappings.expressions import ExpressionError  # noqa: PLC0415
    from mappings.rating import Rating  # noqa: PLC0415

    try:
        Rating(text)
    except ExpressionError as error:
        raise ValueError(f"`{text}`: {error}") from None
    return text


def _in_full(told: Any) -> Any:
    """An order may stand by itself."""
    return {"order": told} if isinstance(told, list) else told


def _fields_in_full(told: Any) -> Any:
    """So may the fields of a group."""
    return {"fields": told} if isinstance(told, list) else told


FieldName = Annotated[str, AfterValidator(_field)]
Order = Annotated[list[Annotated[Any, BeforeValidator(_step), WithJsonSchema(_STEP)]], Field(min_length=1)]


Age = Annotated[int | dict[str, int] | None, BeforeValidator(_age), WithJsonSchema(_AGE)]
ValueExpression = Annotated[str, AfterValidator(_expression)]


class FieldSurvivorship(Strict):
    """Which value of one field survives."""

    order: Order | None = Field(default=None, description="Criteria, best first; the default order follows.")
    priority: list[str] | None = Field(
        default=None, min_length=1, description="Sources for this field, the most trusted first."
    )
    only_from: list[str] | None = Field(
        default=None, min_length=1, description="The field is taken from these sources only."
    )
    max_age: Age = Field(
        default=None, description="What was last changed longer ago gives way: 730d, or {crm: 730d}."
    )
    limit: int | None = Field(default=None, ge=1, description="How many values of a list are kept.")
    expression: ValueExpression | None = Field(
        default=None, description="JMESPath over value, parts, source, updated_at; more is better."
    )


class GroupSurvivorship(Strict):
    """Fields that survive together: of all of them what one record says."""

    fields: Annotated[list[Annotated[str, AfterValidator(_one_value)]], AfterValidator(_several)] = Field(
        description="Fields with one value, attributes.NAME among them."
    )
    order: Order | None = Field(default=None, description="Criteria, best first; the default order follows.")
    priority: list[str] | None = Field(
        default=None, min_length=1, description="Sources for these fields, the most trusted first."
    )
    only_from: list[str] | None = Field(
        default=None, min_length=1, description="The fields are taken from these sources only."
    )
    max_age: Age = Field(
        default=None, description="What was last changed longer ago gives way: 730d, or {crm: 730d}."
    )
    expression: ValueExpression | None = Field(
        default=None, description="JMESPath over value (of the first field), source, updated_at."
    )


class Survivorship(Strict):
    """Which value survives. Fields that keep every value order them by the same criteria."""

    default: Order | None = None
    fields: dict[FieldName, Annotated[FieldSurvivorship, BeforeValidator(_in_full)]] = Field(
        default_factory=dict
    )
    groups: dict[str, Annotated[GroupSurvivorship, BeforeValidator(_fields_in_full)]] = Field(
        default_factory=dict, description="By a name of yours the fields that survive together."
    )
    consent_authorities: list[str] = Field(
        default_factory=list,
        description="Sources whose later, dated grant of a consent lifts a refusal; no other source can.",
    )


def check_survivorship(values: dict[str, Any], problems: Problems) -> None:
    """What only the whole file tells: sources that are not there, rules that do not fit their field."""
    told = values.get("survivorship")
    if not isinstance(told, dict):
        return
    known = {str(name) for name in values.get("sources") or ()}
    for where, source in _sources_named(told):
        if source not in known and not problems.filling.is_unset(where):
            problems.add(where, "unknown-name", f"there is no source `{source}`", nearest(source, known))
    fields = told.get("fields")
    for name, rule in fields.items() if isinstance(fields, dict) else ():
        order = rule if isinstance(rule, list) else _get(rule, "order")
        path: Steps = ("survivorship", "fields", name)
        if _get(rule, "limit") is not None and name not in MULTI_FIELDS:
            sentence = f"`limit` is for fields that keep several values; {name} has one"
            problems.add((*path, "limit"), "bad-setting", sentence, f"those are {', '.join(MULTI_FIELDS)}")
        _check_expression(order, rule, path, problems)
    _check_groups(told, problems)
    if _named(told.get("default"), Criterion.EXPRESSION):
        problems.add(("survivorship", "default"), "bad-setting", "an `expression` belongs to one field")


def _check_groups(told: dict[str, Any], problems: Problems) -> None:
    """That a field is in one group at most, and has no rule beside the group's."""
    groups, fields = told.get("groups"), told.get("fields")
    own = fields if isinstance(fields, dict) else {}
    group_of: dict[str, str] = {}
    for group, rule in groups.items() if isinstance(groups, dict) else ():
        path: Steps = ("survivorship", "groups", group)
        in_full = _fields_in_full(rule)
        listed = path if in_full is not rule else (*path, "fields")
        for where, field in _in_list(_get(in_full, "fields"), listed):
            if field in group_of:
                where_else = "twice" if group_of[field] == group else f"with `{group_of[field]}` already"
                problems.add(where, "bad-setting", f"{field} survives {where_else}", "name it once")
            elif field in own:
                hint = f"its order, ages and sources are those of the group: write them under groups.{group}"
                sentence = f"{field} survives with `{group}`, so it can have no rule of its own"
                problems.add(("survivorship", "fields", field), "bad-setting", sentence, hint)
            group_of.setdefault(field, str(group))
        _check_expression(_get(rule, "order"), rule, path, problems)


def _check_expression(order: object, rule: object, path: Steps, problems: Problems) -> None:
    if _named(order, Criterion.EXPRESSION) and not _get(rule, "expression"):
        problems.add(path, "bad-setting", f"{path[-1]} is ordered by an `expression` that it has not")


def _named(order: object, criterion: Criterion) -> bool:
    return isinstance(order, list) and any(
        step == criterion or (isinstance(step, dict) and criterion in step) for step in order
    )


def _sources_named(told: dict[str, Any]) -> Iterator[tuple[Steps, str]]:
    yield from _in_order(told.get("default"), ("survivorship", "default"))
    yield from _in_list(told.get("consent_authorities"), ("survivorship", "consent_authorities"))
    for path, rule in _rules(told):
        if isinstance(rule, list) and path[1] == "fields":
            yield from _in_order(rule, path)
        yield from _in_order(_get(rule, "order"), (*path, "order"))
        for setting in ("priority", "only_from"):
            yield from _in_list(_get(rule, setting), (*path, setting))
        ages = _get(rule, "max_age")
        yield from (
            ((*path, "max_age", name), str(name)) for name in (ages if isinstance(ages, dict) else ())
        )


def _rules(told: dict[str, Any]) -> Iterator[tuple[Steps, object]]:
    for section in ("fields", "groups"):
        named = told.get(section)
        for name, rule in named.items() if isinstance(named, dict) else ():
            yield ("survivorship", section, name), rule


def _in_order(order: object, path: Steps) -> Iterator[tuple[Steps, str]]:
    for i, step in enumerate(order if isinstance(order, list) else ()):
        for criterion, sources in step.items() if isinstance(step, dict) else ():
            yield from _in_list(sources, (*path, i, criterion))


def _in_list(names: object, path: Steps) -> Iterator[tuple[Steps, str]]:
    for i, name in enumerate(names if isinstance(names, list) else ()):
        yield (*path, i), str(name)


def _get(rule: object, setting: str) -> Any:
    return rule.get(setting) if isinstance(rule, dict) else None
