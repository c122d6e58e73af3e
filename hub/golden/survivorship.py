"""Which value survives: small frozen descriptions, turned into work only by `hub.golden.build`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from hub.domain.instants import day
from hub.ports import Scorer


class Criterion(StrEnum):
    """What makes one value better than another.

    PRIMARY: its source marks it as the first of its list (of fields with one value it tells nothing).
    VERIFIED: its source verifies values of the field. PRIORITY: its source is named earlier. RECENCY: the
    source changed the record later (records without a time come last). FREQUENCY: more records say so.
    COMPLETENESS: more parts are filled (an initial is no given name). LENGTH: the text is longer; of values
    in lists it tells nothing. MINIMUM, MAXIMUM: numbers by their size, before all others, which go by their
    text. EXPRESSION: the field's own expression gives more.
    """

    PRIMARY = "primary"
    VERIFIED = "verified"
    PRIORITY = "priority"
    RECENCY = "recency"
    FREQUENCY = "frequency"
    COMPLETENESS = "completeness"
    LENGTH = "length"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    EXPRESSION = "expression"
    # Limits of a field, which come before every order; provenance names them as the settings do.
    ONLY_FROM = "only_from"
    MAX_AGE = "max_age"


LIMIT: Final = "limit"  # in provenance: there was no room for it
LIMITS: Final = (Criterion.ONLY_FROM, Criterion.MAX_AGE)
ORDERING: Final = tuple(one for one in Criterion if one not in LIMITS)

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
ATTRIBUTES: Final = "attributes"  # one value a name; the rule of one name is that of `attributes.NAME`


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order. With `sources` it looks at values of these only; all others come after them."""

    criterion: Criterion
    sources: frozenset[str] | None = None

    def __str__(self) -> str:
        if self.sources is None:
            return self.criterion.value
        return f"{self.criterion.value} of {', '.join(sorted(self.sources))}"


def by(*criteria: Criterion) -> tuple[Step, ...]:
    return tuple(map(Step, criteria))


DEFAULT_ORDER: Final = by(
    Criterion.VERIFIED,
    Criterion.PRIORITY,
    Criterion.FREQUENCY,
    Criterion.RECENCY,
    Criterion.COMPLETENESS,
    Criterion.LENGTH,
)
# "J. Martin" from three newsletters says less than "Jeanne Martin" from one form; but of names
# as full, "Ivy LLee" from one record is a slip beside "Ivy Lee" from two, although it is longer.
NAME_ORDER: Final = by(
    Criterion.VERIFIED,
    Criterion.PRIORITY,
    Criterion.COMPLETENESS,
    Criterion.FREQUENCY,
    Criterion.RECENCY,
    Criterion.LENGTH,
)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What is declared for a field: an order before the default one, a ranking of sources of its own, the
    sources that it is taken from at all, the age in days (of all, or by source) from which a value gives way
    to any younger one, how many values of a list are kept.
    """

    order: tuple[Step, ...] = ()
    priorities: Mapping[str, int] | None = None
    only_from: frozenset[str] | None = None
    max_age: int | Mapping[str, int] | None = None
    limit: int | None = None
    expression: Scorer | None = None

    def told(self) -> dict[str, object]:
        return {
            "order": list(map(str, self.order)),
            "priorities": self.priorities and dict(self.priorities),
            "only_from": None if self.only_from is None else sorted(self.only_from),
            "max_age": dict(self.max_age) if isinstance(self.max_age, Mapping) else self.max_age,
            "limit": self.limit,
            "expression": self.expression and self.expression.text,
        }

    @property
    def ages(self) -> frozenset[int]:
        """The ages in days from which something is too old."""
        if isinstance(self.max_age, Mapping):
            return frozenset(self.max_age.values())
        return frozenset() if self.max_age is None else frozenset({self.max_age})


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field survives, whole: `steps` say what is better, the first counting most; a value that was
    last changed before `oldest` (or nobody knows when) is too old; where that is told by source, values of
    other sources never are.
    """

    steps: tuple[Step, ...]
    priorities: Mapping[str, int]
    verified: frozenset[str]
    only_from: frozenset[str] | None = None
    oldest: str | Mapping[str, str] | None = None
    limit: int | None = None
    expression: Scorer | None = None

    def looks_at(self, *criteria: Criterion) -> bool:
        return any(step.criterion in criteria for step in self.steps)


_PLAIN: Final = FieldRule()


@dataclass(frozen=True, slots=True)
class Group:
    """Fields with one value (`job_title`, `attributes.NAME`) that survive together: of all of them what one
    record says, the best of them as a whole. Sizes and expressions look at the first one.
    """

    fields: tuple[str, ...]
    rule: FieldRule = _PLAIN


@dataclass(frozen=True, slots=True)
class SurvivorshipRules:
    """`priorities`: source → rank, 1 is the most trusted; a source that is not named comes after all.

    `default` is the order for fields that `fields` says nothing of, and comes after what it says of others.
    Ties that all steps leave are broken by the value's text, then by source and key, so that the outcome
    never depends on order. `verified`: by source the fields that it verifies. `authorities` are sources whose
    explicit, dated grant of a consent lifts what was said before it. `today` (2026-01-31, in `zone`) is what
    ages are counted from; without it nothing is too old. A field is in one of the `groups` at most.
    """

    priorities: Mapping[str, int] = field(default_factory=dict)
    default: tuple[Step, ...] = DEFAULT_ORDER
    fields: Mapping[str, FieldRule] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    verified: Mapping[str, frozenset[str]] = field(default_factory=dict)
    authorities: frozenset[str] = frozenset()
    today: str | None = None
    zone: tzinfo = UTC

    def of(self, name: str) -> Rule:
        """The rule of a field; of an attribute with a rule of its own by `attributes.NAME`."""
        root = name.partition(".")[0]
        own = self.fields.get(name) or self.fields.get(root) or _PLAIN
        return self._rule(own, {name, root}, lists=root in MULTI_FIELDS, in_parts=root == "name")

    def of_group(self, name: str) -> Rule:
        """The rule of fields that survive together. Who has verified one of them has verified the group."""
        group = self.groups[name]
        named = {*group.fields, *(one.partition(".")[0] for one in group.fields)}
        return self._rule(group.rule, named, in_parts=True)

    def _rule(self, own: FieldRule, names: set[str], *, lists: bool = False, in_parts: bool = False) -> Rule:
        verified = frozenset(source for source, fields in self.verified.items() if names & fields)
        return Rule(
            steps=tuple(self._steps(own, verified, lists=lists, in_parts=in_parts)),
            priorities=self.priorities if own.priorities is None else own.priorities,
            verified=verified,
            only_from=own.only_from,
            oldest=self._oldest(own),
            limit=own.limit if lists else None,
            expression=own.expression,
        )

    def _steps(
        self, own: FieldRule, verified: frozenset[str], *, lists: bool, in_parts: bool
    ) -> Iterator[Step]:
        """All of them, the declared ones first, so that no field is left to chance."""
        if own.only_from is not None:
            yield Step(Criterion.ONLY_FROM)
        if self._oldest(own) is not None:
            yield Step(Criterion.MAX_AGE)
        declared = own.order
        if own.expression is not None and all(one.criterion is not Criterion.EXPRESSION for one in declared):
            declared = (Step(Criterion.EXPRESSION), *declared)
        marks = by(Criterion.PRIMARY) if lists else ()
        last = NAME_ORDER if in_parts and self.default == DEFAULT_ORDER else self.default
        for step in dict.fromkeys((*declared, *marks, *last)):
            if step.criterion is Criterion.VERIFIED and not verified:
                continue
            if step.criterion is Criterion.PRIMARY and not marks:
                continue
            yield step

    def _oldest(self, own: FieldRule) -> str | Mapping[str, str] | None:
        if own.max_age is None or self.today is None:
            return None
        today = date.fromisoformat(self.today)
        if isinstance(own.max_age, Mapping):
            return {source: self.oldest(today, days) for source, days in own.max_age.items()}
        return self.oldest(today, own.max_age)

    def oldest(self, today: date, age: int) -> str:
        """The instant (ISO 8601, UTC) before which a value is too old on a day."""
        begins = datetime.combine(today - timedelta(days=age), time(), self.zone)
        return begins.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")

    @property
    def ages(self) -> frozenset[int]:
        """The ages in days from which something is too old."""
        rules = [*self.fields.values(), *(group.rule for group in self.groups.values())]
        return frozenset(age for one in rules for age in one.ages)

    def on(self, today: str) -> SurvivorshipRules:
        """The rules as they are on a day."""
        return replace(self, today=today) if self.ages else self

    def day(self, now: str) -> str:
        """The day that ages are counted from at an instant; empty where nothing grows old."""
        return day(now, self.zone) if self.ages else ""

    def group_of(self) -> dict[str, str]:
        """By field the group that it survives with."""
        return {one: name for name, group in self.groups.items() for one in group.fields}

    def named_attributes(self) -> list[str]:
        """The names of attributes with a rule of their own."""
        begin = f"{ATTRIBUTES}."
        every = {*self.fields, *(one for fields in self.verified.values() for one in fields)}
        return sorted(name.removeprefix(begin) for name in every if name.startswith(begin))

    def only_from(self) -> list[tuple[str, frozenset[str]]]:
        """The fields (of an attribute: attributes) of which something is taken from these sources only."""
        told = [(name, rule) for name, rule in self.fields.items()]
        told += [(name, group.rule) for group in self.groups.values() for name in group.fields]
        return [(name.partition(".")[0], one.only_from) for name, one in told if one.only_from is not None]

    def limits(self) -> dict[str, int]:
        """By field of a list how many of its values are kept."""
        return {
            name: one.limit
            for name, one in self.fields.items()
            if one.limit is not None and name in MULTI_FIELDS
        }

    def without_limits(self) -> SurvivorshipRules:
        """The same, keeping all values of lists."""
        return replace(self, fields={name: replace(one, limit=None) for name, one in self.fields.items()})

    def fingerprint(self) -> str:
        """Text that is equal for equal rules, whatever the day: when it changes, everything is rebuilt."""
        return json.dumps(
            {
                "form": 2,  # of the provenance that is written
                "priorities": dict(self.priorities),
                "default": list(map(str, self.default)),
                "fields": {name: one.told() for name, one in self.fields.items()},
                "verified": {source: sorted(fields) for source, fields in self.verified.items()},
                **({"authorities": sorted(self.authorities)} if self.authorities else {}),
                **({"groups": self._groups_told()} if self.groups else {}),
                **({"zone": str(self.zone)} if self.ages and str(self.zone) != "UTC" else {}),
            },
            sort_keys=True,
        )

    def _groups_told(self) -> dict[str, object]:
        return {
            name: {"fields": list(group.fields), **group.rule.told()} for name, group in self.groups.items()
        }
