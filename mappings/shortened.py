"""Headers cut short (`mov`, `pob`): which known word they may stand for, and whether the values agree."""

from __future__ import annotations

from functools import cache
from typing import Final

from mappings.company_words import names_company
from mappings.detect import Look
from mappings.guesses import Guess
from mappings.header_readings import without_small
from mappings.header_words import header_words, synonyms
from mappings.words import word_set

_LETTERS: Final = range(3, 6)
_SHORTEST: Final = 2
_QUESTION: Final = 5  # words: as many ask something, in which small words are only that
# What the values must be, decisively: a header of three letters says little.
_DECISIVE: Final = {
    "emails": (("email", 0.8),),
    "phones": (("sure phone", 0.5),),
    "birth_date": (("moment", 0.8),),
    "addresses.street": (("street", 0.3),),
    "addresses.locality": (("one name", 0.6),),
    "gender": (("gender", 0.8),),
    "name.prefix": (("title", 0.8),),
    "name.given": (("given name", 0.3),),
    "name.family": (("one name", 0.8),),
    "organization": (("company", 0.2),),
}
# What counts only for longer words that are nearly known.
_OF_LONGER: Final = {
    "name.full": (("person", 0.3),),
    "addresses.postal_code": (("postal_code", 0.8),),
    "addresses.country": (("country name", 0.8),),
    "addresses.region": (("two letters", 0.8),),
}
_GROUPED: Final = 0.2  # of phones with blanks, dots or a plus: those of identifiers have none
_VARIED: Final = 6  # distinct values of names and towns: fewer are kinds of something
_FIRMS: Final = 2  # distinct names of organisations: one may be a kind of something (`Partner`)
_TOWNS_AND_NAMES: Final = frozenset({"addresses.locality", "name.family"})
_SOME: Final = 0.2  # of the phones that can hardly be anything else, where …
_MOST: Final = 0.8  # … these are written like phones
_LONG_AGO: Final = 0.5  # of the dates: most people were born before what sheets have other dates of


def shortened(column: str, seen: Look) -> Guess | None:
    """The guess for a header that is one short word which begins, or is the letters of, a word for one field
    whose values these are. None where no field or several fit.
    """
    word = without_small(header_words(column))
    if " " in word or len(word) not in _LETTERS or word in synonyms() or word in word_set("header_never_cut"):
        return None
    for candidates in (_begun(word), _lettered(word)):
        fitting = {field for field in candidates if field in _DECISIVE and agrees(field, seen)}
        if "phones" not in _begun(word) and seen.share("grouped") < _GROUPED:
            fitting.discard("phones")  # `MRN`: letters of so much, over numbers of anything
        if len(candidates) > 1:  # a word of letters may be a town, a name or anything
            fitting -= _TOWNS_AND_NAMES
        if len(fitting) == 1:
            field = fitting.pop()
            return Guess(column, field, None, 0.65, f"{word} may be short for it, and the values agree")
    return None


def short_within(column: str, seen: Look) -> Guess | None:
    """The guess for a header with a word of two letters that names a field (`CP suministro`), where the
    values agree.
    """
    words = header_words(column).split()
    fields = {synonyms()[word] for word in words if len(word) == _SHORTEST and word in synonyms()}
    fitting = {field for field in fields if agrees(field, seen)}
    if not 1 < len(words) < _QUESTION or len(fitting) != 1:
        return None
    field = fitting.pop()
    return Guess(column, field, None, 0.65, "a word of the header may be short for it, and the values agree")


def agrees(field: str, seen: Look) -> bool:
    """Whether the values are decisively the field's."""
    if field == "birth_date" and seen.share("long ago") < _LONG_AGO:
        return False
    if field in _TOWNS_AND_NAMES and seen.distinct < _VARIED:
        return False
    if field == "organization" and sum(map(names_company, seen.counts)) < _FIRMS:
        return False
    if field == "phones" and seen.share("sure phone") >= _SOME and seen.share("phone") >= _MOST:
        return True  # Spanish numbers have no sign of their own
    return any(seen.share(kind) >= share for kind, share in (_DECISIVE | _OF_LONGER).get(field, ()))


@cache
def _begun(word: str) -> frozenset[str]:
    """The fields that a longer word which begins so names."""
    return frozenset(field for known, field in _single() if known.startswith(word))


@cache
def _lettered(word: str) -> frozenset[str]:
    """The fields that a word with the same first letter and these letters in this order names."""
    found = {field for known, field in _single() if known[0] == word[0] and _has_letters(known, word)}
    return frozenset(found - {"birth_date"})


@cache
def _single() -> tuple[tuple[str, str], ...]:
    return tuple((known, field) for known, field in synonyms().items() if " " not in known and len(known) > 3)


def _has_letters(known: str, word: str) -> bool:
    letters = iter(known)
    return all(letter in letters for letter in word)
