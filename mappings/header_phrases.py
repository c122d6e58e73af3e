"""Known phrases within a header that says more: which of them says what the column is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mappings.header_readings import of_birth, turned, without_small
from mappings.header_words import header_words, known_words, synonyms, written_out
from mappings.words import pattern, word_set

# Languages that say what a thing is before whose it is: `adresse société` is an address.
_ROMANCE: Final = pattern("header_romance")
# A word for a thing that has names, addresses and phones of its own: what else the header holds is the field.
_CONTAINERS: Final = frozenset({"organization", "name.full", "addresses.street", "key", "tags", "created_at"})
# Words that mean a field only when they stand alone: a program name or a site visit is nobody's.
_VAGUE: Final = word_set("header_vague")
_LONG: Final = 6  # words: a question, in which only what is specific counts
_SPECIFIC: Final = (
    "emails",
    "phones",
    "birth_date",
    "name.",
    "addresses.",
    "job_title",
    "consents",
    "gender",
    "organization",
)
# Words for a consent to anything.
_CONSENTS: Final = word_set("header_consents")
_GENDER: Final = re.compile(r"\b(?:sex|gender|sexe|sexo|sesso|geslacht|geschlecht)\b")
_IN: Final = re.compile(r" (?:dans|in|im|en|nel|nell|nella|bij|at|within)$")


@dataclass(frozen=True, slots=True)
class Named:
    """The field that a header names, how surely, why, and the words of the header beside it."""

    field: str
    confidence: float
    evidence: str
    rest: str = ""


def held(words: str) -> Named | None:
    """What the header holds, unless it is of somebody's birth: its place, its hour, the name before. A gender
    at birth is one.
    """
    found = _holding(words)
    if _GENDER.search(words) and of_birth(words):
        return Named("gender", 0.7, "the header says a gender, at birth")
    if found is not None and of_birth(words) and not found.field.startswith("birth_date"):
        return None
    return found


def _holding(words: str) -> Named | None:
    """The known phrase within the header that says most: longer ones before shorter, containers last."""
    found = [known for known in _phrases(words) if known not in _VAGUE and len(known) > 2]
    if len(words.split()) >= _LONG:
        found = [known for known in found if synonyms()[known].startswith(_SPECIFIC)]
    # not `nachname` of `vor und nachname`
    found = [
        known for known in found if not any(f" {known} " in f" {other} " for other in found if other != known)
    ]
    if not found:
        return None
    places = {known: f" {words} ".find(f" {known} ") for known in found}
    heads_first = bool(_ROMANCE.search(words))
    best = max(
        found,
        key=lambda known: (
            synonyms()[known] not in _CONTAINERS,
            len(known.split()),
            -places[known] if heads_first else places[known],
        ),
    )
    if synonyms()[best] == "name.prefix" and any(synonyms()[known] == "organization" for known in found):
        return Named("job_title", 0.8, f"the header says a title in an organisation: {best}")
    rest = " ".join(re.sub(rf"\b{best}\b", " ", words, count=1).split())
    if best == "key" and not words.endswith(best):  # `Key safe`
        return None
    if best in _CONSENTS and _says_more(rest):
        return None
    inner = _inner(best, rest) if synonyms()[best] in _CONTAINERS else None
    return inner or Named(synonyms()[best], 0.7, f"the header holds {best}", rest)


def _says_more(rest: str) -> bool:
    """Whether words say of something else that it is agreed to (`I consent to photos`)."""
    return any(len(word) > 2 and word not in known_words() for word in without_small(rest).split())


def _inner(container: str, rest: str) -> Named | None:
    """What a header says of a thing that has names and addresses of its own (`company city`)."""
    trimmed, thing = without_small(rest), synonyms()[container]
    cut = re.sub(r"^(?:name|nom|code) | (?:name|code)$", "", trimmed)
    for part in (rest, trimmed, _IN.sub("", trimmed).strip(), cut, written_out(trimmed)):
        inner = synonyms().get(part, "")
        if thing == "organization" and inner in {"name.prefix", "job_title"}:
            return Named("job_title", 0.8, f"the header says a title in an organisation: {part}")
        if thing == "addresses.street" and inner.startswith("name."):
            continue
        if inner.startswith(("addresses.", "name.")) and inner not in _CONTAINERS:
            return Named(inner, 0.7, f"the header holds {part}")
    return None


def is_vague(word: str) -> bool:
    """Whether a word means a field only when it stands alone."""
    return word in _VAGUE


def named_vaguely(column: str) -> Named | None:
    """What a header says by a word that means a field only when the values agree (`EU-Land`)."""
    if turned(column):
        return None
    found = [known for known in _phrases(header_words(column)) if known in _VAGUE]
    return Named(synonyms()[found[-1]], 0.65, f"the header holds {found[-1]}") if found else None


def _phrases(words: str) -> Iterator[str]:
    parts = words.split()
    for start in range(len(parts)):
        for end in range(start + 1, min(start + 6, len(parts)) + 1):
            phrase = " ".join(parts[start:end])
            if phrase in synonyms():
                yield phrase
