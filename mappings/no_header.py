"""Columns of a table without a header, by their values and by each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mappings.detect import Look, years
from mappings.guesses import NOTHING, Guess, changed
from mappings.header_words import is_nameless
from mappings.telling import type_of

_ALL: Final = 0.9
_MOST: Final = 0.8
_SOME: Final = 0.4
_STREETS: Final = 0.4
_CODE: Final = 4  # signs of a postal code
_FIRMS: Final = 0.3
_NAMES: Final = 0.6
_LONG_AGO: Final = 0.5
_GENERATION: Final = 20  # years that the dates of birth of a sheet's people are apart at least
_SURE: Final = 0.65  # the confidence of values that nothing calls so
_OF_A_PERSON: Final = ("birth_date", "name.prefix", "gender")


def without_header(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where no column has a header: addresses, and what only people have, told by the values."""
    if not all(is_nameless(guess.column) for guess in guesses):
        return list(guesses)
    decided = list(guesses)
    for place, guess in enumerate(decided):
        seen = looks.get(guess.column, NOTHING)
        if guess.field.startswith("attributes.") and (field := _field(decided, seen)) is not None:
            told = "the values of a column without a header"
            decided[place] = changed(guess, field, _SURE, told, type_of(field, guess.column))
    return _with_streets(_with_towns(decided, looks), looks)


def _field(guesses: Sequence[Guess], seen: Look) -> str | None:
    """What values are, with what the other columns are."""
    fields = {guess.field for guess in guesses}
    if "phones" not in fields and _are_phones(seen):
        return "phones"
    if "addresses.street" not in fields and seen.share("street") >= _STREETS:
        return "addresses.street"
    if "addresses.country" not in fields and seen.share("country name") >= _MOST:
        return "addresses.country"
    if not any(field.startswith("name.") for field in fields):
        return "organization" if "organization" not in fields and seen.share("company") >= _FIRMS else None
    found = next((field for field in _OF_A_PERSON if _is(field, seen)), None)
    return None if found in fields else found


def _are_phones(seen: Look) -> bool:
    """Whether all values can be phones, and some are written as only these are (of Spanish ones not all)."""
    return seen.share("phone") >= _ALL and seen.share("written phone") >= _SOME


def _is(field: str, seen: Look) -> bool:
    match field:
        case "birth_date":
            return _are_births(seen)
        case "gender":
            return seen.share("gender") >= _MOST and seen.distinct > 1 and seen.share("flag") < _MOST
        case _:
            return min(seen.share("title"), seen.share("words")) >= _MOST


def _are_births(seen: Look) -> bool:
    """Whether dates are of people of several generations."""
    if seen.share("date") < _MOST or seen.share("long ago") < _LONG_AGO:
        return False
    found = years(seen)
    return max(found) - min(found) >= _GENERATION


def _with_towns(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """A postal code and a town side by side, in either order, or with a state's letters between; of several
    the one whose codes come again: a number of each row's own beside family names is none.
    """
    pairs = [
        (place, beside)
        for place, guess in enumerate(guesses)
        if _may_be(guess, "addresses.postal_code") and _are_codes(_look(guess, looks))
        if (beside := _town(guesses, place, looks)) is not None
    ]
    if not pairs:
        return list(guesses)
    decided = list(guesses)
    best = min(pairs, key=lambda pair: _variety(_look(guesses[pair[0]], looks)))
    told = "a postal code and a town side by side"
    for at, field in zip(best, ("addresses.postal_code", "addresses.locality"), strict=True):
        decided[at] = changed(guesses[at], field, _SURE, told)
    return decided


def _variety(seen: Look) -> float:
    return seen.distinct / max(seen.filled, 1)


def _town(guesses: Sequence[Guess], code: int, looks: Mapping[str, Look]) -> int | None:
    """The place of the town beside a postal code's."""
    around = [code + 1, code - 1]
    if code > 1 and _look(guesses[code - 1], looks).share("two letters") >= _MOST:
        around = [code - 2]
    return next(
        (
            at
            for at in around
            if 0 <= at < len(guesses)
            and _may_be(guesses[at], "addresses.locality")
            and _are_towns(_look(guesses[at], looks))
        ),
        None,
    )


def _are_codes(seen: Look) -> bool:
    """Whether values are like postal codes, and neither small numbers nor years."""
    long = sum(count for value, count in seen.counts.items() if len(value) >= _CODE)
    return min(seen.share("postal_code"), long / max(seen.filled, 1)) >= _MOST > seen.share("year")


def _are_towns(seen: Look) -> bool:
    """Whether values are names of several places."""
    return seen.share("one name") >= _NAMES and seen.distinct > 2 and seen.share("boolean") < _MOST


def _with_streets(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Of an address without a street: words with a number before or behind them."""
    fields = {guess.field for guess in guesses}
    if "addresses.postal_code" not in fields or "addresses.street" in fields:
        return list(guesses)
    open_ = (guess for guess in guesses if guess.field.startswith("attributes."))
    street = next((guess for guess in open_ if _look(guess, looks).share("numbered words") >= _MOST), None)
    told = "words with a number, in an address"
    return [changed(one, "addresses.street", _SURE, told) if one is street else one for one in guesses]


def _may_be(guess: Guess, field: str) -> bool:
    return guess.field == field or guess.field.startswith("attributes.")


def _look(guess: Guess, looks: Mapping[str, Look]) -> Look:
    return looks.get(guess.column, NOTHING)
