"""Whose name, e-mail or phone a column holds: the contact's own, or somebody's beside them.

A sheet is about one party a row. Others may stand beside it: an owner, an agent, a doctor, a parent. Their
columns are no contact fields of this party, unless the sheet knows no other party: a land register lists
owners, a list of agents lists agents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from mappings.detect import Look
from mappings.guesses import NOTHING, Guess, as_attribute, changed
from mappings.header_readings import turned
from mappings.header_words import apart, header_words, written_out
from mappings.headers import ROLE, named
from mappings.parties import Parties, parties, telling
from mappings.words import pattern

# Firms that stand beside people: what is called after them is theirs.
_FIRMS: Final = pattern("header_other_firms")
# Anybody but the contact, and what of the contact's own is out of use.
_OTHERS: Final = pattern("header_others")
# Those through whom a child or patient is reached where there is no other way.
_PARENTS: Final = pattern("header_parents")
_CHILDREN: Final = pattern("header_children")
# Who paid is another than who came, but the same as who gets the parcel.
_BUYERS: Final = pattern("header_buyers")
# Who works with the system, where somebody else has an e-mail too.
_USERS: Final = pattern("header_users")
_RECIPIENTS: Final = pattern("header_recipients")
# Nobody writes to the dead, or to animals.
_NO_CONTACTS: Final = pattern("header_no_contacts")
_PERSONAL: Final = (
    "name.",
    "emails",
    "phones",
    "addresses.",
    "birth_date",
    "identifiers.ssn",
    "gender",
    "job_title",
)
_NAMES: Final = ("name.", "organization")
_TELL: Final = (*_NAMES, "emails", "phones")  # of which a contact has some
_PEOPLE: Final = 0.3  # of a column's values surely people's names: most names are in no list
_WHOLE: Final = 0.8
_UNSURE: Final = 0.75  # the confidence of a name that is told by a word for people

Ask = Callable[[str, Look], Guess]


def others_in(column: str) -> str | None:
    """The word of a header that says that it is of another than the contact."""
    for words in (header_words(column), apart(header_words(column)), written_out(header_words(column))):
        if found := _OTHERS.search(words):
            return found[0]
    return None


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
    if any(
        _USERS.search(headers[guess.column]) and _of_people(looks.get(guess.column, NOTHING))
        for guess in guesses
    ):
        patterns.append(_USERS)
    if not any(_PARENTS.search(words) for words in headers.values()):
        patterns.append(_CHILDREN)
    names = [headers[guess.column] for guess in guesses if _is_own_name(guess)]
    bought = [words for words in names if not _BUYERS.search(words)]
    if not all(_RECIPIENTS.search(words) for words in bought):
        patterns.append(_BUYERS)
    found = {
        column: next((told[0] for pattern in patterns if (told := pattern.search(words))), "")
        for column, words in headers.items()
    }
    return {column: word for column, word in found.items() if word}


def about_whom(guesses: Sequence[Guess], looks: Mapping[str, Look], ask: Ask) -> list[Guess]:
    """The guesses, where only an owner, an agent … has a name: with them as the contact. `ask` guesses a
    column by another header.
    """
    own = [guess for guess in guesses if others_in(guess.column) is None]
    first = next((guess for guess in guesses if _is_named(guess, looks)), None)
    if first is None:
        return list(guesses)
    names = [guess for guess in own if guess.field.startswith(_NAMES)]
    if names and not _is_more_of_another(first, names, guesses):
        return list(guesses)
    before = guesses[: list(guesses).index(first)]
    if any(_is_before(guess, looks) for guess in before):
        return list(guesses)
    role = others_in(first.column) or ""

    def one(guess: Guess) -> Guess:
        if guess in names:
            return as_attribute(guess.column, looks[guess.column], f"{guess.evidence}, but beside the {role}")
        if others_in(guess.column) != role:
            return guess
        rest = _without(guess.column, role)
        again = ask(rest, looks[guess.column]) if rest else guess
        if guess is first and not again.field.startswith(_NAMES):
            return changed(guess, "name.full", 0.7, f"nobody but the {role} has a name here")
        if not again.field.startswith((*_PERSONAL, *_NAMES)):
            return guess
        return replace(again, column=guess.column, evidence=f"{again.evidence}, of the {role}")

    return [one(guess) for guess in guesses]


def _is_more_of_another(first: Guess, names: Sequence[Guess], guesses: Sequence[Guess]) -> bool:
    """Whether a sheet that names an owner, an agent … before all others says more of them than of any other
    (`Propriétaire`, his address and phone, then `Locataire`).
    """
    role = others_in(first.column) or ""
    behind = list(guesses)[list(guesses).index(first) :]
    if any(name not in behind or not name.evidence.startswith(ROLE) for name in names):
        return False

    def said_of(words: frozenset[str]) -> int:
        ways = [one for one in guesses if one.field.startswith(("emails", "phones", "addresses."))]
        return sum(bool(words & set(header_words(one.column).split())) for one in ways)

    return said_of(frozenset(role.split())) > max(said_of(telling(name.column)) for name in names)


def _is_before(guess: Guess, looks: Mapping[str, Look]) -> bool:
    """Whether a column has what contacts have, by its header or not: e-mails, phones, people's names."""
    open_ = guess.field.startswith("attributes.") and others_in(guess.column) is None
    people = open_ and not turned(guess.column) and not family_in(guess.column)
    return guess.field in {"emails", "phones"} or (people and _of_people(looks.get(guess.column, NOTHING)))


def _is_named(guess: Guess, looks: Mapping[str, Look]) -> bool:
    """Whether a column holds the names of others."""
    role = others_in(guess.column)
    if role is None or _NO_CONTACTS.search(header_words(guess.column)):
        return False
    seen = looks.get(guess.column, NOTHING)
    rest = _without(guess.column, role)
    told = named(rest)
    said = not rest or (told is not None and told.field.startswith(_NAMES))
    named_so = said and seen.share("name" if rest else "full name") >= _WHOLE
    return guess.field.startswith(_NAMES) or seen.share("person") >= _PEOPLE or named_so


def _without(column: str, role: str) -> str:
    return " ".join(header_words(column).replace(role, " ").split())


def named_like_contacts(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where no header surely says a name: the first column of people after whom an e-mail or a
    phone is called (`Copropriétaire`, `Tél. copropriétaire`) is the contact's name.
    """
    names = [guess for guess in guesses if guess.field.startswith("name.")]
    if any(guess.field != "name.full" or guess.confidence > _UNSURE for guess in names):
        return list(guesses)
    # of an owner, an agent …, as there was nobody: only who stands before them is a better contact
    role = next(
        (place for place, guess in enumerate(guesses) if guess in names and others_in(guess.column)), None
    )
    ways = [set(header_words(one.column).split()) for one in guesses if one.field in {"emails", "phones"}]
    people = [one for one in guesses[:role] if _may_be_named(one, looks)]
    called = [one for one in people if any(telling(one.column) & way for way in ways)]
    if not called:
        return list(guesses)
    best = called[0]
    if people[0] is not best and any(not telling(best.column) & way for way in ways):
        best = people[0]  # who stands first has the e-mails and phones that are called after nobody
    told = changed(best, "name.full", 0.8, "people after whom e-mails or phones are called")
    return [told if one is best else one for one in guesses]


def _may_be_named(guess: Guess, looks: Mapping[str, Look]) -> bool:
    open_ = guess.field.startswith(("attributes.", "name.full"))
    if not open_ or turned(guess.column) or others_in(guess.column) or family_in(guess.column):
        return False
    return _of_people(looks.get(guess.column, NOTHING))


def _of_people(seen: Look) -> bool:
    return seen.share("person") >= _PEOPLE and seen.share("full name") >= _WHOLE


def own_only(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses without the names, e-mails, phones … of others where the contact has some."""
    names = [guess for guess in guesses if guess.field.startswith(_NAMES)]
    # owners, agents … are whom the sheet is of where nobody else has a name
    roles = {others_in(guess.column) for guess in names}
    roles = set() if None in roles else roles
    if not any(
        guess.field.startswith(_TELL) and others_in(guess.column) in {None, *roles} for guess in guesses
    ):
        return list(guesses)
    elsewhere = parties(guesses, looks)
    relatives = _relatives(guesses, looks)
    of_firms = _of_firms(guesses)
    of_whom = {guess.column: _of_other(guess, elsewhere) or of_firms.get(guess.column) for guess in guesses}
    of_whom = {column: None if word in roles else word for column, word in of_whom.items()}
    own = {guess.field for guess in guesses if not of_whom[guess.column] and guess.column not in relatives}

    def one(guess: Guess) -> Guess:
        if not guess.field.startswith(_PERSONAL):
            return guess
        whose = of_whom[guess.column]
        if guess.field.startswith("addresses.") and guess.field not in own:
            whose = None  # a household's
        named = guess.field == "name.full" and {"name.given", "name.family"} <= own
        if whose is None and (guess.field in own or named):
            whose = relatives.get(guess.column)
        if whose is None:
            return guess
        told = f"{guess.evidence}, but of another: {whose}"
        return as_attribute(guess.column, looks.get(guess.column, NOTHING), told)

    return [one(guess) for guess in guesses]


def _of_firms(guesses: Sequence[Guess]) -> dict[str, str]:
    """The e-mails and phones of a pharmacy, an agency … → the word for it; of one whose name the sheet has as
    the organisation's only where the contact has others.
    """
    if not any(guess.field.startswith(_NAMES) for guess in guesses):
        return {}
    headers = {guess.column: header_words(guess.column) for guess in guesses}
    own = {word for one in guesses if one.field == "organization" for word in headers[one.column].split()}
    free = {one.field for one in guesses if not _FIRMS.search(headers[one.column])}
    found = {
        guess.column: _FIRMS.search(headers[guess.column])
        for guess in guesses
        if guess.field in {"emails", "phones"}
    }
    fields = {guess.column: guess.field for guess in guesses}
    return {
        column: word[0]
        for column, word in found.items()
        if word and (word[0] not in own or fields[column] in free)
    }


def _is_own_name(guess: Guess) -> bool:
    return guess.field.startswith(_NAMES) and others_in(guess.column) is None


def _of_other(guess: Guess, elsewhere: Parties) -> str | None:
    """The word for another person in a column's header."""
    if (found := others_in(guess.column)) is not None:
        return found
    if guess.field not in {"emails", "phones", "birth_date"} or family_in(guess.column):
        return None
    return elsewhere.called_after(guess.column)
