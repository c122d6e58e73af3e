"""Text as it should have been typed: one form of each character, no invisible ones, no double spaces."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Control and format characters carry no meaning in a contact (zero-width joiners, byte order marks, bells).
_INVISIBLE: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
)
MEMORY: Final = 1 << 15  # values that a normaliser remembers: names and towns come again on every page
_SPACES: Final = re.compile(r"\s+")
# Letters that UTF-8 read as Latin-1 or cp1252 leaves behind; without one there is nothing to repair.
_BROKEN: Final = re.compile(r"[ÂÃâ€Ð][\x80-\xff€™œ“”ž‚„†‡ˆ‰Š‹Œ˜šŸ¢-¿]|\ufffd|&[a-z]+;|&#\d+;")


# Plain letters of Western Europe with single spaces: clean as they are. A test holds it to the long way.
_LETTER: Final = r"[!-%'-~\u00c0\u00c1\u00c4-\u00cf\u00d1-\u00d6\u00d8-\u00e1\u00e3-\u00f6\u00f8-\u00ff]"
_CLEAN: Final = re.compile(f"{_LETTER}+(?: {_LETTER}+)*")


def clean_text(text: str) -> str | None:
    """The text in NFC without invisible characters and outer or double spaces; None when nothing is left.

    Broken encodings (`JosÃ©`) are repaired where they are certain.
    """
    return text if _CLEAN.fullmatch(text) else cleaned_slowly(text)


_KEPT_AS_TEXT: Final = re.compile(r"""^(?:=\s*["“”](.*?)["“”]|'(.*?)'?)$""")


def without_guard(clean: str) -> str:
    """A clean text without what makes a spreadsheet keep it as text (`="06…"`, `'06…`)."""
    found = _KEPT_AS_TEXT.match(clean)
    return (found[1] or found[2] or "").strip() if found else clean


def in_capitals(clean: str) -> str:
    """A clean text in capitals, but as it is where those would look like a broken encoding."""
    capitals = clean.upper()
    return capitals if clean_text(capitals) == capitals else clean


def cleaned_slowly(text: str) -> str | None:
    """What `clean_text` gives, for any text."""
    while True:  # to the end: what is left is clean, so cleaning it again changes nothing
        repaired = text
        if _BROKEN.search(text):  # before anything is removed: half a broken letter may be invisible
            import ftfy  # noqa: PLC0415 - slow to load, and hardly any text is broken

            repaired = ftfy.fix_text(text, uncurl_quotes=False, fix_character_width=False)
        cleaned = _tidy(repaired)
        if cleaned == text:
            return cleaned or None
        text = cleaned


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", _SPACES.sub(" ", _INVISIBLE.sub("", text))).strip()


def folded(text: str) -> str:
    """Lower case without accents, for comparing words."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))
