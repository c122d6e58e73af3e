"""Tryton: parties as a source and as a destination."""

from __future__ import annotations

from connectors.base import Connector, ConnectorSettings, Context, SystemKind
from connectors.budgets import budgets_of
from connectors.erp.tryton_destination import CAPABILITIES, TrytonDestination
from connectors.erp.tryton_settings import TrytonDestinationSettings, TrytonSettings
from connectors.erp.tryton_source import TrytonSource
from hub.ports import DestinationWithCapabilities, Source


def open_source(settings: ConnectorSettings, context: Context) -> Source:
    return TrytonSource(TrytonSettings.model_validate(settings), context.folder, budgets=budgets_of(context))


def open_destination(settings: ConnectorSettings, context: Context) -> DestinationWithCapabilities:
    return TrytonDestination(
        TrytonDestinationSettings.model_validate(settings), context.folder, budgets=budgets_of(context)
    )


CONNECTOR = Connector(
    type_name="tryton",
    kind=SystemKind.ERP,
    title="Tryton parties (7.0, 8.2)",
    settings=TrytonSettings,
    destination_settings=TrytonDestinationSettings,
    open_source=open_source,
    open_destination=open_destination,
    auth="user and password",
    incremental="by date of the party and of its contact mechanisms, addresses and identifiers",
    deletes="by whole read",
    capabilities=CAPABILITIES,
    tested="real servers 8.2 and 7.0, stateful fake",
)
