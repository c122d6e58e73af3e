"""Where the family name begins in a Spanish or Portuguese name: most have two (`Gabriel García Márquez`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mappings.given_names import has_given_name
from mappings.normalise.text import folded
from mappings.words import word_set

_FAMILIES: Final = word_set("iberian_families")
_GIVEN: Final = word_set("iberian_given")
# What Mary is called after, and Joseph and John are: `María de los Ángeles`, `Juan de Dios`.
_DEVOTIONS: Final = word_set("iberian_devotions")
_DEVOUT: Final = frozenset({"maria", "jose", "juan", "joao", "ana"})
_PARTICLES: Final = frozenset({"da", "das", "de", "del", "do", "dos", "el", "la", "las", "los"})
_OF_FAMILIES: Final = frozenset({"da", "das", "do", "dos"})  # stand before hardly anything else
_JOINING: Final = frozenset({"y", "e", "i"})
_ENDING: Final = "ez"  # of names that say whose son somebody was
_LEAST: Final = 3  # units: a given name and two families
_LONG: Final = 5  # letters of a word with that ending


def families_start(words: Sequence[str]) -> int | None:
    """The place of the first word of two family names behind one given name or more; None where nothing shows
    that there are two.
    """
    units = _units(words)
    if len(units) > 1 and _is_joined(words, units[-1]):
        return units[-1][0]
    for place in range(1, len(units) - 1):
        if _begins(words, units, place):
            return units[place][0]
    return None


def families_end(words: Sequence[str]) -> int | None:
    """The place behind two family names that stand in front of the given name."""
    units = _units(words)
    if len(units) < _LEAST or not _is_family(words[units[0][-1]]):
        return None
    second, third = words[units[1][-1]], words[units[2][0]]
    also = not has_given_name(second) and (_is_family(second) or has_given_name(third))
    return units[1][-1] + 1 if also else None


def _begins(words: Sequence[str], units: Sequence[range], place: int) -> bool:
    """Whether a unit between the first and the last is the first family name."""
    unit, before = units[place], folded(words[units[place - 1][-1]])
    core, first = folded(words[unit[-1]]), folded(words[unit[0]])
    if core in _DEVOTIONS and before in _DEVOUT:
        return False
    iberian = _is_family(words[units[-1][-1]]) or _is_joined(words, units[-1])
    if len(unit) > 1:
        return first in _OF_FAMILIES or (iberian and first in _PARTICLES) or _is_joined(words, unit)
    if has_given_name(core):  # `Vicente` is both: behind two given names it is no third one
        return iberian and core in _FAMILIES and place > 1
    return _is_family(core) and (iberian or folded(words[0]) in _GIVEN)


def _is_family(word: str) -> bool:
    plain = folded(word)
    return plain in _FAMILIES or (len(plain) >= _LONG and plain.endswith(_ENDING))


def _is_joined(words: Sequence[str], unit: range) -> bool:
    return any(folded(words[place]) in _JOINING for place in unit)


def _units(words: Sequence[str]) -> list[range]:
    """The places of each name with the particles before it; two that a small word joins (`Ortega y Gasset`)
    are one, unless both are given names (`Pedro y María`).
    """
    units: list[range] = []
    start = 0
    for place, word in enumerate(words):
        plain = folded(word)
        if plain in _PARTICLES and place + 1 < len(words):
            continue
        if plain in _JOINING and units and _joins(words, place):
            start = units.pop()[0]
            continue
        units.append(range(start, place + 1))
        start = place + 1
    return units


def _joins(words: Sequence[str], place: int) -> bool:
    """Whether a small letter joins two family names: behind a given name, and not two given names."""
    if not 1 < place < len(words) - 1 or not words[place].islower():
        return False
    return not (has_given_name(words[place - 1]) and has_given_name(words[place + 1]))
