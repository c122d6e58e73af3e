"""Questions for headers, as forms ask them: whose the answer is, after another was asked for
(`Who should we call? What is their number?`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from mappings.detect import Look
from mappings.guesses import CHANNELS, WAYS, Guess
from mappings.header_words import bare_words, header_words, synonyms
from mappings.name_evidence import WHOLE, are_people, share_of
from mappings.words import pattern

_THEIR: Final = pattern("header_their")
# … or politely the contact's own: another's only where the contact has one besides.
_THEIR_OR_YOUR: Final = pattern("header_their_or_your")
_WHO: Final = pattern("header_who")
# `Op welk nummer?`: nothing said but which number.
_WHICH: Final = re.compile(rf"(?:[a-z]+ )?{pattern('header_which').pattern} (?P<what>.+)")
_NUMBER: Final = re.compile("number|numero|nummer")


def is_anothers_name(guess: Guess, looks: Mapping[str, Look]) -> bool:
    """Whether a question that names no field has people's names for answers (`Who is your tutor?`)."""
    if not guess.field.startswith("attributes."):
        return False
    who = _WHO.match(header_words(guess.column)) and share_of(guess, looks, "full name") >= WHOLE
    return bool(who or are_people(guess, looks))


def is_of_who_was_named(guess: Guess, guesses: Sequence[Guess]) -> bool:
    """Whether a header says `their`; a word that is also the polite `your` counts where another column has
    the contact's.
    """
    words = header_words(guess.column)
    if _THEIR.search(words) or _is_only_which(words):
        return True
    if guess.field not in WAYS:
        return False
    besides = any(one.field == guess.field and one is not guess for one in guesses)
    return besides and bool(_THEIR_OR_YOUR.search(words))


def _is_only_which(words: str) -> bool:
    """Whether a question asks which number or address it is, and nothing else."""
    said = _WHICH.fullmatch(bare_words(words))
    asked = said["what"].split() if said else []
    return bool(asked) and all(_NUMBER.fullmatch(word) or _is_way(word) for word in asked)


def _is_way(word: str) -> bool:
    return synonyms().get(word, "").startswith((*sorted(CHANNELS), "addresses.street"))
