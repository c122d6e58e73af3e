"""What a HubSpot account needs in `hub.yaml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from connectors.base import ConnectorSettings
from connectors.http import ServerUrl


def _own_property(name: str) -> str:
    if name == "email" or name.startswith("hs_"):
        raise ValueError("`id_property` must be a property of your own, not one that HubSpot fills")
    return name


class HubSpotSettings(ConnectorSettings):
    """`token` is a private app's, with the scopes crm.objects.contacts.read and .write and
    crm.schemas.contacts.read.

    `id_property` is a contact property with unique values that holds the hub's identity id. It is not
    `email`: HubSpot does not take partial upserts by e-mail, and addresses change hands.
    `requests_per_10_seconds` is the app's limit: 100 on Free and Starter, 190 above.
    `adopt_existing`: a create that meets a contact with the same e-mail address and no hub id takes that
    contact over instead of being rejected.
    """

    token: SecretStr
    base_url: ServerUrl = "https://api.hubapi.com"
    id_property: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$"), AfterValidator(_own_property)] = "hub_id"
    requests_per_10_seconds: Annotated[int, Field(ge=1)] = 100
    adopt_existing: bool = False
