"""The settings of a project. Unknown keys are errors at every depth, so that a misspelt one is found."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from hub.golden.survivorship import MULTI_FIELDS, SINGLE_FIELDS, Criterion

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_interval(text: object) -> timedelta:
    """`90s`, `15m`, `2h`, `1d`."""
    found = re.fullmatch(r"\s*(\d+)\s*([smhd])\s*", str(text))
    if isinstance(text, timedelta):
        return text
    if found is None or int(found[1]) == 0:
        raise ValueError("an interval is a number and a unit: 90s, 15m, 2h, 1d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Defaults(Strict):
    """What holds where a source says nothing: the country of phones and addresses, the time zone of jobs."""

    country: str | None = Field(
        default=None, description="ISO 3166 alpha-2, such as FR", pattern=r"^[A-Z]{2}$"
    )
    language: str | None = Field(default=None, description="ISO 639, such as fr", pattern=r"^[a-z]{2,3}$")
    timezone: str = "UTC"

    @field_validator("timezone")
    @classmethod
    def _exists(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"`{value}` is no time zone; an example is Europe/Paris")
        return value


class PullGuards(Strict):
    """How much of a source may go missing in one whole read before it stops and asks."""

    max_missing_share: float = Field(default=0.5, ge=0, le=1)


class PushGuards(Strict):
    """How much of a destination one push may change before it stops and asks."""

    max_update_share: float = Field(default=0.5, ge=0, le=1)
    max_archive_share: float = Field(default=0.2, ge=0, le=1)


class SourceSettings(Strict):
    """What the hub itself reads of a source; the rest belongs to its connector."""

    type: str
    mapping: str | None = Field(
        default=None, description="The mapping's file; the built-in one when not given."
    )
    priority: int | None = Field(default=None, ge=1, description="1 is the most trusted source.")
    stream: str | None = Field(default=None, description="Which of the source's objects to pull.")
    guards: PullGuards = PullGuards()


class DestinationSettings(Strict):
    """What the hub itself reads of a destination; the rest belongs to its connector."""

    type: str
    mapping: str | None = Field(
        default=None, description="The mapping's file; the built-in one when not given."
    )
    guards: PushGuards = PushGuards()


class Survivorship(Strict):
    """Which value survives. Fields that keep every value order them by the same criteria."""

    default: list[Criterion] | None = None
    fields: dict[str, list[Criterion]] = Field(default_factory=dict)

    @field_validator("fields")
    @classmethod
    def _known(cls, value: dict[str, list[Criterion]]) -> dict[str, list[Criterion]]:
        known = (*SINGLE_FIELDS, *MULTI_FIELDS, "attributes")
        for name in value:
            if name not in known:
                raise ValueError(f"`{name}` is no field; fields are {', '.join(known)}")
        return value


class Matching(Strict):
    """How sure the hub must be to merge, and how many comparisons a record it may spend."""

    threshold: float | None = Field(
        default=None, gt=0, lt=1, description="Probability from which records merge."
    )
    budget: int = Field(default=50, ge=1, description="Comparisons a record at most, on average.")


class Job(Strict):
    """A job that runs by itself: either `cron` or `every`.

    `missed` says what happens to due times that passed while nothing ran: one run at the next start, or none.
    """

    do: Literal["pull", "resolve", "push", "sync"]
    sources: list[str] | None = None
    destinations: list[str] | None = None
    cron: str | None = Field(default=None, description="Five fields: minute hour day month weekday.")
    every: Annotated[timedelta, BeforeValidator(parse_interval)] | None = None
    timezone: str | None = None
    missed: Literal["run_once", "skip"] = "run_once"

    @model_validator(mode="after")
    def _has_one_rhythm(self) -> Job:
        if (self.cron is None) == (self.every is None):
            raise ValueError("a job has either `cron` or `every`")
        if self.timezone is not None:
            try:
                ZoneInfo(self.timezone)
            except (KeyError, ValueError):
                raise ValueError(f"`{self.timezone}` is no time zone") from None
        return self


class Schedule(Strict):
    jobs: dict[str, Job] = Field(default_factory=dict)


class Settings(Strict):
    """A whole `hub.yaml`."""

    version: Literal[1] = 1
    store: str = "sqlite:///hub.db"
    defaults: Defaults = Defaults()
    sources: dict[str, SourceSettings] = Field(default_factory=dict)
    destinations: dict[str, DestinationSettings] = Field(default_factory=dict)
    survivorship: Survivorship = Survivorship()
    matching: Matching = Matching()
    schedule: Schedule = Schedule()
