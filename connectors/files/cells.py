"""Values as CSV cells, safe to open in a spreadsheet program.

A cell that begins with `=`, `+`, `-`, `@`, a tab, a line end or one of their full-width forms can run as a
formula there (CWE-1236), so it gets an apostrophe in front. A plain number or phone number (`-12.50`,
`+33 1 99 00 12 34`) holds nothing that could run and stays as it is, so that other programs can use it; with
hyphens between its digits (`+1-800-555`) a spreadsheet would work it out, so it does not.

What holds apostrophes before such a beginning gets one more, so that taking one off is the exact inverse.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from connectors.files.json_rows import holds_nul

SEPARATOR: Final = " | "
_DANGEROUS: Final = frozenset("=+-@\t\r\n＝＋－＠")
_SUSPICIOUS: Final = _DANGEROUS | {"'"}
_PLAIN: Final = re.compile(r"[+-][0-9 .,()]*")
# The same in the words of Arrow's expressions.
_BEGINS: Final = r"[=+\-@\t\r\n＝＋－＠]"
_RISKY: Final = rf"^'*{_BEGINS}"
_ESCAPED: Final = rf"^'+{_BEGINS}"
_HARMLESS: Final = r"\A'*[+\-][0-9 .,()]*\z"


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


def escaped_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """`escaped` for a column of text, nulls in it allowed."""
    runs = _running(column, _RISKY, _HARMLESS)
    if runs is None:
        return column
    return pc.if_else(runs, pc.binary_join_element_wise("'", column, ""), column)


def unescaped_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The inverse of `escaped_column`; a text that was never escaped stays as it is."""
    runs = _running(column, _ESCAPED, _HARMLESS)
    return column if runs is None else pc.if_else(runs, pc.utf8_slice_codeunits(column, 1), column)


def is_escaped(column: pa.ChunkedArray) -> bool:
    """Whether the column can have been escaped: nothing in it would run as it stands."""
    runs = _running(column, rf"^{_BEGINS}", _HARMLESS)
    return runs is None or not pc.any(runs).as_py()


def _running(column: pa.ChunkedArray, pattern: str, harmless: str) -> pa.ChunkedArray | None:
    """Where the text is dangerous once its apostrophes are off; None where nowhere."""
    found = pc.match_substring_regex(column, pattern)
    if not pc.any(found).as_py():
        return None
    return pc.fill_null(pc.and_not(found, pc.match_substring_regex(column, harmless)), fill_value=False)


def _runs(text: str) -> bool:
    """Whether the text is dangerous once its leading apostrophes are off; so that escaping can be undone."""
    bare = text.lstrip("'")
    return bare[:1] in _DANGEROUS and not _PLAIN.fullmatch(bare)
