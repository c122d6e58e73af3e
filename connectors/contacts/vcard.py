"""vCards 2.1, 3.0 and 4.0 to persons, from a file or an attachment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote

from connectors.contacts.content_lines import Line, lines, parts, unescaped
from connectors.contacts.person import OTHER, Person, PostalAddress, Value
from connectors.text import one_line

_PHONE_TYPES: Final = {
    "FAX": "fax",
    "CELL": "mobile",
    "MOBILE": "mobile",
    "IPHONE": "mobile",
    "PAGER": "pager",
    "WORK": "work",
    "HOME": "home",
}
_PLACES: Final = {"WORK": "work", "HOME": "home"}
_OWN_LABEL: Final = re.compile(r"_\$!<(.*)>!\$_")  # how Apple writes a label that it translates


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """One card. `number` is its place among the file's cards, from 1; `revised` its REV in UTC, if any.

    `problem` is a code and a sentence when the card cannot be used; `person` is then what was read of it.
    """

    person: Person
    number: int
    revised: datetime | None = None
    problem: tuple[str, str] | None = None


def cards(data: bytes) -> Iterator[Card]:
    """Every card of a file, whatever is wrong with it; lines that cannot be read are left out."""
    for number, (properties, is_closed) in enumerate(_separated(lines(data)), start=1):
        card = _card(properties, number)
        if not is_closed:
            card = replace(card, problem=("card-not-closed", "the card has no end: the file was cut off"))
        yield card


def _separated(found: Iterable[Line]) -> Iterator[tuple[Sequence[Line], bool]]:
    """The properties of each card, and whether it had an end. A card inside a card (AGENT) is left out."""
    card: list[Line] = []
    depth = 0
    for line in found:
        is_vcard = line.value.strip().upper() == "VCARD"
        if line.name == "BEGIN" and is_vcard:
            if depth and not (card and card[-1].name == "AGENT"):
                yield card, False
                depth = 0
            card = [] if depth == 0 else card
            depth += 1
        elif line.name == "END" and is_vcard and depth:
            depth -= 1
            if depth == 0:
                yield card, True
        elif depth == 1:
            card.append(line)
    if depth:
        yield card, False


def _card(properties: Sequence[Line], number: int) -> Card:
    person = _person(_Properties(properties))
    problem = None
    if person.kind == "group":
        problem = ("group-card", "the card is a distribution list, not a person or an organisation")
    elif person.is_nobody:
        problem = ("empty-card", "the card has no name, address or phone number")
    revised = next((_instant(line.value) for line in properties if line.name == "REV"), None)
    return Card(person, number, revised, problem)


class _Properties:
    """A card's properties by name, those that it prefers first."""

    def __init__(self, properties: Sequence[Line]) -> None:
        self._lines = properties
        self._labels = {line.group: line.value for line in properties if line.name == "X-ABLABEL"}

    def all(self, *names: str) -> list[Line]:
        return sorted((line for line in self._lines if line.name in names), key=_preference)

    def text(self, *names: str) -> str:
        texts = (one_line(unescaped(line.value)) for name in names for line in self.all(name))
        return next((text for text in texts if text), "")

    def values(self, *names: str) -> list[list[str]]:
        """The parts of the first property with a value, each with its own values."""
        for line in self.all(*names):
            found = [
                [one_line(unescaped(one)) for one in parts(part, ",")] for part in parts(line.value, ";")
            ]
            if any(any(part) for part in found):
                return found
        return []

    def types_of(self, line: Line) -> set[str]:
        """TYPE and, in a group, the words of Apple's label."""
        label = self._labels.get(line.group, "") if line.group else ""
        own = _OWN_LABEL.fullmatch(label.strip())
        return {*line.types, *(own[1] if own else label).upper().split()}


def _person(found: _Properties) -> Person:
    name = [" ".join(filter(None, part)) for part in found.values("N")]
    family, given, additional, prefix, suffix = (name + [""] * 5)[:5]
    units = [", ".join(filter(None, part)) for part in found.values("ORG")]
    return Person(
        name=found.text("FN"),
        family=family,
        given=given,
        additional=additional,
        prefix=prefix,
        suffix=suffix,
        nickname=found.text("NICKNAME", "X-NICKNAME"),
        kind=_kind(found),
        organization=units[0] if units else "",
        department=", ".join(filter(None, units[1:])),
        job_title=found.text("TITLE", "ROLE"),
        emails=_distinct(_email(line, found) for line in found.all("EMAIL")),
        phones=_distinct(_phone(line, found) for line in found.all("TEL")),
        addresses=tuple(filter(None, (_address(line, found) for line in found.all("ADR")))),
        urls=_distinct(_url(line, found) for line in found.all("URL")),
        birth_date=_birth_date(found),
        gender=found.text("GENDER", "X-GENDER").partition(";")[0],
        language=found.text("LANG", "X-LANGUAGE"),
        categories=tuple(dict.fromkeys(one for part in found.values("CATEGORIES") for one in part if one)),
        note=_note(found),
        uid=found.text("UID").removeprefix("urn:uuid:"),
    )


def _kind(found: _Properties) -> str:
    told = found.text("KIND", "X-ADDRESSBOOKSERVER-KIND").lower()
    return "org" if found.text("X-ABSHOWAS").upper() == "COMPANY" else told


def _email(line: Line, found: _Properties) -> Value:
    address = one_line(unescaped(line.value))
    if address.lower().startswith("mailto:"):
        address = unquote(address[7:].partition("?")[0])
    return Value(address, _type(found.types_of(line), _PLACES))


def _phone(line: Line, found: _Properties) -> Value:
    number = one_line(unescaped(line.value))
    if number.lower().startswith("tel:"):
        number, *extras = unquote(number[4:]).split(";")
        extension = next((one[4:] for one in extras if one.lower().startswith("ext=")), "")
        number = f"{number} ext. {extension}" if extension else number
    return Value(number, _type(found.types_of(line), _PHONE_TYPES))


def _url(line: Line, found: _Properties) -> Value:
    return Value(one_line(unescaped(line.value)), _type(found.types_of(line), _PLACES))


def _address(line: Line, found: _Properties) -> PostalAddress | None:
    shares = [one_line(unescaped(part)) for part in parts(line.value, ";")]
    box, extended, street, locality, region, postal_code, country = (shares + [""] * 7)[:7]
    if not any(shares):
        return None
    return PostalAddress(
        street=", ".join(filter(None, (extended, street))),
        locality=locality,
        region=region,
        postal_code=postal_code,
        country=country,
        post_box=box,
        type=_type(found.types_of(line), _PLACES),
    )


def _birth_date(found: _Properties) -> str:
    """As written, but without the year that Apple fills in where none is known."""
    for line in found.all("BDAY"):
        date = one_line(unescaped(line.value))
        omitted = line.parameter("X-APPLE-OMIT-YEAR")
        if omitted and date.startswith(omitted):
            return "--" + date[len(omitted) :].lstrip("-")
        return date
    return ""


def _note(found: _Properties) -> str:
    """Notes keep their line breaks."""
    for line in found.all("NOTE"):
        rows = [one_line(row) for row in unescaped(line.value).splitlines()]
        return "\n".join(rows).strip()
    return ""


def _type(types: set[str], known: dict[str, str]) -> str:
    """The first known type in the order of `known`: a work fax is a fax."""
    return next((ours for theirs, ours in known.items() if theirs in types), OTHER)


def _distinct(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(value for value in values if value.value))


def _preference(line: Line) -> int:
    """PREF goes from 1, the most preferred, to 100; TYPE=PREF is how it was before vCard 4.0."""
    told = line.parameter("PREF")
    if told.isascii() and told.isdigit():
        return int(told[:4])
    return 1 if "PREF" in line.types else 101


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
