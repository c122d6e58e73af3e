"""The settings of vCard files in `hub.yaml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from connectors.base import ConnectorSettings


class VcardSettings(ConnectorSettings):
    """`path` is a `.vcf` file, or a folder in which (and below which) every `.vcf` file is read; relative to
    the project's folder.
    """

    path: Annotated[str, Field(min_length=1)]
    page_cards: Annotated[int, Field(ge=1)] = 5000
