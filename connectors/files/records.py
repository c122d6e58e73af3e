"""Delimited text taken apart one record at a time, with an eye for broken quotes.

The grammar is RFC 4180, as generous as is safe: a quote inside an unquoted field is an ordinary character,
spaces around a quoted field are ignored, a line ends with CR LF, LF or CR. A field that begins with a quote
that is never closed, or closed in the middle of the field, is broken; its record ends with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# A quoted field that runs on for longer than this is a broken quote, not a long text.
LONGEST: Final = 1 << 20
_LINE_END: Final = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: where it starts and ends (line end included), its fields, whether its quotes are broken."""

    start: int
    end: int
    fields: list[str]
    broken: bool

    @property
    def is_blank_line(self) -> bool:
        return len(self.fields) == 1 and not self.fields[0]


class Records:
    """The records of a piece of text. `last` tells that the file ends with it."""

    def __init__(self, text: str, delimiter: str, *, last: bool) -> None:
        self.text = text
        self.last = last
        d = re.escape(delimiter)
        self._field = re.compile(rf' *+"((?:[^"]++|"")*+)" *+(?=[{d}\r\n]|\Z)|([^{d}\r\n]*+)')
        self._open = re.compile(r' *+"(?:[^"]++|"")*+\Z')
        self.delimiter = delimiter

    def at(self, start: int) -> Record | None:
        """The record that starts there; None at the end, or when its rest is in the next piece of text."""
        text, position = self.text, start
        if start >= len(text):
            return None
        if (plain_line := self._plain_line(start)) is not None:
            return plain_line
        fields: list[str] = []
        broken = False
        while (found := self._field.match(text, position)) is not None:
            quoted, plain = found.groups()
            if quoted is not None:
                fields.append(quoted.replace('""', '"') if '"' in quoted else quoted)
            else:
                fields.append(plain)
                if plain[:1] in {'"', " "} and self._may_close_later(start, position):
                    return None
                broken = broken or plain[:1] == '"'
            position = found.end()
            if text[position : position + 1] != self.delimiter:
                break
            position += 1
        if position >= len(text) - 1 and not self.last and text[position:] != "\n":
            return None  # the line end, or the second half of CR LF, is in the next piece
        end = _LINE_END.match(text, position)
        return Record(start, end.end() if end else position, fields, broken)

    def line_end(self, start: int) -> int:
        """Where the physical line that starts there ends."""
        found = _LINE_END.search(self.text, start)
        return found.end() if found else len(self.text)

    def __iter__(self) -> Iterator[Record]:
        position = 0
        while (record := self.at(position)) is not None:
            yield record
            position = record.end

    def _plain_line(self, start: int) -> Record | None:
        """The record, when it is a line that ends here and has no quotes."""
        end = self.text.find("\n", start) + 1
        line = self.text[start:end]
        if not line or '"' in line or "\r" in line[:-2]:
            return None
        return Record(start, end, line.rstrip("\r\n").split(self.delimiter), broken=False)

    def _may_close_later(self, start: int, position: int) -> bool:
        if self.last or len(self.text) - start > LONGEST:
            return False
        return self._open.match(self.text, position) is not None


def count_lines(text: str) -> int:
    """How many line ends there are."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")
