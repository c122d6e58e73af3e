"""Columns that are called by one word, of one person each: `HRD_NAAM`, `HRD_MOB` beside `MDHRD_NAAM`,
`MDHRD_MOB`; `SUBJID`, `SUBJ_PHONE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from mappings.detect import Look
from mappings.guesses import CHANNELS, WAYS, Guess
from mappings.header_words import header_words
from mappings.name_evidence import are_people
from mappings.parties import telling
from mappings.words import pattern, word_set

_RECIPIENTS: Final = pattern("header_recipients")  # who gets the parcel is the contact
_SUBJECTS: Final = word_set("header_subjects")
_FIRST: Final = re.compile(rf"\b(?:{pattern('header_first').pattern}) ([a-z]+)\b")
_SECOND: Final = re.compile(rf"\b(?:{pattern('header_second').pattern}) ([a-z]+)\b")
_SMALL: Final = pattern("header_small")
_WORD: Final = 3  # letters
_ID: Final = re.compile(r"(\w{3,}?) ?(?:id|key|nr|no|num|number|nummer|numero|code)")


def of_second_blocks(guesses: Sequence[Guess]) -> dict[str, str]:
    """The e-mails, phones and births under a word of their own, which has a name under the ending that the
    contact's name has → the word.
    """
    mine = next((guess for guess in guesses if guess.field.startswith("name.")), None)
    parted = {guess.column: dict(_parted(guess.column)) for guess in guesses}
    own = parted[mine.column] if mine else {}
    if mine is None or not own:
        return {}
    named = {
        word
        for guess in guesses
        if guess.field.startswith(("attributes.", "name."))
        for word, rest in parted[guess.column].items()
        if word not in own and rest in own.values() and not _RECIPIENTS.search(word)
    }
    return {
        guess.column: word
        for guess in guesses
        if guess.field in WAYS and not own.keys() & parted[guess.column].keys()
        for word in parted[guess.column]
        if word in named
    }


def of_several(guesses: Sequence[Guess]) -> dict[str, str]:
    """The columns of the first and the second of several (`First referee: name`, `Second referee: name`) →
    the words for them, where somebody else has a name and these are none of whom sheets are of.
    """
    headers = {guess.column: header_words(guess.column) for guess in guesses}
    first, second = (
        {column: said for column, words in headers.items() if (said := order.search(words))}
        for order in (_FIRST, _SECOND)
    )
    several = {said[1] for said in first.values()} & {said[1] for said in second.values()} - _SUBJECTS
    found = {
        column: said[0] for column, said in (second | first).items() if said[1] in several & telling(column)
    }
    named = any(guess.field.startswith("name.") and guess.column not in found for guess in guesses)
    return found if named else {}


def of_those_named(
    guesses: Sequence[Guess], own_names: Sequence[Guess], looks: Mapping[str, Look]
) -> dict[str, str]:
    """The e-mails and phones that are called after other people or a firm (`Tél. tiers` beside `Tiers
    adverse`, `Tel. Bus` beside `Busunternehmen`), whatever the word says elsewhere → the word, where the
    contact's are called after the contact (`Assuré`, `Tél. assuré`).
    """
    names = [telling(guess.column) for guess in own_names if guess.field.startswith("name.")]
    mine = frozenset.intersection(*names) if names else frozenset()
    said = {guess.column: header_words(guess.column).split() for guess in guesses}
    own = {guess.field for guess in guesses if mine.intersection(said[guess.column])} & CHANNELS
    others = [guess for guess in guesses if _is_other(guess, looks) and not mine & {*said[guess.column]}]
    heads = {said[guess.column][0]: guess.field for guess in others if said[guess.column]}
    return {
        guess.column: word
        for guess in guesses
        if guess.field in own and not mine.intersection(said[guess.column])
        for word in said[guess.column]
        if len(word) >= _WORD and not _SMALL.fullmatch(word)
        if any(_is_called(word, head, field) for head, field in heads.items())
    }


def _is_other(guess: Guess, looks: Mapping[str, Look]) -> bool:
    """Whether a column has names of people, or of firms under a header that says no more than firm."""
    people = guess.field.startswith("attributes.") and are_people(guess, looks)
    return people or guess.field == "organization"


def _is_called(word: str, head: str, field: str) -> bool:
    """Whether a word is the first of another's header, or begins the word for a firm (`Firma` alone is where
    the contact works).
    """
    return word == head if field != "organization" else word != head and head.startswith(word)


def _parted(column: str) -> Iterator[tuple[str, str]]:
    """The first or the last word of a header that says nothing elsewhere, and what it says beside."""
    words, strange = header_words(column).split(), telling(column)
    if len(words) > 1 and words[0] in strange:
        yield words[0], " ".join(words[1:])
    if len(words) > 1 and words[-1] in strange:
        yield words[-1], " ".join(words[:-1])


def of_whom_numbered(guesses: Sequence[Guess]) -> str:
    """The word with which the first column says whose number it is, if e-mails or phones are called so."""
    said = _ID.fullmatch(header_words(guesses[0].column)) if guesses else None
    word = said[1] if said else ""
    called = (header_words(one.column).split() for one in guesses if one.field in CHANNELS)
    return word if any(word in words and len(words) > 1 for words in called) else ""
