"""Files whose every line is one quoted value, with the fields and their delimiters in it: a table that was
pasted into one column and exported a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_LINES: Final = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")  # str.splitlines splits at other characters, too
_LINE: Final = re.compile(r'"(?:[^"\r\n]|"")*"[ \t]*')
_DELIMITERS: Final = re.compile("[,;\t|]")


def are_wrapped(text: str) -> bool:
    """Whether every line of a text that is not blank is such a value."""
    lines = [line for line in map(str.strip, _LINES.findall(text)) if line]
    return len(lines) > 1 and all(_LINE.fullmatch(line) and _DELIMITERS.search(line) for line in lines)


def unwrapped(text: str) -> str:
    """The lines without the quotes around each; a line that is no such value stays as it is."""
    return "".join(map(_bare, _LINES.findall(text)))


def unwrapped_blocks(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same of UTF-8 that comes in pieces."""
    rest = b""
    for block in blocks:
        lines, end, rest = (rest + block).rpartition(b"\n")
        if end:
            yield _unwrapped(lines + end)
    if rest:
        yield _unwrapped(rest)


def _unwrapped(lines: bytes) -> bytes:
    return unwrapped(lines.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _bare(line: str) -> str:
    content = line.rstrip("\r\n")
    if not _LINE.fullmatch(content):
        return line
    return content.rstrip()[1:-1].replace('""', '"') + line[len(content) :]
