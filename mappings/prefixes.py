"""Words that most headers of a sheet share at their start or end (`tx_kunden_name`): they say what the table
is called, not what the column is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from mappings.detect import Look
from mappings.guesses import Guess
from mappings.header_phrases import is_vague
from mappings.header_readings import of_birth, turned
from mappings.header_words import header_words, synonyms
from mappings.whose import family_in, others_in

_COLUMNS: Final = 3
_LETTERS: Final = (3, 2, 1)
_END: Final = 3  # letters
_NEARLY_ALL: Final = 0.7
_ALL: Final = 0.9  # of headers that begin with one letter
_SHARE: Final = 0.2  # of the columns
_ENDING: Final = 0.3
_INITIALS: Final = 2  # letters that say a field alone, but no field that so many columns share (`VN Tel.`)
_MANY: Final = 5
_MOST: Final = 0.3
_SURE: Final = 0.85  # a header that says this surely is not asked again
_DEPTH: Final = 3  # words


def without_prefixes(
    guesses: Sequence[Guess], looks: Mapping[str, Look], ask: Callable[[str, Look], Guess]
) -> list[Guess]:
    """The guesses; headers that said nothing are asked again without what they share with many others."""
    headers = {guess.column: header_words(guess.column).split() for guess in guesses}
    for _ in range(_DEPTH):
        for place in (0, -1):
            shared = _shared([words[place] for words in headers.values() if len(words) > 1], len(headers))
            headers = {
                column: _without(words, place) if len(words) > 1 and words[place] in shared else words
                for column, words in headers.items()
            }

    headers = _without_letters(headers)

    def one(guess: Guess) -> Guess:
        rest = " ".join(headers[guess.column])
        if guess.confidence > _SURE or rest == header_words(guess.column):
            return guess
        again = ask(rest, looks[guess.column])
        if again.field.startswith("attributes.") or (again.field, again.type) == (guess.field, guess.type):
            return guess
        return replace(again, column=guess.column, confidence=min(again.confidence, _SURE))

    return [one(guess) for guess in guesses]


def _without_letters(headers: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The headers without the letters with which nearly all begin (`ANTELEFO`, `ANINDIRI`; `CTELEF`, `CFAX`),
    and those with which several end (`NOMCLI`, `DOMCLI`).
    """
    for letters in _LETTERS:
        headers = _without_start(headers, letters)
    ends = Counter(words[-1][-_END:] for words in headers.values() if words and len(words[-1]) > 2 * _END - 1)
    several = {end for end, count in ends.items() if count >= max(_COLUMNS, _ENDING * len(headers))}
    return {
        column: [*words[:-1], words[-1][:-_END]]
        if words and words[-1][-_END:] in several and len(words[-1]) > 2 * _END - 1 and not _known(words[-1])
        else words
        for column, words in headers.items()
    }


def _without_start(headers: Mapping[str, list[str]], letters: int) -> dict[str, list[str]]:
    firsts = [words[0] for words in headers.values() if words]
    most = Counter(word[:letters] for word in firsts if len(word) > letters + 1).most_common(1)
    share = _NEARLY_ALL if letters > 1 else _ALL
    if not most or most[0][1] < max(_COLUMNS, share * len(headers)):
        return dict(headers)
    start = most[0][0]
    return {
        column: [words[0].removeprefix(start), *words[1:]]
        if words and len(words[0]) > letters + 1 and not others_in(words[0])
        else words[words[:1] == [start] and len(words) > 1 :]  # `AN___CAP` beside `ANINDIRI`
        for column, words in headers.items()
    }


def _known(word: str) -> bool:
    return word in synonyms()


def _shared(words: Sequence[str], columns: int) -> frozenset[str]:
    enough = max(_COLUMNS, _SHARE * columns)
    return frozenset(
        word
        for word, count in Counter(words).items()
        if count >= (_COLUMNS if len(word) == 1 else enough)
        and (not _says_something(word) or (len(word) == _INITIALS and count >= max(_MANY, _MOST * columns)))
    )


def _says_something(word: str) -> bool:
    known = word in synonyms() and not is_vague(word)
    return bool(known or turned(word) or of_birth(word) or others_in(word) or family_in(word))


def _without(words: Sequence[str], place: int) -> list[str]:
    return list(words[1:] if place == 0 else words[:-1])
