"""Titles of two (`M. et Mme Durand`), and two people in one cell (`Jean Dupont et Marie Martin`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mappings.given_names import has_given_name
from mappings.normalise.text import folded
from mappings.words import table, word_set

# Written without dots; the value is how it is kept.
TITLES: Final = table("name_titles")
# Words for all who live together: no given name follows.
HOUSEHOLDS: Final = word_set("name_households")
JOINERS: Final = word_set("name_joiners")
_OF_FAMILIES: Final = frozenset({"y", "e", "i"})  # join family names as well (`Ortega y Gasset`)
_SIGNS: Final = re.compile(r"([/&+])")
_FAMILY_OF: Final = re.compile(r"(?:the\s+)?(\S.*\S)\s+(?:family|household)", re.IGNORECASE)
_GIVEN_TITLES: Final = word_set("name_before_given")
# As they are kept: titles behind which one name is a family name.
FAMILY_TITLES: Final = frozenset(kept for said, kept in TITLES.items() if said not in _GIVEN_TITLES)
_WHOLE: Final = 2  # words of a name with given and family name


def titled(word: str) -> str | None:
    """How a title is kept; None where a word is none."""
    return TITLES.get(folded(word).replace(".", ""))


def is_household(word: str) -> bool:
    return folded(word).replace(".", "") in HOUSEHOLDS


def before_family(prefix: str) -> bool:
    """Whether one name behind a title is a family name: `Mr Smith`, but `Sir Elton`."""
    return not any(folded(word).replace(".", "") in _GIVEN_TITLES for word in prefix.split())


def joint_titles(words: Sequence[str]) -> tuple[str, list[str]] | None:
    """The titles of two in front of a name or behind it, as they are kept, and the words of the name."""
    apart = _signs_apart(words)
    end = _joint_end(apart, 0)
    if end is not None:
        return _kept(apart[:end]), apart[end:]
    for start in range(1, len(apart) - 2):
        if _joint_end(apart, start) == len(apart):
            return _kept(apart[start:]), apart[:start]
    return None


def household_of(text: str) -> str | None:
    """The family name of `The Smith Family`."""
    found = _FAMILY_OF.fullmatch(text)
    return found[1] if found else None


def second_person(words: Sequence[str]) -> tuple[list[str], str, str | None, list[str]] | None:
    """The words of the first person, what joins, the title of the second, and the second's words; None for
    one person.
    """
    for place in range(1, len(words) - 1):
        if folded(words[place]).strip(".") not in JOINERS:
            continue
        left, right = list(words[:place]), list(words[place + 1 :])
        title = titled(right[0]) if len(right) > 1 else None
        if title is not None:
            return left, words[place], title, right[1:]
        if has_given_name(right[0]) and _is_whole(left, right, words[place]):
            return left, words[place], None, right
    return None


def shares_family(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether the first of two is told by the given name only: `Mr John & Mrs Mary Smith`."""
    return len(left) == 1 and len(right) > 1


def _is_whole(left: Sequence[str], right: Sequence[str], joiner: str) -> bool:
    """Whether the first of two has a family name of their own: in capitals, or behind a given name."""
    if len(left) < _WHOLE or (len(right) < _WHOLE and folded(joiner) in _OF_FAMILIES):
        return False
    capitals = [sum(map(str.isupper, side)) for side in (left, right)]
    if all(capitals) and sum(capitals) < len(left) + len(right):
        return True
    return has_given_name(left[0]) and not has_given_name(left[-1])


def _signs_apart(words: Sequence[str]) -> list[str]:
    """`Mr/Mrs` as three words."""
    apart: list[str] = []
    for word in words:
        parts = [part for part in _SIGNS.split(word) if part]
        titles = [titled(part) for part in parts if not _SIGNS.fullmatch(part)]
        apart += parts if len(parts) > 1 and titles and all(titles) else [word]
    return apart


def _joint_end(words: Sequence[str], start: int) -> int | None:
    """Where titles end that begin there and are joined."""
    place, joined = start, False
    while place < len(words) and titled(words[place]):
        place += 1
        behind = words[place + 1 : place + 2]
        if behind and folded(words[place]).strip(".") in JOINERS and titled(behind[0]):
            place, joined = place + 1, True
    return place if joined else None


def _kept(words: Sequence[str]) -> str:
    said = " ".join(titled(word) or word.lower() for word in words)
    return said.replace(" / ", "/")
