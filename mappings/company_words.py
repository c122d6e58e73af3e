"""Whether a name is a company's: by its legal form or by a word that people are not called."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from cleanco.termdata import terms_by_type

from mappings.normalise.text import folded
from mappings.words import pattern, word_set

# Legal forms that are also words, particles or initials of people's names.
_AMBIGUOUS: Final = word_set("company_ambiguous_forms")
_ALSO: Final = word_set("company_forms")
_WORDS: Final = pattern("company_words")


@cache
def _legal_forms() -> frozenset[str]:
    written = {folded(term).replace(".", "").strip() for terms in terms_by_type.values() for term in terms}
    known = {form for form in written | _ALSO if len(form) > 1 and form.isascii()}
    return frozenset(known - _AMBIGUOUS)


def names_company(text: str) -> bool:
    """Whether a name can hardly be a person's."""
    plain = re.sub(r"[,()]", " ", folded(text))
    words = [word for word in plain.replace(".", "").split() if word]
    written = text.lower().replace(".", "").split()
    forms = _legal_forms()
    # as written, not without accents: Sá is a family name
    if len(written) > 1 and (written[-1] in forms or written[0] in forms or " ".join(written[-2:]) in forms):
        return True
    return "&" in words[1:] or "et fils" in plain or bool(_WORDS.search(plain.replace(".", "")))
