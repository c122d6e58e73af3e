"""The composition root: the only place that knows all rooms, and puts them together for one project."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from cli.clock import SystemClock
from cli.keyed import keyed_if_told
from cli.rules import survivorship_rules
from cli.settings.load import Project, load_project
from cli.values import Values
from connectors.base import Connector, Context, SystemKind
from connectors.registry import load
from hub.domain.deletions import DeletionPolicy
from hub.domain.records import Check, Page
from hub.errors import ConfigurationError, ConfigurationErrors
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.due import Missed, ScheduledJob
from hub.jobs.echoes import Echoes
from hub.jobs.intake import Intake
from hub.jobs.pull import PullRequest
from hub.jobs.push import PushRequest
from hub.jobs.resolve import ResolveRequest
from hub.ports import Clock, DestinationWithCapabilities, Source
from hub.store import ledger, models, records
from hub.store.budgets import SharedBudget
from hub.store.engine import Store
from hub.store.opening import open_store
from hub.sync.guards import Guards
from mappings.apply import ContactMapper
from mappings.check import missing_columns
from mappings.expressions import Expression
from mappings.load import (
    builtin_names,
    fingerprint,
    load_builtin,
    load_builtin_outbound,
    load_mapping,
    load_outbound,
)
from mappings.outbound import PayloadMapper
from mappings.outbound_adjusted import adjusted
from mappings.outbound_spec import OutboundSpec, Owner
from mappings.spec import MappingSpec
from matching import LocalMatcher
from matching import Settings as MatcherSettings


def open_hub(folder: Path, environ: Mapping[str, str]) -> Hub:
    """The project in a folder. Raises `ConfigurationError` with everything that is wrong with it."""
    return Hub(load_project(folder, environ))


@dataclass
class Hub:
    """A project at work: its store, its sources and destinations with their mappings, its matcher."""

    project: Project
    clock: Clock = SystemClock()  # noqa: RUF009 - stateless

    @cached_property
    def store(self) -> Store:
        return open_store(self.project.store_url)

    # --- sources ---------------------------------------------------------------------------------------

    def source_names(self, asked: Sequence[str] | None) -> list[str]:
        return _known(asked, self.project.sources, "source")

    def source(self, name: str) -> Source:
        """Raises `ConfigurationError`, with the nearest name, for a source that there is not."""
        self.source_names([name])
        settings, connector = (
            self.project.sources[name],
            self._connector(self.project.settings.sources[name].type),
        )
        if connector.open_source is None:
            raise ConfigurationError("no-source", f"{name} cannot be a source")
        settings = keyed_if_told(name, settings, lambda: self._mapped_key(name))
        return connector.open_source(settings, self._context(name))

    def _mapped_key(self, name: str) -> Expression | None:
        told = self._mapping_file(name, self.project.settings.sources[name].mapping)
        return self.mapping(name)[0].key if told else None

    def mapping(self, name: str) -> tuple[MappingSpec, Path | None]:
        """A source's mapping, from its file or built in, with the project's defaults; and the file."""
        self.source_names([name])
        settings = self.project.settings.sources[name]
        path = self._mapping_file(name, settings.mapping)
        spec = load_mapping(path) if path else load_builtin(settings.type)
        if spec is None:
            raise ConfigurationError(
                "no-mapping",
                f"source {name} has no mapping, and {settings.type} has none built in",
                hint=f"`hub mapping suggest {name} --write` writes mappings/{name}.yaml from a sample",
            )
        country = spec.defaults.country or self.project.settings.defaults.country
        defaults = spec.defaults.model_copy(update={"country": country})
        return spec.model_copy(update={"defaults": defaults}), path

    def mapper(self, name: str) -> ContactMapper:
        """Of records that have their keys from the source already."""
        spec = self.mapping(name)[0].model_copy(update={"key": None})
        return ContactMapper(spec, latest=self.clock.now().date())

    def intake(self, name: str) -> Intake:
        told = f"{ContactMapper.VERSION}:{fingerprint(self.mapping(name)[0])}"
        return Intake(name, self.mapper(name), told)

    def pull_request(self, name: str, *, full: bool = False, allow_missing: bool = False) -> PullRequest:
        settings, source = self.project.settings.sources[name], self.source(name)
        self.check_columns(name, source)
        intake = self.intake(name)
        return PullRequest(
            name=name,
            stream=settings.stream or self._first_stream(settings.type, source),
            source=source,
            mapper=intake.mapper,
            mapping_hash=intake.mapping_hash,
            full=full,
            max_missing_share=None if allow_missing else settings.guards.max_missing_share,
            echoes=self.echoes(name, self.mapping(name)[0]),
        )

    def echoes(self, name: str, spec: MappingSpec) -> Echoes | None:
        """What a source has to know of itself as a destination, where it is one."""
        settings, destinations = self.project.settings.sources[name], self.project.settings.destinations
        told = settings.destination
        if told is None:
            same = name in destinations and destinations[name].type == settings.type
            return Echoes(name, spec.reads_values()) if same else None
        self.destination_names([told])
        return Echoes(told, spec.reads_values())

    def check_columns(self, name: str, source: Source) -> None:
        """Before anything is read: a mapping must not name a column that its file does not have."""
        columns = self.columns(name, source)
        if columns is None:
            return
        spec, path = self.mapping(name)
        errors = missing_columns(spec, columns, path)
        if errors:
            raise errors[0] if len(errors) == 1 else ConfigurationErrors(tuple(errors))

    def columns(self, name: str, source: Source | None = None) -> list[str] | None:
        """The columns of a source that reads files; None of others, whose fields differ by record."""
        if self._connector(self.project.settings.sources[name].type).kind is not SystemKind.FILES:
            return None
        streams = (source or self.source(name)).discover()
        return [field.name for stream in streams for field in stream.fields]

    def mapping_file(self, name: str, direction: Literal["in", "out"]) -> Path | None:
        """The mapping file of a source (`in`) or destination; None where the built-in mapping holds."""
        settings = self.project.settings
        told = (settings.sources if direction == "in" else settings.destinations)[name].mapping
        return self._mapping_file(name, told)

    def sample_page(self, name: str) -> Page | None:
        """The first page of a source, read anew."""
        source = self.source(name)
        settings = self.project.settings.sources[name]
        stream = settings.stream or self._first_stream(settings.type, source)
        return next(iter(source.read(stream, None)), None)

    def sample(self, name: str, rows: int) -> list[dict[str, Any]]:
        """The first records as the source gives them."""
        page = self.sample_page(name)
        found = page.records.slice(0, rows).to_pylist() if page is not None else []
        return [{**row, "payload": _as_object(row["payload"])} for row in found]

    def describe_sources(self) -> list[dict[str, Any]]:
        with self.store.reading() as connection:
            return [
                {
                    "source": name,
                    "type": one.type,
                    "mapping": self._mapping_told(name, one.mapping, one.type in builtin_names("in")),
                    "records": records.count_live(connection, name),
                }
                for name, one in self.project.settings.sources.items()
            ]

    # --- destinations ----------------------------------------------------------------------------------

    def destination_names(self, asked: Sequence[str] | None) -> list[str]:
        return _known(asked, self.project.destinations, "destination")

    def destination(self, name: str) -> DestinationWithCapabilities:
        self.destination_names([name])
        settings = self.project.destinations[name]
        connector = self._connector(self.project.settings.destinations[name].type)
        if connector.open_destination is None:
            raise ConfigurationError("no-destination", f"{name} cannot be a destination")
        return connector.open_destination(settings, self._context(name))

    def check_destination(self, name: str) -> Check:
        """Whether it may be pushed to, and answers."""
        try:
            self.outbound(name)
        except ConfigurationError as error:
            if error.code == "no-permission-required":
                return Check(ok=False, sentence=error.sentence, hint=error.hint)
        return self.destination(name).check()

    def outbound(self, name: str) -> OutboundSpec:
        settings = self.project.settings.destinations[name]
        path = self._mapping_file(name, settings.mapping)
        spec = load_outbound(path) if path else load_builtin_outbound(settings.type)
        if spec is None:
            raise ConfigurationError(
                "no-mapping",
                f"destination {name} has no mapping, and {settings.type} has none built in",
                hint="write one and name it under `mapping:`",
            )
        told = adjusted(
            spec,
            only=settings.only,
            require=(settings.require.channel, settings.require.purpose) if settings.require else None,
            owners=settings.owners,
            empty=settings.empty,
        )
        for_marketing = settings.marketing
        if for_marketing is None:
            for_marketing = self._connector(settings.type).kind is SystemKind.MARKETING
        if for_marketing and told.require is None:
            raise ConfigurationError(
                "no-permission-required",
                f"destination {name} is for marketing, but requires no permission of those who are sent",
                hint="under it in hub.yaml: `require: {channel: email, purpose: marketing}`",
            )
        return told

    def push_request(
        self,
        name: str,
        *,
        allow_many: bool = False,
        allow_failed_source: bool = False,
        patient: bool = False,
    ) -> PushRequest:
        spec = self.outbound(name)
        return PushRequest(
            name=name,
            destination=self.destination(name),
            mapper=PayloadMapper(spec),
            guards=Guards(**self.project.settings.destinations[name].guards.model_dump()),
            allow_many=allow_many,
            mapping_hash=f"{PayloadMapper.VERSION}:{fingerprint(spec)}",
            owners={n: one.owner.value for n, one in spec.fields.items() if one.owner is not Owner.HUB},
            patient=patient,
            look_first=self.project.settings.destinations[name].look_first,
            recreate=self.project.settings.destinations[name].when_gone == "recreate",
            erase=self.project.settings.destinations[name].remove == "erase",
            restrictive=self.project.settings.destinations[name].restrictive,
            sources=tuple(self.project.settings.sources),
            allow_failed_source=allow_failed_source,
        )

    def describe_destinations(self) -> list[dict[str, Any]]:
        with self.store.reading() as connection:
            return [
                {
                    "destination": name,
                    "type": one.type,
                    "mapping": self._mapping_told(name, one.mapping, one.type in builtin_names("out")),
                    "holds": ledger.count_confirmed(connection, name),
                }
                for name, one in self.project.settings.destinations.items()
            ]

    # --- matching and golden records -------------------------------------------------------------------

    def matcher(self) -> LocalMatcher:
        """A matcher that makes its model from the data."""
        return LocalMatcher(settings=self._matching())

    def explaining_matcher(self) -> LocalMatcher:
        """A matcher that scores as the last resolve did."""
        with self.store.reading() as connection:
            model = models.active(connection)
            return LocalMatcher(model.text if model else None, self._matching())

    def resolve_request(self, *, full: bool = False) -> ResolveRequest:
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
        return survivorship_rules(self.project.settings)

    @property
    def zone(self) -> ZoneInfo:
        """Of the days that people name and are told."""
        return ZoneInfo(self.project.settings.defaults.timezone)

    @property
    def values(self) -> Values:
        """How values come in that people say of golden records."""
        return Values(self.project.settings.defaults.country, self.clock.now().date())

    def scheduled_jobs(self) -> list[ScheduledJob]:
        zone = self.project.settings.defaults.timezone
        return [
            ScheduledJob(name, job.cron, job.every, job.timezone or zone, Missed(job.missed))
            for name, job in self.project.settings.schedule.jobs.items()
        ]

    def _mapping_told(self, name: str, told: str | None, is_built_in: bool) -> str:
        path = self._mapping_file(name, told)
        absent = "built in" if is_built_in else "none"
        return str(path.relative_to(self.project.folder)) if path else absent

    def _mapping_file(self, name: str, told: str | None) -> Path | None:
        """The mapping that the settings name, else mappings/NAME.yaml where it exists."""
        if told is not None:
            return self.project.folder / told
        path = self.project.folder / "mappings" / f"{name}.yaml"
        return path if path.is_file() else None

    def _matching(self) -> MatcherSettings:
        told = self.project.settings.matching
        return MatcherSettings(threshold=told.threshold, budget=told.budget)

    def _connector(self, type_name: str) -> Connector:
        return load(type_name)

    def _context(self, name: str) -> Context:
        return Context(self.project.folder, self.clock, name, self._shared_budget)

    def _shared_budget(self, account: str, requests: int, seconds: float) -> SharedBudget:
        return SharedBudget(self.store, account, requests, seconds)

    def _first_stream(self, type_name: str, source: Source) -> str:
        streams = [stream.name for stream in source.discover()]
        if not streams:
            raise ConfigurationError("no-stream", f"a {type_name} source that offers nothing to read")
        return streams[0]


def _known(asked: Sequence[str] | None, known: Mapping[str, object], kind: str) -> list[str]:
    if not asked:
        if not known:
            raise ConfigurationError(
                f"no-{kind}s",
                f"hub.yaml names no {kind}",
                hint=f"`hub {kind} add NAME TYPE KEY=VALUE…` adds one",
            )
        return list(known)
    for name in asked:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known) or 'none'}"
            raise ConfigurationError(f"unknown-{kind}", f"there is no {kind} `{name}`", hint=hint)
    return list(asked)


def _as_object(payload: Any) -> Any:
    return json.loads(payload) if isinstance(payload, str) else payload
