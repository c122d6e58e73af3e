"""Changes fields of a mapping file: all of the changes, or none when the file would not be right then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cli.wiring import Hub
from cli.write import make_folder, write_whole
from hub.errors import ConfigurationError, ConfigurationErrors
from mappings.check import missing_columns
from mappings.edit import Direction, value_at, with_field, without_field
from mappings.load import load_mapping, load_outbound
from mappings.write import quoted
from mappings.yaml_file import read_text


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field and the expression that it gets; None takes the field out of the file."""

    field: str
    expression: str | None


@dataclass(frozen=True, slots=True)
class Edited:
    """A mapping file before and after; `changes` are field, old and new value as plain data."""

    path: Path
    before: str
    after: str
    changes: tuple[tuple[str, Any, Any], ...]


def wanted(pairs: Sequence[str], removed: Sequence[str]) -> list[Wanted]:
    """`FIELD=EXPRESSION` pairs, and fields to take out. An expression may hold `=` itself."""
    found = []
    for pair in pairs:
        field, equals, expression = pair.partition("=")
        if not equals or not field.strip():
            hint = "such as emails=email, or 'emails=[email, email_2]'"
            raise ConfigurationError("not-a-change", f"`{pair}` is no FIELD=EXPRESSION", hint=hint)
        found.append(Wanted(field.strip(), expression))
    return [*found, *(Wanted(field, None) for field in removed)]


def edited(hub: Hub, name: str, direction: Direction, changes: Sequence[Wanted]) -> Edited:
    """The mapping with the changes, checked as `hub mapping check` does; nothing is written yet.

    Of a source or destination that uses its built-in mapping the file is a new one, which extends that.
    """
    path, before = _file(hub, name, direction)
    columns = hub.columns(name) if direction == "in" else None
    after, told = before, []
    for change in changes:
        old = value_at(after, path.name, change.field, direction)
        if change.expression is None:
            after = without_field(after, path.name, change.field, direction)
        else:
            expression = _of_column(change.expression, columns)
            after = with_field(after, path.name, change.field, expression, direction)
        told.append((change.field, old, value_at(after, path.name, change.field, direction)))
    _check(after, path.name, direction, columns)
    return Edited(path, before, after, tuple(told))


def write(change: Edited) -> None:
    """Puts the file in place, whole or not at all."""
    make_folder(change.path.parent)
    write_whole(change.path, lambda file: file.write(change.after.encode()))


def _file(hub: Hub, name: str, direction: Direction) -> tuple[Path, str]:
    path = hub.mapping_file(name, direction)
    if path is not None:
        return path, read_text(path)
    if direction == "in":
        hub.mapping(name)  # says what to do where there is none at all
        type_name, word = hub.project.settings.sources[name].type, "source"
    else:
        hub.outbound(name)
        type_name, word = hub.project.settings.destinations[name].type, "destination"
    text = f"mapping: 1\n{word}: {name}\nextends: {type_name}\n"
    return hub.project.folder / "mappings" / f"{name}.yaml", text


def _of_column(expression: str, columns: Sequence[str] | None) -> str:
    """A column's name alone means that column, also where JMESPath wants quotes: `e-mail`, `first name`."""
    return quoted(expression.strip()) if columns and expression.strip() in columns else expression


def _check(text: str, file: str, direction: Direction, columns: Sequence[str] | None) -> None:
    """What is wrong is told with its place in the text as it would be."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / file
        path.write_bytes(text.encode())
        if direction == "out":
            load_outbound(path)
            return
        spec = load_mapping(path)
        errors = [] if columns is None else missing_columns(spec, columns, path)
    if errors:
        raise errors[0] if len(errors) == 1 else ConfigurationErrors(tuple(errors))
