"""Guesses that need all columns together: names, births in parts, one column for a single field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mappings.births import births_together, own_births, parts_beside, short_births
from mappings.detect import Look
from mappings.guesses import NOTHING, Guess, as_attribute, changed
from mappings.header_words import header_words
from mappings.naming import names_decided
from mappings.neighbours import (
    codes_with_towns,
    house_numbers,
    states_of_something,
    streets_by_values,
    towns_as_addresses,
    whole_addresses,
)
from mappings.whose import own_only

_ONLY_ONE: Final = frozenset(
    {
        "key",
        "updated_at",
        "created_at",
        "name.given",
        "name.family",
        "name.full",
        "name.suffix",
        "organization",
    }
    | {"job_title", "birth_date", "gender", "language", "kind"}
)
# Directories' one-letter attributes (LDAP, RFC 4519); they mean this only beside cn or sn.
_LDAP: Final = {
    "l": "addresses.locality",
    "c": "addresses.country",
    "o": "organization",
    "st": "addresses.region",
}
_ID_WORDS: Final = frozenset(
    {
        "id",
        "uid",
        "uuid",
        "key",
        "ident",
        "identifier",
        "identifiant",
        "nr",
        "no",
        "index",
        "numero",
        "number",
        "nummer",
        "num",
    }
)
_SOME: Final = 0.2  # companies
_NUMBER_ENDS: Final = ("nr", "nummer", "number")


def decided_together(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, each decided by what the other columns are. Their order stays."""
    decided = short_births(_directory(guesses), looks)
    decided = names_decided(decided, looks)
    decided = parts_beside(decided, looks)
    decided = births_together(own_births(decided, looks), looks)
    decided = towns_as_addresses(decided, looks)
    decided = states_of_something(codes_with_towns(decided, looks), looks)
    decided = own_only(streets_by_values(decided, looks), looks)
    decided = whole_addresses(house_numbers(decided, looks), looks)
    decided = _row_key(decided, looks)
    return _first_only(decided, looks)


def _directory(guesses: Sequence[Guess]) -> list[Guess]:
    if not {"cn", "sn"} & {guess.column.lower() for guess in guesses}:
        return list(guesses)
    told = "an attribute of directories, beside cn or sn"
    return [
        changed(guess, _LDAP[name], 0.85, told) if (name := guess.column.lower()) in _LDAP else guess
        for guess in guesses
    ]


def _row_key(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """A first column called an id, each row with a code of its own, where nothing else is the key."""
    first = guesses[0] if guesses else None
    if first is None or any(guess.field == "key" for guess in guesses):
        return list(guesses)
    words, seen = header_words(first.column).split(), looks.get(first.column, NOTHING)
    numbered = bool(words) and words[-1].endswith(_NUMBER_ENDS)  # `Ausweisnr.`
    called = (numbered or bool(_ID_WORDS & {*words[:1], *words[-1:]})) and first.field.startswith(
        "attributes."
    )
    if not called or min(seen.share("key"), seen.share("code")) < 1:
        return list(guesses)
    return [changed(first, "key", 0.65, "the first column, an id of its own in every row"), *guesses[1:]]


def _first_only(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Of several columns for a field with one value, the surest keeps it; of equally sure ones the first."""
    best: dict[tuple[str, str | None], Guess] = {}
    for guess in guesses:
        place = _place(guess)
        if place is not None and (place not in best or _is_better(guess, best[place], looks)):
            best[place] = guess
    return [
        guess
        if (place := _place(guess)) is None or best[place] is guess
        else as_attribute(
            guess.column,
            looks.get(guess.column, NOTHING),
            f"{best[place].column} is the better {guess.field}",
        )
        for guess in guesses
    ]


def _place(guess: Guess) -> tuple[str, str | None] | None:
    """The one place that a guess wants for itself, if its field has but one."""
    if guess.field not in _ONLY_ONE:
        return None
    return guess.field, guess.type if guess.field == "birth_date" else None


def _is_better(guess: Guess, best: Guess, looks: Mapping[str, Look]) -> bool:
    """Whether a later column is surer, or as sure and filled more than twice as often."""
    filled, before = (looks.get(one.column, NOTHING).filled for one in (guess, best))
    if filled == 0 or before == 0:
        return before == 0 < filled
    if guess.field == "organization":
        firms, others = (looks.get(one.column, NOTHING).share("company") for one in (guess, best))
        if min(firms, others) == 0 and max(firms, others) >= _SOME:  # `Intitulé` may be of a job
            return firms > others
    return guess.confidence > best.confidence or (guess.confidence == best.confidence and filled > 2 * before)
