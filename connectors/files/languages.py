"""Which Latin-script code page a text is in, by the accented letters that languages really use.

A byte such as 0xE8 is `è` in Windows-1252 and `č` in Windows-1250; only the language tells. Each line is
scored with the language that explains it best, so that a file may mix French, German and Spanish.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from math import log
from typing import Final

# The accented letters of a language, most frequent first (as in ordinary prose).
_WESTERN: Final = (
    "éèàêçôîâûùëïœü",  # French
    "üäößé",  # German
    "óíáéñúü¿¡ºª",  # Spanish
    "ãçáéíóõêúâôà",  # Portuguese
    "àèùòéì",  # Italian
    "äöåé",  # Swedish, Finnish
    "øåæéöä",  # Danish, Norwegian
    "áíðéóþöúæý",  # Icelandic
    "éëïèöüáó",  # Dutch
    "àéèíóúòçï",  # Catalan
)
_OTHERS: Final = (
    "łóążęśćńź",  # Polish
    "íáéěřýžšůčúťňóďü",  # Czech
    "áíéýčžšúľťňôďĺŕóä",  # Slovak
    "áéöóüőíúű",  # Hungarian
    "čšžćđ",  # Croatian, Slovene, Bosnian
    "ăâîșțşţ",  # Romanian
    "ıüşğçöİâî",  # Turkish
    "ėšžųįąęčū",  # Lithuanian
    "āīēšžņūļģķčō",  # Latvian
    "äõöüšž",  # Estonian
)
# Tried in this order; on equal evidence the earlier one wins.
CANDIDATES: Final = (
    "cp1252",
    "cp1250",
    "iso8859-2",
    "cp1254",
    "cp1257",
    "iso8859-15",
    "cp850",
    "mac_roman",
)
# For each line, how many times likelier a Western language is, all else being equal (natural logarithm).
_WESTERN_FIRST: Final = 1.5
_STRANGE: Final = -9.0  # a letter that the language does not have, or a sign inside a word
_SIGNS: Final = frozenset("’‘“”«»–—…€°·•§©®™£ª²³½\u00a0")


def latin_code_page(lines: Sequence[bytes]) -> str | None:
    """The likeliest code page, or None when no Latin-script one explains the lines."""
    scores = {name: sum(_score(line, name) for line in lines) for name in CANDIDATES}
    best = max(CANDIDATES, key=lambda name: scores[name])
    strange = sum(_score(line, best) < _STRANGE * 1.5 for line in lines)
    return best if strange * 2 <= len(lines) else None


def is_plain_western(line: bytes) -> bool:
    """Whether every high byte is, in Windows-1252, a common letter inside a word."""
    text = line.decode("cp1252", "replace")
    common = set("".join(_WESTERN[:7])) | set("".join(_WESTERN[:7]).upper())
    return all(
        char in common - set("¿¡ºªÃÕ") and _beside_letter(text, at)
        for at, char in enumerate(text)
        if ord(char) > 127
    )


def _beside_letter(text: str, at: int) -> bool:
    around = text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
    return any(char.isalpha() and ord(char) < 128 for char in around)


def _score(line: bytes, code_page: str) -> float:
    text = line.decode(code_page, "replace")
    letters, strange = [], 0.0
    for at, char in enumerate(text):
        if ord(char) < 128:
            continue
        if char.isalpha():
            letters.append(char)
        elif not _is_harmless_sign(text, at):
            strange += _STRANGE
    if not letters:
        return strange
    best = max(
        sum(weights.get(char, _STRANGE) for char in letters) + (_WESTERN_FIRST if western else 0.0)
        for weights, western in _weights()
    )
    return best + strange


def _is_harmless_sign(text: str, at: int) -> bool:
    char = text[at]
    if char not in _SIGNS or unicodedata.category(char) == "Cc":
        return False
    inside = text[max(at - 1, 0) : at].isalpha() and text[at + 1 : at + 2].isalpha()
    return char in "’·" or not inside


@cache
def _weights() -> tuple[tuple[dict[str, float], bool], ...]:
    """For each language: the log-probability of each of its letters; capitals a tenth as likely."""
    found = []
    for western, languages in ((True, _WESTERN), (False, _OTHERS)):
        for letters in languages:
            total = sum(1 / (rank + 1) for rank in range(len(letters)))
            weights = {char: log(0.9 / (rank + 1) / total) for rank, char in enumerate(letters)}
            capitals = {char.upper(): weight - log(10) for char, weight in weights.items()}
            found.append(({**capitals, **weights}, western))
    return tuple(found)
