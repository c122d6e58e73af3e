"""The forms in which a header is looked up: as it stands, without decoration, abbreviations written out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mappings.header_words import apart, bare_words, header_words, singular, synonyms, written_out
from mappings.words import pattern, phrases, word_set

SURE: Final = 0.95
# Small words, and qualifiers that leave a field what it is.
_SMALL: Final = pattern("header_small")
SUBJECTS: Final = word_set("header_subjects")
_TURNING: Final = pattern("header_turning")
_BIRTH: Final = pattern("header_birth")
# What Google's exports and others put beside a value: which kind of value it is.
KIND_OF: Final = re.compile(
    r"\d (?:labels?|types?|typ|tipo|kind|primary|libelle|etichetta|etiqueta|kategorie|soort|bezeichnung)$"
)
# Names that count only where there is no better one.
_SECOND_CHOICE: Final = frozenset(map(bare_words, phrases("header_second_choice")))
# A word for a thing that has names and addresses of its own: in brackets it says whose something is.
_WHOLES: Final = frozenset({"organization", "name.full", "key", "tags", "created_at"})
USERS: Final = frozenset({"user_id", "create_uid", "write_uid"})  # who works with the record
_NAMES_OF_LINKED: Final = frozenset({"name", "display_name", "id"})
_NUMBERS: Final = frozenset({"n", "nr", "no", "num"})
_NUMBER: Final = re.compile(r"\b\d+(?:er|ere|re|ra|do|st|nd|rd|th|eme|[aeon])?\b")  # `1`, `1er`, `2nd`
_BRACKETS: Final = re.compile(r"[(\[{].*?[)\]}]")
_ADDRESS: Final = "addresses.street"
_NAME_OF: Final = re.compile(r"^(?:name|nom|nombre|nome|naam) ?(?=\()", re.IGNORECASE)


def turned(column: str) -> bool:
    """Whether a word of the header makes it another thing than the field that it names."""
    if column.partition("/")[0] in USERS:  # another record than the contact's
        return True
    words = header_words(column)
    return any(_TURNING.search(form) for form in (words, written_out(words), apart(words)))


def without_small(words: str) -> str:
    """Plain words without those that leave a field what it is."""
    return " ".join(_SMALL.sub(" ", words).split())


def of_birth(words: str) -> bool:
    """Whether plain words are about somebody's birth."""
    return bool(_BIRTH.search(words))


def readings(column: str) -> Iterator[tuple[str, float]]:
    """A header in its plain forms, the most literal first."""
    whole = header_words(column)
    if _NAME_OF.search(column) and "organization" in _fields_in(header_words(_NAME_OF.sub("", column))):
        yield "company name", SURE  # "Name (Unternehmen)"
    outside = header_words(_BRACKETS.sub(" ", column))
    for inner in re.findall(r"[(\[{](.*?)[)\]}]", column):  # "Name (first)"
        words = _one_of_both(inner)
        of_an_address = synonyms().get(words) == _ADDRESS and outside in synonyms()  # "Ort (Lieferadresse)"
        if (
            _SMALL.sub(" ", words).strip()
            and synonyms().get(words, "key") not in _WHOLES
            and not of_an_address
        ):
            yield words, SURE
    second = bool({bare_words(whole), bare_words(written_out(whole))} & _SECOND_CHOICE)
    yield whole, 0.65 if second else SURE
    yield header_words(column.lower()), SURE  # "DoB" is one word
    if KIND_OF.search(whole):
        return
    yield from _grouped(column)
    bare = header_words(re.sub(r"[*:?!]+", " ", _BRACKETS.sub(" ", column)))
    yield bare, 0.9
    yield " ".join(_NUMBER.sub(" ", bare).split()), 0.9
    if not turned(column):
        yield from _trimmed(column, bare)


def _one_of_both(said: str) -> str:
    """Words in brackets; of two for one thing the first (`CAP / Codice postale`)."""
    parts = [header_words(part) for part in said.split("/")]
    fields = {synonyms().get(part, part) for part in parts}
    return parts[0] if len(fields) == 1 < len(parts) else header_words(said)


def _grouped(column: str) -> Iterator[tuple[str, float]]:
    for border, group, part in _parts(column):
        linked = header_words(group.removesuffix("_id"))
        if border == "/" and part in _NAMES_OF_LINKED and linked in synonyms():
            yield linked, 0.9  # Odoo's `state_id/name`
        if header_words(part) not in _NUMBERS:  # not the n of `Calle/Nº`
            yield header_words(part), 0.9
        if border == " - ":  # "Phone 1 - Value"
            yield re.sub(r"\b\d+\b", "", header_words(group)).strip(), 0.85


def _trimmed(column: str, bare: str) -> Iterator[tuple[str, float]]:
    """Without what leaves a field what it is, and with abbreviations written out."""
    yield singular(bare), 0.9
    yield without_small(bare), 0.85
    yield written_out(bare), 0.85
    yield _without_subjects(bare), 0.8
    yield without_small(written_out(bare)), 0.8
    for _, _, part in _parts(column):
        if header_words(part) not in _NUMBERS:
            yield without_small(header_words(part)), 0.8
            yield written_out(header_words(part)), 0.8
    head, comma, _ = column.partition(", ")  # "Familienname, ggf. Geburtsname"
    if comma:
        yield header_words(head), 0.75


def _fields_in(words: str) -> frozenset[str]:
    return frozenset(synonyms().get(word, "") for word in words.split())


def _parts(column: str) -> Iterator[tuple[str, str, str]]:
    """A header that names a group first: `Address 1: City`, `Phone 1 - Value`, `contact.email`."""
    borders = (": ", " - ", ", ") if " " in column else (".", "/", ":")
    for border in borders:
        group, _, part = column.rpartition(border)
        linked = group.endswith("_id")  # Odoo's `user_id/name`
        other = (border != "/" or linked) and (
            turned(group) or of_birth(header_words(group)) or group in USERS
        )
        if group and part.strip() and not other:
            yield border, group, part


def _without_subjects(words: str) -> str:
    """`nome acquirente`: what is said of whom the sheet is of."""
    rest = [word for word in words.split() if word not in SUBJECTS]
    return "" if set(rest) <= _NUMBERS else " ".join(rest)  # the number of whom is no number of the row
