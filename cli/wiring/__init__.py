"""The composition root: the only place that knows all rooms, and puts them together for one project.

Matching, mappings and the longer jobs are loaded when they are first asked for: all of them take as long as
everything that `hub lookup` or `hub runs list` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cli.settings.load import load_project
from cli.wiring.destinations import Destinations
from cli.wiring.sources import Sources
from hub.domain.deletions import DeletionPolicy
from hub.jobs.due import Missed, ScheduledJob
from hub.store import models

if TYPE_CHECKING:
    from cli.values import Values
    from hub.golden.survivorship import SurvivorshipRules
    from hub.jobs.resolve import ResolveRequest
    from matching import LocalMatcher
    from matching import Settings as MatcherSettings


def open_hub(folder: Path, environ: Mapping[str, str]) -> Hub:
    """The project in a folder. Raises `ConfigurationError` with everything that is wrong with it."""
    return Hub(load_project(folder, environ))


class Hub(Sources, Destinations):
    """A project at work: its store, its sources and destinations with their mappings, its matcher."""

    def matcher(self) -> LocalMatcher:
        """A matcher that makes its model from the data."""
        from matching import LocalMatcher

        return LocalMatcher(settings=self._matching())

    def explaining_matcher(self) -> LocalMatcher:
        """A matcher that scores as the last resolve did."""
        from matching import LocalMatcher

        with self.store.reading() as connection:
            model = models.active(connection)
            return LocalMatcher(model.text if model else None, self._matching())

    def resolve_request(self, *, full: bool = False) -> ResolveRequest:
        from hub.jobs.resolve import ResolveRequest

        return ResolveRequest(
            matcher=self.matcher(),
            matcher_hash=repr(self._matching()),
            rules=self.rules(),
            full=full,
            deletions={
                name: DeletionPolicy(one.deletions) for name, one in self.project.settings.sources.items()
            },
        )

    def rules(self) -> SurvivorshipRules:
        from cli.rules import survivorship_rules

        return survivorship_rules(self.project.settings)

    @property
    def zone(self) -> ZoneInfo:
        """Of the days that people name and are told."""
        return ZoneInfo(self.project.settings.defaults.timezone)

    @property
    def values(self) -> Values:
        """How values come in that people say of golden records."""
        from cli.values import Values

        return Values(self.project.settings.defaults.country, self.clock.now().date())

    def scheduled_jobs(self) -> list[ScheduledJob]:
        zone = self.project.settings.defaults.timezone
        return [
            ScheduledJob(name, job.cron, job.every, job.timezone or zone, Missed(job.missed))
            for name, job in self.project.settings.schedule.jobs.items()
        ]

    def _matching(self) -> MatcherSettings:
        from matching import Settings as MatcherSettings

        told = self.project.settings.matching
        return MatcherSettings(threshold=told.threshold, budget=told.budget)
