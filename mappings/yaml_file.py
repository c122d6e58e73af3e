"""YAML with positions: which line and column a setting stands at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from hub.errors import ConfigurationError, Place

# What the library says of a mistake → what we say, and what to do. Its own words are not passed on: they
# quote the values beside the mistake, and those may be secrets.
_MISTAKES: Final[dict[str, tuple[str, str]]] = {
    "duplicate key": ("a name stands twice in one block (duplicate key)", "remove one of the two"),
    "'\\t'": ("a tab stands where YAML wants spaces", "indent with spaces, not tabs"),
    "mapping values are not allowed": (
        "a colon stands where no name can end",
        "put a value that holds a colon in quotes, and check the indentation",
    ),
    "undefined alias": ("an alias (*name) stands for nothing", "put a value that begins with * in quotes"),
    "cannot start any token": (
        "a value begins with a character that means something else",
        "put it in quotes",
    ),
    "could not find expected ':'": (
        "a colon is expected after a name",
        "write `name: value`, with a space after the colon",
    ),
    "expected <block end>": (
        "this line is indented otherwise than the block that it stands in",
        "give all names of a block the same indentation",
    ),
    "another document": ("a second document begins", "remove the line `---`"),
    "end of stream": ("a quote is not closed", "close it on the line where it begins"),
    "expected ','": ("a comma or a closing bracket is expected", "close [ with ] and { with }"),
}
_OTHER: Final = ("that is no YAML", "check the indentation, the quotes and the brackets above this line")


def editor() -> YAML:
    """A reader and writer that keeps comments, quotes and order."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 16  # a quoted text that the library breaks within a one-line block loses a blank
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def read_yaml(path: Path) -> CommentedMap:
    """A YAML mapping with positions. Raises `ConfigurationError` with the place of what cannot be read."""
    return parse_yaml(read_text(path), path.name)


def read_text(path: Path) -> str:
    """The text of a file that people write, line ends as they are. Raises `ConfigurationError`."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        hint = "`hub init` makes one, `-C DIR` names another folder" if path.name == "hub.yaml" else None
        raise ConfigurationError("no-file", f"there is no {path.name} in {path.parent}", hint=hint) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            "not-utf8", "that is not UTF-8 text", hint="save it as UTF-8", place=Place(path.name, line)
        ) from None
    except OSError as error:
        reason = (error.strerror or "refused").lower()
        raise ConfigurationError("unreadable", f"{path.name} cannot be read: {reason}") from error


def parse_yaml(text: str, file: str) -> CommentedMap:
    """A YAML mapping with positions, from the text of a file of that name; an empty one for an empty text."""
    try:
        found = editor().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise _mistake(str(error.problem), place) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigurationError(
            "bad-yaml", "a character that no text has", hint="remove it", place=Place(file, line)
        ) from None
    except ValueError:
        raise ConfigurationError(
            "bad-yaml", "a date or a number in it is none", hint="put it in quotes", place=Place(file)
        ) from None
    except YAMLError as error:
        raise _mistake(str(error), Place(file)) from None
    except RecursionError:
        raise ConfigurationError(
            "bad-yaml", "blocks stand in each other too deep", place=Place(file)
        ) from None
    if found is None:
        return CommentedMap()
    if not isinstance(found, CommentedMap):
        raise ConfigurationError(
            "bad-yaml", "the file is no list of `name: value` lines", place=Place(file, 1, 1)
        )
    return found


def place_of(file: str, root: CommentedMap, path: Sequence[str | int]) -> Place:
    """Where a dotted path stands; the nearest parent's place when it is not there itself."""
    line, column = 1, 1
    node: Any = root
    for step in path:
        if isinstance(node, CommentedMap):
            key = next((key for key in node if str(key) == str(step)), None)
            spots = node.lc.data or {}
        elif isinstance(node, CommentedSeq):
            key = step if isinstance(step, int) and step < len(node) else None
            spots = node.lc.data or {}
        else:
            break
        if key is None:
            break
        if key in spots:  # what a merge (`<<`) brought in has no place of its own
            line, column = spots[key][0] + 1, spots[key][1] + 1
        node = node[key]
    return Place(file, line, column, ".".join(str(step) for step in path) or None)


def _mistake(problem: str, place: Place) -> ConfigurationError:
    sentence, hint = next((told for sign, told in _MISTAKES.items() if sign in problem), _OTHER)
    return ConfigurationError("bad-yaml", sentence, hint=hint, place=place)
