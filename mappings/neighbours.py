"""Columns of addresses: a number beside a street, a postal code with its town in one cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from mappings.detect import Look
from mappings.guesses import NOTHING, Guess, as_attribute, changed
from mappings.header_readings import of_birth, turned
from mappings.header_words import header_words
from mappings.headers import named
from mappings.telling import type_of
from mappings.whose import family_in, others_in
from mappings.words import pattern, word_set

_NUMBER: Final = word_set("header_number")
_ALSO_STATUS: Final = word_set("header_also_status")
_KINDS: Final = 6  # distinct values: more are no kinds of something
_STREET: Final = pattern("header_street")
_SOME: Final = 0.2
_MOST: Final = 0.8
_SPLIT: Final = 0.5  # of the values with a postal code and a town in one, under a header of an address
_SAID: Final = 0.05  # whole addresses with a country or region: few write it, all of one country leave it out
_CALLED: Final = 0.85
_STREETS: Final = 0.6  # of the values, under a header that says nothing
_SHOWN: Final = 0.65
_UNCALLED: Final = 0.7  # the confidence of values that no header calls so
_NUMBERED: Final = 0.3  # of the streets with a number of their own: as many have no column for it


def house_numbers(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where a column that is called a number and holds house numbers is of the street beside it,
    if that has none.
    """
    decided = list(guesses)
    for place, guess in enumerate(decided):
        if guess.field != "addresses.street" or looks.get(guess.column, NOTHING).share("digits") > _NUMBERED:
            continue
        for beside in (place + 1, place - 1):
            if 0 <= beside < len(decided) and _is_number(decided[beside], looks):
                told = "house numbers beside a street"
                kind = guess.type
                decided[beside] = changed(decided[beside], "addresses.street", 0.75, told, kind)
                break
    return decided


def codes_with_towns(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where a column of an address has a postal code and a town in one cell (`PLZ/Ort`): it is
    the town's, and is split.
    """

    def one(guess: Guess) -> Guess:
        seen = looks.get(guess.column, NOTHING)
        both, field = seen.share("code and town"), "addresses.locality"
        said = _names_a_place(guess.column)
        # a street may begin with five digits, and end like a town
        open_ = guess.field.startswith(("attributes.", "addresses.")) and guess.field != "addresses.street"
        if not open_ or both < (_SPLIT if said else _MOST) or (not said and _of_something(guess.column)):
            return guess
        holds = ("postal_code", "locality", *(("region",) if seen.share("with region") >= _SPLIT else ()))
        told = f"{both:.0%} of the values are a postal code and a town"
        sure = max(guess.confidence, _CALLED) if said else _UNCALLED
        return Guess(guess.column, field, type_of(field, guess.column), sure, told, holds)

    return [one(guess) for guess in guesses]


def whole_addresses(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where a street's column has whole addresses (`Hauptstr. 5, 10115 Berlin`): it is split."""

    def one(guess: Guess) -> Guess:
        seen = looks.get(guess.column, NOTHING)
        if guess.field != "addresses.street" or seen.share("whole address") < _SPLIT:
            return guess
        more = [part for part in ("region", "country") if seen.share(f"address with {part}") >= _SAID]
        told = f"{guess.evidence}, and {seen.share('whole address'):.0%} of the values are whole addresses"
        return replace(guess, evidence=told, holds=("street", "postal_code", "locality", *more))

    return [one(guess) for guess in guesses]


def streets_by_values(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where no header says a street: the first column of streets with their numbers, under a
    header that says nothing else (`Dwelling`, `Property`).
    """
    if any(guess.field == "addresses.street" for guess in guesses):
        return list(guesses)
    street = next((guess for guess in guesses if _has_streets(guess, looks)), None)
    told = "the values are streets with numbers, and no other column has the street"
    return [
        changed(guess, "addresses.street", _SHOWN, told) if guess is street else guess for guess in guesses
    ]


def _has_streets(guess: Guess, looks: Mapping[str, Look]) -> bool:
    if not guess.field.startswith("attributes.") or _of_something(guess.column):
        return False
    if others_in(guess.column) or family_in(guess.column):
        return False
    seen = looks.get(guess.column, NOTHING)
    codes = seen.share("code") >= _MOST  # `C-32023`: no number of a Calle
    return seen.share("street") >= _STREETS and not codes and seen.distinct >= _KINDS


def towns_as_addresses(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where `Adresse` or `Where do you live?` has names of towns, and no other column has."""
    if any(guess.field == "addresses.locality" for guess in guesses):
        return list(guesses)

    def one(guess: Guess) -> Guess:
        seen = looks.get(guess.column, NOTHING)
        if guess.field != "addresses.street" or _STREET.search(header_words(guess.column)):
            return guess
        if seen.share("one name") < _MOST or max(map(seen.share, ("digits", "street word"))) > _SOME:
            return guess
        field = "addresses.locality"
        return changed(
            guess, field, _CALLED, f"{guess.evidence}, and the values are names of places", guess.type
        )

    return [one(guess) for guess in guesses]


def states_of_something(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where `Estado` or `Departamento` beside a column of regions is none, as it holds a few
    other words.
    """
    regions = [guess for guess in guesses if guess.field == "addresses.region"]

    def one(guess: Guess) -> Guess:
        seen = looks.get(guess.column, NOTHING)
        few = seen.distinct <= _KINDS and seen.filled >= 2 * seen.distinct
        if guess not in regions or not few or not _ALSO_STATUS & {*header_words(guess.column).split()}:
            return guess
        others = [looks.get(other.column, NOTHING) for other in regions if other is not guess]
        if not others or any(set(seen.counts) & set(other.counts) for other in others):
            return guess
        return as_attribute(guess.column, seen, f"{guess.evidence}, but another column has the regions")

    return [one(guess) for guess in guesses]


def _names_a_place(column: str) -> bool:
    told = named(column)
    return told is not None and told.field.startswith("addresses.") and told.field != "addresses.street"


def _of_something(column: str) -> bool:
    return turned(column) or of_birth(header_words(column))


def _is_number(guess: Guess, looks: Mapping[str, Look]) -> bool:
    if not guess.field.startswith("attributes."):
        return False
    words = set(header_words(guess.column).split())
    return bool(words) and words <= _NUMBER and looks.get(guess.column, NOTHING).share("house") >= _MOST
