"""The weights that ship: what is known of contacts before any data are seen.

Round numbers from experience with contact data in general, taken from no data set. They start the training
and, by way of pseudo-counts, steady it; with little data they decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hub.domain.contact import Kind
from matching.calibration import Calibration
from matching.comparators.contact_points import EMAIL, PHONE
from matching.comparators.dates import BIRTH
from matching.comparators.names import FAMILY, GIVEN, MIDDLE
from matching.comparators.organisations import ORGANISATION
from matching.comparators.places import COUNTRY, PLACE, STREET
from matching.comparators.texts import ATTRIBUTE, IDENTIFIER
from matching.model import Coincidence, Field, KindModel, Level, PairClass

Shares = Mapping[str, Sequence[float]]
Table = tuple[tuple[str, ...], tuple[str, ...], Shares]

# Classes of pairs: name, whether it means the same, pairs for every record.
PERSON_CLASSES: Final = (
    PairClass("same", True, 0.3),
    PairClass("moved", True, 0.06, ("street", "place", "country"), "same"),
    PairClass(
        "household",
        False,
        0.4,
        ("family", "street", "place", "country", "phone", "email", "organisation", "attributes"),
    ),
)
ORGANISATION_CLASSES: Final = (
    PairClass("same", True, 0.3),
    PairClass("moved", True, 0.03, ("street", "place", "country"), "same"),
    PairClass("neighbour", False, 0.2, ("street", "place", "country", "phone", "attributes")),
    PairClass(
        "chain", False, 0.05, ("name", "place", "country", "email", "urls", "identifiers", "attributes")
    ),
    PairClass(
        "branch",
        False,
        0.3,
        ("name", "place", "country", "phone", "email", "urls", "identifiers", "attributes"),
    ),
)

# Of organisations what agrees agrees together: name, phone and address of a chain, an office, a house.
# A bit is worth less than it says.
_ORGANISATION_BITS: Final = 0.6

# Of names of organisations what they share tells more than how much of them.
_WORDS_SHARED: Final = ("many words", "one holds the other", "nearly equal", "equal")

# By field: level names, which levels are told by their value, and by class the percentages of the levels.
_PERSON: Final[Mapping[str, Table]] = {
    "given": (GIVEN, ("swapped", "equal"), {
        "same": (4.5, 1.5, 5, 6, 6, 2, 75),
        "household": (91, 3, 1.6, 1, 1, 0.4, 2),
        "chance": (95.5, 3, 0.8, 0.2, 0.15, 0.05, 0.3),
    }),
    "family": (FAMILY, ("equal",), {
        "same": (5, 1.5, 2, 6, 85.5),
        "household": (14, 1.5, 2, 3, 79.5),
        "chance": (98, 1.6, 0.15, 0.1, 0.15),
    }),
    "middle": (MIDDLE, ("equal",), {
        "same": (8, 32, 60), "household": (88, 8, 4), "chance": (91, 7, 2),
    }),
    "birth_date": (BIRTH, ("equal",), {
        "same": (3, 1, 1.5, 1.5, 4, 1, 88),
        "household": (91, 4, 2, 0.5, 1, 0.1, 1.4),
        "chance": (97.6, 1.7, 0.4, 0.15, 0.12, 0.02, 0.01),
    }),
    "email": (EMAIL, ("equal",), {
        "same": (38, 4, 4, 5, 49),
        "household": (92.5, 1.5, 1, 1, 4),
        "chance": (99.95, 0.03, 0.01, 0.005, 0.005),
    }),
    "phone": (PHONE, ("same ending", "equal"), {
        "same": (33, 3, 2, 62), "household": (58, 1, 1, 40), "chance": (99.99, 0.003, 0.001, 0.006),
    }),
    "street": (STREET, ("equal",), {
        "same": (8, 3, 5, 84), "moved": (93, 4, 1, 2), "household": (5, 2, 5, 88),
        "chance": (98.6, 1.3, 0.05, 0.05),
    }),
    "place": (PLACE, ("same region", "same town", "same postal code"), {
        "same": (3, 2, 5, 10, 80), "moved": (62, 22, 3, 8, 5), "household": (2, 1, 4, 10, 83),
        "chance": (84, 13, 1.2, 1.3, 0.5),
    }),
    "organisation": (ORGANISATION, _WORDS_SHARED, {
        "same": (22, 2, 3, 3, 5, 65), "household": (90, 3, 1, 1, 1, 4),
        "chance": (97, 2.5, 0.3, 0.1, 0.05, 0.05),
    }),
}  # fmt: skip
_ORGANISATION: Final[Mapping[str, Table]] = {
    "name": (ORGANISATION, _WORDS_SHARED, {
        "same": (8, 9, 13, 12, 13, 45), "neighbour": (82, 10, 3, 2, 1, 2), "branch": (3, 10, 20, 14, 11, 42),
        "chain": (5, 18, 22, 22, 15, 18),
        "chance": (92, 7, 0.7, 0.15, 0.05, 0.1),
    }),
    "email": (EMAIL, ("equal",), {
        "same": (25, 7, 5, 5, 58), "neighbour": (90, 2, 2, 1, 5), "branch": (72, 2, 10, 1, 15),
        "chain": (72, 2, 10, 1, 15),
        "chance": (99.95, 0.03, 0.01, 0.005, 0.005),
    }),
    "phone": (PHONE, ("same ending", "equal"), {
        "same": (25, 4, 6, 65), "neighbour": (70, 2, 3, 25), "branch": (75, 3, 2, 20),
        "chain": (10, 5, 5, 80),
        "chance": (99.99, 0.003, 0.001, 0.006),
    }),
    "street": (STREET, ("equal",), {
        "same": (7, 3, 6, 84), "moved": (91, 5, 2, 2), "neighbour": (4, 2, 4, 90), "branch": (92, 6, 1, 1),
        "chain": (92, 6, 1, 1),
        "chance": (98.6, 1.3, 0.05, 0.05),
    }),
    "place": (PLACE, ("same region", "same town", "same postal code"), {
        "same": (3, 2, 5, 10, 80), "moved": (55, 22, 5, 12, 6), "neighbour": (2, 1, 4, 10, 83),
        "branch": (55, 22, 5, 12, 6), "chain": (55, 22, 5, 12, 6),
        "chance": (84, 13, 1.2, 1.3, 0.5),
    }),
}  # fmt: skip
_IDENTIFIER: Final[Table] = (IDENTIFIER, ("equal",), {
    "same": (13, 5, 82), "household": (98, 0.8, 1.2), "neighbour": (98, 0.8, 1.2), "branch": (85, 5, 10),
    "chain": (85, 5, 10),
    "chance": (99.98, 0.01, 0.01),
})  # fmt: skip
_URL: Final[Table] = (IDENTIFIER, ("equal",), {
    "same": (15, 5, 80), "household": (97, 1, 2), "neighbour": (95, 2, 3), "branch": (35, 5, 60),
    "chain": (35, 5, 60),
    "chance": (99.9, 0.05, 0.05),
})  # fmt: skip
_COUNTRY: Final[Table] = (COUNTRY, ("equal",), {
    "same": (3, 97), "moved": (8, 92), "household": (1, 99), "neighbour": (1, 99), "branch": (20, 80),
    "chain": (20, 80),
    "chance": (60, 40),
})  # fmt: skip
_GENDER: Final[Table] = (
    ATTRIBUTE,
    ("equal",),
    {"same": (3, 0.5, 96.5), "household": (60, 0.5, 39.5), "chance": (50, 0.5, 49.5)},
)
# Of a column that nobody explained: agreement is a hint, disagreement hardly one.
_ATTRIBUTE: Final[Table] = (ATTRIBUTE, ("equal",), {
    "same": (30, 8, 62), "household": (50, 8, 42), "neighbour": (60, 8, 32), "branch": (40, 8, 52),
    "chain": (40, 8, 52),
    "chance": (85, 5, 10),
})  # fmt: skip


# Given names go with family names of their language, and with where it is spoken.
COINCIDENCES: Final = (
    Coincidence(("given", "family"), 2.0),
    Coincidence(("given", "place"), 1.0),
    Coincidence(("given", "country"), 1.0),
)


def shipped(kind: str, others: Sequence[str] = ()) -> KindModel:
    """The shipped model of a kind, with a field for each of `others` (identifiers, attributes, plain
    fields).
    """
    organisation = kind == Kind.ORGANIZATION.value
    tables = _ORGANISATION if organisation else _PERSON
    classes = ORGANISATION_CLASSES if organisation else PERSON_CLASSES
    every = {**tables, "country": _COUNTRY, **{name: _table_of(name) for name in others}}
    fields = tuple(_field(name, table, classes) for name, table in every.items())
    coincidences = () if organisation else COINCIDENCES
    calibration = Calibration(_ORGANISATION_BITS if organisation else 1.0)
    return KindModel(kind, classes, fields, coincidences, calibration=calibration)


def _table_of(name: str) -> Table:
    if name == "gender":
        return _GENDER
    if name == "urls":
        return _URL
    return _IDENTIFIER if name.startswith("identifiers.") else _ATTRIBUTE


def _field(name: str, table: Table, classes: tuple[PairClass, ...]) -> Field:
    """A class without a row of its own is like `same` when it means the same, else like chance."""
    levels, telling, shares = table
    rows = {c.name: shares.get(c.name, shares["same"] if c.same else shares["chance"]) for c in classes}
    return Field(
        name,
        tuple(
            Level(
                level,
                shares["chance"][i] / sum(shares["chance"]),
                {name: row[i] / sum(row) for name, row in rows.items()},
                level in telling,
            )
            for i, level in enumerate(levels)
        ),
    )
