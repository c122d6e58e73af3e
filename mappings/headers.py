"""What a column's header says, in English, French, German, Spanish, Italian and Dutch.

A header is looked up as it stands, then without decoration, then with its abbreviations written out; at last
for a known phrase within it. A word that turns the meaning (`email verified`, `owner phone`) makes it no
contact field, whatever else it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from mappings.births import birth_field
from mappings.header_words import (
    apart,
    bare_synonyms,
    bare_words,
    header_words,
    other_forms,
    singular,
    synonyms,
    written_out,
)
from mappings.words import pattern, phrases, word_set

SURE: Final = 0.95
ROLE: Final = "the header says whom the sheet is of:"


@dataclass(frozen=True, slots=True)
class Named:
    """The field that a header names, how surely, why, and the words of the header beside it."""

    field: str
    confidence: float
    evidence: str
    rest: str = ""


@cache
def named(column: str) -> Named | None:
    """What a header says; None when it names no contact field."""
    for words, confidence in _readings(column):
        field = synonyms().get(words) or bare_synonyms().get(bare_words(words))
        if field:
            rest = " ".join(word for word in header_words(column).split() if word not in words.split())
            return Named(field, confidence, f"the header says {words}", rest)
    words = header_words(column)
    if turned(column) or _KIND_OF.search(words):
        return None
    for form in (words, without_small(words), apart(words)):
        if birth := birth_field(form):
            return Named(birth, 0.85, f"the header says a birth, {words}")
    if _is_subject(words):
        return Named("name.full", 0.75, f"{ROLE} {words}")
    return (
        _either(column)
        or _said("".join(words.split()))
        or _held(words)
        or _held(written_out(words))
        or _said(" ".join(sorted(words.split())))
        or _said(" ".join(sorted(written_out(words).split())))
        or (named(apart(words)) if apart(words) != words else None)
    )


def _is_subject(words: str) -> bool:
    """Whether a header is a word for whom a sheet is of, with small words beside it (`assuré principal`)."""
    parts = words.split()
    return bool(_SUBJECTS & set(parts)) and all(
        part in _SUBJECTS or (len(part) > 1 and _SMALL.fullmatch(part)) for part in parts
    )


def _said(form: str) -> Named | None:
    """What a header says that is written as one word, or with its words in another order."""
    field = other_forms().get(form) or synonyms().get(form)
    return Named(field, 0.8, f"the header says {form}") if field else None


def _either(column: str) -> Named | None:
    """`Nom / Raison sociale`: the name of whoever it is, a person or an organisation; `Naam / Nom`: one thing
    in two languages.
    """
    parts = re.split(r"\s*/\s*|\s(?:ou|or|oder|o|of)\s", column)
    fields = {synonyms().get(header_words(part), "") for part in parts}
    if len(parts) < 2:
        return None
    names = fields & {"name.full", "name.family"}
    if fields <= {"name.full", "name.family"} or ("organization" in fields and names):
        field = "name.family" if "name.family" in fields else "name.full"
        return Named(field, 0.85, f"the header says the name of whoever it is, {' or '.join(sorted(fields))}")
    if len(fields) == 1 and (field := fields.pop()):
        return Named(field, 0.85, "the header says it in two languages")
    return None


def turned(column: str) -> bool:
    """Whether a word of the header makes it another thing than the field that it names."""
    words = header_words(column)
    return any(_TURNING.search(form) for form in (words, written_out(words), apart(words)))


def without_small(words: str) -> str:
    """Plain words without those that leave a field what it is."""
    return " ".join(_SMALL.sub(" ", words).split())


def of_birth(words: str) -> bool:
    """Whether plain words are about somebody's birth."""
    return bool(_BIRTH.search(words))


# Small words, and qualifiers that leave a field what it is.
_SMALL: Final = pattern("header_small")
_SUBJECTS: Final = word_set("header_subjects")
_TURNING: Final = pattern("header_turning")
# Languages that say what a thing is before whose it is: `adresse société` is an address.
_ROMANCE: Final = pattern("header_romance")
_BIRTH: Final = pattern("header_birth")
# A word for a thing that has names, addresses and phones of its own: what else the header holds is the field.
_CONTAINERS: Final = frozenset({"organization", "name.full", "addresses.street", "key", "tags", "created_at"})
_WHOLES: Final = _CONTAINERS - {"addresses.street"}
# Words that mean a field only when they stand alone: a program name or a site visit is nobody's.
_VAGUE: Final = word_set("header_vague")
# What Google's exports and others put beside a value: which kind of value it is.
_KIND_OF: Final = re.compile(
    r"\d (?:labels?|types?|typ|tipo|kind|primary|libelle|etichetta|etiqueta|kategorie|soort|bezeichnung)$"
)
# Names that count only where there is no better one.
_SECOND_CHOICE: Final = frozenset(map(bare_words, phrases("header_second_choice")))
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


def _readings(column: str) -> Iterator[tuple[str, float]]:
    """A header in its plain forms, the most literal first."""
    whole = header_words(column)
    if _NAME_OF.search(column) and "organization" in _fields_in(header_words(_NAME_OF.sub("", column))):
        yield "company name", SURE  # "Name (Unternehmen)"
    for inner in re.findall(r"[(\[{](.*?)[)\]}]", column):  # "Name (first)"
        words = header_words(inner)
        if _SMALL.sub(" ", words).strip() and synonyms().get(words, "key") not in _WHOLES:
            yield words, SURE
    second = bare_words(whole) in _SECOND_CHOICE
    yield whole, 0.65 if second else SURE
    yield header_words(column.lower()), SURE  # "DoB" is one word
    if _KIND_OF.search(whole):
        return
    for border, group, part in _parts(column):
        yield header_words(part), 0.9
        if border == " - ":  # "Phone 1 - Value"
            yield re.sub(r"\b\d+\b", "", header_words(group)).strip(), 0.85
    bare = header_words(re.sub(r"[(\[{].*?[)\]}]|[*:?!]+", " ", column))
    yield bare, 0.9
    if _KIND_OF.search(whole):
        return
    yield " ".join(re.sub(r"\b\d+\b", " ", bare).split()), 0.9
    if turned(column):
        return
    yield singular(bare), 0.9
    yield without_small(bare), 0.85
    yield written_out(bare), 0.85
    yield without_small(written_out(bare)), 0.8
    for _, _, part in _parts(column):
        yield without_small(header_words(part)), 0.8
        yield written_out(header_words(part)), 0.8
    head, comma, _ = column.partition(", ")  # "Familienname, ggf. Geburtsname"
    if comma:
        yield header_words(head), 0.75


_USERS: Final = frozenset({"user_id", "create_uid", "write_uid"})  # who works with the record
_IN: Final = re.compile(r" (?:dans|in|im|en|nel|nell|nella|bij|at|within)$")
_NAME_OF: Final = re.compile(r"^(?:name|nom|nombre|nome|naam) ?(?=\()", re.IGNORECASE)


def _fields_in(words: str) -> frozenset[str]:
    return frozenset(synonyms().get(word, "") for word in words.split())


def _parts(column: str) -> Iterator[tuple[str, str, str]]:
    """A header that names a group first: `Address 1: City`, `Phone 1 - Value`, `contact.email`."""
    borders = (": ", " - ", ", ") if " " in column else (".", "/", ":")
    for border in borders:
        group, _, part = column.rpartition(border)
        linked = group.endswith("_id")  # Odoo's `user_id/name`
        other = (border != "/" or linked) and (
            turned(group) or of_birth(header_words(group)) or group in _USERS
        )
        if group and part.strip() and not other:
            yield border, group, part


def _held(words: str) -> Named | None:
    """What the header holds, unless it is of somebody's birth: its place, its hour, the name before."""
    found = _holding(words)
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
    if synonyms()[best] in _CONTAINERS:
        trimmed = without_small(rest)
        for part in (
            rest,
            trimmed,
            _IN.sub("", trimmed).strip(),
            re.sub(r"^(?:name|nom|code) | (?:name|code)$", "", trimmed),
        ):
            inner = synonyms().get(part, "")
            if synonyms()[best] == "organization" and inner in {"name.prefix", "job_title"}:
                return Named("job_title", 0.8, f"the header says a title in an organisation: {part}")
            if synonyms()[best] == "addresses.street" and inner.startswith("name."):
                continue
            if inner.startswith(("addresses.", "name.")) and inner not in _CONTAINERS:
                return Named(inner, 0.7, f"the header holds {part}")
    return Named(synonyms()[best], 0.7, f"the header holds {best}", rest)


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
