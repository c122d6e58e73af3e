"""Which value survives: small frozen descriptions, turned into work only by `hub.golden.build`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Criterion(StrEnum):
    """What makes one value better than another.

    PRIORITY: its source is named earlier. RECENCY: the source changed the record later (records without a
    time come last). FREQUENCY: more records say so. COMPLETENESS: more parts are filled (an initial is no
    given name). LENGTH: the text is longer; of values in lists it tells nothing.
    """

    PRIORITY = "priority"
    RECENCY = "recency"
    FREQUENCY = "frequency"
    COMPLETENESS = "completeness"
    LENGTH = "length"


# Fields with one value; the parts of a name survive together.
SINGLE_FIELDS: Final = (
    "kind",
    "name",
    "organization",
    "job_title",
    "birth_date",
    "gender",
    "language",
)
# Fields that keep every distinct value, the best first.
MULTI_FIELDS: Final = ("emails", "phones", "addresses", "urls", "identifiers", "tags")

DEFAULT_ORDER: Final = (
    Criterion.PRIORITY,
    Criterion.FREQUENCY,
    Criterion.RECENCY,
    Criterion.COMPLETENESS,
    Criterion.LENGTH,
)
# "J. Martin" from three newsletters says less than "Jeanne Martin" from one form; but of names
# as full, "Ivy LLee" from one record is a slip beside "Ivy Lee" from two, although it is longer.
NAME_ORDER: Final = (
    Criterion.PRIORITY,
    Criterion.COMPLETENESS,
    Criterion.FREQUENCY,
    Criterion.RECENCY,
    Criterion.LENGTH,
)


@dataclass(frozen=True, slots=True)
class SurvivorshipRules:
    """`priorities`: source → rank, 1 is the most trusted; a source that is not named comes after all.

    `default` is the order of criteria for fields that `fields` does not name. Ties that all criteria leave
    are broken by the value's text, then by source and key, so that the outcome never depends on order.
    `authorities` are sources whose explicit, dated grant of a consent lifts what was said before it.
    """

    priorities: Mapping[str, int] = field(default_factory=dict)
    default: tuple[Criterion, ...] = DEFAULT_ORDER
    fields: Mapping[str, tuple[Criterion, ...]] = field(default_factory=lambda: {"name": NAME_ORDER})
    authorities: frozenset[str] = frozenset()

    def order(self, name: str) -> tuple[Criterion, ...]:
        """All criteria, the declared ones first, so that no field is left to chance."""
        declared = self.fields.get(name, NAME_ORDER if name == "name" else self.default)
        return (*declared, *(c for c in self.default if c not in declared))

    def fingerprint(self) -> str:
        """Text that is equal for equal rules: golden records are rebuilt when it changes."""
        return json.dumps(
            {
                "priorities": dict(self.priorities),
                "default": self.default,
                "fields": {name: list(order) for name, order in self.fields.items()},
                **({"authorities": sorted(self.authorities)} if self.authorities else {}),
            },
            sort_keys=True,
        )
