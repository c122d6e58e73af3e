"""Guesses that need all columns together: which of two names is which, what a file without people holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mappings.detect import Look
from mappings.guesses import MIXED, Guess, as_attribute, changed
from mappings.headers import header_words, turned

_NOTHING: Final = Look(0, 0, {})
_ONLY_ONE: Final = frozenset(
    ["key", "updated_at", "created_at", "name.given", "name.family", "name.full", "name.suffix", "organization",
     "job_title", "birth_date", "gender", "language", "kind"]
)  # fmt: skip
_MIXED: Final = 0.08  # of names: fewer companies than this are oddly called people
_PEOPLE: Final = 0.3  # of values with a given name that the list knows: most names are in no list
_MOSTLY: Final = 0.4
_COMPANIES: Final = 0.6  # of names: from here on the rest are companies without a telling word


def decided_together(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, each decided by what the other columns are. Their order stays."""
    decided = _short_births(_directory(guesses), looks)
    decided = _all_companies(decided, looks)
    decided = _which_name(decided, looks)
    decided = _nameless(decided, looks)
    decided = _mixed(decided, looks)
    decided = _births(decided, looks)
    decided = _row_key(decided, looks)
    return _first_only(decided, looks)


# Directories' one-letter attributes (LDAP, RFC 4519): they mean this only beside cn or sn.
_LDAP: Final = {
    "l": "addresses.locality",
    "c": "addresses.country",
    "o": "organization",
    "st": "addresses.region",
}


def _directory(guesses: Sequence[Guess]) -> list[Guess]:
    names = {guess.column.lower() for guess in guesses}
    if not {"cn", "sn"} & names:
        return list(guesses)
    told = "an attribute of directories, beside cn or sn"
    return [
        changed(guess, _LDAP[guess.column.lower()], 0.85, told) if guess.column.lower() in _LDAP else guess
        for guess in guesses
    ]


def _which_name(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """`Nom` is a family name beside `Prénom`, the whole name without it; `Name` likewise."""
    fields = {guess.field for guess in guesses}
    given, family = "name.given" in fields, "name.family" in fields
    givens = sum(guess.field == "name.given" for guess in guesses)

    def one(guess: Guess) -> Guess:
        whole = looks.get(guess.column, _NOTHING).share("full name") >= 0.8
        if guess.field == "name.given" and whole and (not family or givens > 1):
            return changed(
                guess, "name.full", 0.75, "called like a given name, but the values are whole names"
            )
        if guess.field == "name.family" and not given and _is_bare(guess.column):
            return changed(guess, "name.full", 0.8, "a name without a given name beside it")
        if guess.field == "name.full" and given and not family and _is_bare(guess.column):
            return changed(guess, "name.family", 0.8, "a name beside a given name")
        if (
            guess.field == "name.given"
            and not family
            and "name.full" not in fields
            and _is_nombre(guess.column)
        ):
            return changed(guess, "name.full", 0.8, "a name without a family name beside it")
        return guess

    return [one(guess) for guess in guesses]


# Headers that say "name" and leave open which.
_BARE: Final = frozenset("nom name naam last apellidos fn".split())
_NOMBRE: Final = frozenset({"nombre", "nome"})


def _is_bare(column: str) -> bool:
    return bool(_BARE & set(header_words(column).split())) and not {"famille", "family"} & set(
        header_words(column).split()
    )


def _is_nombre(column: str) -> bool:
    return bool(_NOMBRE & set(header_words(column).split()))


def _all_companies(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """A name column that holds organisations, where no other column says the organisation."""
    if any(guess.field == "organization" for guess in guesses):
        return list(guesses)
    shares = {
        guess.column: looks.get(guess.column, _NOTHING).share("company")
        for guess in guesses
        if guess.field in {"name.full", "name.family"}
    }
    best = max(shares, key=lambda column: shares[column], default=None)
    told = f"{shares[best]:.0%} of the names are of organisations" if best else ""
    return [
        changed(guess, "organization", 0.8, told)
        if guess.column == best and shares[guess.column] >= _COMPANIES
        else guess
        for guess in guesses
    ]


def _mixed(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Names of people and of organisations in one column are told apart row by row."""
    fields = {guess.field for guess in guesses}

    def one(guess: Guess) -> Guess:
        share = looks.get(guess.column, _NOTHING).share("company")
        if guess.field not in {"name.full", "name.family"} or "organization" in fields or share < _MIXED:
            return guess
        if guess.field == "name.full" and share >= _MOSTLY and not {"name.given", "kind"} & fields:
            return changed(
                guess, "organization", 0.75, f"{share:.0%} of the names are surely of organisations"
            )
        told = f"{share:.0%} of the names are of organisations: person or organisation is decided a row"
        return changed(guess, guess.field, guess.confidence, told, kind=MIXED)

    return [one(guess) for guess in guesses]


def _nameless(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Where no column says a name: the one under a header that says nothing whose values are people's names."""
    if any(guess.field.startswith("name.") or guess.field == "organization" for guess in guesses):
        return list(guesses)
    shares = {
        guess.column: looks.get(guess.column, _NOTHING).share("person")
        for guess in guesses
        if guess.field.startswith("attributes.") and not turned(guess.column)
    }
    best = max(shares, key=lambda column: shares[column], default=None)
    if best is None or shares[best] < _PEOPLE:
        return list(guesses)
    told = f"{shares[best]:.0%} of the values are surely people's names"
    return [changed(guess, "name.full", 0.6, told) if guess.column == best else guess for guess in guesses]


def _row_key(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """A first column called an id of something, each row with a code of its own, where nothing else is the key."""
    first = guesses[0] if guesses else None
    if first is None or any(guess.field == "key" for guess in guesses):
        return list(guesses)
    words, seen = header_words(first.column).split(), looks.get(first.column, _NOTHING)
    called = bool(_ID_WORDS & {*words[:1], *words[-1:]})
    if (
        not first.field.startswith("attributes.")
        or not called
        or min(seen.share("key"), seen.share("code")) < 1
    ):
        return list(guesses)
    return [changed(first, "key", 0.65, "the first column, an id of its own in every row"), *guesses[1:]]


_ID_WORDS: Final = frozenset("id uid uuid key ident identifier identifiant nr no num index".split())
MIXED: Final = 0.08  # of names: fewer companies than this are oddly called people
_PEOPLE: Final = 0.3  # of values with a given name that the list knows: most names are in no list
_MOSTLY: Final = 0.4
_COMPANIES: Final = 0.6  # of names: from here on the rest are companies without a telling word


def decided_together(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, each decided by what the other columns are. Their order stays."""
    decided = _short_births(_directory(guesses), looks)
    decided = _all_companies(decided, looks)
    decided = _which_name(decided, looks)
    decided = _nameless(decided, looks)
    decided = _mixed(decided, looks)
    decided = _births(decided, looks)
    decided = _row_key(decided, looks)
    return _first_only(decided, looks)


def _which_name(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """`Nom` is a family name beside `Prénom`, the whole name without it; `Name` likewise."""
    fields = {guess.field for guess in guesses}
    given, family = "name.given" in fields, "name.family" in fields
    givens = sum(guess.field == "name.given" for guess in guesses)

    def one(guess: Guess) -> Guess:
        whole = looks.get(guess.column, _NOTHING).share("full name") >= 0.8
        if guess.field == "name.given" and whole and (not family or givens > 1):
            return changed(
                guess, "name.full", 0.75, "called like a given name, but the values are whole names"
            )
        if guess.field == "name.family" and not given and _is_bare(guess.column):
            return changed(guess, "name.full", 0.8, "a name without a given name beside it")
        if guess.field == "name.full" and given and not family and _is_bare(guess.column):
            return changed(guess, "name.family", 0.8, "a name beside a given name")
        if (
            guess.field == "name.given"
            and not family
            and "name.full" not in fields
            and _is_nombre(guess.column)
        ):
            return changed(guess, "name.full", 0.8, "a name without a family name beside it")
        return guess

    return [one(guess) for guess in guesses]


# Headers that say "name" and leave open which.
_BARE: Final = frozenset("nom name naam last apellidos fn".split())
_NOMBRE: Final = frozenset({"nombre", "nome"})


def _is_bare(column: str) -> bool:
    return bool(_BARE & set(header_words(column).split())) and not {"famille", "family"} & set(
        header_words(column).split()
    )


def _is_nombre(column: str) -> bool:
    return bool(_NOMBRE & set(header_words(column).split()))


def _organisations(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """A file whose only name is that of organisations, or of people and organisations, row by row."""
    fields = {guess.field for guess in guesses}

    def one(guess: Guess) -> Guess:
        share = looks.get(guess.column, _NOTHING).share("company")
        if guess.field not in {"name.full", "name.family"} or "organization" in fields:
            return guess
        if guess.field == "name.full" and share >= _COMPANIES and "name.given" not in fields:
            return changed(guess, "organization", 0.8, f"{share:.0%} of the names are of organisations")
        if share >= _MIXED:
            told = f"{share:.0%} of the names are of organisations: person or organisation is decided a row"
            return changed(guess, guess.field, guess.confidence, told, kind=MIXED)
        return guess

    return [one(guess) for guess in guesses]


# Linkage sets call the parts of a birth date by their initials; alone, `by` is anything.
_INITIALS: Final = {"by": "year", "bm": "month", "bd": "day", "yob": "year", "mob": "month", "dob": "day",
                    "byr": "year", "bmo": "month", "bdy": "day"}  # fmt: skip


def _short_births(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """`by`, `bm`, `bd` side by side, with values that are a year, a month and a day."""
    found: dict[str, str] = {}
    for guess in guesses:
        last = header_words(guess.column).split()[-1:] or [""]
        part = _INITIALS.get(last[0])
        if part is not None and looks.get(guess.column, _NOTHING).share(part) >= 0.8:
            found.setdefault(part, guess.column)
    if "year" not in found or "month" not in found:
        return list(guesses)
    parts = {column: part for part, column in found.items()}
    return [
        changed(
            guess, "birth_date", 0.85, "year, month and day of birth side by side", kind=parts[guess.column]
        )
        if guess.column in parts
        else guess
        for guess in guesses
    ]


def _births(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Day, month and year of birth count together; a day or month without its year is no date."""
    parts = {guess.type for guess in guesses if guess.field == "birth_date"}
    whole = None in parts
    alone = whole or "year" not in parts

    def one(guess: Guess) -> Guess:
        if guess.field != "birth_date" or guess.type is None or not alone:
            return guess
        told = "a part of a birth date beside the whole" if whole else "no year of birth beside it"
        return as_attribute(guess.column, looks.get(guess.column, _NOTHING), told)

    return [one(guess) for guess in guesses]


def _first_only(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Of several columns for a field with one value, the surest keeps it; of equally sure ones the fuller."""
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
            looks.get(guess.column, _NOTHING),
            f"{best[place].column} is the better {guess.field}",
        )
        for guess in guesses
    ]


def _is_better(guess: Guess, best: Guess, looks: Mapping[str, Look]) -> bool:
    """Whether a later column is surer, or as sure and filled more than twice as often."""
    filled, before = (looks.get(one.column, _NOTHING).filled for one in (guess, best))
    if filled == 0 or before == 0:
        return before == 0 < filled
    return guess.confidence > best.confidence or (guess.confidence == best.confidence and filled > 2 * before)


def _place(guess: Guess) -> tuple[str, str | None] | None:
    """The one place that a guess wants for itself, if its field has but one."""
    if guess.field not in _ONLY_ONE:
        return None
    return guess.field, guess.type if guess.field == "birth_date" else None
