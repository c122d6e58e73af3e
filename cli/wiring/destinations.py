"""The destinations of a project: opened, with their mappings, ready to be pushed to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cli.wiring.opened import OpenedProject, known
from connectors.base import SystemKind
from hub.domain.records import Check
from hub.errors import ConfigurationError
from hub.ports import DestinationWithCapabilities
from hub.store import ledger

if TYPE_CHECKING:
    from hub.jobs.push import PushRequest
    from mappings.outbound_spec import OutboundSpec


class Destinations(OpenedProject):
    """What a project pushes to."""

    def destination_names(self, asked: Sequence[str] | None) -> list[str]:
        return known(asked, self.project.destinations, "destination")

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
        from mappings.load import load_builtin_outbound, load_outbound
        from mappings.outbound_adjusted import adjusted

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
        from hub.jobs.push import PushRequest
        from hub.sync.guards import Guards
        from mappings.load import fingerprint
        from mappings.outbound import PayloadMapper
        from mappings.outbound_spec import Owner

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
        from mappings.load import builtin_names

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
