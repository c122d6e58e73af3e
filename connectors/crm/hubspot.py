"""HubSpot: contacts as a destination."""

from __future__ import annotations

from connectors.base import Connector, ConnectorSettings, Context, SystemKind
from connectors.budgets import budgets_of
from connectors.crm.hubspot_destination import CAPABILITIES, HubSpotDestination
from connectors.crm.hubspot_settings import HubSpotSettings
from hub.ports import DestinationWithCapabilities


def open_destination(settings: ConnectorSettings, context: Context) -> DestinationWithCapabilities:
    return HubSpotDestination(HubSpotSettings.model_validate(settings), budgets=budgets_of(context))


CONNECTOR = Connector(
    type_name="hubspot",
    kind=SystemKind.CRM,
    title="HubSpot contacts",
    settings=HubSpotSettings,
    open_destination=open_destination,
    auth="private-app token",
    capabilities=CAPABILITIES,
    tested="stateful fake",
)
