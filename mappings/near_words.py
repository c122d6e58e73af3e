"""Headers that are nearly a known word: misspelt (`Telefonummer`), or a compound whose last part says what it
is (`Praxistelefon`). A header like that says little, so the values must agree decisively.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from rapidfuzz.distance import OSA

from mappings.detect import Look
from mappings.guesses import Guess
from mappings.header_readings import SUBJECTS, of_birth, turned
from mappings.header_words import bare_words, header_words, synonyms
from mappings.shortened import agrees
from mappings.shown import IDS
from mappings.telling import fits, type_of
from mappings.whose import others_in

_LETTERS: Final = 5  # shorter words are other words by one letter
_LONG: Final = 9  # letters of words in which two are easily mistaken
_HEAD: Final = 4  # letters of the last part of a compound
_BEFORE: Final = 3  # letters of what stands before it
_NAMES: Final = frozenset({"name", "naam"})  # not `Begleitperson`
_OF_STATES: Final = frozenset(
    {"identifiers.vat", "identifiers.siren", "identifiers.siret", "identifiers.ssn"}
)
_PART: Final = 3  # letters of a word in `RAGSOC`
_RUN: Final = range(5, 13)  # letters of words that were run together
# With what words for a birth begin, whatever stands behind (`BRTHDTC`).
_STEM: Final = re.compile(r"(?:birth|brth|naiss|nacim|nascit|nascim|geburt|geboort)\w")
_EVIDENCE: Final = "{} is nearly {}, and the values agree"


def nearly_called(column: str, seen: Look) -> Guess | None:
    """The guess for a header with a word that is nearly known; None where the values agree with no field or
    with several.
    """
    whole = header_words(column)
    for known, field in (*_slipped(whole), *_begun(whole)):
        if _agrees(field, seen):
            return Guess(column, field, type_of(field, column), 0.65, _EVIDENCE.format(whole, known))
    for word in whole.split():
        if len(word) < _LETTERS or word in _known() or IDS.fullmatch(word):
            continue
        for ways in (_run_together(word), _misspelt(word), _ending(word)):
            found = {field: known for known, field in ways if _agrees(field, seen)}
            if len(found) == 1:
                ((field, known),) = found.items()
                return Guess(column, field, type_of(field, column), 0.65, _EVIDENCE.format(word, known))
    return None


def initialled(column: str, seen: Look) -> Guess | None:
    """The birth date under the initials of what it is called (`F.N.`, `DN titulaire`), or a word that
    begins like one for it.
    """
    word = "".join(word for word in header_words(column).split() if word not in SUBJECTS)
    words = header_words(column).split()
    said = word in _initials_of_births() or _begins_birth(header_words(column))
    said = said or any(_STEM.match(one) and not of_birth(one) for one in words)
    if not said or not agrees("birth_date", seen):
        return None
    return Guess(column, "birth_date", None, 0.65, f"{word} may be the initials, and the values agree")


@cache
def _begins_birth(header: str) -> bool:
    """Whether a first word is as in a phrase for a birth, and the rest its beginnings (`Data n.`)."""
    words = header.split()
    return any(
        len(words) == len(known) > 1 and words[0] == known[0] and all(map(str.startswith, known, words))
        for known in _phrases_of_births()
    )


@cache
def _initials_of_births() -> frozenset[str]:
    return frozenset("".join(word[0] for word in words) for words in _phrases_of_births() if len(words) > 1)


@cache
def _phrases_of_births() -> tuple[list[str], ...]:
    return tuple(bare_words(known).split() for known, field in synonyms().items() if field == "birth_date")


def _agrees(field: str, seen: Look) -> bool:
    """Whether values agree: decisively, or as a state's long numbers do."""
    return agrees(field, seen) or (field in _OF_STATES and fits(field, seen))


@cache
def _run_together(word: str) -> tuple[tuple[str, str], ...]:
    """The known phrases of which a word has the beginnings (`RAGSOC`, `CODFIS`, `NUMTEL`)."""
    if len(word) not in _RUN:
        return ()
    several = _by_start().get(word[:_PART], ())
    return tuple((known, field) for known, field in several if _begins(known.split(), word))


@cache
def _by_start() -> dict[str, list[tuple[str, str]]]:
    """Known phrases of several words, by their first letters."""
    found: dict[str, list[tuple[str, str]]] = {}
    for known, field in synonyms().items():
        if " " in known:
            found.setdefault(known[:_PART], []).append((known, field))
    return found


def _begins(words: Sequence[str], run: str) -> bool:
    """Whether a run of letters is made of the beginnings of two words or more, in order."""
    if not words:
        return not run
    first, rest = words[0], words[1:]
    if not rest:
        return len(run) >= _PART and first.startswith(run)
    return any(
        first.startswith(run[:end]) and _begins(rest, run[end:])
        for end in range(_PART, min(len(run), len(first)) + 1)
    )


@cache
def _slipped(words: str) -> tuple[tuple[str, str], ...]:
    """The known phrases of which a header of several words is a slip away (`Non de famille`)."""
    if " " not in words or len(words) < _LONG:
        return ()
    return tuple(
        (known, field)
        for known, field in synonyms().items()
        if " " in known
        and known[0] == words[0]
        and abs(len(known) - len(words)) <= 1
        and OSA.distance(words, known, score_cutoff=1) == 1
    )


@cache
def _begun(words: str) -> tuple[tuple[str, str], ...]:
    """The known phrases of which a header of several words has each word or its beginning
    (`Bureau distrib.`).
    """
    said = words.split()
    if len(said) < 2 or min(map(len, said)) < _PART:
        return ()
    return tuple(
        (known, field)
        for known, field in _by_start().get(words[:_PART], ())
        if len(known.split()) == len(said) and all(map(str.startswith, known.split(), said))
    )


@cache
def _misspelt(word: str) -> tuple[tuple[str, str], ...]:
    """The known words that are a slip of the finger away, the nearest only, with their fields."""
    most = 2 if len(word) >= _LONG else 1
    near = [
        (OSA.distance(word, known, score_cutoff=most), known, field)
        for known, field in _known().items()
        if field != "name.full"
        and known[0] == word[0]
        and abs(len(known) - len(word)) <= most
        and len(known) >= _LETTERS
    ]
    best = min((distance for distance, _, _ in near), default=most + 1)
    return tuple((known, field) for distance, known, field in near if distance == best <= most)


@cache
def _ending(word: str) -> tuple[tuple[str, str], ...]:
    """The longest known word with which a compound ends, unless what stands before it is of another."""
    return next(_endings(word), ())


def _endings(word: str) -> Iterator[tuple[tuple[str, str], ...]]:
    for start in range(_BEFORE, len(word) - _HEAD + 1):
        before, head = word[:start], word[start:]
        if head in _known() and _is_head(head):
            strange = turned(before) or others_in(before) or of_birth(before)
            yield () if strange else ((head, _known()[head]),)


def _is_head(head: str) -> bool:
    """Whether a known word can be the last part of a compound, and is long enough to tell."""
    field = _known()[head]
    if field == "name.full":
        return head in _NAMES
    return len(head) > _HEAD or not field.startswith("organization")  # not the `ente` of `remitente`


@cache
def _known() -> dict[str, str]:
    """Single words that name a field."""
    return {known: field for known, field in synonyms().items() if " " not in known}
