"""What a Tryton server needs in `hub.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from connectors.base import ConnectorSettings
from connectors.http import ServerUrl


class TrytonSettings(ConnectorSettings):
    """`ca_file` names the authority of a server with its own certificate (PEM).

    `overlap` is in seconds: how long a transaction may take, or the server's clocks may differ, before a
    change is missed. Rows that are younger than that are read again by the next pull.
    `requests_per_10_seconds` is what all pulls and pushes of this user together may ask of the server, which
    names no limit of its own.
    """

    url: ServerUrl
    database: Annotated[str, Field(min_length=1)]
    user: Annotated[str, Field(min_length=1)]
    password: SecretStr
    page_size: Annotated[int, Field(ge=1, le=5000)] = 500
    overlap: Annotated[float, Field(ge=0)] = 600.0
    ca_file: Path | None = None
    requests_per_10_seconds: Annotated[int, Field(ge=1)] = 500


class TrytonDestinationSettings(TrytonSettings):
    """`marker_prefix` stands before the identity id in the identifier by which the hub finds its parties."""

    marker_prefix: Annotated[str, Field(min_length=1, max_length=20)] = "hub:"
