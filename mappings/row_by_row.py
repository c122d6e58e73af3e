"""What rows say of two columns together: whose e-mail addresses they are, and whose whole names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import pyarrow as pa

from mappings.detect import Look
from mappings.guesses import CHANNELS, Guess, as_attribute, changed
from mappings.header_readings import turned
from mappings.header_words import header_words, is_nameless, known_words, synonyms
from mappings.parties import telling
from mappings.whose import family_in, others_in
from mappings.words import pattern, word_set

_ROWS: Final = 3  # rows with both values: fewer say nothing
_CALLED: Final = 0.4  # of the addresses called after whom stands in the row: theirs
_MORE: Final = 0.25  # of the addresses more than after the contact
_HARDLY: Final = 0.1
_SELDOM: Final = 0.2  # of the rows: a mother is called like some other child
_PEOPLE: Final = 0.3  # of the values surely people's names: most names are in no list
_WHOLE: Final = 0.8
_FIRMS: Final = 0.1
_LETTERS: Final = 3  # of a word of a name that tells it from others
# Which of several ways it is, and words that have one in them (`mobiltel`).
_KNOWN: Final = re.compile(rf"{pattern('header_qualifiers').pattern}|mail|tel|phone|fon|foon|mob|mov|fax|\d")
_REACHED: Final = pattern("header_asked_to_reach")
_ONE_MORE: Final = pattern("header_second")
_MINE: Final = ("name.", "organization", "addresses.", "birth_date", "job_title")
_OWN_NAMES: Final = frozenset({"name.given", "name.family", "name.full"})


@dataclass(frozen=True, slots=True)
class Rows:
    """A sample's columns by row, and what each looks like."""

    table: pa.Table
    looks: Mapping[str, Look]

    def of(self, column: str) -> Sequence[str | None]:
        found: list[str | None] = self.table[column].to_pylist()
        return found

    def called_after(self, emails: str, names: str) -> float | None:
        """Of the rows with both, the share whose address has a word of the name; None where they are few."""
        pairs = [
            (_flat(email.partition("@")[0]), _name_words(name))
            for email, name in zip(self.of(emails), self.of(names), strict=True)
            if email and name and "@" in email
        ]
        if len(pairs) < _ROWS:
            return None
        return sum(any(word in local for word in words) for local, words in pairs) / len(pairs)

    def share_words(self, one: str, other: str) -> float | None:
        """The share of the rows with both that have a word in both; None where these are few."""
        pairs = [
            (_name_words(first), _name_words(second))
            for first, second in zip(self.of(one), self.of(other), strict=True)
            if first and second
        ]
        if len(pairs) < _ROWS:
            return None
        return sum(bool(first & second) for first, second in pairs) / len(pairs)


def names_by_emails(guesses: Sequence[Guess], rows: Rows) -> list[Guess]:
    """The guesses, where a table without a header has no names yet: whole names after which the e-mail
    addresses beside them are called.
    """
    fields = {guess.field for guess in guesses}
    nameless = all(is_nameless(guess.column) for guess in guesses)
    emails = [guess.column for guess in guesses if guess.field == "emails"]
    if not nameless or not emails or fields & _OWN_NAMES:
        return list(guesses)
    for place, guess in enumerate(guesses):
        whole = rows.looks[guess.column].share("full name") >= _WHOLE
        if guess.field.startswith("attributes.") and whole:
            share = rows.called_after(emails[0], guess.column)
            if share is not None and share >= _CALLED:
                told = f"{share:.0%} of the e-mail addresses are called after these names"
                return [*guesses[:place], changed(guess, "name.full", 0.7, told), *guesses[place + 1 :]]
    return list(guesses)


def names_of_others(guesses: Sequence[Guess], rows: Rows) -> list[Guess]:
    """The guesses, where whole names beside a given and a family name are another's if they hardly ever have
    a word of them (a mother may be called like some child); of few rows, if the header says a word of its
    own (`Referee name`).
    """
    parts = {
        guess.field: guess.column
        for guess in reversed(guesses)
        if guess.field in {"name.given", "name.family"} and not _of_somebody(guess.column)
    }
    if len(parts) < 2:
        return list(guesses)

    def one(guess: Guess) -> Guess:
        if guess.field != "name.full":
            return guess
        shares = {field: rows.share_words(guess.column, part) for field, part in parts.items()}
        given = shares["name.given"]
        hardly = given is not None and given <= _SELDOM  # relatives share the family name
        if (any(shares.values()) and not hardly) or (None in shares.values() and not telling(guess.column)):
            return guess
        seen = rows.looks[guess.column]
        people = _PEOPLE if given is None or given else _FIRMS  # not one given name in common says enough
        if seen.share("person") < people or seen.share("company") >= _FIRMS:
            return guess
        return as_attribute(
            guess.column, seen, f"{guess.evidence}, but not those of the given and family names"
        )

    return [one(guess) for guess in guesses]


def emails_of_others(guesses: Sequence[Guess], rows: Rows) -> list[Guess]:
    """The guesses, where addresses are another's if they are called after a person beside the contact; or,
    under a header that says more than e-mail, if another column's are called after the contact and these not.
    """
    emails = [guess for guess in guesses if guess.field == "emails"]
    own = [guess.column for guess in guesses if guess.field in _OWN_NAMES]
    if not emails or not own:
        return list(guesses)
    others = [guess.column for guess in guesses if _is_person(guess, rows)]
    mine = _own_words(guesses)
    after = {guess.column: _most(rows, guess.column, own) for guess in emails}
    some = any(share is not None and share >= _CALLED for share in after.values())

    def one(guess: Guess) -> Guess:
        share = after.get(guess.column)
        if share is None:
            return guess
        close = share > _HARDLY and family_in(guess.column)  # relatives have the same family name
        called = share + _MORE if close else _CALLED
        whose = next(
            (name for name in others if (rows.called_after(guess.column, name) or 0) >= called), None
        )
        if share > _HARDLY and not (close and whose):
            return guess
        if whose is not None:
            told = f"{guess.evidence}, but called after {whose}"
        elif some and _strange(guess, mine):
            told = f"{guess.evidence}, but not called after the contact, as others are"
        else:
            return guess
        return as_attribute(guess.column, rows.looks[guess.column], told)

    return _with_phones([one(guess) for guess in guesses], guesses, rows)


def _with_phones(decided: Sequence[Guess], before: Sequence[Guess], rows: Rows) -> list[Guess]:
    """Whose e-mails are another's, has the phones that are called so too (`Mail Zahler`, `Tel. Zahler`)."""
    pairs = zip(decided, before, strict=True)
    lost = {_called(then.column) for now, then in pairs if now.field != then.field} - {""}

    def one(guess: Guess) -> Guess:
        whose = _called(guess.column)
        if guess.field != "phones" or whose not in lost:
            return guess
        told = f"{guess.evidence}, but of another, as the e-mails: {whose}"
        return as_attribute(guess.column, rows.looks[guess.column], told)

    return [one(guess) for guess in decided]


def _called(column: str) -> str:
    """The words of a header that do not say how somebody is reached."""
    words = header_words(column).split()
    return " ".join(word for word in words if not synonyms().get(word, "").startswith(tuple(CHANNELS)))


def of_strangers(guesses: Sequence[Guess], rows: Rows) -> list[Guess]:
    """The guesses, where an e-mail or a phone beside a plain one is of whom a word says that nobody knows
    (`Mail`, `Mail schenker`), unless addresses are called after the contact.
    """
    own = [guess.column for guess in guesses if guess.field in _OWN_NAMES]
    after = [one.column for one in guesses if one.field == "emails" and _are_called_after(rows, one, own)]
    mine = _own_words(guesses).union(*(telling(column) for column in after))
    strange = {guess.column: _strange(guess, mine) for guess in guesses if guess.field in CHANNELS}
    plain = {guess.field for guess in guesses if guess.field in CHANNELS and not telling(guess.column)}

    def one(guess: Guess) -> Guess:
        word = strange.get(guess.column)
        if not word or guess.field not in plain or not own:
            return guess
        if guess.column in after:
            return guess
        seen = rows.looks[guess.column]
        return as_attribute(
            guess.column, seen, f"{guess.evidence}, but beside a plain one it may be of {word}"
        )

    return [one(guess) for guess in guesses]


def _own_words(guesses: Sequence[Guess]) -> set[str]:
    said = [header_words(guess.column) for guess in guesses if guess.field.startswith(_MINE)]
    return set(" ".join(said).split())


def _strange(guess: Guess, mine: set[str]) -> str:
    """The word of a header that says neither which of several it is nor whose."""
    words = header_words(guess.column)
    # a slip of a known word; or one more of the contact's own
    if family_in(guess.column) or len(words.split()) < 2 or _ONE_MORE.search(words):
        return ""
    if _REACHED.search(words):  # `¿A qué número te podemos llamar?`
        return ""
    strange = sorted(telling(guess.column) - mine - word_set("header_subjects"))
    return next((word for word in strange if not (_KNOWN.search(word) or _is_cut(word))), "")


def _is_cut(word: str) -> bool:
    """Whether a word is too short to say whose something is, or begins a known one (`Tél. trav.`)."""
    return len(word) <= _LETTERS or any(known.startswith(word) for known in known_words())


def _most(rows: Rows, emails: str, names: Sequence[str]) -> float | None:
    shares = [share for name in names if (share := rows.called_after(emails, name)) is not None]
    return max(shares, default=None)


def _are_called_after(rows: Rows, guess: Guess, own: Sequence[str]) -> bool:
    return (_most(rows, guess.column, own) or 0) >= _CALLED


def _is_person(guess: Guess, rows: Rows) -> bool:
    if not guess.field.startswith("attributes."):
        return False
    seen = rows.looks[guess.column]
    people = seen.share("full name") >= _WHOLE or seen.share("person") >= _PEOPLE
    return people and seen.share("company") < _FIRMS


def _of_somebody(column: str) -> bool:
    return bool(others_in(column) or family_in(column) or turned(column))


def _flat(text: str) -> str:
    return re.sub("[^a-z]", "", unicodedata.normalize("NFD", text.lower().replace("ß", "ss")))


@cache
def _name_words(name: str) -> frozenset[str]:
    words = re.split(r"[\s,.'-]+", name.lower())
    return frozenset(flat for word in words if len(flat := _flat(word)) >= _LETTERS)
