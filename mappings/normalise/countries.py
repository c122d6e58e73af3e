"""Countries by name or code, as ISO 3166 alpha-2."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from mappings.normalise.text import folded
from mappings.words import phrase_table

# The languages whose names come first where two have the same name; then those that people near write in.
_LANGUAGES: Final = (
    *("en", "fr", "de", "es", "it", "nl"),
    *("pt", "ca", "sv", "da", "no", "nb", "fi", "pl", "cs", "sk"),
    *("hu", "ro", "hr", "sl", "bg", "el", "tr", "et", "lv", "lt"),
    *("ru", "uk", "ar", "ja", "zh", "ko"),
)
# How the full name of a state begins.
_STATE: Final = re.compile(
    r"^(?:the )?(?:(?:federal )?(?:republic|kingdom|state|principality|grand duchy) of(?: the)?"
    r"|republique(?: (?:de|du|d|des))?(?: la| l)?|royaume (?:de|du|des)(?: la)?|(?:grand )?duche de"
    r"|bundesrepublik|(?:bundes)?republik|konigreich|furstentum|grossherzogtum"
    r"|republica (?:de|del)(?: la)?|reino de(?: la)?|repubblica (?:di|del|d)|regno (?:di|del|dei)"
    r"|(?:republiek|koninkrijk)(?: (?:der|van|het))?) "
)
# A name and its code: `CH-Schweiz`, `FR - France`, `France (FR)`.
_BOTH: Final = re.compile(r"^\(?([a-z]{2})\)? ?[-–:/) ] ?(.{3,})$|^(.{3,}?) ?[-–(/] ?\(?([a-z]{2})\)?$")

_WRITTEN_OUT: Final = re.compile(r"([aou])e")  # `Oesterreich`, where a keyboard has no Ö


def country_code(text: str) -> str | None:
    """The alpha-2 code that a code or a name stands for; None when it is not known."""
    said = folded(text).strip(" .")
    if len(said) == 2 and said.upper() in _locales():
        return said.upper()
    if (known := _named(said)) is not None:
        return known
    both = _BOTH.match(said)
    if both is None:
        plain = _WRITTEN_OUT.sub(lambda found: found[1], said)
        return _named(plain) if plain != said else None
    code, name = (both[1], both[2]) if both[1] else (both[4], both[3])
    return _named(name) if _named(name) == code.upper() else None


def _named(said: str) -> str | None:
    """The code of a name, whatever stands between its words, and of the full name of a state."""
    name = _plain(said)
    return _names().get(name) or _names().get(_STATE.sub("", name))


def _plain(said: str) -> str:
    """A folded name's words; letters that stand for words together (`u.k.`)."""
    words = re.findall(r"[^\W_]+", said)
    return ("" if all(len(word) == 1 for word in words) else " ").join(words)


@cache
def _names() -> dict[str, str]:
    """Folded names in all languages; where a shorter table points at another language, it is followed."""
    found = dict(phrase_table("country_names"))
    for language in _LANGUAGES:
        for code, names in _locales().items():
            name = names.get(language, "")
            if name.startswith("*"):  # the library's way to say "as in that language"
                name = names.get(name[1:], "")
            if name:
                found.setdefault(_plain(folded(name)), code)
    return found


@cache
def _locales() -> Mapping[str, Mapping[str, str]]:
    """By alpha-2 code the country's name by language.

    It is imported when it is first needed: the package around it brings the places of all phone numbers, and
    takes half a second.
    """
    data: Mapping[str, Mapping[str, str]] = importlib.import_module("phonenumbers.geodata.locale").LOCALE_DATA
    return data
