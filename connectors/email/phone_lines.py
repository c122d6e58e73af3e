"""Phone numbers in the lines of a signature, with what the line says they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from connectors.contacts.person import OTHER, Value
from connectors.email.names import folded

# Words before a number, without accents and capitals → its type. A single letter needs a colon, dot or plus.
_LABELS: Final = {
    "mobile": (
        "mobile phone, cell phone, mobile, mobil, mobiltelefon, mob, cell, cellulaire, cellulare, portable,"
        " port, gsm, handy, natel, movil, m, c"
    ),
    "fax": "telefax, telecopie, telecopieur, fax, f",
    "work": (
        "telephone, telefono, telefon, telefoon, tel, phone, fon, fixe, standard, std, switchboard, zentrale,"
        " ligne directe, direct line, direct dial, direct, dir, durchwahl, direktwahl, direkt, office,"
        " bureau, buro, work, desk, ph, t, p, d, o"
    ),
    "home": "home, domicile, privat, dom",
}
_TYPE_OF: Final = {word.strip(): kind for kind, words in _LABELS.items() for word in words.split(",")}
_WORDS: Final = "|".join(sorted((word for word in _TYPE_OF if len(word) > 1), key=len, reverse=True))
_LETTERS: Final = "|".join(word for word in _TYPE_OF if len(word) == 1)
# Up to three signs between two digits, so that "+44 (0)20 7946-0123" and "0711 / 123456" are one number.
_NUMBER: Final = (
    r"(?P<number>\(?\+?[ ]?\(?\d(?:[ .()\-–/]{0,3}\d){5,32}"
    r"(?:[ ]*(?:ext\.?|extension|poste|durchwahl|dw|x)[ ]*\d{1,5})?)"
)
_LABELLED: Final = re.compile(
    rf"""(?<![^\W_]) (?: (?P<word>{_WORDS.replace(" ", "[ ]")})\b (?:[ ]?\([^()\d]{{1,15}}\))? [\s.:/–-]*
            | (?P<letter>{_LETTERS}) (?: \s*[:.]\s* | \s*(?=\(?\+) ) )
        {_NUMBER}""",
    re.VERBOSE,
)
_BARE: Final = re.compile(rf"\s*(?=\(?[+0]){_NUMBER}\s*")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}")


def phones_in(line: str) -> Iterator[Value]:
    """The labelled numbers of a line, or the line itself when it is nothing but a number."""
    plain = _same_length(line)
    is_labelled = False
    for found in _LABELLED.finditer(plain):
        kind = _TYPE_OF[found["word"] or found["letter"]]
        for number in _numbers(line[found.start("number") : found.end("number")], least=7):
            is_labelled = True
            yield Value(_tidied(number), kind)
    if not is_labelled and _BARE.fullmatch(plain):
        yield from (Value(_tidied(number), OTHER) for number in _numbers(line, least=9))


def _numbers(text: str, least: int) -> list[str]:
    """One number, or several parted by slashes; a slash behind an area code parts nothing."""
    shares = text.split("/")
    if len(shares) > 1 and all(_is_number(share, least=7) for share in shares):
        return shares
    return [text] if _is_number(text, least) else []


def _same_length(line: str) -> str:
    """Without accents and capitals, each character in its place."""
    if line.isascii():
        return line.lower()
    return "".join(plain if len(plain := folded(sign)) == 1 else sign for sign in line)


def _is_number(text: str, least: int) -> bool:
    """Whether it has as many digits as a phone number (E.164 allows 15), its extension not counted."""
    before_extension = re.split(r"[a-z]", folded(text), maxsplit=1)[0]
    return least <= sum(sign.isdigit() for sign in before_extension) <= 15 and not _DATE.search(text)


def _tidied(text: str) -> str:
    """As written, blanks made single; a bracket that has lost its partner goes."""
    tidy = " ".join(text.split())
    return tidy if tidy.count("(") == tidy.count(")") else tidy.replace("(", "").replace(")", "")
