"""What a column's header says, in a dozen languages.

A header is looked up as it stands, then without decoration, then with its abbreviations written out; at last
for a known phrase within it. A word that turns the meaning (`email verified`, `owner phone`) makes it no
contact field, whatever else it holds.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from mappings.births import birth_field
from mappings.header_phrases import Named, held
from mappings.header_readings import KIND_OF, SUBJECTS, readings, turned, without_small
from mappings.header_words import (
    apart,
    bare_synonyms,
    bare_words,
    header_words,
    other_forms,
    synonyms,
    written_out,
)
from mappings.words import word_set

_NAME_WORDS: Final = frozenset({"name", "nom", "nombre", "nome", "naam"})
_EITHER: Final = re.compile(r"\s*/\s*|\s(?:ou|or|oder|o|of)\s")
_TAKER: Final = re.compile(r"\w{4}ne(?:h)?mer(?:in)?$")  # `Leasingnehmer`, `leasenemer`
ROLE: Final = "the header says whom the sheet is of:"


@cache
def named(column: str) -> Named | None:
    """What a header says; None when it names no contact field."""
    for words, confidence in readings(column):
        field = synonyms().get(words) or bare_synonyms().get(bare_words(words))
        if field:
            rest = " ".join(word for word in header_words(column).split() if word not in words.split())
            return Named(field, confidence, f"the header says {words}", rest)
    words = header_words(column)
    if turned(column) or KIND_OF.search(words):
        return None
    if (field := _name_of(words)) and not _EITHER.search(column):
        return Named(field, 0.85, f"the header says the name of an organisation, {words}")
    for form in (words, without_small(words), apart(words)):
        if birth := birth_field(form):
            return Named(birth, 0.85, f"the header says a birth, {words}")
    if _is_subject(words) or _is_compound_subject(words):
        return Named("name.full", 0.75, f"{ROLE} {words}")
    return (
        _either(column)
        or _said("".join(words.split()))
        or held(words)
        or held(written_out(words))
        or _said(" ".join(sorted(words.split())))
        or _said(" ".join(sorted(written_out(words).split())))
        or (named(apart(words)) if apart(words) != words else None)
    )


def _is_subject(words: str) -> bool:
    """Whether a header is a word for whom a sheet is of, with small words beside it (`assuré principal`)."""
    parts = words.split()
    subjects = [part for part in parts if part in SUBJECTS or _TAKER.search(part)]
    return bool(subjects) and all(
        part in subjects or (len(part) > 1 and not without_small(part)) for part in parts
    )


def _is_compound_subject(words: str) -> bool:
    """Whether a header of one word ends with whom a sheet is of (`Rechnungsempfänger`)."""
    *before, last = apart(words).split() or [""]
    glued = bool(before) and " " not in words and last in SUBJECTS
    return glued and all(part.removesuffix("s") in word_set("header_glue") | {"rechnung"} for part in before)


def _name_of(words: str) -> str | None:
    """The field of the name of an organisation, in whatever words (`nombre de la organización`)."""
    first, _, rest = bare_words(words).partition(" ")
    named_so = first in _NAME_WORDS and (synonyms().get(rest) or bare_synonyms().get(rest)) == "organization"
    return "organization" if named_so else None


def _said(form: str) -> Named | None:
    """What a header says that is written as one word, or with its words in another order."""
    field = other_forms().get(form) or synonyms().get(form)
    return Named(field, 0.8, f"the header says {form}") if field else None


def _either(column: str) -> Named | None:
    """`Nom / Raison sociale`: the name of whoever it is, a person or an organisation; `Naam / Nom`: one thing
    in two languages.
    """
    parts = _EITHER.split(column)
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
