"""Which Latin-script code page a text is in, by the accented letters that languages really use.

A byte such as 0xE8 is `è` in Windows-1252 and `č` in Windows-1250; only the language tells. A file may mix
languages: each line is taken to be in one of them, and their shares are estimated for each code page (a
mixture model, by expectation maximisation). The code page under which the text is likeliest wins.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from math import log
from typing import Final

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]

# The accented letters of a language with how often they come in its prose, relative to each other.
# Approximate, after published letter frequencies of these languages; only the proportions matter.
_WESTERN: Final = {
    "French": "é150 à49 è27 ê22 ç9 û6 ù6 â5 î5 ô2 œ2 ë1 ï1 ü1",
    "German": "ü100 ä58 ö44 ß31 é1",
    "Spanish": "ó83 í73 á50 é43 ñ31 ú17 ü1",
    "Portuguese": "ã73 ô64 â56 ç53 ê45 é34 ó30 ú21 í13 á12 à7 õ4",
    "Italian": "à64 è26 ù17 é5 ì3 ò2",
    "Swedish": "ä180 å134 ö131 é1",
    "Danish": "å119 ø94 æ87 é1 ö1 ä1",
    "Icelandic": "ð439 á180 í157 þ146 ó99 æ87 ö78 é65 ú61 ý23",
    "Dutch": "é8 ë7 ï4 è3 ö2 ü2 á1 ó1 ê1",
    "Catalan": "à70 é60 ó50 è40 í40 ò30 ç20 ú20 ï10 ü5",
}
_OTHERS: Final = {
    "Polish": "ł211 ó114 ę104 ś81 ć74 ż71 ą70 ń36 ź8",
    "Czech": "í164 ě122 ý100 á87 ž72 š69 é63 č46 ř38 ů20 ú5 ó2 ď2 ť1 ň1",
    "Slovak": "í150 á140 é90 ý90 č80 ž80 š70 ú70 ľ30 ť30 ň20 ô20 ä10 ď10 ó10 ŕ1 ĺ1",
    "Hungarian": "é386 á337 ó96 ő88 ö82 ü66 í50 ú36 ű25",
    "Croatian": "č100 š90 ž60 ć60 đ25",
    "Romanian": "ă150 î80 ș70 ț60 ş70 ţ60 â30",
    "Turkish": "ı512 ü199 ş183 ğ107 ö78 ç117 İ20 â3 î1",
    "Lithuanian": "ė150 š120 ų120 ž80 į60 ą40 ū40 č40 ę20",
    "Latvian": "ā400 ī180 ē170 š100 ū60 ž50 ņ40 ļ40 č20 ģ10 ķ10",
    "Estonian": "ä100 õ90 ü60 ö20 š1 ž1",
}
# How likely a code page is before anything is read (natural logarithm); a few lines outweigh it.
CANDIDATES: Final = {
    "cp1252": 0.0,
    "cp1250": -1.0,
    "iso8859-2": -2.0,
    "iso8859-15": -2.0,
    "cp1254": -2.0,
    "cp1257": -4.0,
    "cp850": -4.0,
    "mac_roman": -4.0,
}
_WESTERN_PAGES: Final = ("cp1252", "cp850", "mac_roman")
_WESTERN_FIRST: Final = 0.3  # for each line, how much likelier a Western language is, all else being equal
_STRANGE: Final = -9.0  # a letter that the language does not have, or a sign inside a word
_ROUNDS: Final = 8
_SMOOTHING: Final = 0.1
_CAPITAL: Final = -4.0  # a capital letter behind a small one
_SIGN: Final = -4.0  # a sign where signs are, such as a dash between words
_SIGNS: Final = frozenset("’‘“”«»–—…€°·•§©®™£ª²³½\u00a0")


def latin_code_page(lines: Sequence[bytes]) -> str | None:
    """The likeliest code page, or None when no Latin-script one explains the lines."""
    explained = {name: np.array([_line_scores(line, name) for line in lines]) for name in CANDIDATES}
    best = max(CANDIDATES, key=lambda name: CANDIDATES[name] + _likelihood(explained[name]))
    unexplained = np.count_nonzero(explained[best].max(axis=1) < _STRANGE * 1.5)
    return best if unexplained * 2 <= len(lines) else None


def _likelihood(scores: Scores) -> float:
    """The logarithm of how likely the lines are (`scores`: line × language), with the likeliest shares."""
    count, languages = scores.shape
    shares = np.full(languages, 1 / languages)
    for _ in range(_ROUNDS):
        weighed = scores + np.log(shares)
        likely = np.logaddexp.reduce(weighed, axis=1)
        belonging = np.exp(weighed - likely[:, None]).sum(axis=0)
        shares = (belonging + _SMOOTHING) / (count + _SMOOTHING * languages)
    return float(likely.sum())


def are_plain_western(lines: Sequence[bytes]) -> bool:
    """Whether every high byte is, in one of the Western code pages, a common letter inside a word."""
    return any(all(_is_plain(line.decode(name, "replace")) for line in lines) for name in _WESTERN_PAGES)


def _is_plain(text: str) -> bool:
    common = {char for letters in _WESTERN.values() for char in letters if char.isalpha()}
    return all(
        char.lower() in common and char not in "ÃÕ" and _beside_letter(text, at)
        for at, char in enumerate(text)
        if ord(char) > 127
    )


def _beside_letter(text: str, at: int) -> bool:
    around = text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
    return any(char.isalpha() and ord(char) < 128 for char in around)


def _line_scores(line: bytes, code_page: str) -> list[float]:
    """How likely the line is in each language (logarithms)."""
    text = line.decode(code_page, "replace")
    high = [(at, char) for at, char in enumerate(text) if ord(char) > 127]
    letters = [char for _, char in high if char.isalpha()]
    within = sum(_CAPITAL for at, char in high if char.isupper() and text[max(at - 1, 0) : at].islower())
    signs = sum(_SIGN if _is_ordinary_sign(text, at) else _STRANGE for at, char in high if not char.isalpha())
    return [
        signs + within + sum((weights.get(char, _STRANGE) for char in letters), start)
        for weights, start in _weights()
    ]


def _is_ordinary_sign(text: str, at: int) -> bool:
    char = text[at]
    if char not in _SIGNS or unicodedata.category(char) == "Cc":
        return False
    inside = text[max(at - 1, 0) : at].isalpha() and text[at + 1 : at + 2].isalpha()
    return char == "’" or not inside


@cache
def _weights() -> tuple[tuple[dict[str, float], float], ...]:
    """For each language: the log-probability of each of its letters, and that of the language itself."""
    western = [(_language(letters), _WESTERN_FIRST) for letters in _WESTERN.values()]
    return (*western, *((_language(letters), 0.0) for letters in _OTHERS.values()))


def _language(letters: str) -> dict[str, float]:
    """Capitals are a tenth as likely as small letters."""
    counts = {word[0]: int(word[1:]) for word in letters.split()}
    total = sum(counts.values())
    weights = {char: log(count / total) for char, count in counts.items()}
    return {**{char.upper(): weight - log(10) for char, weight in weights.items()}, **weights}
