"""Which encoding a text file is in: what a person set, else a byte order mark, else UTF-8, else a guess.

A guess is never silent: `Encoding.origin` says how it was found, and `describe` shows it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import charset_normalizer

from connectors.files.disk import pieces
from connectors.files.languages import are_plain_western, latin_code_page
from hub.errors import ConfigurationError, Place

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_UTF8_SEQUENCE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_MOST_LINES: Final = 400
_AROUND: Final = 200
_ENOUGH: Final = 50_000  # so many high bytes leave no doubt whether a text is UTF-8
_LONG_RUNS: Final = (
    1.8  # accented letters stand alone in Latin scripts; Cyrillic, Greek, Chinese come in runs
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` as Python knows it, `mark` the bytes of a byte order mark to skip, `origin` how it was found:
    set · byte-order-mark · valid · zero-bytes · damaged · guessed.
    """

    name: str
    origin: str
    mark: int = 0

    @property
    def note(self) -> str | None:
        """A sentence for the one who checks, when the encoding is not certain."""
        if self.origin == "damaged":
            return "the text is UTF-8 except for some invalid bytes; those rows are rejected"
        if self.origin == "guessed":
            return f"the encoding {self.name} is a guess; set `encoding` if accents look wrong"
        return None


def find_encoding(path: Path, wanted: str | None) -> Encoding:
    """Reads the file once, unless `wanted` or a mark decides. `ConfigurationError` when it is unknown."""
    start = next(pieces(path, 1 << 16), b"")
    mark = next((found for found in _MARKS if start.startswith(found[0])), None)
    if wanted is not None:
        name = _known(wanted, path)
        return Encoding(name, "set", len(mark[0]) if mark and _same_family(mark[1], name) else 0)
    if mark is not None:
        return Encoding(mark[1], "byte-order-mark", len(mark[0]))
    if (wide := _utf16(start)) is not None:
        return Encoding(wide, "zero-bytes")
    if _is_utf8(path):
        return Encoding("utf-8", "valid")
    return _guess(path)


def _known(wanted: str, path: Path) -> str:
    try:
        "".encode(wanted)
    except LookupError:
        hint = "use a name such as utf-8, windows-1252, iso-8859-15 or utf-16"
        raise ConfigurationError(
            "unknown-encoding", f"there is no encoding `{wanted}`", hint=hint, place=Place(str(path))
        ) from None
    name = codecs.lookup(wanted).name
    return "utf-8" if name == "utf-8-sig" else name


def _same_family(mark: str, name: str) -> bool:
    """A mark is skipped by hand, but the codec called utf-16 needs it to know the order."""
    return mark == name


def _utf16(start: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Western text is zero."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if half == 0:
        return None
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces(path):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guess(path: Path) -> Encoding:
    valid, invalid, lines = _evidence(path)
    if valid and invalid <= max(3, valid // 20):
        return Encoding("utf-8", "damaged")
    if not valid and invalid <= 3 and not are_plain_western(lines):
        return Encoding("utf-8", "damaged")
    runs = [len(run) for line in lines for run in _HIGH.findall(line)]
    if sum(runs) / len(runs) < _LONG_RUNS and (name := latin_code_page(lines)) is not None:
        return Encoding(name, "guessed")
    best = charset_normalizer.from_bytes(b"\n".join(lines)).best()
    if best is None:
        raise ConfigurationError(
            "unknown-encoding",
            "the text is in no encoding that could be recognised",
            hint="set `encoding`, for example windows-1252; or the file is no text at all: set `format`",
            place=Place(str(path)),
        )
    return Encoding(codecs.lookup(best.encoding).name, "guessed")


def _evidence(path: Path) -> tuple[int, int, list[bytes]]:
    """How many valid UTF-8 sequences, how many other high bytes, and some lines that have high bytes."""
    valid, invalid = 0, 0
    lines: list[bytes] = []
    for piece in _at_line_ends(path):
        rest, found = _UTF8_SEQUENCE.subn(b"", piece)
        valid += found
        invalid += sum(len(run) for run in _HIGH.findall(rest))
        if len(lines) < _MOST_LINES:
            lines += islice(_lines_with_high_bytes(piece), _MOST_LINES - len(lines))
        if valid + invalid > _ENOUGH:
            break
    return valid, invalid, lines


def _lines_with_high_bytes(piece: bytes) -> Iterator[bytes]:
    """Of each line with a high byte, what is around the first one."""
    position = 0
    while (found := _HIGH.search(piece, position)) is not None:
        line_end = piece.find(b"\n", found.end())
        end = line_end if line_end >= 0 else len(piece)
        start = max(piece.rfind(b"\n", position, found.start()) + 1, position, found.start() - _AROUND)
        yield piece[start : min(end, found.end() + _AROUND)]
        position = end


def _at_line_ends(path: Path) -> Iterator[bytes]:
    """Pieces that are cut after a line end, so that no character is torn (long lines excepted)."""
    rest = b""
    for piece in pieces(path):
        whole, end, new_rest = (rest + piece).rpartition(b"\n")
        if end:
            yield whole
        rest = new_rest
    yield rest
