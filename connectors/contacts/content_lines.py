"""The lines of a vCard (RFC 2425, 2426, 6350 and vCard 2.1): unfolded, cut into name, parameters and value.

Written here because vobject 0.9.9 takes exponential time for a line such as `A;B=,,,,,,,,,,,,,,,,,,,,,,,,`,
which anyone can send by e-mail, and writes the values of lines it skips into the log.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from connectors.text import decoded, storable

_NAME: Final = re.compile(r"(?:(?P<group>[A-Za-z0-9_-]+)\.)?(?P<name>[A-Za-z0-9_-]+)")
_ENCODINGS: Final = {"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"}
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One property. Names, types and the group are in capitals; `value` is text, its escapes still there.

    `parameters` holds the others (`VALUE`, `LANGUAGE`, `PREF`, …), `number` counts the file's lines from 1.
    """

    name: str
    value: str
    number: int
    group: str = ""
    types: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()

    def parameter(self, name: str) -> str:
        return next((value for known, value in self.parameters if known == name), "")


def lines(data: bytes) -> Iterator[Line]:
    """The properties of a file, in their order; what is no property is left out."""
    # As Latin-1 a character is a byte, so that each property can still have a charset of its own.
    for text, number in _unfolded(_as_utf8(data).decode("latin-1")):
        if (found := _line(text, number)) is not None:
            yield found


def unescaped(text: str) -> str:
    r"""`\n` is a line break, a backslash before any other character stands for that character."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text).strip()


def parts(text: str, separator: str) -> list[str]:
    """The parts of a structured value; separators after a backslash do not count, escapes stay."""
    found, start, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == separator:
            found.append(text[start:at])
            start = at + 1
        at += 1
    return [*found, text[start:]]


def _as_utf8(data: bytes) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(b"\xef\xbb\xbf")


def _unfolded(text: str) -> Iterator[tuple[str, int]]:
    """Lines with those that continue them, and the number of the first."""
    whole: list[str] = []
    first = 1
    is_quoted_printable = False
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if whole and is_quoted_printable and whole[-1].endswith("="):
            whole[-1] = whole[-1][:-1]
            whole.append(line)
        elif whole and line[:1] in {" ", "\t"}:
            whole.append(line[1:])
        else:
            if whole:
                yield "".join(whole), first
            whole, first = [line], number
            is_quoted_printable = "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
    if whole:
        yield "".join(whole), first


def _line(text: str, number: int) -> Line | None:
    start = _NAME.match(text)
    if start is None:
        return None
    cut = _cut(text, start.end())
    if cut is None:
        return None
    encoding, charset = "", ""
    types: list[str] = []
    others: list[tuple[str, str]] = []
    for name, values in cut[0]:
        if name == "TYPE":
            types += [one.strip().upper() for one in values.split(",") if one.strip()]
        elif name == "ENCODING":
            encoding = values.upper()
        elif name == "CHARSET":
            charset = values
        else:
            others.append((name, _text(values, charset)))
    value = _value(cut[1], encoding, charset)
    group = (start["group"] or "").upper()
    return Line(start["name"].upper(), value, number, group, tuple(types), tuple(others))


def _cut(text: str, at: int) -> tuple[list[tuple[str, str]], str] | None:
    """Parameters and value of the line from the end of its name on; None without a colon."""
    cuts, is_quoted = [at], False
    while at < len(text):
        if text[at] == '"':
            is_quoted = not is_quoted
        elif text[at] == ";" and not is_quoted:
            cuts.append(at)
        elif text[at] == ":" and not is_quoted:
            break
        at += 1
    else:
        return None
    ends = [*cuts[1:], at]
    shares = [text[start:end].lstrip(";") for start, end in zip(cuts, ends, strict=True)]
    return [_parameter(share) for share in shares if share], text[at + 1 :]


def _parameter(share: str) -> tuple[str, str]:
    """In vCard 2.1 the parameter's name is left out where the value tells it."""
    name, is_named, value = share.partition("=")
    value = value.replace('"', "").strip()
    if is_named:
        return name.strip().upper(), value
    return ("ENCODING" if name.strip().upper() in _ENCODINGS else "TYPE"), name.replace('"', "").strip()


def _value(text: str, encoding: str, charset: str) -> str:
    """What is Base64 is a picture, a sound or a key, of no use here."""
    if encoding in {"B", "BASE64"}:
        return ""
    data = text.encode("latin-1")
    return storable(decoded(quopri.decodestring(data) if encoding == "QUOTED-PRINTABLE" else data, charset))


def _text(text: str, charset: str) -> str:
    return storable(decoded(text.encode("latin-1"), charset))
