"""JSON Lines, and a JSON array of objects. A record keeps its types and nesting: its payload is JSON text.

Members are sorted at every level, so that the order in which a system writes them is never a change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn

import pyarrow as pa

from connectors.files.encoding import Encoding, find_encoding
from connectors.files.options import Description, ReadOptions
from connectors.files.rows import BadRow, Rows
from connectors.files.utf8 import utf8_blocks
from hub.errors import ConfigurationError, Place

_BLOCK: Final = 1 << 20
_PORTION: Final = 5_000
_SAMPLE: Final = 1_000

_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")

Line = tuple[str, str]  # where it stands ("line 7"), and its text


class NotJson(ValueError):  # noqa: N818 - it names what the text is
    """A text that is no JSON object; its arguments are a code and a sentence without values of the text."""


class JsonFile:
    """An opened JSON file; it is looked at when something is first asked of it."""

    def __init__(self, path: Path, options: ReadOptions, wanted: Sequence[str] | None = None) -> None:
        """`wanted` are the top-level members to give as columns beside the payload; None gives all."""
        self._path = path
        self._options = options
        self._wanted = wanted

    @cached_property
    def _encoding(self) -> Encoding:
        return find_encoding(self._path, self._options.encoding)

    @cached_property
    def _is_array(self) -> bool:
        for block in utf8_blocks(self._path, self._encoding, _BLOCK):
            if start := block.lstrip()[:1]:
                return start == b"["
        hint = "export it again, or check that the right file is named"
        raise ConfigurationError("empty-file", "the file is empty", hint=hint, place=Place(str(self._path)))

    @property
    def description(self) -> Description:
        """The columns are those of the first 1,000 records."""
        names: dict[str, None] = {}
        for _, text in islice(self._texts(), _SAMPLE):
            try:
                names.update(dict.fromkeys(parse_object(text)))
            except NotJson:
                continue
        return Description(
            "json" if self._is_array else "jsonl",
            tuple(names),
            encoding=self._encoding.name,
            encoding_from=self._encoding.origin,
            notes=(self._encoding.note,) if self._encoding.note else (),
        )

    def rows(self) -> Iterator[Rows]:
        number = 1
        texts = self._texts()
        while portion := list(islice(texts, _PORTION)):
            rows = _portion(portion, number, self._wanted)
            number += rows.count
            yield rows

    def _texts(self) -> Iterator[Line]:
        return self._elements() if self._is_array else self._lines()

    def _lines(self) -> Iterator[Line]:
        number, rest = 1, b""
        for block in utf8_blocks(self._path, self._encoding, _BLOCK):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                if line := line.strip():
                    yield f"line {number}", line.decode("utf-8", "surrogateescape")
                number += 1
        if rest := rest.strip():
            yield f"line {number}", rest.decode("utf-8", "surrogateescape")

    def _elements(self) -> Iterator[Line]:
        """The elements of an array, each as JSON text. The text is held in memory, the objects are not."""
        text = b"".join(utf8_blocks(self._path, self._encoding, _BLOCK)).decode("utf-8", "surrogateescape")
        decoder = json.JSONDecoder()
        position, number = text.index("[") + 1, 1
        while (position := _skip(text, position)) < len(text) and text[position] != "]":
            if number > 1:
                if text[position] != ",":
                    self._broken(text, position)
                position = _skip(text, position + 1)
            try:
                _, end = decoder.raw_decode(text, position)
            except (ValueError, RecursionError):
                self._broken(text, position)
            yield f"element {number}", text[position:end]
            position, number = end, number + 1
        if position >= len(text):
            self._broken(text, position)

    def _broken(self, text: str, position: int) -> NoReturn:
        line = text.count("\n", 0, position) + 1
        column = position - (text.rfind("\n", 0, position) + 1) + 1
        raise ConfigurationError(
            "broken-json",
            "the JSON array is damaged or cut off here",
            hint="export it again; JSON Lines (one object a line) can be read in spite of broken lines",
            place=Place(str(self._path), line, column),
        )


def parse_object(text: str) -> dict[str, object]:
    """The object that a text holds. `NotJson` says what is wrong, also for what could not be stored."""
    try:
        found = _DECODER.decode(text)
    except NotJson:
        raise
    except (ValueError, RecursionError):
        raise NotJson("broken-json", "the line is not valid JSON") from None
    if not isinstance(found, dict):
        raise NotJson("not-an-object", "the line holds JSON, but not an object with named fields")
    return found


def holds_nul(text: str) -> bool:
    """Whether some string in a JSON text holds a NUL character, which a database cannot store."""
    return "\\u0000" in text and _NUL.search(text) is not None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("repeated-field", "an object names a field twice")
    return found


def _no_constant(_: str) -> NoReturn:
    raise NotJson("not-a-number", "NaN and Infinity are no JSON numbers")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _portion(lines: list[Line], first: int, wanted: Sequence[str] | None) -> Rows:
    good: list[dict[str, object]] = []
    numbers: list[int] = []
    payloads: list[str] = []
    bad: list[BadRow] = []
    for number, (position, text) in enumerate(lines, start=first):
        try:
            found = parse_object(text)
            payloads.append(_payload(found))
            good.append(found)
            numbers.append(number)
        except NotJson as error:
            raw = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            bad.append(BadRow(number, position, str(error.args[0]), str(error.args[1]), raw))
    names = list(dict.fromkeys(name for found in good for name in found)) if wanted is None else list(wanted)
    columns = [pa.array([_text(found.get(name)) for found in good], pa.string()) for name in names]
    table = pa.Table.from_arrays(columns, names=names)
    if not names:
        table = pa.table({"": pa.nulls(len(good), pa.string())})
    return Rows(
        table,
        pa.chunked_array([pa.array(numbers, pa.int64())]),
        tuple(bad),
        pa.chunked_array([pa.array(payloads, pa.string())]),
    )


def _payload(found: dict[str, object]) -> str:
    text = _ENCODER.encode(found)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotJson("invalid-bytes", "some bytes are no characters in the encoding of the file") from None
    if holds_nul(text):
        raise NotJson("nul-character", "a value holds NUL characters")
    return text


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _ENCODER.encode(value)


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position
