"""What a column is by its values alone, whatever stands above them."""

from __future__ import annotations

import re
from typing import Final

from mappings.detect import Look
from mappings.guesses import Guess
from mappings.header_phrases import Named, named_vaguely
from mappings.header_readings import SURE, turned
from mappings.header_words import header_words, is_nameless
from mappings.telling import MUST_LOOK, as_told, type_of
from mappings.whose import others_in, parent_in
from mappings.words import pattern, word_set

# Values that say what a column is even under a header that says nothing.
_BY_VALUES: Final = (("email", "emails", 0.8), ("link", "urls", 0.8))
# What a header that says nothing leaves to the values: numbers that states check, codes of one shape.
_CHECKED: Final = (
    ("siret", "identifiers.siret", 0.8),
    ("fiscal code", "identifiers.ssn", 0.8),
    ("sure vat", "identifiers.vat", 0.8),
    ("surely postal", "addresses.postal_code", 0.8),
)
# Headers that say no more than where something is reached.
_ONLY_WHERE: Final = pattern("header_where")
# Fields whose values hardly look like anything else.
_TELLING: Final = frozenset({"phones", "addresses.country", "gender", "name.prefix", "birth_date"})
# What says little of a field wants values that can hardly be anything else: numbers are not only phones'.
_SURER: Final = {"phones": "written phone"}
_KIND_HEADERS: Final = word_set("header_kind")
_PEOPLE: Final = 0.3  # of the values surely people's names: most names are in no list
# `Text reminder number`: where somebody is called or written to.
_REACHED: Final = pattern("header_asked_to_reach")
_NUMBER: Final = re.compile(r"\b(?:number|numero|nummer|no|nr|num)\b")
_CALLED: Final = 0.5
IDS: Final = pattern("header_ids")  # what numbers are of that are no phones, however they look
_FIRMS: Final = 0.4
_FEW: Final = 0.1
_DIRTY: Final = 0.6  # e-mails: nothing else looks like one, however the others are written
_MOST: Final = 0.8
_HELD: Final = 0.7  # the confidence of a header that only holds a known phrase
_UNCALLED: Final = 0.7  # the confidence of values that no header calls so
_SERIES: Final = 4  # signs
_GROUPED: Final = 0.2  # of phones with blanks, dots or a plus: those of identifiers have none


def shown(column: str, told: Named | None, seen: Look) -> Guess | None:
    """What the values alone say."""
    words = header_words(column)
    kinds = seen.share("kind") >= 0.9 and 1 < seen.distinct <= 6 and seen.share("flag") < 0.9
    if kinds and (set(words.split()) & _KIND_HEADERS or (_both_kinds(seen) and not turned(column))):
        return Guess(column, "kind", None, 0.85, "the values say person or organisation")
    if told is None and others_in(column):
        return None
    for kind, field, share in _BY_VALUES:
        if seen.share(kind) >= share and (field == "emails" or told is not None or not turned(column)):
            evidence = f"{seen.share(kind):.0%} of the values are {kind}s"
            sure = SURE if told is not None and told.field == field else _UNCALLED
            return Guess(column, field, type_of(field, column), sure, evidence)
    if told is None and turned(column):
        return None
    if told is None and seen.share("email") >= _DIRTY:
        return Guess(column, "emails", type_of("emails", column), 0.8, "most of the values are emails")
    if _are_phones(words, told, seen):
        return Guess(column, "phones", type_of("phones", column), 0.8, "the values are phone numbers")
    if not words and seen.share("key") == 1:
        return Guess(column, "key", None, 0.8, "every row has a value of its own under a number sign")
    return _checked(column, seen) or _vaguely(column, seen) if told is None else None


def few_shown(column: str, seen: Look) -> Guess | None:
    """What one value or two say under a header that says nothing else: phones that are grouped like phones,
    or stand under `Casa`.
    """
    if others_in(column) or turned(column) or seen.share("sure phone") < 1:
        return None
    if seen.share("grouped") < 1 and _ONLY_WHERE.sub(" ", header_words(column)).strip():
        return None
    return Guess(column, "phones", type_of("phones", column), 0.65, "the values are phone numbers")


def _both_kinds(seen: Look) -> bool:
    return min(seen.share("kind person"), seen.share("kind organization")) > 0


def _checked(column: str, seen: Look) -> Guess | None:
    """What values can only be, under a header that says nothing."""
    for kind, field, share in _CHECKED:
        if seen.share(kind) >= share:
            evidence = f"{seen.share(kind):.0%} of the values can only be that"
            return Guess(column, field, type_of(field, column), 0.7, evidence)
    return None


def _vaguely(column: str, seen: Look) -> Guess | None:
    """What a word of the header says that counts only where the values agree."""
    vague = named_vaguely(column)
    if vague is None:
        return None
    people = seen.share("full name") >= _MOST and seen.share("person") >= _PEOPLE
    if vague.field.startswith("name.") and people and not parent_in(column):
        return Guess(column, "name.full", None, 0.65, f"{vague.evidence}, and the values are people's names")
    if vague.field == "name.given" and seen.share("given name") >= _FIRMS:  # `Head First`
        return Guess(column, "name.given", None, 0.65, f"{vague.evidence}, and the values are given names")
    firms = seen.share("company") >= _FIRMS and seen.share("person") < _FEW
    if vague.field.startswith("name.") and firms:
        return Guess(column, "organization", None, 0.65, f"{vague.evidence}, and the values are companies")
    kind = _SURER.get(vague.field) or MUST_LOOK.get(vague.field, ("",))[0]
    fits = vague.field in _TELLING and seen.share(kind) >= _MOST
    return as_told(column, vague) if fits else None


def _are_phones(words: str, told: Named | None, seen: Look) -> bool:
    """Under a header that says nothing, or that only holds a word for a firm, nearly all must be phones, and
    not only digits in a row; under `Work` fewer are enough; under one that says a person (`Mobile
    destinataire`) they are the person's.
    """
    if words and not _ONLY_WHERE.sub(" ", words).strip():
        written = seen.share("sure phone") >= 0.3 or seen.share("written phone") >= _MOST
        return seen.share("phone") >= MUST_LOOK["phones"][1] and written
    if told is None and _REACHED.search(words) and _NUMBER.search(words):
        return seen.share("phone") >= _MOST and seen.share("written phone") >= _CALLED
    vague = told is not None and told.field == "organization" and told.confidence <= _HELD
    if told is None and IDS.search(words):
        return False
    open_ = told is None or vague or told.field.startswith("name.")
    nameless = is_nameless(words) and not _is_series(seen)
    return open_ and seen.share("sure phone") >= 0.8 and (nameless or seen.share("grouped") >= _GROUPED)


def _is_series(seen: Look) -> bool:
    """Whether all values begin alike, as numbers do that somebody gives one after the other."""
    return seen.distinct > 1 and len({value[:_SERIES] for value in seen.counts}) == 1
