"""The words of a header: apart, in full, and which of them are known to name a field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from hub.letters import PLAIN
from mappings.normalise.text import clean_text, folded
from mappings.words import pattern, table, word_set

_ARTICLES: Final = pattern("header_articles")
_ABBREVIATIONS: Final = table("header_abbreviations")
# `Alumno/a`, `Übersetzer:in`, `Candidat(e)`, `Forename(s)`
_BOTH_ENDINGS: Final = re.compile(
    r"(?<=[^\W\d_]{4})(?:/-?(?:a|e|in|innen|ne|rice|trice)|\((?:a|e|s|n|in|ne|en)\)|[*:](?:in|innen))(?!\w)"
)
_NAMELESS: Final = re.compile(
    r"(?:c|campo|champ|col|colonna|colonne|column|columna|f|feld|field|kolom|spalte|unnamed|veld)"
    r" (?:\d+|[a-z])"
)
_SHORT_IS: Final = re.compile(
    r"(?<=\b[Ww]hat|\b[Ww]hen)['’]s\b|(?<=\b[Ww]ho|\b[Hh]ow)['’]s\b|(?<=\b[Ww]here)['’]s\b"
)
_LETTERS: Final = str.maketrans({**PLAIN, "º": " ", "ª": " "})
# Words of a script that has no blanks, longer ones before shorter.
_UNSPACED: Final = re.compile(
    "|".join(sorted(map(folded, word_set("header_cjk")), key=lambda word: (-len(word), word)))
)
_ARABIC_ARTICLE: Final = re.compile(r"\bال(?=\w{2})")
_CUT: Final = 5
_LOST: Final = 2  # letters
_GLUED: Final = 5  # letters: words of no more are not taken apart
_LINKED: Final = 3  # letters: words of no more are not linked
_OFTEN_CUT: Final = (
    "emails",
    "phones",
    "birth_date",
    "name.",
    "addresses.",
    "job_title",
    "gender",
)


@cache
def header_words(column: str) -> str:
    """A header as plain words: camelCase and underscores apart, no accents, no punctuation."""
    column = clean_text(column) or column  # `PrÃ©nom`
    column = re.sub(r"(?<=\w)\s*#", " number", column)  # "Member #"
    column = _SHORT_IS.sub(" is", column)  # "What's your name?"
    column = re.sub(r";type=", " ", column, flags=re.IGNORECASE)  # vCard's TEL;TYPE=WORK
    column = _BOTH_ENDINGS.sub("", column.replace("WhatsApp", "Whatsapp").replace("DoB", "DOB"))  # one word
    apart = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])", " ", column)
    apart = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", apart)
    plain = folded(apart.replace("&", " et ").replace("°", " ").lower().translate(_LETTERS))
    if not plain.isascii():
        plain = _UNSPACED.sub(r" \g<0> ", plain.replace("〒", " 郵便 番号 "))
        plain = _ARABIC_ARTICLE.sub("", plain)
    return " ".join(re.findall(r"\d+[a-z]*|[a-z]+|[^\W\d_]+", plain))


def is_nameless(column: str) -> bool:
    """Whether a header is what a table without one gets (`column_3`, `Unnamed: 2`, `Spalte C`)."""
    return bool(_NAMELESS.fullmatch(header_words(column)))


@cache
def synonyms() -> Mapping[str, str]:
    """Header in plain words → field."""
    text = (files("mappings") / "headers.json").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for field, names in json.loads(text).items():
        for name in names:
            found.setdefault(header_words(name), field)
    return found


@cache
def bare_synonyms() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for known, field in synonyms().items():
        if len(bare := bare_words(known)) > 2:
            found.setdefault(bare, field)
    return found


@cache
def other_forms() -> Mapping[str, str]:
    """Known headers written as one word, and with their words in another order; none that says two fields."""
    found: dict[str, str] = {}
    twice = set()
    for known, field in synonyms().items():
        parts = known.split()
        for form in {"".join(parts), " ".join(sorted(parts))} if len(parts) > 1 else ():
            if found.setdefault(form, field) != field:
                twice.add(form)
    return {form: field for form, field in found.items() if form not in twice and len(form) > _GLUED}


@cache
def apart(words: str) -> str:
    """Words that were written as one, apart, where all of it is known (`dateofbirth`, `telefonkunde`)."""
    return " ".join(
        part
        for word in words.split()
        for part in (_pieces(word) if len(word) > _GLUED and word not in known_words() else None) or (word,)
    )


@cache
def _pieces(word: str) -> tuple[str, ...] | None:
    """The fewest known words that a word is made of; None when it is made of others."""
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            before, piece = best[start], _piece(word[start:end], word[end:])
            if before is None or piece is None:
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or ()):
                best[end] = (*before, piece)
    found = best[-1]
    return found if found and len(found) > 1 else None


def _piece(part: str, rest: str) -> str | None:
    """A part of a compound as a known word: as it is, or without the letter that links it to the rest
    (`Ortsbezeichnung`, `Namenszusatz`).
    """
    if part in _glued_words() or (not rest and part in _ABBREVIATIONS):
        return part
    linked = len(rest) > _LINKED and len(part) > _LINKED and part[-1] in "sn" and part[:-1] in _glued_words()
    return part[:-1] if linked else None


@cache
def _glued_words() -> frozenset[str]:
    """Words of which others are made: what fields are called, and what stands before and between."""
    return frozenset(word for word in known_words() if len(word) > 2) | word_set("header_glue")


def bare_words(words: str) -> str:
    """Words without articles and prepositions; letters that stand for words together (`n i f`)."""
    joined = re.sub(r"\b(?:[a-z] )+[a-z]\b", lambda found: found[0].replace(" ", ""), words)
    return " ".join(_ARTICLES.sub(" ", joined).split())


def singular(words: str) -> str:
    return " ".join(
        re.sub(r"ies$", "y", word) if word.endswith("ies") else word.removesuffix("s")
        for word in words.split()
    )


def abbreviations() -> frozenset[str]:
    """Words that are short for a usual one."""
    return frozenset(_ABBREVIATIONS)


def written_out(words: str) -> str:
    """Abbreviations in full: the usual ones, then words without vowels (`mdl`), then words cut short."""
    return " ".join(_ABBREVIATIONS.get(word) or _fleshed(word) or _cut(word) for word in words.split())


def _fleshed(word: str) -> str | None:
    """The word that lost its vowels, or some of them behind its third letter or before its last (`tlfno`)."""
    if len(word) <= 2 or word in known_words():
        return None
    bare = not re.search(r"[aeiou]", word[1:])
    long = len(word) > _LINKED + 1
    return next(
        (
            whole
            for whole in _skeletons().get(_bones(word), ())
            if bare or whole[:3] == word[:3] or (long and whole[-1] == word[-1])
        ),
        None,
    )


def _bones(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word[0] + re.sub(r"[aeiou]", "", word[1:]))


@cache
def known_words() -> frozenset[str]:
    """Every word of which what fields are called is made."""
    return frozenset(word for known in synonyms() for word in known.split())


@cache
def _skeletons() -> Mapping[str, list[str]]:
    """Words without their vowels and double letters → the words."""
    found: dict[str, list[str]] = {}
    for word in sorted(word_set("header_whole_words")):
        if len(_bones(word)) > 2:
            found.setdefault(_bones(word), []).append(word)
    return found


@cache
def _cut(word: str) -> str:
    """The one word of the list that begins so, for words cut short (`voorn`, `achtern`); else the word."""
    whole = (known_words(), _glued_words(), word_set("header_function_words"))
    if len(word) < _CUT or any(word in words for words in whole):
        return word
    fields = {
        field: known for known, field in _often_cut().get(word[:_CUT], ()) if _is_cut(word, known, field)
    }
    return next(iter(fields.values())) if len(fields) == 1 else word


def _is_cut(word: str, known: str, field: str) -> bool:
    """Whether a word is the beginning of another, and not a word for others (`référent`, `referente`)."""
    lost = _LOST if field == "name.full" else 1
    return known.startswith(word) and len(known) - len(word) >= lost


@cache
def _often_cut() -> Mapping[str, list[tuple[str, str]]]:
    """Single words for fields that are often cut short, by their first letters."""
    found: dict[str, list[tuple[str, str]]] = {}
    for known, field in synonyms().items():
        if " " not in known and field.startswith(_OFTEN_CUT):
            found.setdefault(known[:_CUT], []).append((known, field))
    return found
