"""One column: what its header says, held against what its values look like."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from mappings.detect import Look
from mappings.guesses import H_OR_M, WAYS, Guess, as_attribute
from mappings.header_phrases import Named
from mappings.header_readings import of_birth, turned
from mappings.header_words import header_words, synonyms
from mappings.headers import ROLE, named
from mappings.near_words import initialled, nearly_called
from mappings.shortened import short_within, shortened
from mappings.shown import IDS, few_shown, shown
from mappings.telling import as_told, fits, type_of
from mappings.whose import others_in, parent_in
from mappings.words import pattern, word_set

_PLAIN: Final = 0.9  # the confidence of a header that says a field and nothing else
_PEOPLE: Final = 0.3  # of the values surely people's names: most names are in no list
_NUMBERS: Final = frozenset({"identifiers.customer", "identifiers.loyalty"})
_WHOLE: Final = 0.8  # of several words
_FEW: Final = 0.1
_HELD: Final = 0.7  # the confidence of a header that only holds a known phrase
_CONSENT_SHARE: Final = 0.5
_TEXTS: Final = (
    "name.",
    "organization",
    "job_title",
    "addresses.street",
    "addresses.locality",
    "addresses.region",
)
_OF_WORDS: Final = frozenset(
    {"name.given", "name.family", "addresses.street", "addresses.locality", "addresses.region"}
)
_PLACES: Final = frozenset({"addresses.street", "addresses.locality"})
_CHANNELS: Final = {"emails": "email", "phones": "phone"}
_SMS: Final = re.compile(r"\b(?:sms|text)\b")
_AGREEING: Final = pattern("header_agreeing")
_STREETS: Final = 0.3  # of values with a number and a word for a street: `Mail address` is a postal one
ENOUGH: Final = 3  # fewer values than this say nothing against or for a header
# What else a header may mean when the values do not fit what it says first.
_ELSE: Final = {
    "emails": "addresses.street",
    "name.prefix": "job_title",
    "urls": "organization",
    "addresses.region": "addresses.country",
}
_ONE_OR_SEVERAL: Final = frozenset(
    {"categorie", "category", "kategorie", "categoria", "label", "groep", "group"}
)
_SOME: Final = 0.05
_CODES: Final = 0.5
_KINDS_OF: Final = 6  # distinct words, and three rows each at least
_ROWS_OF_ONE: Final = 6  # rows a phone: shops have as many, households fewer
_ANNIVERSARIES: Final = pattern("header_anniversaries")
_CUSTOMERS: Final = pattern("header_customer")
_SALUTATIONS: Final = word_set("header_salutations")  # `Title` may be a job's; these are no jobs


def guessed(column: str, seen: Look) -> Guess:
    """What a column is by its header and its values. A header alone never makes e-mails, phones or dates of
    values that are none; few values say nothing against a header.
    """
    told = named(column)
    if seen.filled < ENOUGH:
        if told is None:
            by_value = shown(column, told, seen) if seen.share("email") == 1 else few_shown(column, seen)
            return by_value or as_attribute(column, seen, "no contact field by this name")
        if seen.filled and told.field in WAYS and not fits(told.field, seen):
            return _birth_part(column, told, seen) or as_attribute(
                column, seen, f"called like {told.field}, but the values are not"
            )
        return (_no_words(column, told, seen) if seen.filled else None) or as_told(column, told)
    found = shown(column, told, seen)
    if found is not None:
        return found
    if (told is None or not told.field.startswith("birth_date")) and not others_in(column):
        found = initialled(column, seen)
    if found is not None:
        return found
    if told is None:
        open_ = not (turned(column) or others_in(column))
        ways = (shortened, nearly_called, short_within) if open_ else ()
        near = next((found for ask in ways if (found := ask(column, seen)) is not None), None)
        return near or as_attribute(column, seen, "no contact field by this name")
    return next((guess for ask in _ANSWERS if (guess := ask(column, told, seen))), None) or as_attribute(
        column, seen, f"called like {told.field}, but the values are not"
    )


def _company(column: str, told: Named, seen: Look) -> Guess | None:
    """`Titre` over companies: what an association is called."""
    if told.field != "name.prefix" or seen.share("title") >= 0.5 or seen.share("company") < 0.5:
        return None
    return Guess(column, "organization", None, 0.7, f"{told.evidence}, and the values are companies")


def _member(column: str, told: Named, seen: Look) -> Guess | None:
    """`Adhérent`, `Client` over whole names: whom the sheet is of, and no number of theirs."""
    if told.field not in _NUMBERS or seen.share("full name") < _WHOLE or seen.share("digits") > _FEW:
        return None
    return Guess(column, "name.full", None, 0.75, f"{ROLE} {header_words(column)}")


def _street_of(column: str, told: Named, seen: Look) -> Guess | None:
    """`Domicilio titular`: called after somebody, over streets with their numbers."""
    if told.field != "name.full" or seen.share("street") < _STREETS or seen.share("numbered words") < _CODES:
        return None
    return Guess(column, "addresses.street", None, 0.7, f"{told.evidence}, and the values are streets")


def _phones_there(column: str, told: Named, seen: Look) -> Guess | None:
    """`Recapito`: where somebody is reached, over phones."""
    wrong = max(seen.share("street word"), seen.share("date"))
    if told.field != "addresses.street" or seen.share("written phone") < _WHOLE or wrong > _FEW:
        return None
    kind = type_of("phones", column)
    return Guess(column, "phones", kind, 0.7, f"{told.evidence}, and the values are phone numbers")


def _no_words(column: str, told: Named, seen: Look) -> Guess | None:
    """A header of names, companies or places over yes and no, dates, or long numbers."""
    if not told.field.startswith(_TEXTS):
        return None
    called = seen.share("full name") >= _WHOLE and seen.share("person") >= _PEOPLE
    no_place = max(seen.share("digits"), seen.share("street word")) < _FEW
    if told.field in _PLACES and called and no_place:
        return as_attribute(column, seen, f"{told.evidence}, but the values are people's names")
    flags = seen.share("flag") >= 0.9 and seen.distinct <= 4
    numbers = told.field == "addresses.street" and max(map(seen.share, ("long number", "amount"))) >= 0.9
    if flags or numbers or max(seen.share("moment"), seen.share("time")) >= 0.9:
        return as_attribute(column, seen, f"{told.evidence}, but the values are no words")
    people = seen.share("person") >= _PEOPLE and seen.share("company") < _FEW
    unsure = told.confidence < _PLAIN or parent_in(column)  # `Parent's name` is seldom of a firm's parent
    if told.field == "organization" and unsure and people:
        return as_attribute(column, seen, f"{told.evidence}, but the values are people's names")
    if told.field == "job_title" and seen.distinct == 1 < seen.filled and seen.share("capital") < 1:
        return as_attribute(column, seen, f"{told.evidence}, but the values are one code")  # `role`: end-user
    if told.field in _OF_WORDS and seen.share("letter") >= 0.8:
        return as_attribute(column, seen, f"{told.evidence}, but the values are single letters")
    if told.evidence.startswith(ROLE) and max(seen.share("full name"), seen.share("company")) < 0.5:
        return as_attribute(column, seen, f"{told.evidence}, but the values are no names")
    return None


def _consent(column: str, told: Named, seen: Look) -> Guess | None:
    if not told.field.startswith("consents.") or seen.share("consent") >= _CONSENT_SHARE:
        return None
    return as_attribute(column, seen, "the values are no consents")


def _agreed(column: str, told: Named, seen: Look) -> Guess | None:
    """`May we e-mail you?`: yes or no under a header that asks for leave to write or to call."""
    channel = _CHANNELS.get(told.field)
    asks = channel is not None and _AGREEING.search(header_words(column))
    if not asks or seen.share("boolean") < 0.9:
        return None
    kind = "sms" if _SMS.search(header_words(column)) else channel
    return Guess(column, f"consents.{kind}.marketing", None, 0.7, f"{told.evidence}, and asks for leave")


def _region(column: str, told: Named, seen: Look) -> Guess | None:
    """`État` and `Departamento` are also a status and a part of a company."""
    if told.field != "addresses.region":
        return None
    codes = seen.share("two letters") == 1 and seen.share("no region") < 1  # Oklahoma is OK
    if seen.share("no region") >= 0.3 and not codes:
        return as_attribute(column, seen, f"{told.evidence}, but the values are no places")
    said = {synonyms().get(word) for word in header_words(column).split()}
    twice = "addresses.country" in said and seen.share("country") >= _CODES  # `Land/Regio`
    named_so = twice or (seen.share("country") >= 0.9 and seen.share("country name") >= 0.5)
    if named_so or (seen.share("country") >= 0.8 and not fits(told.field, seen)):
        return Guess(column, "addresses.country", None, 0.7, f"{told.evidence}, and the values are countries")
    return None


def _gender(column: str, told: Named, seen: Look) -> Guess | None:
    both = min(seen.share("h"), seen.share("m")) > 0 and seen.share("h") + seen.share("m") > 0.95
    if told.field != "gender" or not both:
        return None
    return Guess(column, "gender", H_OR_M, 0.85, f"{told.evidence}, hombre or mujer")


def _fitting(column: str, told: Named, seen: Look) -> Guess | None:
    if told.field == "key" and fits("key", seen) and seen.share("code") < _CODES:
        return Guess(column, "key", None, 0.6, f"{told.evidence}, but the values are no codes")
    number = told.field == "phones" and set(header_words(column).split()) <= word_set("header_number")
    if number and seen.share("written phone") < _CODES:  # a number may be of anything
        return None
    return as_told(column, told) if fits(told.field, seen) else None


def _recent(column: str, told: Named, seen: Look) -> Guess | None:
    """`Anniversaire d'adhésion`: a header that only holds the word, over dates of the last years."""
    of_anything = _ANNIVERSARIES.search(header_words(column))  # children are born in the last years
    held = told.field == "birth_date" and told.confidence <= _HELD and of_anything
    if not held or seen.share("recent") < 0.9:
        return None
    return as_attribute(column, seen, f"{told.evidence}, but the dates are of the last years")


def _kinds_of(column: str, told: Named, seen: Look) -> Guess | None:
    """`Relation to contact person`: a few words for many rows under a header that only holds a name."""
    few = 3 * seen.distinct <= seen.filled and seen.distinct <= _KINDS_OF
    names = max(map(seen.share, ("person", "given name", "company"))) >= _PEOPLE
    if told.field != "name.full" or told.confidence >= _PLAIN or not few or names:
        return None
    return as_attribute(column, seen, f"{told.evidence}, but there are a few words for many rows")


def _of_all(column: str, told: Named, seen: Look) -> Guess | None:
    """`Store Ph`: one phone or e-mail for all rows, or a few for many, under a header that says more."""
    few = seen.distinct > 1 and seen.distinct * _ROWS_OF_ONE <= seen.filled
    few = few and fits(told.field, seen)
    if told.field not in _CHANNELS or told.confidence > _HELD or (seen.distinct > 1 and not few):
        return None
    said = "a few for many rows" if few else "the same in all rows"
    return as_attribute(column, seen, f"{told.evidence}, but it is {said}")


def _birth_part(column: str, told: Named, seen: Look) -> Guess | None:
    """A column called like a birth date that holds its year, month or day only."""
    part = next((part for part in ("month", "day", "year") if seen.share(part) >= 0.8), None)
    if told.field != "birth_date" or part is None:
        return None
    return Guess(column, "birth_date", part, 0.85, f"{told.evidence}, and the values are {part}s")


def _whole_birth(column: str, told: Named, seen: Look) -> Guess | None:
    """`Tag der Geburt`: called like a part of a birth date, over whole dates."""
    if not told.field.startswith("birth_date.") or not fits("birth_date", seen) or seen.share("year") >= 0.5:
        return None
    return Guess(column, "birth_date", None, 0.8, f"{told.evidence}, and the values are whole dates")


def _tags(column: str, told: Named, seen: Look) -> Guess | None:
    """`Catégorie` with one word in each cell is a property; several words in a cell are tags."""
    one = set(header_words(column).split()) & _ONE_OR_SEVERAL and seen.share("several") < _SOME
    if told.field != "tags" or not one:
        return None
    return as_attribute(column, seen, f"{told.evidence}, but there is one in each cell")


def _other_meaning(column: str, told: Named, seen: Look) -> Guess | None:
    other = _ELSE.get(told.field)
    if other is None or not fits(other, seen) or seen.share("name") < 0.5:
        return None
    if other == "addresses.street" and seen.share("street") < _STREETS:
        return None
    if other == "job_title" and (
        seen.share("letter") >= _CODES or _SALUTATIONS & {*header_words(column).split()}
    ):
        return None
    if other == "organization" and seen.share("capital") < 0.5:  # somebody's handle
        return None
    return Guess(column, other, type_of(other, column), 0.7, f"{told.evidence}, and the values are words")


def _rest(column: str, told: Named, seen: Look) -> Guess | None:
    """`MailAddressCity`, `Portable loc.`: not what the header says most of, but what its other words say."""
    own = told.rest and not turned(column) and not of_birth(header_words(column))
    inner = named(told.rest) if own else None
    if inner is None or inner.confidence < _PLAIN:
        return None
    phones = inner.field == "phones" and seen.share("written phone") >= _WHOLE
    if not (phones or inner.field.startswith("addresses.")):
        return None
    if not fits(inner.field, seen):
        return None
    found = as_told(column, inner)
    return replace(found, confidence=min(found.confidence, _HELD))


def _key(column: str, told: Named, seen: Look) -> Guess | None:
    """A contact told by a code is the key; an id that comes again is the customer's at best."""
    if told.field in {"name.full", "organization"} and seen.share("key") == 1 and seen.share("code") >= 0.9:
        return Guess(column, "key", None, 0.7, f"{told.evidence}, and every row has a code of its own")
    if told.field != "key":
        return None
    if seen.share("sure phone") >= 0.9 and not IDS.search(header_words(column)):  # the number of a line
        return Guess(column, "phones", type_of("phones", column), 0.65, "the values are phone numbers")
    if _CUSTOMERS.search(header_words(column)):
        return Guess(column, "identifiers.customer", "customer", 0.8, f"{told.evidence}, of a customer")
    return as_attribute(column, seen, "called like a key, but values are missing or come again")


# Asked in this order; the first that has an answer gives it.
_ANSWERS: Final[tuple[Callable[[str, Named, Look], Guess | None], ...]] = (
    _member,
    _street_of,
    _phones_there,
    _no_words,
    _company,
    _consent,
    _agreed,
    _region,
    _gender,
    _recent,
    _kinds_of,
    _tags,
    _of_all,
    _fitting,
    _birth_part,
    _whole_birth,
    _other_meaning,
    _rest,
    _key,
)
