"""The sources of a project: opened, with their mappings, ready to be pulled."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.keyed import keyed_if_told
from cli.wiring.opened import OpenedProject, known
from connectors.base import SystemKind
from hub.domain.records import Page
from hub.errors import ConfigurationError, ConfigurationErrors
from hub.ports import Source
from hub.store import records

if TYPE_CHECKING:
    from hub.jobs.echoes import Echoes
    from hub.jobs.intake import Intake
    from hub.jobs.pull import PullRequest
    from mappings.apply import ContactMapper
    from mappings.expressions import Expression
    from mappings.spec import MappingSpec


class Sources(OpenedProject):
    """What a project pulls from."""

    def source_names(self, asked: Sequence[str] | None) -> list[str]:
        return known(asked, self.project.sources, "source")

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
        from mappings.load import load_builtin, load_mapping

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
        from mappings.apply import ContactMapper

        spec = self.mapping(name)[0].model_copy(update={"key": None})
        return ContactMapper(spec, latest=self.clock.now().date())

    def intake(self, name: str) -> Intake:
        from hub.jobs.intake import Intake
        from mappings.apply import ContactMapper
        from mappings.load import fingerprint

        told = f"{ContactMapper.VERSION}:{fingerprint(self.mapping(name)[0])}"
        return Intake(name, self.mapper(name), told)

    def pull_request(self, name: str, *, full: bool = False, allow_missing: bool = False) -> PullRequest:
        from hub.jobs.pull import PullRequest

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
        from hub.jobs.echoes import Echoes

        settings, destinations = self.project.settings.sources[name], self.project.settings.destinations
        told = settings.destination
        if told is None:
            same = name in destinations and destinations[name].type == settings.type
            return Echoes(name, spec.reads_values()) if same else None
        known([told], self.project.destinations, "destination")
        return Echoes(told, spec.reads_values())

    def check_columns(self, name: str, source: Source) -> None:
        """Before anything is read: a mapping must not name a column that its file does not have."""
        from mappings.check import missing_columns

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
        from mappings.load import builtin_names

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

    def _first_stream(self, type_name: str, source: Source) -> str:
        streams = [stream.name for stream in source.discover()]
        if not streams:
            raise ConfigurationError("no-stream", f"a {type_name} source that offers nothing to read")
        return streams[0]


def _as_object(payload: Any) -> Any:
    return json.loads(payload) if isinstance(payload, str) else payload
