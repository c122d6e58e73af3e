"""Display names: what of them is a person's name."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from connectors.email.headers import LONGEST_TEXT
from connectors.text import one_line

_LONGEST: Final = 120
_QUOTES: Final = "\"'`“”„‟«»‘’‚‹›"
_IN_BRACKETS: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_VIA: Final = re.compile(r"\s+\(?via\s+(?P<service>.+)$", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


def person_name(shown: str, address: str) -> str:
    """The name as written, without quotes around it and remarks after it; empty when it tells no name.

    An address, the address' own local part as mail programs fill it in, or signs alone are no names.
    """
    if len(shown) > LONGEST_TEXT:
        return ""
    name = _without_remarks(_unquoted(one_line(shown)))
    local = address.partition("@")[0]
    is_local_part = name.lower() == local and not local.isalpha()
    if "@" in name or is_local_part or len(name) > _LONGEST:
        return ""
    return name if any(sign.isalpha() for sign in name) else ""


def writes_for_another(shown: str, address: str) -> bool:
    """Whether the address belongs to a service that writes for the person ("Jane Doe via DocuShare").

    A list or service puts its own address there; it is not the person's unless it holds a part of the name.
    """
    found = _VIA.search(one_line(shown))
    if found is None:
        return False
    local = folded(address.partition("@")[0])
    return not any(folded(word) in local for word in _WORD.findall(one_line(shown)[: found.start()]))


def folded(text: str) -> str:
    """Letters without accents and case, to compare names with addresses."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _unquoted(text: str) -> str:
    """Without quotes around the whole; an apostrophe inside a name stays."""
    while len(text) >= 2 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip()
    return text


def _without_remarks(name: str) -> str:
    """Without "(Acme)", "[external]", "| Acme", "via Acme": they may name a company, or anything else."""
    name = _VIA.sub("", name).partition("|")[0].strip()
    while (shorter := _IN_BRACKETS.sub("", name)) != name:
        name = shorter
    return _unquoted(name)
