"""The settings of a project. Unknown keys are errors at every depth, so that a misspelt one is found."""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import get_close_matches
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from cli.settings.strict import Strict
from cli.settings.survivorship import FieldName, Survivorship
from connectors.alerts.settings import MailSettings, WebhookSettings
from hub.jobs.cron import parse_cron

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST: Final = timedelta(days=366)
_THRESHOLD: Final = {"anyOf": [{"type": "number"}, {"const": "auto"}, {"type": "null"}]}
_STORES: Final = re.compile(r"sqlite:///.+|postgres(ql)?(\+psycopg)?://.+", re.DOTALL)


def parse_interval(text: object) -> timedelta:
    """`90s`, `15m`, `2h`, `1d`. Raises `ValueError` for anything else."""
    found = re.fullmatch(r"\s*([0-9]{1,9})\s*([smhd])\s*", str(text))
    length = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else timedelta(0)
    if not timedelta(0) < length <= _LONGEST:
        raise ValueError("an interval is a number and a unit: 90s, 15m, 2h, 1d (a year at most)")
    return length


def _name(value: str) -> str:
    # `source:key` names a record, and a name becomes part of a file's name
    if not re.fullmatch(r"\w[\w-]{0,63}", value):
        raise ValueError(f"`{value}` is no name: letters, digits, - and _ only, 64 at most")
    return value


def _zone(value: str) -> str:
    known = available_timezones()
    if value not in known:
        near = get_close_matches(value, known, n=1)
        raise ValueError(f"`{value}` is no time zone; {near[0] if near else 'Europe/Paris'} is one")
    return value


def _cron(value: str) -> str:
    parse_cron(value, "UTC")
    return value


def _auto(value: object) -> object:
    return None if value == "auto" else value


Name = Annotated[str, AfterValidator(_name)]
Interval = Annotated[
    timedelta,
    BeforeValidator(parse_interval),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+[smhd]$"}, mode="validation"),
]
Zone = Annotated[str, AfterValidator(_zone)]
Share = Annotated[float, Field(ge=0, le=1)]


class Defaults(Strict):
    """What holds where a source says nothing: the country of phones and addresses, the time zone of jobs."""

    country: str | None = Field(default=None, description="ISO 3166 alpha-2, such as FR")
    language: str | None = Field(default=None, description="ISO 639, such as fr")
    timezone: Zone = Field(
        default="UTC", description="Of the schedule, and of the days that people name and are told."
    )

    @field_validator("country")
    @classmethod
    def _is_a_country(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch("[A-Z]{2}", value):
            raise ValueError("a country is two capital letters, such as FR")
        return value

    @field_validator("language")
    @classmethod
    def _is_a_language(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch("[a-z]{2,3}", value):
            raise ValueError("a language is two or three small letters, such as fr")
        return value


class PullGuards(Strict):
    """How much of a source may go missing in one whole read before it stops and asks."""

    max_missing_share: Share = 0.5


class PushGuards(Strict):
    """How much of a destination one push may change before it stops and asks.

    Shares are of the records that the destination holds; numbers hold whatever the share.
    """

    max_update_share: Share = 0.5
    max_archive_share: Share = 0.2
    max_clear_share: Share = 0.2
    max_changes: int | None = Field(default=None, ge=0, description="Changes in one push.")
    max_archives: int | None = Field(default=None, ge=0, description="Records removed in one push.")
    max_clears: int | None = Field(default=None, ge=0, description="Fields emptied in one push.")
    canary: int = Field(
        default=20, ge=0, description="So many changes go first, the rest if they are taken; 0 for none."
    )


class Permission(Strict):
    """A consent that a person must have given to be sent anywhere by this channel for this purpose."""

    channel: str
    purpose: str


class SourceSettings(Strict):
    """What the hub itself reads of a source; the rest belongs to its connector."""

    type: str
    mapping: str | None = Field(
        default=None, description="The mapping's file; the built-in one when not given."
    )
    priority: int | None = Field(default=None, ge=1, description="1 is the most trusted source.")
    stream: str | None = Field(default=None, description="Which of the source's objects to pull.")
    verified: list[FieldName] = Field(
        default_factory=list, description="Fields whose values this source has verified."
    )
    deletions: Literal["remove", "keep", "review"] = Field(
        default="remove", description="What becomes of a record that is gone from the source."
    )
    destination: str | None = Field(
        default=None,
        description="The destination that is this same system; that of this name and type when not given.",
    )
    guards: PullGuards = PullGuards()


class DestinationSettings(Strict):
    """What the hub itself reads of a destination; the rest belongs to its connector."""

    type: str
    mapping: str | None = Field(
        default=None, description="The mapping's file; the built-in one when not given."
    )
    guards: PushGuards = PushGuards()
    only: str | None = Field(
        default=None, description="A condition on golden records; the others are out of scope."
    )
    require: Permission | None = Field(
        default=None, description="Only who gave this consent; else nobody is sent."
    )
    marketing: bool | None = Field(
        default=None, description="Whether it is for marketing, and so must `require` a permission."
    )
    owners: dict[str, Literal["hub", "destination", "first"]] = Field(
        default_factory=dict, description="Who a field belongs to, where that is not as in the mapping."
    )
    look_first: bool = Field(
        default=False,
        description="Ask what it shows before updating: for systems in which people edit as well.",
    )
    remove: Literal["archive", "erase"] = Field(
        default="archive",
        description="How records go that have to go; what is erased never comes back.",
    )
    when_gone: Literal["leave", "recreate"] = Field(
        default="leave",
        description="What becomes of a record that somebody deleted there: it stays so, or is made again.",
    )
    restrictive: dict[str, str | bool | int] = Field(
        default_factory=dict,
        description="Fields that say no, and the value by which they do: in a merge it wins.",
    )
    empty: dict[str, str] = Field(
        default_factory=dict,
        description="What a field gets that has no value: keep, clear, or this text.",
    )


class Matching(Strict):
    """How sure the hub must be to merge, and how many comparisons a record it may spend."""

    threshold: Annotated[float | None, BeforeValidator(_auto), WithJsonSchema(_THRESHOLD)] = Field(
        default=None,
        gt=0,
        lt=1,
        description="Probability from which records merge; the model's own if not given.",
    )
    budget: int = Field(default=50, ge=1, description="Comparisons a record at most, on average.")


class Job(Strict):
    """A job that runs by itself: either `cron` or `every`.

    `missed` says what happens to due times that passed while nothing ran: one run at the next start, or none.
    """

    do: Literal["pull", "resolve", "push", "webhooks", "sync"]
    sources: list[str] | None = Field(default=None, description="Which to pull; all when not given.")
    destinations: list[str] | None = Field(
        default=None, description="Where to push; everywhere if not given."
    )
    cron: Annotated[str, AfterValidator(_cron)] | None = Field(
        default=None, description="Five fields: minute hour day month weekday; or @daily and its like."
    )
    every: Interval | None = Field(default=None, description="An interval: 90s, 15m, 2h, 1d.")
    timezone: Zone | None = Field(default=None, description="Of `cron`; that of `defaults` when not given.")
    missed: Literal["run_once", "skip"] = "run_once"

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.cron is None) == (self.every is None):
            raise ValueError("a job has either `cron` or `every`")
        if self.every is not None and self.timezone is not None:
            raise ValueError("`timezone` belongs to `cron`; an interval is the same everywhere")
        subject = "webhooks have" if self.do == "webhooks" else f"a {self.do} has"
        if self.sources is not None and self.do not in {"pull", "sync"}:
            raise ValueError(f"{subject} no `sources`")
        if self.destinations is not None and self.do not in {"push", "sync"}:
            raise ValueError(f"{subject} no `destinations`")
        return self


class Schedule(Strict):
    """Jobs that run by themselves while `hub schedule run` or `hub serve` does."""

    jobs: dict[Name, Job] = Field(default_factory=dict)


class Alerts(Strict):
    """Who is told when a pull, resolve or push fails (`failed`), leaves something behind (`partly`) or is
    `stopped` by a guard.
    """

    on: list[Literal["failed", "partly", "stopped"]] = Field(default=["failed", "partly", "stopped"])
    email: MailSettings | None = None
    webhook: WebhookSettings | None = None

    @model_validator(mode="before")
    @classmethod
    def _on_is_a_name(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {("on" if key is True else key): one for key, one in values.items()}  # YAML 1.1 reads it so


class ChangesWebhook(WebhookSettings):
    """Who is told each change of a golden record, in order. A new receiver starts with what changes from now
    on, or from the beginning.
    """

    start: Literal["now", "beginning"] = "now"
    contact: bool = Field(default=True, description="Whether it gets the golden record, or its id alone.")


class Settings(Strict):
    """A whole `hub.yaml`."""

    version: Literal[1] = Field(default=1, description="Of this file's form.")
    # the URL may hold a password
    store: str = Field(
        default="sqlite:///hub.db", repr=False, description="sqlite:///FILE or postgresql://USER@HOST/NAME"
    )
    defaults: Defaults = Defaults()
    sources: dict[Name, SourceSettings] = Field(default_factory=dict)
    destinations: dict[Name, DestinationSettings] = Field(default_factory=dict)
    survivorship: Survivorship = Survivorship()
    matching: Matching = Matching()
    schedule: Schedule = Schedule()
    alerts: Alerts = Alerts()
    webhooks: dict[Name, ChangesWebhook] = Field(default_factory=dict)

    @field_validator("store")
    @classmethod
    def _is_a_store(cls, value: str) -> str:
        if not _STORES.fullmatch(value):
            raise ValueError("a store is sqlite:///FILE or postgresql://USER@HOST/NAME")
        return value
