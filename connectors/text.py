"""Bytes from anywhere to text that can be stored, whatever they claim to be."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

# Decoding with these is no reading of text, or takes time that grows with the square of the length.
_NO_TEXT: Final = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
# What is declared as the first is mostly the second, which holds it whole (WHATWG Encoding Standard).
_WIDER: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "iso8859-9": "cp1254"}
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Marks of direction and of no width; not the joiners (200C, 200D), which Persian and Indian names need.
_INVISIBLE: Final = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]+")


def decoded(data: bytes, charset: str | None = None) -> str:
    """Text in UTF-8 if it is that, else in the charset that it claims, else in Windows' Western one.

    Never fails: what no charset explains becomes U+FFFD.
    """
    claimed = _codec(charset)
    if claimed is None or claimed in {"utf-8", "cp1252"}:
        return _first_that_fits(data, ("utf-8", "cp1252"))
    return _first_that_fits(data, (claimed, "utf-8", "cp1252"))


def storable(text: str) -> str:
    """Without NUL and lone surrogates, which no database takes."""
    return _UNSTORABLE.sub("\ufffd", text) if _UNSTORABLE.search(text) else text


def one_line(text: str) -> str:
    """On one line, with single blanks, without control and invisible characters, composed (NFC)."""
    shown = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    return " ".join(unicodedata.normalize("NFC", storable(shown)).split())


def _codec(charset: str | None) -> str | None:
    try:
        name = codecs.lookup((charset or "").strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    return None if name.replace("-", "_") in _NO_TEXT else _WIDER.get(name, name)


def _first_that_fits(data: bytes, charsets: tuple[str, ...]) -> str:
    for charset in charsets:
        try:
            return data.decode(charset)
        except (UnicodeError, LookupError):  # LookupError: a codec from bytes to bytes
            continue
    return data.decode("cp1252", "replace")
