"""The rules of survivorship that a project's settings declare."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from cli.settings.model import Settings
from cli.settings.survivorship import FieldSurvivorship, GroupSurvivorship
from hub.golden.survivorship import DEFAULT_ORDER, FieldRule, Group, SurvivorshipRules
from hub.ports import Scorer


def survivorship_rules(settings: Settings) -> SurvivorshipRules:
    told, sources = settings.survivorship, settings.sources
    return SurvivorshipRules(
        priorities={name: one.priority for name, one in sources.items() if one.priority is not None},
        default=tuple(told.default) if told.default else DEFAULT_ORDER,
        fields={name: _field_rule(one, one.limit) for name, one in told.fields.items()},
        groups={name: Group(tuple(one.fields), _field_rule(one)) for name, one in told.groups.items()},
        verified={name: frozenset(one.verified) for name, one in sources.items() if one.verified},
        authorities=frozenset(told.consent_authorities),
        zone=ZoneInfo(settings.defaults.timezone),
    )


def _field_rule(told: FieldSurvivorship | GroupSurvivorship, limit: int | None = None) -> FieldRule:
    ranks = None if told.priority is None else {name: n for n, name in enumerate(told.priority, 1)}
    return FieldRule(
        order=tuple(told.order or ()),
        priorities=ranks,
        only_from=None if told.only_from is None else frozenset(told.only_from),
        max_age=told.max_age,
        limit=limit,
        expression=None if told.expression is None else _rating(told.expression),
    )


def _rating(expression: str) -> Scorer:
    from mappings.rating import Rating  # noqa: PLC0415 - slow to load, and seldom needed

    return Rating(expression)
