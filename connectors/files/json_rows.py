"""JSON Lines, and JSON that holds objects in an array or one after the other. A record keeps its types and
nesting: its payload is JSON text.

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
from connectors.files.json_documents import Broken, Records, elements, find_records
from connectors.files.options import Description, ReadOptions
from connectors.files.rows import BadRow, Rows
from connectors.files.utf8 import utf8_blocks
from hub.errors import ConfigurationError, Place

_BLOCK: Final = 1 << 20
_PORTION: Final = 5_000
_SAMPLE: Final = 1_000

_LINES: Final = frozenset({".jsonl", ".ndjson"})
_OPEN: Final = re.compile(r"[{\[,]\s*$")  # a line that goes on in the next one
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
    def _in_lines(self) -> bool:
        """Whether each line is a record: the file is called so, or its first line is whole and not alone."""
        first, alone = self._first_line
        if not first:
            hint = "export it again, or check that the right file is named"
            raise ConfigurationError(
                "empty-file", "the file is empty", hint=hint, place=Place(str(self._path))
            )
        if first.startswith(b"["):
            return False
        if self._options.format == "jsonl" or self._path.suffix.lower() in _LINES:
            return True
        return not first.startswith(b"{") or (not alone and _is_whole(first))

    @cached_property
    def _first_line(self) -> tuple[bytes, bool]:
        """The first line that is not blank, or what is known of an array's, and whether nothing follows."""
        held: list[bytes] = []
        for block in utf8_blocks(self._path, self._encoding, _BLOCK):
            held.append(block if held else block.lstrip())
            if not held[0]:
                held.clear()
            elif held[0].startswith(b"["):
                return held[0], False
            elif b"\n" in block:
                line, _, rest = b"".join(held).partition(b"\n")
                if rest.strip():
                    return line, False
        return b"".join(held).strip(), True

    @cached_property
    def _whole(self) -> tuple[str, Records] | None:
        """The text with where its records are, where they are not lines; None for damaged lines. The text is
        held in memory, the objects are not.
        """
        text = b"".join(utf8_blocks(self._path, self._encoding, _BLOCK)).decode("utf-8", "surrogateescape")
        try:
            return text, find_records(text)
        except Broken as broken:
            if _OPEN.search(text.split("\n", 1)[0]):  # so it is no line of its own
                self._broken(text, broken.position)
            return None

    @property
    def description(self) -> Description:
        """The columns are those of the first 1,000 records."""
        names: dict[str, None] = {}
        for _, text in islice(self._texts(), _SAMPLE):
            try:
                names.update(dict.fromkeys(parse_object(text)))
            except NotJson:
                continue
        whole = None if self._in_lines else self._whole
        within = f"the records are those of `{whole[1].name}`" if whole and whole[1].name else None
        return Description(
            "json" if whole else "jsonl",
            tuple(names),
            encoding=self._encoding.name,
            encoding_from=self._encoding.origin,
            notes=tuple(note for note in (self._encoding.note, within) if note),
        )

    def rows(self) -> Iterator[Rows]:
        number = 1
        texts = self._texts()
        while portion := list(islice(texts, _PORTION)):
            rows = _portion(portion, number, self._wanted)
            number += rows.count
            yield rows

    def _texts(self) -> Iterator[Line]:
        whole = None if self._in_lines else self._whole
        return self._lines() if whole is None else self._elements(*whole)

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

    def _elements(self, text: str, records: Records) -> Iterator[Line]:
        try:
            for number, one in enumerate(elements(text, records), 1):
                yield f"element {number}", one
        except Broken as broken:
            self._broken(text, broken.position)

    def _broken(self, text: str, position: int) -> NoReturn:
        line = text.count("\n", 0, position) + 1
        column = position - (text.rfind("\n", 0, position) + 1) + 1
        raise ConfigurationError(
            "broken-json",
            "the JSON is damaged or cut off here",
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


def _is_whole(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


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
