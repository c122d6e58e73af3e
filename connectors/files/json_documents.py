"""Where the records are in JSON that is not one object a line: in an array, in a document around one, or one
document after the other, each over as many lines as it likes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_DECODER: Final = json.JSONDecoder()
_DEEP: Final = 4  # objects around the array of records, at most
_MANY: Final = 20  # objects in an array; nobody has so many addresses
_BLANK: Final = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Records:
    """The text from `start` on holds them: `within` an array, of which it is the first element, or not.
    `name` is the path of the array in the document that holds it, "" for the whole text.
    """

    start: int
    within: bool
    name: str = ""


class Broken(ValueError):  # noqa: N818 - it names what the text is
    """Text that is damaged or cut off, from character `position` on."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


def find_records(text: str) -> Records:
    """Where the records of a text begin, which is an array or begins with an object. Raises `Broken`.

    A document alone, with an array of objects in it, is around its records, as systems answer to requests:
    `{"contacts": [...], "total": 2}`. Where it tells about as much by itself as each of them, it is a record.
    """
    scanner = _Scanner(text)
    start = scanner.at
    if scanner.sees("["):
        return Records(start + 1, within=True)
    arrays, _ = scanner.arrays("", _DEEP)
    if scanner.at < len(text):
        return Records(start, within=False)
    longest = max(arrays, key=lambda one: one.count, default=None)
    if longest is None or not longest.outweighs:
        return Records(start, within=False)
    return Records(longest.start, within=True, name=longest.name)


def elements(text: str, records: Records) -> Iterator[str]:
    """The JSON text of each record; raises `Broken` when it gets to where the text is."""
    scanner, first = _Scanner(text, records.start), True
    while scanner.at < len(text) and not (records.within and scanner.sees("]")):
        if records.within and not first:
            scanner.pass_over(",")
        start = scanner.at
        scanner.value()
        yield text[start : scanner.end]
        first = False
    if records.within and not scanner.sees("]"):
        raise Broken(scanner.at)


@dataclass(frozen=True, slots=True)
class _Array:
    """An array of `count` objects of at most `members` each; `beside` it the document tells so many texts."""

    name: str
    start: int
    count: int
    members: int
    beside: int

    @property
    def outweighs(self) -> bool:
        more = self.members > 2 * self.beside and (self.count > 1 or self.beside == 0)
        return more or self.count >= _MANY


class _Scanner:
    """Goes through a JSON text; `at` is the next character that is not blank, `end` where the last value or
    sign ended.
    """

    def __init__(self, text: str, at: int = 0) -> None:
        self._text = text
        self._move(at)

    def _move(self, end: int) -> None:
        self.end = self.at = end
        while self.sees(*_BLANK):
            self.at += 1

    def sees(self, *signs: str) -> bool:
        return self._text.startswith(signs, self.at)

    def pass_over(self, sign: str) -> None:
        if not self.sees(sign):
            raise Broken(self.at)
        self._move(self.at + 1)

    def value(self) -> object:
        try:
            found, end = _DECODER.raw_decode(self._text, self.at)
        except json.JSONDecodeError as error:
            raise Broken(error.pos) from None
        except RecursionError:
            raise Broken(self.at) from None
        self._move(end)
        return found

    def arrays(self, path: str, deep: int) -> tuple[list[_Array], int]:
        """The arrays of objects in the object that comes now, and in those within it; and how many texts
        these objects tell themselves. Numbers are also told of pages and sums.
        """
        own: list[tuple[str, int, list[dict[str, object]]]] = []
        further: list[_Array] = []
        beside = 0
        for name in self._members():
            inner = f"{path}.{name}" if path else name
            start = self.at + 1
            if self.sees("{") and deep > 1:
                deeper, texts = self.arrays(inner, deep - 1)
                further += deeper
                beside += texts
                continue
            value = self.value()
            if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
                own.append((inner, start, value))
            else:
                beside += isinstance(value, str) and value.strip() != ""
        found = (_Array(name, start, len(held), max(map(len, held)), beside) for name, start, held in own)
        return [*found, *further], beside

    def _members(self) -> Iterator[str]:
        """The names of the members of the object that comes now; each is to be gone over by who asked."""
        self.pass_over("{")
        while not self.sees("}"):
            name = self.value()
            self.pass_over(":")
            yield str(name)
            if not self.sees("}"):
                self.pass_over(",")
        self.pass_over("}")
