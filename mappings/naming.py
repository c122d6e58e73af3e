"""Which column is which name, decided with all columns in sight; and whether people or organisations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from mappings.blocks import of_whom_numbered
from mappings.detect import Look
from mappings.guesses import CHANNELS, FAMILY_FIRST, MIXED, NOTHING, TO_ASK, Guess, as_attribute, changed
from mappings.header_readings import turned
from mappings.header_words import header_words, written_out
from mappings.headers import ROLE
from mappings.name_evidence import (
    ALIKE,
    PEOPLE,
    WHOLE,
    are_people,
    holds_given,
    lacks_family,
    most_of,
    share_of,
)
from mappings.names_beside import (
    ENDS,
    FAMILY,
    children_first,
    family_beside_given,
    first_and_last,
    given_beside_family,
    of_another,
)
from mappings.parties import telling
from mappings.words import pattern

# Shares of a column's values.
_VARIED: Final = 0.2  # distinct values: fewer are kinds of something
_MIXED: Final = 0.08  # companies: fewer are people oddly called
_MOSTLY: Final = 0.4  # companies: as many are the rest too, where nothing else tells persons
_SOME: Final = 0.2  # companies: as many are the rest too, where hardly a name is surely a person's …
_HARDLY: Final = 0.2  # … which is: fewer than this share of the companies
_HARDLY_OF_FIRMS: Final = 0.6  # … or this, in a sheet that has what only firms have
_COMPANIES: Final = 0.6  # companies: from here on the rest are companies without a telling word
_SHOWN: Final = 0.15  # with a given name at one end only

# Headers that say "name" and leave open which; the last two mean the given name where there is a family name.
_BARE: Final = frozenset({"nom", "name", "naam", "last", "apellidos", "fn"})
_BARE_GIVEN: Final = frozenset({"nombre", "nome"})
_OF_PEOPLE: Final = frozenset({"birth_date", "gender", "name.prefix", "job_title"})
_ONLY_OF_PEOPLE: Final = frozenset({"birth_date", "gender"})
_OF_FIRMS: Final = frozenset({"identifiers.vat", "identifiers.siren", "identifiers.siret"})
_PERSONS: Final = pattern("header_contact_persons")
_SECOND: Final = 0.55  # the confidence of a name that is another's where somebody else has one
_CHOICE: Final = 0.65  # the confidence of a header that counts where there is no better one


def names_decided(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, with the name columns decided by each other."""
    decided = list(guesses)
    for step in _STEPS:
        decided = step(decided, looks)
    return decided


def _subjects_first(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Whom a sheet is of (`Volontario`) is the contact, not the person to ask, nor the supplier, that it
    names behind.
    """
    of_people = all(one.confidence <= _CHOICE for one in guesses if one.field == "organization")
    subject = next((place for place, one in enumerate(guesses) if one.evidence.startswith(ROLE)), None)
    if subject is None or not of_people:
        return list(guesses)
    told = f"{TO_ASK} {guesses[subject].column}"
    words = [set(header_words(one.column).split()) for one in guesses if one.field in CHANNELS]
    called = any(telling(guesses[subject].column) & way for way in words)

    def one(guess: Guess) -> Guess:
        words = header_words(guess.column)
        asked = called and _PERSONS.search(
            words
        )  # `Referente volontario` behind `Donatore`, `Cell. donatore`
        if guess.field == "name.full" and (
            asked or any(map(_PERSONS.fullmatch, (words, written_out(words))))
        ):
            return changed(guess, guess.field, _SECOND, told)
        if guess.field == "organization":
            return as_attribute(guess.column, looks.get(guess.column, NOTHING), told)
        return guess

    return [one(guess) if place > subject else guess for place, guess in enumerate(guesses)]


def _to_ask_for_people(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """A contact person beside people with a family name and a birth date is another."""
    fields = {guess.field for guess in guesses}
    of_firms = {"organization", *_OF_FIRMS} & fields
    if "name.family" not in fields or not _ONLY_OF_PEOPLE & fields or of_firms:
        return list(guesses)

    def one(guess: Guess) -> Guess:
        asked = any(map(_PERSONS.fullmatch, (words := header_words(guess.column), written_out(words))))
        if guess.field != "name.full" or not asked or not are_people(guess, looks):
            return guess
        return as_attribute(guess.column, looks[guess.column], f"{TO_ASK} people with names of their own")

    return [one(guess) for guess in guesses]


def _second_lines(guesses: Sequence[Guess], _looks: Mapping[str, Look]) -> list[Guess]:
    """`Name 2` beside a `Name 1` of organisations is more of the organisation's name."""
    firms = {_unnumbered(guess.column) for guess in guesses if guess.field == "organization"}
    told = "the second line of an organisation's name"
    return [
        changed(guess, "organization", _SECOND, told)
        if guess.field.startswith("name.") and _unnumbered(guess.column) in firms
        else guess
        for guess in guesses
    ]


def _unnumbered(column: str) -> str:
    return " ".join(word for word in header_words(column).split() if not word.isdigit())


def _all_companies(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """A name column that holds organisations, where no other column says the organisation."""
    if any(guess.field == "organization" for guess in guesses):
        return list(guesses)
    named = [guess for guess in guesses if guess.field in {"name.full", "name.family"}]
    best, share = most_of(named, looks, "company")
    if best is None or share < _COMPANIES:
        return list(guesses)
    told = changed(best, "organization", 0.8, f"{share:.0%} of the names are of organisations")
    return [told if guess is best else guess for guess in guesses]


def _which_name(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """`Nom` is a family name beside `Prénom`, the whole name without it; `Name` likewise."""
    fields = [guess.field for guess in guesses]
    given, family, whole = (f"name.{part}" in fields for part in ("given", "family", "full"))
    one_given = fields.count("name.given") == 1
    no_given = given and not any(
        looks.get(one.column, NOTHING).filled for one in guesses if one.field == "name.given"
    )

    def _is_given(guess: Guess) -> bool:
        held = {
            one.column: share_of(one, looks, "given name") for one in guesses if one.field == "name.family"
        }
        return max(held, key=lambda column: held[column]) == guess.column and held[guess.column] >= PEOPLE

    def one(guess: Guess) -> Guess:
        words = set(header_words(guess.column).split())
        bare = bool(_BARE & words) and not FAMILY & words
        match guess.field:
            case "name.given" if share_of(guess, looks, "full name") >= WHOLE and not (family and one_given):
                return changed(
                    guess, "name.full", 0.75, "called like a given name, but the values are whole names"
                )
            case "name.given" if not family and not whole and _BARE_GIVEN & words:
                return changed(guess, "name.full", 0.8, "a name without a family name beside it")
            case "name.full" if (
                family
                and not given
                and (share_of(guess, looks, "full name") < _SHOWN or lacks_family(guess, guesses, looks))
            ):
                return changed(guess, "name.given", 0.75, "a name of one word beside a family name")
            case "name.family" if bare and not given and fields.count("name.family") > 1 and _is_given(guess):
                return changed(guess, "name.given", 0.75, "given names beside a family name")
            case "name.family" if no_given and are_people(guess, looks):
                return changed(guess, "name.full", 0.8, "whole names without given names beside them")
            case "name.family" if not given and bare:
                return changed(guess, "name.full", 0.8, "a name without a given name beside it")
            case "name.full" if (
                given
                and not family
                and bare
                and not (are_people(guess, looks) or holds_given(guess, guesses, looks))
            ):
                return changed(guess, "name.family", 0.8, "a name beside a given name")
            case _:
                return guess

    return [one(guess) for guess in guesses]


def _kinds_beside_family(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """`Relation to contact person` beside family names: a few words for many rows are nobody's names."""
    fields = {guess.field for guess in guesses}
    if "name.family" not in fields or "name.given" in fields:
        return list(guesses)
    return [
        as_attribute(guess.column, looks[guess.column], f"{guess.evidence}, but over kinds of it")
        if guess.field == "name.full" and _are_kinds(guess, looks)
        else guess
        for guess in guesses
    ]


def _are_kinds(guess: Guess, looks: Mapping[str, Look]) -> bool:
    """Whether a few words stand in many rows, and these are no names of people."""
    seen = looks.get(guess.column, NOTHING)
    names = max(seen.share("person"), seen.share("given name")) >= PEOPLE
    return not names and 0 < seen.distinct < _VARIED * seen.filled


def _nameless(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Where no column says a name: the one under a telling-nothing header whose values are people's names."""
    fields = {guess.field for guess in guesses}
    of_firms = "organization" in fields and not fields & _ONLY_OF_PEOPLE
    if of_firms or any(field.startswith("name.") for field in fields):
        return list(guesses)
    if _OF_FIRMS & fields and not _OF_PEOPLE & fields and (firm := _firm(guesses, looks)) is not None:
        told = changed(firm, "organization", 0.6, "names of organisations, where no column is called so")
        return [told if guess is firm else guess for guess in guesses]
    open_ = [
        guess for guess in guesses if guess.field.startswith("attributes.") and not of_another(guess.column)
    ]
    whom = of_whom_numbered(guesses)
    open_ = [guess for guess in open_ if not whom or whom in header_words(guess.column)]
    _, most = most_of(open_, looks, "person")
    if most < PEOPLE and (firm := _called_firm(guesses, open_, looks)) is not None:
        told = changed(firm, "organization", 0.6, "organisations after whom e-mails or phones are called")
        return [told if guess is firm else guess for guess in guesses]
    if most < PEOPLE:
        return _apart(guesses, open_, looks)
    # of columns that are much alike the first: whom a sheet is of stands before whom else it names
    best = next(guess for guess in open_ if share_of(guess, looks, "person") >= ALIKE * most)
    apart = _apart(guesses, open_[: open_.index(best)], looks)
    if {guess.field for guess in apart} >= set(ENDS.values()):
        return apart  # given and family names before whole ones: those are another's
    share = share_of(best, looks, "person")
    told = changed(best, "name.full", 0.6, f"{share:.0%} of the values are surely people's names")
    return [told if guess is best else guess for guess in guesses]


def _firm(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Guess | None:
    """The column that holds most names of organisations."""
    open_ = [guess for guess in guesses if guess.field.startswith("attributes.") and not turned(guess.column)]
    best, share = most_of(open_, looks, "company")
    return best if share >= _SOME else None


def _called_firm(guesses: Sequence[Guess], open_: Sequence[Guess], looks: Mapping[str, Look]) -> Guess | None:
    """The first column of organisations after whom e-mails or phones are called (`Pharmacy phone`)."""
    ways = [set(header_words(one.column).split()) for one in guesses if one.field in CHANNELS]
    return next(
        (
            one
            for one in open_
            if share_of(one, looks, "company") >= _SOME and any(telling(one.column) & way for way in ways)
        ),
        None,
    )


def _apart(guesses: Sequence[Guess], open_: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Given and family names side by side, under headers that say nothing."""
    given, share = most_of(open_, looks, "given name")
    if given is None or share < PEOPLE:
        return list(guesses)
    place = guesses.index(given)
    told = {given.column: changed(given, "name.given", 0.6, f"{share:.0%} of the values are given names")}
    beside = [
        one for one in (*guesses[place + 1 : place + 2], *guesses[max(place - 1, 0) : place]) if one in open_
    ]
    for one in beside:
        seen = looks.get(one.column, NOTHING)
        if seen.share("one name") >= WHOLE and seen.distinct >= _VARIED * seen.filled:
            told[one.column] = changed(one, "name.family", 0.6, "words beside given names")
            break
    return [told.get(guess.column, guess) for guess in guesses]


def _mixed(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Names of people and of organisations in one column are told apart row by row."""
    fields = {guess.field for guess in guesses}

    def one(guess: Guess) -> Guess:
        share = share_of(guess, looks, "company")
        if guess.field not in {"name.full", "name.family"} or share < _MIXED:
            return guess
        if "organization" in fields and not (share >= _SOME and _OF_FIRMS & fields) and share < _COMPANIES:
            return guess
        people = share_of(guess, looks, "person")
        fewer = _HARDLY_OF_FIRMS if _OF_FIRMS & fields else _HARDLY
        hardly_people = share >= _SOME and people <= share * fewer and not _OF_PEOPLE & fields
        mostly = share >= _MOSTLY or hardly_people
        if mostly and not {"name.given", "kind"} & fields:
            # beside a column that is called so, whichever stands first
            sure = max((one.confidence for one in guesses if one.field == "organization"), default=0.75)
            told = f"{share:.0%} of the names are surely of organisations"
            return changed(guess, "organization", sure, told)
        if "organization" in fields:
            return guess
        told = f"{share:.0%} of the names are of organisations: person or organisation is decided a row"
        return changed(guess, guess.field, guess.confidence, told, kind=MIXED)

    return [one(guess) for guess in guesses]


def _order(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Whole names in a column are written in one order; known given names show which."""

    def one(guess: Guess) -> Guess:
        first, last = (share_of(guess, looks, f"given {place}") for place in ("first", "last"))
        if guess.field != "name.full" or guess.type is not None or last < _SHOWN or last < 3 * first:
            return guess
        told = f"{guess.evidence}, and the family name stands first"
        return changed(guess, guess.field, guess.confidence, told, kind=FAMILY_FIRST)

    return [one(guess) for guess in guesses]


_STEPS: Final[tuple[Callable[[Sequence[Guess], Mapping[str, Look]], list[Guess]], ...]] = (
    first_and_last,
    family_beside_given,
    given_beside_family,
    children_first,
    _subjects_first,
    _to_ask_for_people,
    _all_companies,
    _kinds_beside_family,
    _which_name,
    _nameless,
    _mixed,
    _second_lines,
    _order,
)
