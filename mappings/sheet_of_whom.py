"""Whom a sheet is of, where its headers do not say it plainly: an owner or an agent of whom more is said than
of anybody, people after whom e-mails and phones are called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from mappings.detect import Look
from mappings.guesses import CHANNELS, NOTHING, WAYS, Guess, as_attribute, changed
from mappings.header_readings import turned
from mappings.header_words import header_words, known_words
from mappings.headers import ROLE, named
from mappings.name_evidence import are_people
from mappings.parties import telling
from mappings.whose import NAMES, PERSONAL, family_in, of_the, others_in, parent_in, somebodys
from mappings.words import pattern

_CUSTOMERS: Final = pattern("header_customer")
# Nobody writes to the dead, or to animals.
_NO_CONTACTS: Final = pattern("header_no_contacts")
_CHILD: Final = pattern("header_children")
_BUYERS: Final = pattern("header_buyers")
_PEOPLE: Final = 0.3  # of a column's values surely people's names: most names are in no list
_WHOLE: Final = 0.8
_SHORT: Final = 2  # letters of words that say nothing
_UNSURE: Final = 0.75  # the confidence of a name that is told by a word for people


Ask = Callable[[str, Look], Guess]


def about_whom(guesses: Sequence[Guess], looks: Mapping[str, Look], ask: Ask) -> list[Guess]:
    """The guesses, where only an owner, an agent … has a name: with them as the contact. `ask` guesses a
    column by another header.
    """
    own = [guess for guess in guesses if others_in(guess.column) is None]
    first = next((guess for guess in guesses if _is_named(guess, looks)), None)
    if first is None:
        return list(guesses)
    names = [guess for guess in own if guess.field.startswith(NAMES)]
    of_firm = _is_of_a_firm(first, names, guesses)
    if names and not of_firm and not _is_more_of_another(first, names, guesses, looks):
        return list(guesses)
    before = guesses[: list(guesses).index(first)]
    if any(_is_before(guess, looks) for guess in before):
        return list(guesses)
    role = others_in(first.column) or ""
    ways = [header_words(one.column) for one in own if one.field in CHANNELS]
    if any(_CUSTOMERS.search(words) and role not in words for words in ways):
        return list(guesses)  # `E-mail cliente`: the sheet is of customers, whatever their names are called

    def one(guess: Guess) -> Guess:
        if guess in names and not of_firm:
            return as_attribute(guess.column, looks[guess.column], f"{guess.evidence}, but beside the {role}")
        second = _number(guess.column) not in {"", _number(first.column)}  # `Owner 2 email`
        if others_in(guess.column) != role or second:
            return guess
        rest = _without(guess.column, role)
        again = ask(rest, looks[guess.column]) if rest else guess
        if guess is first and not again.field.startswith(NAMES):
            return changed(guess, "name.full", 0.7, f"nobody but the {role} has a name here")
        if not again.field.startswith((*PERSONAL, *NAMES)):
            return guess
        return replace(again, column=guess.column, evidence=f"{again.evidence}{of_the(role)}")

    return [one(guess) for guess in guesses]


def _is_of_a_firm(first: Guess, names: Sequence[Guess], guesses: Sequence[Guess]) -> bool:
    """Whether nobody but an organisation has a name, and its owner's has two columns (`store_name`,
    `owner_first_name`, `owner_last_name`): who works with a record has one (`Account owner`).
    """
    role = others_in(first.column) or ""
    said = (named(_without(one.column, role)) for one in guesses if others_in(one.column) == role)
    fields = {told.field for told in said if told is not None}
    return {one.field for one in names} == {"organization"} and {"name.given", "name.family"} <= fields


def _is_more_of_another(
    first: Guess, names: Sequence[Guess], guesses: Sequence[Guess], looks: Mapping[str, Look]
) -> bool:
    """Whether a sheet that names an owner, an agent … before all others says more of them than of any other
    (`Propriétaire`, his address and phone, then `Locataire`).
    """
    role = others_in(first.column) or ""
    behind = list(guesses)[list(guesses).index(first) :]
    if any(name not in behind or not name.evidence.startswith(ROLE) for name in names):
        return False

    def said_of(words: frozenset[str]) -> int:
        ways = [one for one in guesses if _is_way(one, looks.get(one.column, NOTHING))]
        return sum(_is_said(words, header_words(one.column).split()) for one in ways)

    return said_of(frozenset(role.split())) >= max(said_of(telling(name.column)) for name in names)


def _is_said(names: frozenset[str], words: Sequence[str]) -> bool:
    """Whether any of the words is one of the names, or begins one and is no word itself (`Eig. Tel.`)."""
    cut = [word for word in words if len(word) > _SHORT and word not in known_words()]
    return bool(names.intersection(words)) or any(name.startswith(word) for word in cut for name in names)


def _is_way(guess: Guess, seen: Look) -> bool:
    """Whether somebody is reached by a column's values, by its header or not."""
    said = guess.field.startswith(("emails", "phones", "addresses."))
    return said or max(seen.share("email"), seen.share("written phone")) >= _WHOLE


def _is_before(guess: Guess, looks: Mapping[str, Look]) -> bool:
    """Whether a column has what contacts have, by its header or not: e-mails, phones, people's names."""
    open_ = guess.field.startswith("attributes.") and others_in(guess.column) is None
    people = open_ and not turned(guess.column) and not family_in(guess.column)
    return guess.field in CHANNELS or (people and are_people(guess, looks))


def _is_named(guess: Guess, looks: Mapping[str, Look]) -> bool:
    """Whether a column holds the names of others."""
    role = others_in(guess.column)
    if role is None or somebodys(guess.column) or _NO_CONTACTS.search(header_words(guess.column)):
        return False
    seen = looks.get(guess.column, NOTHING)
    rest = _without(guess.column, role)
    told = named(rest)
    said = not rest or (told is not None and told.field.startswith(NAMES))
    named_so = said and seen.share("name" if rest else "full name") >= _WHOLE
    return guess.field.startswith(NAMES) or seen.share("person") >= _PEOPLE or named_so


def _without(column: str, role: str) -> str:
    """A header without its word for another, and without which of several that is."""
    rest = header_words(column).replace(role, " ").split()
    return " ".join(word for word in rest if not word.isdigit())


def _number(column: str) -> str:
    return "".join(word for word in header_words(column).split() if word.isdigit())


def named_like_contacts(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where no header surely says a name: the first column of people after whom an e-mail, a
    phone or a birth is called (`Copropriétaire`, `Tél. copropriétaire`) is the contact's name.
    """
    names = [guess for guess in guesses if guess.field.startswith("name.")]
    if any(guess.field != "name.full" or guess.confidence > _UNSURE for guess in names):
        return list(guesses)
    # of an owner, an agent …, as there was nobody: only who stands before them is a better contact
    role = next(
        (place for place, guess in enumerate(guesses) if guess in names and others_in(guess.column)), None
    )
    ways = [set(header_words(one.column).split()) for one in guesses if one.field in WAYS]
    people = [one for one in guesses[:role] if _may_be_named(one, looks)]
    called = [one for one in people if any(telling(one.column) & way for way in ways)]
    if not called:
        return list(guesses)
    best = called[0]
    before = list(guesses)[: list(guesses).index(best)]
    if best not in names and any(one in people and one.evidence.startswith(ROLE) for one in before):
        return list(guesses)  # whom the sheet is of, by its header, stands before somebody beside them
    if people[0] is not best and any(not telling(best.column) & way for way in ways):
        best = people[0]  # who stands first has the e-mails and phones that are called after nobody
    said = best.evidence if best.evidence.startswith(ROLE) else "people"
    told = changed(best, "name.full", 0.8, f"{said}, after whom e-mails, phones or births are called")
    return [told if one is best else one for one in guesses]


def children_named(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where nobody has a name yet: `Kind` over whole names is the contact of a sheet that names
    parents, `Payeur` that of one that names none.
    """
    if any(guess.field.startswith(NAMES) and not others_in(guess.column) for guess in guesses):
        return list(guesses)
    parents = any(parent_in(guess.column) and are_people(guess, looks) for guess in guesses)
    whom = next((one for one in guesses if _is_called(one, _CHILD if parents else _BUYERS, looks)), None)
    told = "children, where the sheet names parents" if parents else "who pays, where nobody else has a name"
    return [changed(one, "name.full", 0.8, told) if one is whom else one for one in guesses]


def _is_called(guess: Guess, said: re.Pattern[str], looks: Mapping[str, Look]) -> bool:
    open_ = guess.field.startswith("attributes.") and bool(said.fullmatch(header_words(guess.column)))
    return open_ and are_people(guess, looks)


def _may_be_named(guess: Guess, looks: Mapping[str, Look]) -> bool:
    open_ = guess.field.startswith(("attributes.", "name.full"))
    if not open_ or turned(guess.column) or others_in(guess.column) or family_in(guess.column):
        return False
    return are_people(guess, looks)
