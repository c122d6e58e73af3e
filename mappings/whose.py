"""Whose name, e-mail or phone a column holds: the contact's own, or somebody's beside them.

A sheet is about one party a row. Others may stand beside it: an owner, an agent, a doctor, a parent. Their
columns are no contact fields of this party, unless the sheet knows no other party: a land register lists
owners, a list of agents lists agents.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from mappings.blocks import of_second_blocks, of_several, of_those_named
from mappings.detect import Look
from mappings.guesses import CHANNELS, NOTHING, WAYS, Guess, as_attribute
from mappings.header_readings import USERS
from mappings.header_words import apart, header_words, written_out
from mappings.name_evidence import are_people
from mappings.parties import Parties, parties
from mappings.questions import is_anothers_name, is_of_who_was_named
from mappings.words import pattern, word_set

# Firms that stand beside people: what is called after them is theirs.
_FIRMS: Final = pattern("header_other_firms")
# Anybody but the contact, and what of the contact's own is out of use.
_OTHERS: Final = pattern("header_others")
_SOMEBODYS: Final = pattern("header_somebodys")
# `Joueur 2`, `second contact`: another than the first.
_PERSON: Final = (
    rf"(?:{'|'.join(sorted(word_set('header_subjects')))}|{pattern('header_contact_persons').pattern}"
    "|persona?|personne|persoon)"
)
_SECONDS: Final = re.compile(
    rf"\b{_PERSON} (?:n |nr |no )?(?:[2-9]|1\d)\b|\b(?:{pattern('header_second').pattern}) {_PERSON}\b"
    r"(?! (?:n|nr|no|num|numero|number|nummer)\b)"  # `Alternate contact no.` is a second phone
)
_ORDINAL: Final = re.compile(r"\b2 ?[º°ª]")
# `Last customer`, where romance and German words for last say no field anyhow.
_LAST: Final = re.compile(rf"\b(?:last|latest|previous) {_PERSON}\b")
# Those through whom a child is reached: neither their phones nor their e-mails are the child's.
_PARENTS: Final = pattern("header_parents")
_CHILDREN: Final = pattern("header_children")
# Who leads or teaches others: in a sheet of people their phones and e-mails are nobody's of these.
_OFFICES: Final = pattern("header_offices")
# Who paid is another than who came, but the same as who gets the parcel.
_BUYERS: Final = pattern("header_buyers")
# Who works with the system, where somebody else has an e-mail too.
_USERS: Final = pattern("header_users")
_RECIPIENTS: Final = pattern("header_recipients")
PERSONAL: Final = (
    "name.",
    "emails",
    "phones",
    "addresses.",
    "birth_date",
    "identifiers.ssn",
    "gender",
    "job_title",
)
_ONES_OWN: Final = frozenset({"job_title", "gender"})  # which nobody has for another
NAMES: Final = ("name.", "organization")
# A whole name beside both is another's, or the same again.
_PARTS: Final = frozenset({"name.given", "name.family"})
_TELL: Final = (*NAMES, *sorted(CHANNELS))  # of which a contact has some


def others_in(column: str) -> str | None:
    """The word of a header that says that it is of another than the contact."""
    linked, _, _ = column.partition("/")
    if linked in USERS:
        return linked
    said = header_words(_ORDINAL.sub("second ", column))  # `Móvil 2º contacto`; `Móvil 2 contacto` is another
    for words in (said, apart(said), written_out(said)):
        if found := _OTHERS.search(words) or _SECONDS.search(words) or _LAST.search(words):
            return found[0]
    return None


def somebodys(column: str) -> bool:
    """Whether a header names who is always somebody's (`Spouse`, `Next of kin`): never whom a sheet is of."""
    return bool(_SOMEBODYS.search(header_words(column)))


def parent_in(column: str) -> bool:
    """Whether a header says that it is of a parent."""
    return bool(_PARENTS.search(header_words(column)))


def family_in(column: str) -> str | None:
    """The word of a header that says that it is of a parent, a child, or of who paid."""
    words = header_words(column)
    found = _PARENTS.search(words) or _CHILDREN.search(words) or _BUYERS.search(words)
    return found[0] if found else None


def _relatives(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> dict[str, str]:
    """The columns of the contact's relatives → the word for them. A sheet that names parents is of children;
    one that names recipients of parcels is of the buyers.
    """
    headers = {guess.column: header_words(guess.column) for guess in guesses}
    patterns = [_PARENTS]
    named = [headers[guess.column] for guess in guesses if guess.field.startswith(NAMES)]
    if not any(map(_USERS.fullmatch, named)) and any(
        _USERS.search(headers[guess.column]) and are_people(guess, looks) for guess in guesses
    ):
        patterns.append(_USERS)
    if not any(_PARENTS.search(words) for words in headers.values()):
        patterns.append(_CHILDREN)
    own = [guess for guess in guesses if _is_own_name(guess)]
    people = [guess for guess in own if guess.field != "organization"]  # not of a buyer's travel agency
    names = [headers[guess.column] for guess in people or own]
    bought = [words for words in names if not _BUYERS.search(words)]
    if not all(_RECIPIENTS.search(words) for words in bought):
        patterns.append(_BUYERS)
    found = {
        column: next((told[0] for pattern in patterns if (told := pattern.search(words))), "")
        for column, words in headers.items()
    }
    return {column: word for column, word in found.items() if word}


def own_only(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses without the names, e-mails, phones … of others where the contact has some."""
    names = [guess for guess in guesses if guess.field.startswith(NAMES)]
    # owners, agents … are whom the sheet is of where nobody else has a name
    roles = _roles(names)
    if not any(
        guess.field.startswith(_TELL) and others_in(guess.column) in {None, *roles} for guess in guesses
    ):
        return list(guesses)
    of_whom = _of_whom(guesses, looks, names, roles)
    relatives = _relatives(guesses, looks)
    own = {guess.field for guess in guesses if not of_whom[guess.column] and guess.column not in relatives}
    of_whom |= _of_relatives(guesses, relatives, own)

    def one(guess: Guess) -> Guess:
        if not guess.field.startswith(PERSONAL):
            return guess
        whose = of_whom[guess.column]
        if guess.field.startswith("addresses.") and guess.field not in own:
            whose = None  # a household's
        if whose is None and guess.field in _ONES_OWN and any(field.startswith(NAMES) for field in own):
            whose = relatives.get(guess.column)
        named = {"name.given", "name.family"} <= own if guess.field == "name.full" else _is_part(guess, own)
        if whose is None and (guess.field in own or named):
            whose = relatives.get(guess.column)
        if whose is None:
            return guess
        told = f"{guess.evidence}, but of another: {whose}"
        return as_attribute(guess.column, looks.get(guess.column, NOTHING), told)

    return [one(guess) for guess in guesses]


def of_the(role: str) -> str:
    """How the evidence ends of what is an owner's, an agent's …, who is the contact."""
    return f", of the {role}"


def _roles(names: Sequence[Guess]) -> set[str | None]:
    """The words for others of which the contact is one, by the columns of names."""
    roles = {others_in(guess.column) for guess in names if not somebodys(guess.column)}
    if None not in roles:
        return roles
    people = [guess for guess in names if guess.field != "organization"]
    if any(others_in(guess.column) is None for guess in people):
        return set()
    return {role for role in roles if role and any(one.evidence.endswith(of_the(role)) for one in people)}


def _of_whom(
    guesses: Sequence[Guess], looks: Mapping[str, Look], names: Sequence[Guess], roles: Collection[str | None]
) -> dict[str, str | None]:
    """By column the word for another whom it is of, None where none is known; `roles` are words for the
    contact, `names` the columns of names.
    """
    # of several whole names those of others are the contact's last of all
    several = of_several(guesses)
    elsewhere = parties(
        [
            replace(one, confidence=0.0) if others_in(one.column) or one.column in several else one
            for one in guesses
        ],
        looks,
    )
    beside = several | _of_firms(guesses) | _of_offices(guesses) | _of_other_subjects(guesses)
    beside |= of_second_blocks(guesses) | of_those_named(guesses, list(filter(_is_own_name, names)), looks)
    of_whom = {guess.column: _of_other(guess, elsewhere) or beside.get(guess.column) for guess in guesses}
    of_whom = {column: None if word in roles else word for column, word in of_whom.items()}
    asked = {guess.column for guess in guesses if is_anothers_name(guess, looks)}
    for before, guess in pairwise(guesses):
        whose = of_whom[before.column] or (header_words(before.column) if before.column in asked else None)
        if whose and not of_whom[guess.column] and is_of_who_was_named(guess, guesses):
            of_whom[guess.column] = whose
    births = {guess.column: family_in(guess.column) for guess in guesses if guess.field == "birth_date"}
    parents = any(parent_in(guess.column) for guess in guesses)
    if not _is_of_children(names) and (not parents or None in births.values()):
        called = {family_in(guess.column) for guess in names if not of_whom[guess.column]}  # `Buyer 1 DOB`
        of_whom |= {column: word for column, word in births.items() if word and word not in called}
    return of_whom


def _of_relatives(
    guesses: Sequence[Guess], relatives: Mapping[str, str], own: Collection[str]
) -> dict[str, str]:
    """The e-mails, phones and birth dates of relatives → the word for them, where somebody else has a name:
    brothers and sisters with their mother's phone are several people. So those that stand behind a relative's
    name, or that of a second of the contact's kind, under the same sign (`Parent A`, `Mobile A`).
    """
    if not any(field.startswith(("name.", "birth_date")) for field in own):
        return {}
    # who paid is often who came: the rows say whether it is another (`emails_of_others`)
    relatives = {column: word for column, word in relatives.items() if not _BUYERS.fullmatch(word)}
    found = {one.column: relatives.get(one.column, "") for one in guesses if one.field in WAYS}
    whose = sign = ""
    kinds = set[str]()
    for guess in guesses:
        said = header_words(guess.column).split()[-1:]
        if guess.field not in WAYS:
            signed = _signed(guess)
            sign = signed[-1] if signed else ""
            kind = " ".join(signed[:-1]) if sign.isalpha() else ""  # `Name 2` is more of one name
            whose = relatives.get(guess.column, "") or (header_words(guess.column) if kind in kinds else "")
            kinds |= {kind} - {""} if guess.field.startswith(NAMES) else set()
        elif whose and sign and said == [sign]:
            found[guess.column] = found[guess.column] or whose
    return {column: word for column, word in found.items() if word}


def _signed(guess: Guess) -> list[str]:
    """The words of a header that ends with a letter or digit of its own (`Player B`); none of others."""
    words = header_words(guess.column).split()
    return words if len(words) > 1 and len(words[-1]) == 1 else []


def _is_of_children(names: Sequence[Guess]) -> bool:
    """Whether names are of children, and of nobody else who has one."""
    words = [header_words(guess.column) for guess in names if others_in(guess.column) is None]
    return bool(words) and all(_CHILDREN.search(said) for said in words)


def _of_firms(guesses: Sequence[Guess]) -> dict[str, str]:
    """The e-mails and phones of a pharmacy, an agency … → the word for it; of one whose name the sheet has as
    the organisation's only where the contact has others.
    """
    if not any(guess.field.startswith(NAMES) for guess in guesses):
        return {}
    headers = {guess.column: header_words(guess.column) for guess in guesses}
    own = {word for one in guesses if one.field == "organization" for word in headers[one.column].split()}
    free = {one.field for one in guesses if not _FIRMS.search(headers[one.column])}
    found = {
        guess.column: _FIRMS.search(headers[guess.column]) for guess in guesses if guess.field in CHANNELS
    }
    fields = {guess.column: guess.field for guess in guesses}
    return {
        column: word[0]
        for column, word in found.items()
        if word and (word[0] not in own or fields[column] in free)
    }


def _of_offices(guesses: Sequence[Guess]) -> dict[str, str]:
    """The e-mails and phones of a director, an organiser … → the word for them, in a sheet of people who are
    none.
    """
    fields = {guess.field for guess in guesses}
    names = " ".join(header_words(guess.column) for guess in guesses if guess.field.startswith(NAMES))
    if "organization" in fields or not fields & {"birth_date", "gender"}:
        return {}
    found = {
        one.column: _OFFICES.search(header_words(one.column)) for one in guesses if one.field in CHANNELS
    }
    return {column: word[0] for column, word in found.items() if word and word[0] not in names}


def _of_other_subjects(guesses: Sequence[Guess]) -> dict[str, str]:
    """The e-mails, phones and births of a second whom sheets are of (`Guest e-mail`) → the word for them,
    where the contact's name and another such column have one word for the contact (`Invitee name`, `Invitee
    e-mail`).
    """
    called = {one.column: _subjects_in(one.column) for one in guesses}
    fields = {one.field for one in guesses if not family_in(one.column)}
    names = [
        called[one.column]
        for one in guesses
        if one.field.startswith("name.") and (one.field in _PARTS or not fields >= _PARTS)
    ]
    mine = frozenset.intersection(*names) if names else frozenset()
    own = {one.field for one in guesses if called[one.column] & mine}
    return {
        one.column: min(called[one.column])
        for one in guesses
        if one.field in WAYS & own and called[one.column] and not called[one.column] & mine
    }


def _is_part(guess: Guess, own: Collection[str]) -> bool:
    """Whether a column holds a part of a name, and another the contact's whole name."""
    return guess.field in _PARTS and "name.full" in own


def _subjects_in(column: str) -> frozenset[str]:
    words = header_words(column)
    return word_set("header_subjects").intersection([*words.split(), *written_out(words).split()])


def _is_own_name(guess: Guess) -> bool:
    return guess.field.startswith(NAMES) and others_in(guess.column) is None


def _of_other(guess: Guess, elsewhere: Parties) -> str | None:
    """The word for another person in a column's header."""
    if (found := others_in(guess.column)) is not None:
        return found
    if guess.field not in WAYS or family_in(guess.column):
        return None
    return elsewhere.called_after(guess.column)
