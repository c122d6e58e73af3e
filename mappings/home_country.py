"""The country of the phones and postal codes in a sheet that do not say theirs, told from all the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from mappings.detect import Look
from mappings.guesses import NOTHING, Guess
from mappings.header_words import header_words
from mappings.normalise.addresses import CODE_DIGITS
from mappings.normalise.countries import country_code
from mappings.normalise.dates import DateOrder
from mappings.normalise.one_line import split_address
from mappings.normalise.phones import (
    country_of_international,
    is_international,
    is_national,
    is_possible_in,
    split_phones,
)
from mappings.normalise.places import split_place
from mappings.words import word_sets

_MOST: Final = 0.8  # of the values that say a country: as many say it of the others
_HALF: Final = 0.5
_SOME: Final = 0.1  # of the e-mail addresses under a country's own domain
_VALUES: Final = 3  # fewer say nothing
_POSSIBLE: Final = 0.6  # of the national phones: as many must be possible in the country
_LEAD: Final = 0.2  # more phones than in any other country
_LOOKED_AT: Final = 100  # national phones: each is looked up in every country
_LANGUAGE: Final = "language"
_LENGTH: Final = "length"
_ENOUGH: Final = 3  # points: one that says it outright, or several that agree
_LANGUAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "fr": ("FR", "BE", "CH", "LU"),
    "de": ("DE", "AT", "CH"),
    "es": ("ES", "MX"),
    "it": ("IT", "CH"),
    "nl": ("NL", "BE"),
    "en": ("GB", "US", "CA", "AU", "IE"),
}
_COUNTRIES: Final = tuple(dict.fromkeys(one for several in _LANGUAGES.values() for one in several))
_NAMES: Final = {
    "fr": "French", "de": "German", "es": "Spanish", "it": "Italian", "nl": "Dutch", "en": "English",
}  # fmt: skip
# Postal codes of a shape that one country has.
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "NL": re.compile(r"\d{4} ?[A-Z]{2}"),
    "GB": re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"),
    "CA": re.compile(r"[A-Z]\d[A-Z] ?\d[A-Z]\d"),
    "PT": re.compile(r"\d{4}-\d{3}"),
    "PL": re.compile(r"\d{2}-\d{3}"),
    "US": re.compile(r"\d{5}-\d{4}"),
}
_AMERICAN: Final = re.compile(r"^\(?[2-9]\d\d\)?[ .-]?\d{3}[ .-]\d{4}(?: ?x ?\d+)?$")
# Domains of countries; American firms have others.
_DOMAINS: Final = {
    **{country.lower(): country for country in (*_COUNTRIES, "PT", "PL") if country not in {"GB", "US"}},
    "uk": "GB",
}


_BOTH_ORDERS: Final = frozenset({"CA"})


@dataclass(frozen=True, slots=True)
class Home:
    """A country's code and what says so, a sentence."""

    country: str
    evidence: str

    @property
    def sentence(self) -> str:
        told = f"phones and postal codes that tell no country are read as of {self.country}"
        return f"{told} ({self.evidence})"


@dataclass(frozen=True, slots=True)
class Vote:
    """What one kind of evidence says: points for countries."""

    points: Mapping[str, int]
    said: str
    kind: str = ""


def home_country(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Home | None:
    """The country where a sheet is at home; None where it is not clear. A wrong one makes wrong phones, so no
    single kind of weak evidence is enough, and most phones must have a length that is possible there.
    """
    found = [vote for ask in _ASKED for vote in ask(guesses, looks)]
    points: Counter[str] = Counter()
    for vote in (*found, *_only_one(found)):
        points.update(vote.points)
    ranked = points.most_common(2)
    if not ranked or ranked[0][1] < _ENOUGH or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return None
    country = ranked[0][0]
    outright = any(vote.points.get(country) == _ENOUGH for vote in found)
    spoken = [vote for vote in found if vote.kind == _LANGUAGE]
    if not outright and any(country not in vote.points for vote in spoken):
        return None
    told = _told(guesses, looks)
    if not outright and told.total() >= _VALUES and told[country] < _HALF * told.total():
        return None  # the rows themselves say that they are of many countries
    if not _are_possible(_national(guesses, looks), country):
        return None
    return Home(country, ", ".join(vote.said for vote in found if country in vote.points))


def usual_dates(
    guesses: Sequence[Guess], looks: Mapping[str, Look], home: str | None
) -> tuple[DateOrder, str] | None:
    """How people of a country, or of a language, write dates that can be read two ways, and what says so."""
    if home is not None and home not in _BOTH_ORDERS:
        order = DateOrder.MONTH_FIRST if home == "US" else DateOrder.DAY_FIRST
        return order, f"as in {home}"
    spoken = next(_by_language(guesses, looks), None)
    if spoken is None or spoken.points.keys() & _BOTH_ORDERS:
        return None
    return DateOrder.DAY_FIRST, spoken.said


def _only_one(votes: Sequence[Vote]) -> Iterator[Vote]:
    """A point more for the only country in which a language is spoken and postal codes are as long."""
    several = [set(vote.points) for vote in votes if vote.kind]
    both = set.intersection(*several) if len(several) > 1 else set()
    if len(both) == 1:
        yield Vote(dict.fromkeys(both, 1), "")


def _by_column(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Iterator[Vote]:
    yield from _most(_told(guesses, looks), 3, "{} of the countries told are {}")


def _told(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Counter[str]:
    """The countries that rows tell, in a column of their own or at the end of an address."""
    said: Counter[str] = Counter()
    for value, count in _values(guesses, looks, "addresses.country").items():
        said[country_code(value) or "?"] += count
    for guess in guesses:
        if "country" in guess.holds:
            for value, count in looks.get(guess.column, NOTHING).counts.items():
                if (line := split_address(value)) is not None and line.country is not None:
                    said[line.country] += count
    return said


def _by_prefix(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Iterator[Vote]:
    said: Counter[str] = Counter()
    for value, count in _phones(guesses, looks).items():
        if is_international(value):
            said[country_of_international(value) or "?"] += count
    yield from _most(said, 3, "{} of the phones with a prefix are of {}")


def _by_code(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Iterator[Vote]:
    """Shapes that one country has say it; the number of digits only whether it may be one."""
    codes = _codes(guesses, looks)
    shapes: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    for code, count in codes.items():
        shapes[next((one for one, shape in _SHAPES.items() if shape.fullmatch(code)), "?")] += count
        lengths[len(code) if code.isdigit() else 0] += count
    yield from _most(shapes, 3, "{} of the postal codes have the shape of {}")
    length, count = lengths.most_common(1)[0] if lengths else (0, 0)
    may = {country: 1 for country in _COUNTRIES if CODE_DIGITS.get(country) == length}
    if length and count >= max(_VALUES, _MOST * lengths.total()) and may:
        yield Vote(may, f"postal codes have {length} digits", _LENGTH)


def _by_number(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Iterator[Vote]:
    """Numbers that a state gave: SIREN and SIRET, VAT numbers with their country, fiscal codes."""
    said: Counter[str] = Counter()
    for guess in guesses:
        seen = looks.get(guess.column, NOTHING)
        if guess.field in {"identifiers.siren", "identifiers.siret"}:
            said["FR"] += seen.filled
        elif guess.field == "identifiers.vat":
            for value, count in seen.counts.items():
                said[country_code(value[:2]) or "?"] += count if value[:2].isalpha() else 0
        elif guess.field == "identifiers.ssn" and seen.share("fiscal code") >= _MOST:
            said["IT"] += seen.filled
    yield from _most(said, 3, "{} of the numbers that a state gives are of {}")


def _by_domain(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Iterator[Vote]:
    emails = _values(guesses, looks, "emails")
    said: Counter[str] = Counter()
    for value, count in emails.items():
        if country := _DOMAINS.get(value.strip().lower().rpartition(".")[2]):
            said[country] += count
    if said.total() >= _SOME * emails.total():
        yield from _most(said, 1, "{} of the e-mail addresses under a country's domain are of {}")


def _by_language(guesses: Sequence[Guess], _looks: Mapping[str, Look]) -> Iterator[Vote]:
    said: Counter[str] = Counter()
    for guess in guesses:
        words = set(header_words(guess.column).split())
        said.update(language for language, known in word_sets("header_languages").items() if known & words)
    ranked = said.most_common(2)
    clear = ranked and ranked[0][1] >= _VALUES and (len(ranked) == 1 or ranked[0][1] >= 1.5 * ranked[1][1])
    if clear:
        language = ranked[0][0]
        yield Vote(dict.fromkeys(_LANGUAGES[language], 1), f"headers are {_NAMES[language]}", _LANGUAGE)


def _by_phone(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Iterator[Vote]:
    """Where national numbers are valid; a country in which clearly more are than in any other says more."""
    numbers = _national(guesses, looks)
    if numbers.total() < _VALUES:
        return
    american = sum(count for number, count in numbers.items() if _AMERICAN.match(number)) / numbers.total()
    if american >= _MOST:
        yield Vote({"US": 1, "CA": 1}, "phones are written as in North America")
        return
    shares = {country: _share(numbers, country) for country in _COUNTRIES}
    best = max(shares.values())
    good = [country for country, share in shares.items() if share >= best - _LEAD]
    if best >= _MOST:
        yield Vote(
            dict.fromkeys(good, 2 if len(good) == 1 else 1),
            f"{best:.0%} of the national phones are valid there",
        )


_ASKED: Final[tuple[Callable[[Sequence[Guess], Mapping[str, Look]], Iterator[Vote]], ...]] = (
    _by_column,
    _by_prefix,
    _by_code,
    _by_number,
    _by_domain,
    _by_language,
    _by_phone,
)


def _most(said: Counter[str], points: int, sentence: str) -> Iterator[Vote]:
    """A vote for the country that most values say."""
    if said.total() < _VALUES:
        return
    country, count = said.most_common(1)[0]
    if country != "?" and count >= _MOST * said.total():
        yield Vote({country: points}, sentence.format(f"{count / said.total():.0%}", country))


def _values(guesses: Sequence[Guess], looks: Mapping[str, Look], field: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for guess in guesses:
        if guess.field == field:
            found.update(looks.get(guess.column, NOTHING).counts)
    return found


def _phones(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Counter[str]:
    found: Counter[str] = Counter()
    for value, count in _values(guesses, looks, "phones").items():
        found.update(dict.fromkeys(split_phones(value), count))
    return found


def _national(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Counter[str]:
    """Up to some hundred phones that do not tell their country."""
    found = (one for one in _phones(guesses, looks).items() if not is_international(one[0]))
    return Counter(dict(islice(found, _LOOKED_AT)))


def _codes(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Counter[str]:
    found = _values(guesses, looks, "addresses.postal_code")
    for guess in guesses:
        if "postal_code" in guess.holds:
            for value, count in looks.get(guess.column, NOTHING).counts.items():
                place = split_address(value) if "street" in guess.holds else split_place(value)
                if place is not None and place.postal_code:
                    found[place.postal_code] += count
    return found


def _are_possible(numbers: Counter[str], country: str) -> bool:
    possible = sum(count for number, count in numbers.items() if is_possible_in(number, country))
    return numbers.total() < _VALUES or possible >= _POSSIBLE * numbers.total()


def _share(numbers: Counter[str], country: str) -> float:
    valid = sum(count for number, count in numbers.items() if is_national(number, [country]))
    return valid / numbers.total()
