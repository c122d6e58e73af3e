"""Values as CSV cells, safe to open in a spreadsheet program.

A cell that begins with `=`, `+`, `-`, `@` or a control character can run as a formula there (CWE-1236), so it
gets a leading apostrophe. A plain number or phone number (`-12.50`, `+33 1 99 00 12 34`) holds nothing that
could run and stays as it is, so that other programs can use it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from connectors.files.json_rows import holds_nul

SEPARATOR: Final = " | "
_DANGEROUS: Final = frozenset("=+-@\t\r\n＝＋－＠")
_SUSPICIOUS: Final = _DANGEROUS | {"'"}
_PLAIN: Final = re.compile(r"[+-][0-9 .,()]*")


class NotStorable(ValueError):  # noqa: N818 - it names what the value is
    """A value that a file cannot hold; its argument is a sentence without the value."""


def cell(value: object) -> str:
    """A JSON value as the text of a cell: null is empty, a list is joined with ` | `, an object is JSON."""
    match value:
        case None:
            return ""
        case str():
            return storable(value)
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case list() | tuple() if not any(isinstance(part, dict | list | tuple) for part in value):
            return SEPARATOR.join(cell(part) for part in value)
    return storable(json_text(value))


def json_text(value: object) -> str:
    """A JSON value as JSON text. `NotStorable` for what JSON cannot say."""
    try:
        text = storable(json.dumps(value, ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError) as error:
        if isinstance(error, NotStorable):
            raise
        raise NotStorable("a value is not a number, or of a type that JSON does not have") from None
    if holds_nul(text):
        raise NotStorable("a value holds NUL characters")
    return text


def storable(text: str) -> str:
    """The text itself. `NotStorable` for one that would make the file unreadable."""
    if "\0" in text:
        raise NotStorable("a value holds NUL characters")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise NotStorable("a value holds half a character") from None
    return text


def escaped(texts: Sequence[str]) -> list[str]:
    """The cells of a row as they are written; see `unescaped`."""
    return [f"'{text}" if text[:1] in _SUSPICIOUS and _runs(text) else text for text in texts]


def unescaped(text: str) -> str:
    """The inverse of `escaped`, for one cell."""
    return text[1:] if text[:1] == "'" and _runs(text[1:]) else text


def _runs(text: str) -> bool:
    """Whether the text is dangerous once its leading apostrophes are off; so that escaping can be undone."""
    bare = text.lstrip("'")
    return bare[:1] in _DANGEROUS and not _PLAIN.fullmatch(bare)
