"""YAML with positions: which line and column a setting stands at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from hub.errors import ConfigurationError, Place


def editor() -> YAML:
    """A reader and writer that keeps comments, quotes and order."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def read_yaml(path: Path) -> CommentedMap:
    """A YAML mapping with positions. Raises `ConfigurationError` with the place of what cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint = "`hub init` makes one, `-C DIR` names another folder" if path.name == "hub.yaml" else None
        raise ConfigurationError("no-file", f"there is no {path.name} in {path.parent}", hint=hint) from None
    except UnicodeDecodeError:
        raise ConfigurationError(
            "not-utf8", f"{path.name} is not UTF-8 text", hint="save it as UTF-8"
        ) from None
    except OSError as error:
        raise ConfigurationError("unreadable", f"{path.name} cannot be read: {error.strerror}") from error
    try:
        found = editor().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(path.name, mark.line + 1, mark.column + 1) if mark else Place(path.name)
        sentence = (error.problem or "that is no YAML").split("\n")[0]
        raise ConfigurationError("bad-yaml", sentence, hint=_yaml_hint(sentence), place=place) from None
    except YAMLError:
        raise ConfigurationError("bad-yaml", "that is no YAML", place=Place(path.name)) from None
    if found is None:
        return CommentedMap()
    if not isinstance(found, CommentedMap):
        raise ConfigurationError(
            "bad-yaml", "the file is no list of `name: value` lines", place=Place(path.name, 1, 1)
        )
    return found


def place_of(file: str, root: CommentedMap, path: Sequence[str | int]) -> Place:
    """Where a dotted path stands; the nearest parent's place when it is not there itself."""
    line, column = 1, 1
    node: Any = root
    for step in path:
        if isinstance(node, CommentedMap) and step in node:
            line, column = (n + 1 for n in node.lc.key(step))
            node = node[step]
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line, column = (n + 1 for n in node.lc.item(step))
            node = node[step]
        else:
            break
    return Place(file, line, column, ".".join(str(step) for step in path) or None)


def _yaml_hint(sentence: str) -> str | None:
    if "duplicate key" in sentence:
        return "a name stands twice in one block; remove one"
    if "\\t" in sentence:
        return "indent with spaces, not tabs"
    if "mapping values are not allowed" in sentence:
        return "put a value that holds a colon in quotes"
    return "check the indentation and the quotes above this line"
