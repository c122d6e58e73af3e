"""What a connector is: its settings, what it can do, and how to open it as a source or a destination."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from hub.domain.plan import Capabilities
from hub.ports import Clock, DestinationWithCapabilities, Source


class SystemKind(StrEnum):
    """The sort of system on the other side; `connectors/` has one folder a kind."""

    ERP = "erp"
    CRM = "crm"
    MARKETING = "marketing"
    CDP = "cdp"
    EMAIL = "email"
    FORMS = "forms"
    FILES = "files"
    CONTACTS = "contacts"


class ConnectorSettings(BaseModel):
    """The settings of one source or destination in `hub.yaml`, beside `type` and what the hub itself reads.

    Unknown keys are errors, so that a misspelt one is found. Secrets are `pydantic.SecretStr`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Context:
    """What the wiring hands to every connector: the project's folder (relative paths start there), its clock,
    the name that the source or destination has in `hub.yaml`, and how to share the limits of its account with
    other processes (`hub.store.budgets`; None where there is nobody to share with).
    """

    folder: Path
    clock: Clock
    name: str
    share: Callable[[str, int, float], Any] | None = None


@dataclass(frozen=True, slots=True)
class Connector:
    """One registry entry. `open_source` and `open_destination` get validated settings and a `Context`;
    opening does no I/O, so that a wrong password is found by `check`, not by listing.
    """

    type_name: str
    kind: SystemKind
    title: str
    settings: type[ConnectorSettings]
    open_source: Callable[[ConnectorSettings, Context], Source] | None = None
    open_destination: Callable[[ConnectorSettings, Context], DestinationWithCapabilities] | None = None
    destination_settings: type[ConnectorSettings] | None = None
    auth: str = "none"
    incremental: str = "no"
    deletes: str = "no"
    capabilities: Capabilities | None = None
    tested: str = ""

    def settings_for(self, role: str) -> type[ConnectorSettings]:
        """The settings model for `role` "source" or "destination"."""
        if role == "destination" and self.destination_settings is not None:
            return self.destination_settings
        return self.settings
