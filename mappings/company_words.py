"""Whether a name is a company's: by its legal form or by a word that people are not called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final

from cleanco.termdata import terms_by_type

from mappings.normalise.text import folded
from mappings.words import anywhere, pattern, phrases, word_set

# Legal forms that are also words, particles or initials of people's names.
_AMBIGUOUS: Final = word_set("company_ambiguous_forms")
_ALSO: Final = word_set("company_forms")
_WORDS: Final = pattern("company_words")
# What firms do: people's names have some of these words, but seldom behind another.
_TRADES: Final = pattern("company_trades")
# Of scripts that have no blanks between words, or whose vowels are no letters.
_JOINED: Final = re.compile(unicodedata.normalize("NFKC", anywhere("company_joined").pattern))
_CO: Final = re.compile(r"(?:, ?co|\bco\.)$")  # a family is called Co, too
# First words: behind a name, or with dots, they are initials.
_BEFORE: Final = word_set("company_forms_before")
_CAPITALS: Final = word_set("company_capital_forms")  # families are called Pao
_SIGNS: Final = re.compile("[\"'\u2018-\u201f«»\u05f3\u05f4]")  # of quotation, and what Hebrew shortens with


@cache
def _legal_forms() -> frozenset[str]:
    written = {folded(term).replace(".", "").strip() for terms in terms_by_type.values() for term in terms}
    known = {form for form in written | _ALSO if len(form) > 1 and form.isascii()}
    elsewhere = {folded(form) for form in word_set("company_forms_elsewhere")}
    return frozenset(known - _AMBIGUOUS) | elsewhere


@cache
def _words_elsewhere() -> re.Pattern[str]:
    """Words of other scripts than the Latin, which are written apart."""
    return re.compile(rf"\b(?:{'|'.join(map(folded, phrases('company_words_elsewhere')))})\b")


def names_company(text: str) -> bool:
    """Whether a name can hardly be a person's."""
    plain = re.sub(r"[,()]", " ", folded(text)).replace(".", "")
    words = plain.split()
    # as written, not without accents: Sá is a family name
    written = text.lower().replace(".", "").split()
    if not text.isascii():
        bare = _SIGNS.sub("", plain)
        if _JOINED.search(unicodedata.normalize("NFKC", text)) or _words_elsewhere().search(bare):
            return True
        written = [word for word in (_SIGNS.sub("", word) for word in written) if word]
    if len(words) > 1 and (_has_form(text, written) or _TRADES.fullmatch(words[-1])):
        return True
    return "&" in words[1:] or bool(_WORDS.search(plain))


def _has_form(text: str, written: Sequence[str]) -> bool:
    """Whether the first or the last of several words is a legal form."""
    forms = _legal_forms()
    if len(written) > 1 and (written[-1] in forms or written[0] in forms or " ".join(written[-2:]) in forms):
        return True
    first = text.partition(" ")[0]
    if first in _CAPITALS:
        return not text.isupper()
    return first.lower() in _BEFORE or bool(_CO.search(text.lower()))
