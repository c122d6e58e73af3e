"""Expressions of the mapping language: JMESPath with a few named functions that contacts need.

No code runs: an expression only selects, joins and rewrites values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Final

import jmespath
from jmespath import functions
from jmespath.exceptions import ArityError, JMESPathError, JMESPathTypeError, LexerError, ParseError

from hub.domain.contact import Kind
from mappings.company_words import names_company
from mappings.json_text import as_text
from mappings.normalise.dates import date_of, possible_date
from mappings.normalise.kinds import kind_of
from mappings.normalise.names import Name, family_first, split_name
from mappings.normalise.one_line import split_address
from mappings.normalise.places import split_place


class ExpressionError(ValueError):
    """An expression that cannot be read; `column` counts from 0 within its text, None when unknown."""

    def __init__(self, sentence: str, column: int | None = None) -> None:
        super().__init__(sentence)
        self.column = column


# Types of the parameters of functions with several alike.
_NAME: Final[Any] = {"types": ["string", "null"]}
_SAID: Final[Any] = {"types": ["string", "null", "boolean"]}
_PART: Final[Any] = {"types": ["string", "number", "null"]}


class _Functions(functions.Functions):
    """Ours, beside JMESPath's own (join, to_string, not_null, …). Null in gives null out."""

    @functions.signature({"types": ["string", "null"]})
    def _func_lower(self, text: str | None) -> str | None:
        return text.lower() if text is not None else None

    @functions.signature({"types": ["string", "null"]})
    def _func_upper(self, text: str | None) -> str | None:
        return text.upper() if text is not None else None

    @functions.signature({"types": ["string", "null"]})
    def _func_title(self, text: str | None) -> str | None:
        return text.title() if text is not None else None

    @functions.signature({"types": ["string", "null"]})
    def _func_trim(self, text: str | None) -> str | None:
        return (text.strip() or None) if text is not None else None

    @functions.signature({"types": ["string", "null"]})
    def _func_digits(self, text: str | None) -> str | None:
        return re.sub(r"\D", "", text) or None if text is not None else None

    @functions.signature({"types": ["string", "null"]}, {"types": ["string"]})
    def _func_split(self, text: str | None, separator: str) -> list[str] | None:
        return [part.strip() for part in text.split(separator) if part.strip()] if text is not None else None

    @functions.signature({"types": ["string", "null"]}, {"types": ["string"]}, {"types": ["string"]})
    def _func_replace(self, text: str | None, old: str, new: str) -> str | None:
        return text.replace(old, new) if text is not None else None

    @functions.signature({"types": ["array", "null"]})
    def _func_first(self, values: list[Any] | None) -> Any:
        return values[0] if values else None

    @functions.signature({"types": ["array", "null"]})
    def _func_last(self, values: list[Any] | None) -> Any:
        return values[-1] if values else None

    @functions.signature({"types": [], "variadic": True})
    def _func_coalesce(self, *values: Any) -> Any:
        """The first value that is neither null nor empty."""
        return next((value for value in values if value not in (None, "", [], {})), None)

    @functions.signature({"types": ["string", "null", "boolean", "number"]}, {"types": ["object"]})
    def _func_lookup(self, value: Any, table: Mapping[str, Any]) -> Any:
        """The table's entry for a value; the value itself when there is none."""
        key = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
        return table.get(str(key), value) if value is not None else None

    @functions.signature({"types": ["string", "null"]})
    def _func_split_name(self, text: str | None) -> dict[str, str | None] | None:
        """The parts of a whole name: {full, given, family, additional, prefix, suffix}."""
        found = split_name(text) if text is not None else None
        if not isinstance(found, Name):
            return None
        return {part: getattr(found, part) for part in found.__slots__}

    @functions.signature({"types": ["string", "null"]})
    def _func_split_place(self, text: str | None) -> dict[str, str | None] | None:
        """A postal code and a town in one text: {postal_code, locality, region}."""
        found = split_place(text) if text is not None else None
        return {part: getattr(found, part) for part in found.__slots__} if found is not None else None

    @functions.signature({"types": ["string", "null"]})
    def _func_split_address(self, text: str | None) -> dict[str, str | None] | None:
        """An address in one line: {street, postal_code, locality, region, country}."""
        found = split_address(text) if text is not None else None
        return {part: getattr(found, part) for part in found.__slots__} if found is not None else None

    @functions.signature(_NAME, _SAID, _SAID)
    def _func_person_name(self, name: str | None, kind: Any, given: Any) -> str | None:
        """The name when it is a person's: `kind` says so, there is a given name, or it names no company."""
        return None if name is None or _is_company(name, kind, given) else name

    @functions.signature(_NAME, _SAID, _SAID)
    def _func_company_name(self, name: str | None, kind: Any, given: Any) -> str | None:
        """The name when it is an organisation's."""
        return name if name is not None and _is_company(name, kind, given) else None

    @functions.signature({"types": ["string", "null"]})
    def _func_family_first(self, text: str | None) -> str | None:
        """A whole name written family first, as `Family, Given`."""
        return family_first(text) if text is not None else None

    @functions.signature(_PART, _PART, _PART)
    def _func_date_of(self, year: Any, month: Any, day: Any) -> str | None:
        """Year, month and day in columns of their own as one date; without day or month as far as they go."""
        return date_of(*("" if part is None else str(part) for part in (year, month, day)))

    @functions.signature(_PART, _PART, _PART)
    def _func_possible_date(self, year: Any, month: Any, day: Any) -> str | None:
        """What of year, month and day is possible where `date_of` them is no date; else null."""
        return possible_date(*("" if part is None else str(part) for part in (year, month, day)))

    @functions.signature({"types": ["array", "null"]}, {"types": ["string"]})
    def _func_join_filled(self, values: list[Any] | None, separator: str) -> str | None:
        """Joins what is filled; null and empty parts leave no separator behind."""
        return separator.join(as_text(value) for value in values or [] if value not in (None, "")) or None


def _is_company(name: str, kind: Any, given: Any) -> bool:
    said = None if kind is None else kind_of(str(kind))
    if said is not None:
        return said == Kind.ORGANIZATION
    return not given and names_company(name)


_OPTIONS: Final = jmespath.Options(custom_functions=_Functions())
NAMES: Final = tuple(sorted(name for name in _Functions.FUNCTION_TABLE))


@dataclass(frozen=True)
class Expression:
    """A parsed expression. `reads` are the top-level fields that it looks at."""

    text: str

    def __post_init__(self) -> None:
        _ = self._parsed  # an expression that cannot be read fails here, not in the middle of a page
        for name in self._functions(self._parsed.parsed):
            if name not in NAMES:
                near = get_close_matches(name, NAMES, n=1)
                hint = f"; did you mean `{near[0]}`?" if near else f"; there are {', '.join(NAMES)}"
                raise ExpressionError(f"there is no function `{name}`{hint}", self.text.find(name))

    @cached_property
    def _parsed(self) -> Any:
        try:
            return jmespath.compile(self.text)
        except (LexerError, ParseError) as error:
            ended = error.token_value in {None, ""}
            sentence = "the expression ends too early" if ended else f"unexpected `{error.token_value}`"
            raise ExpressionError(sentence, error.lex_position) from None
        except JMESPathError as error:
            raise ExpressionError(str(error).split("\n")[0]) from None

    @property
    def tree(self) -> Mapping[str, Any]:
        """The parsed expression as JMESPath has it: nodes with type, value and children."""
        parsed: Mapping[str, Any] = self._parsed.parsed
        return parsed

    @cached_property
    def reads(self) -> frozenset[str]:
        return frozenset(_fields(self._parsed.parsed, top=True))

    @cached_property
    def whole(self) -> bool:
        """Whether it looks at the record as a whole (`values(@)`), not only at fields that it names."""
        return _is_whole(self._parsed.parsed)

    @cached_property
    def column(self) -> str | None:
        """The name of the one field that the expression is, if it is no more than that."""
        parsed = self._parsed.parsed
        return str(parsed["value"]) if parsed["type"] == "field" else None

    @cached_property
    def steps(self) -> tuple[str | int, ...] | None:
        """The names and list places of a plain path such as `emails[0].value`; None for anything more."""
        return _steps(self._parsed.parsed)

    def value(self, record: Mapping[str, Any]) -> Any:
        """The expression's value for one record; null where it does not fit the record's types."""
        if self.steps is not None:
            return _at(record, self.steps)
        try:
            return self._parsed.search(record, options=_OPTIONS)
        except JMESPathError:
            return None

    def misuse(self, record: Mapping[str, Any]) -> str | None:
        """What a function is given that it does not take; None where it takes all, or the record says too
        little to tell.
        """
        try:
            self._parsed.search(record, options=_OPTIONS)
        except JMESPathTypeError as error:
            if error.actual_type == "null":
                return None
            takes = " or ".join(error.expected_types)
            return f"`{error.function_name}` takes {takes}, and gets a {error.actual_type}"
        except ArityError as error:
            return f"`{error.function_name}` takes {error.expected_arity} arguments, not {error.actual_arity}"
        except JMESPathError:
            return None
        return None

    def _functions(self, node: Mapping[str, Any]) -> set[str]:
        found = {str(node["value"])} if node["type"] == "function_expression" else set()
        for child in node.get("children", []):
            if isinstance(child, Mapping):
                found |= self._functions(child)
        return found


def _at(record: Any, steps: tuple[str | int, ...]) -> Any:
    """What stands at a plain path: as JMESPath has it, without its cost."""
    for step in steps:
        if isinstance(step, str):
            record = record.get(step) if isinstance(record, dict) else None
        else:
            within = isinstance(record, list) and -len(record) <= step < len(record)
            record = record[step] if within else None
    return record


# Of these only the leftmost part starts at the record.
_FROM_THE_LEFT: Final = frozenset(
    {"subexpression", "index_expression", "projection", "value_projection"}
    | {"filter_projection", "pipe", "flatten"}
)


def _fields(node: Mapping[str, Any], *, top: bool) -> set[str]:
    """Field names that are looked up in the record itself, not in a part of it."""
    if node["type"] == "field":
        return {str(node["value"])} if top else set()
    children = [child for child in node.get("children", []) if isinstance(child, Mapping)]
    if node["type"] in _FROM_THE_LEFT:
        return _fields(children[0], top=top) if children else set()
    return {name for child in children for name in _fields(child, top=top)}


def _is_whole(node: Mapping[str, Any]) -> bool:
    if node["type"] in {"current", "identity"}:
        return True
    children = [child for child in node.get("children", []) if isinstance(child, Mapping)]
    return any(_is_whole(child) for child in (children[:1] if node["type"] in _FROM_THE_LEFT else children))


def _steps(node: Mapping[str, Any]) -> tuple[str | int, ...] | None:
    if node["type"] == "field":
        return (str(node["value"]),)
    if node["type"] == "index":
        return (int(node["value"]),)
    if node["type"] in {"subexpression", "index_expression"}:
        parts = [_steps(child) for child in node["children"]]
        if all(part is not None for part in parts):
            return tuple(step for part in parts if part is not None for step in part)
    return None
