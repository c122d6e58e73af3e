"""Sets one field of a mapping file, or takes it out; everything else there stays byte for byte as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product
from json import dumps
from typing import Any, Final, Literal

from hub.errors import ConfigurationError
from mappings import catalogue
from mappings.expressions import Expression, ExpressionError
from mappings.outbound_spec import OutboundSpec
from mappings.spec import MappingSpec
from mappings.yaml_file import parse_yaml, place_of
from mappings.yaml_lines import tree, with_entry, without_entry

Direction = Literal["in", "out"]
Path = tuple[str, ...]

# What can be set besides the fields.
WORDS: Final[Mapping[Direction, tuple[str, ...]]] = {
    "in": ("key", "kind", "updated_at", "deleted", "labels", "defaults.country", "defaults.dates"),
    "out": ("only", "require"),
}
_ORDER: Final[Mapping[Direction, tuple[str, ...]]] = {
    "in": tuple(MappingSpec.model_fields),
    "out": tuple(OutboundSpec.model_fields),
}
_IN_QUOTES: Final = "put an expression that YAML reads otherwise in quotes: '\"…\"'"


@dataclass(frozen=True, slots=True)
class Written:
    """A value, and the ways to write it, best first."""

    forms: tuple[str, ...]
    value: Any


def path_of(field: str, direction: Direction) -> Path:
    """Where a field stands in the file. Raises `ConfigurationError` with the nearest one for a source's
    field that there is not; a destination's fields may have any name.
    """
    if field not in WORDS[direction] and not _allowed(field, direction):
        near = get_close_matches(field, [*WORDS[direction], *catalogue.FIELDS], n=1, cutoff=0.6)
        hint = f"did you mean `{near[0]}`?" if near else f"for a field of your own write attributes.{field}"
        raise ConfigurationError("unknown-field", f"there is no field `{field}`", hint=hint)
    return _path(field, direction)


def value_at(text: str, file: str, field: str, direction: Direction) -> Any:
    """What the file says of a field, as plain data; None when it says nothing."""
    return _value(parse_yaml(text, file), _path(field, direction))


def with_field(text: str, file: str, field: str, expression: str, direction: Direction) -> str:
    """The text in which a field is what `expression` says, as it would stand in the file.

    An expression that YAML cannot read, but JMESPath can, is put in quotes. Raises `ConfigurationError` for
    an unknown field, for what neither can read, and for a file in which nothing can be put there.
    """
    path, written = path_of(field, direction), read_expression(expression)
    root = parse_yaml(text, file)
    if len(path) > 1 and not isinstance(root.get(path[0]), Mapping | None):
        place = place_of(file, root, path[:1])
        raise ConfigurationError("bad-mapping", f"`{path[0]}` is no block of `name: value`", place=place)
    if _stands(root, path) and _same(_value(root, path), written.value):
        return text
    wanted = _with(root, path, written.value)
    names = (path[-1], dumps(path[-1], ensure_ascii=False))
    tried = (
        with_entry(text, path, name, form, _ORDER[direction]) for name, form in product(names, written.forms)
    )
    return _first_that_says(wanted, tried, file, field)


def without_field(text: str, file: str, field: str, direction: Direction) -> str:
    """The text without a field. It may be one that there is not; it must stand in the file, else
    `ConfigurationError` says so, with the nearest one that does.
    """
    path, root = _path(field, direction), parse_yaml(text, file)
    if not _stands(root, path):
        raise _not_there(root, file, field, direction)
    return _first_that_says(_without(root, path), iter([without_entry(text, path)]), file, field)


def read_expression(expression: str) -> Written:
    """A field's value from its text: a name, JMESPath, or YAML in one line. Raises `ConfigurationError`."""
    text = expression.strip()
    if not text or _LINE_END.search(text):
        hint = "`--remove` takes a field out, `null` leaves it empty"
        raise ConfigurationError("bad-expression", "an expression is one line of text", hint=hint)
    raw = _parses(text) and text[0] not in "[{"  # those are YAML, or a mistake in it
    try:
        value = _yaml(text)
    except ConfigurationError:
        if raw:
            return Written(_quoted(text), text)
        raise
    if not isinstance(value, str):
        return Written((text,), value)
    if raw and not _parses(value):
        return Written(_quoted(text), text)
    return Written((text, *_quoted(value)), value)


_LINE_END: Final = re.compile(r"[\r\n]")


def _allowed(field: str, direction: Direction) -> bool:
    return bool(field.strip()) and (direction == "out" or catalogue.field(field) is not None)


def _path(field: str, direction: Direction) -> Path:
    return tuple(field.split(".")) if field in WORDS[direction] else ("fields", field)


def _yaml(text: str) -> Any:
    if text[0] in "&*!|>":
        raise ConfigurationError("bad-expression", f"a value cannot begin with {text[0]}", hint=_IN_QUOTES)
    line = f"value: {text}"
    try:
        value = parse_yaml(line, "")["value"]
    except ConfigurationError as error:
        hint = error.hint or _IN_QUOTES
        raise ConfigurationError("bad-expression", f"`{text}`: {error.sentence}", hint=hint) from None
    root = tree(line)
    if root is None or root.end != len(line):
        raise ConfigurationError("bad-expression", "a comment begins in the expression", hint=_IN_QUOTES)
    return value


def _parses(text: str) -> bool:
    try:
        Expression(text)
    except ExpressionError:
        return False
    return True


def _quoted(text: str) -> tuple[str, ...]:
    single = "'" + text.replace("'", "''") + "'"
    plain = "'" in text and '"' not in text and "\\" not in text
    return (f'"{text}"', single) if plain else (single,)


def _first_that_says(wanted: Mapping[str, Any], tried: Iterator[str], file: str, field: str) -> str:
    """The first text that says what is wanted and no more."""
    for text in tried:
        try:
            if _same(dict(parse_yaml(text, file)), wanted):
                return text
        except ConfigurationError:
            continue
    raise ConfigurationError(
        "cannot-edit",
        f"{file}: `{field}` cannot be changed without changing more than that",
        hint="change it in the file",
    )


def _same(one: Any, other: Any) -> bool:
    """Equal in kind too: in Python 1 is true."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _key(block: Mapping[Any, Any], name: str) -> Any:
    return next((key for key in block if str(key) == name), name)


def _stands(root: Mapping[Any, Any], path: Path) -> bool:
    block = root if len(path) == 1 else root.get(path[0])
    return isinstance(block, Mapping) and _key(block, path[-1]) in block


def _value(root: Mapping[Any, Any], path: Path) -> Any:
    block = root if len(path) == 1 else root.get(path[0])
    return block.get(_key(block, path[-1])) if isinstance(block, Mapping) else None


def _with(block: Mapping[Any, Any], path: Path, value: Any) -> dict[Any, Any]:
    key = _key(block, path[0])
    return {**block, key: value if len(path) == 1 else _with(block.get(key) or {}, path[1:], value)}


def _without(block: Mapping[Any, Any], path: Path) -> dict[Any, Any]:
    key = _key(block, path[0])
    kept = {name: one for name, one in block.items() if name != key}
    return kept if len(path) == 1 else {**block, key: _without(block[key], path[1:])}


def _not_there(root: Mapping[Any, Any], file: str, field: str, direction: Direction) -> ConfigurationError:
    fields = root.get("fields")
    known = [word for word in WORDS[direction] if _stands(root, _path(word, direction))]
    known += [str(name) for name in fields] if isinstance(fields, Mapping) else []
    near = get_close_matches(field, known, n=1, cutoff=0.6)
    hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known) or 'none'}"
    if not near and root.get("extends"):
        hint = f"what it takes from the built-in `{root['extends']}` is left empty by `null` instead"
    return ConfigurationError("not-in-file", f"{file} says nothing of `{field}`", hint=hint)
