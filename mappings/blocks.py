"""Columns that are called by one word, of one person each: `HRD_NAAM`, `HRD_MOB` beside `MDHRD_NAAM`,
`MDHRD_MOB`; `SUBJID`, `SUBJ_PHONE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from mappings.guesses import Guess
from mappings.header_words import header_words
from mappings.parties import telling
from mappings.words import pattern

_WAYS: Final = frozenset({"emails", "phones", "birth_date"})
_CHANNELS: Final = frozenset({"emails", "phones"})
_RECIPIENTS: Final = pattern("header_recipients")  # who gets the parcel is the contact
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
        if guess.field in _WAYS and not own.keys() & parted[guess.column].keys()
        for word in parted[guess.column]
        if word in named
    }


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
    called = (header_words(one.column).split() for one in guesses if one.field in _CHANNELS)
    return word if any(word in words and len(words) > 1 for words in called) else ""
