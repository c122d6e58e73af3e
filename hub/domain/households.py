"""Who lives together: people of one family at one address, however each of them was written.

Of an address the numbers have to be the same, and each word the same, or short for the other, or (one word of
a street) mistyped by one letter. A family's name may be a part of a double one. No list of words is needed:
a short form begins with the letter of its word and goes on with letters of it, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from hub.folded import folded

_TOKEN: Final = re.compile(r"\d+|[^\W\d_]+")
_VOWELS: Final = frozenset("aeiou")
_SHORTEST: Final = 4  # letters of a word that may be mistyped: "A Street" is not "B Street"
_SPOKEN: Final = 3  # letters of a family's word that is looked for; "de" and "le" are in too many


def family_words(family: str | None) -> list[str]:
    """The words by which people of a family find each other, each once."""
    words = list(dict.fromkeys(folded(family).split()))
    return [word for word in words if len(word) >= _SPOKEN] or words


def place_of(address: Mapping[str, Any]) -> str:
    """Postal code, or town."""
    return folded(address.get("postal_code") or address.get("locality")).strip()


def mark_of(street: str) -> str:
    """What two ways to write one (folded) street have in common: its numbers, or how its last word begins."""
    return " ".join(re.findall("[0-9]+", street)) or street.rpartition(" ")[2][:1]


def live_together(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two people (contacts) are of one household."""
    families = [set(folded((contact.get("name") or {}).get("family")).split()) for contact in (one, other)]
    if not all(families) or not (families[0] <= families[1] or families[1] <= families[0]):
        return False
    return any(_same_address(mine, yours) for mine in _addresses(one) for yours in _addresses(other))


def same_street(one: str, other: str) -> bool:
    """Whether two (folded) streets with their numbers may be ways to write one.

    >>> same_street("12 rue de la paix", "12 r de la paxi"), same_street("12 a st", "12 b st")
    (True, False)
    """
    numbers, words = zip(*(_told(street) for street in (one, other)), strict=True)
    if numbers[0] != numbers[1]:
        return False
    if "".join(words[0]) == "".join(words[1]):
        return True
    if len(words[0]) != len(words[1]):
        return False
    differing = [pair for pair in zip(*words, strict=True) if pair[0] != pair[1] and not _is_short_for(*pair)]
    return len(differing) == 0 or (len(differing) == 1 and _is_slip(*differing[0]))


def _addresses(contact: Mapping[str, Any]) -> list[tuple[str, str]]:
    told = filter(None, contact.get("addresses") or ())
    found = ((place_of(one), folded(one.get("street")).strip()) for one in told)
    return [(place, street) for place, street in found if place and street]


def _same_address(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[0] == other[0] and same_street(one[1], other[1])


def _told(street: str) -> tuple[list[str], list[str]]:
    """The numbers of a street, and its words."""
    tokens = _TOKEN.findall(street)
    return [one for one in tokens if one.isdecimal()], [one for one in tokens if not one.isdecimal()]


def _is_short_for(one: str, other: str) -> bool:
    """Whether one word is short for the other: cut off after a consonant (av, hauptstr), or its first letter
    and consonants, to its end maybe (bd, st, rte). So "rue" is short for neither "route" nor "ruelle".
    """
    short, long = sorted((one, other), key=len)
    if len(short) == len(long) or short[0] != long[0] or not _in_order(short, long):
        return False
    ends_on_consonant = short[-1] not in _VOWELS
    if ends_on_consonant and long.startswith(short):
        return True
    return not _VOWELS & set(short[1:-1]) and (ends_on_consonant or short[-1] == long[-1])


def _in_order(letters: str, word: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)


def _is_slip(one: str, other: str) -> bool:
    """Whether one letter is another, is missing, is too many, or two stand in the wrong order."""
    if max(len(one), len(other)) < _SHORTEST:
        return False
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])
