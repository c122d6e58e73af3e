"""Birth dates, whole or in parts: what a header says of them, and which of a sheet's are of the contact."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from mappings.detect import Look
from mappings.guesses import NOTHING, Guess, as_attribute, changed
from mappings.header_words import bare_words, header_words
from mappings.words import pattern, table

_BIRTH: Final = pattern("header_birth")
_PARTS: Final = table("header_date_parts")
_ANIMALS: Final = pattern("header_animals")
_CUT_ANNIVERSARY: Final = re.compile(r"\banniv\b", re.IGNORECASE)  # an anniversary, or French for a birthday
_PEOPLE: Final = 0.2  # of the values surely people's names
_FITS: Final = 0.8
_DEPENDANTS: Final = pattern("header_dependants")
# Linkage sets call the parts of a birth date by their initials; alone, `by` is anything.
_INITIALS: Final = {
    **dict.fromkeys(("by", "yob", "byr"), "year"),
    **dict.fromkeys(("bm", "mob", "bmo"), "month"),
    **dict.fromkeys(("bd", "dob", "bdy"), "day"),
}


def birth_field(words: str) -> str | None:
    """The field of plain words that are a word for birth and one for a date or a part of it, in any order and
    any of the languages (`mes nac`, `birth yr`); None where they say more, or less.
    """
    if not _BIRTH.search(words):
        return None
    rest = bare_words(_BIRTH.sub(" ", words)).split()
    parts = {_PARTS.get(word) for word in rest}
    if len(parts) != 1 or None in parts:
        return None
    part = parts.pop()
    return "birth_date" if part == "date" else f"birth_date.{part}"


def short_births(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """`by`, `bm`, `bd` side by side, with values that are a year, a month and a day."""
    found: dict[str, str] = {}
    for guess in guesses:
        last = header_words(guess.column).split()[-1:] or [""]
        part = _INITIALS.get(last[0])
        if part is not None and looks.get(guess.column, NOTHING).share(part) >= 0.8:
            found.setdefault(part, guess.column)
    if not {"year", "month"} <= set(found):
        return list(guesses)
    parts = {column: part for part, column in found.items()}
    told = "year, month and day of birth side by side"
    return [
        changed(guess, "birth_date", 0.85, told, kind=parts[guess.column]) if guess.column in parts else guess
        for guess in guesses
    ]


def parts_beside(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """`Mois`, `Jour` beside `Année de naissance`: parts of the same date, where the values are such."""
    decided = list(guesses)
    for place in range(len(decided)):
        for beside in (place + 1, place - 1):
            if not 0 <= beside < len(decided) or not decided[beside].field.startswith("attributes."):
                continue
            part = _PARTS.get(bare_words(header_words(decided[beside].column)))
            of_birth = decided[place].field == "birth_date" and decided[place].type is not None
            fits = part is not None and looks.get(decided[beside].column, NOTHING).share(part) >= _FITS
            if of_birth and part not in {None, "date", decided[place].type} and fits:
                told = f"a {part} beside {decided[place].column}"
                decided[beside] = changed(decided[beside], "birth_date", 0.8, told, kind=part)
    return decided


def births_together(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Day, month and year of birth count together; a day or month without its year is no date."""
    parts = {guess.type for guess in guesses if guess.field == "birth_date"}
    whole = None in parts
    told = "a part of a birth date beside the whole" if whole else "no year of birth beside it"
    if not whole and "year" in parts:
        return list(guesses)
    return [
        as_attribute(guess.column, looks.get(guess.column, NOTHING), told)
        if guess.field == "birth_date" and guess.type is not None
        else guess
        for guess in guesses
    ]


def own_births(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """`_births_of_others`, without anniversaries that may be of a wedding where others are surely births."""
    unsure = [one for one in guesses if one.field == "birth_date" and _CUT_ANNIVERSARY.search(one.column)]
    if len(unsure) < sum(guess.field == "birth_date" for guess in guesses):
        told = "may be any anniversary, and another column says the birth"
        guesses = [
            as_attribute(guess.column, looks.get(guess.column, NOTHING), told) if guess in unsure else guess
            for guess in guesses
        ]
    return _births_of_others(guesses, looks)


def _births_of_others(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The birth dates that stand beside the name of a child or of somebody who died, who are not the contact,
    and those behind what the sheet says of an animal, are none of the contact's.
    """
    decided = [
        as_attribute(
            guess.column, looks.get(guess.column, NOTHING), f"of {before.column}, not of the contact"
        )
        if before is not None and _is_of(before, guess, looks.get(before.column, NOTHING))
        else guess
        for before, guess in zip([None, *guesses], guesses, strict=False)
    ]
    animal = next(
        (place for place, guess in enumerate(guesses) if _ANIMALS.search(header_words(guess.column))), None
    )
    if animal is None:
        return decided
    told = "of an animal"
    return [
        as_attribute(guess.column, looks.get(guess.column, NOTHING), told)
        if guess.field == "birth_date" and place > animal
        else guess
        for place, guess in enumerate(decided)
    ]


def _is_of(before: Guess, guess: Guess, seen: Look) -> bool:
    """Whether a birth date stands beside the name of somebody who is not the contact, but has one."""
    dependant = before.field.startswith("attributes.") and _DEPENDANTS.search(header_words(before.column))
    named = max(seen.share("person"), seen.share("given name")) >= _PEOPLE
    return guess.field == "birth_date" and bool(dependant) and named
