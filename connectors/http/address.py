"""The address of a server, as a setting."""

from __future__ import annotations

from typing import Annotated

import httpx
from pydantic import AfterValidator

from hub.errors import ConfigurationError


def base_url(text: str) -> httpx.URL:
    """The base address, ending in a slash; only http and https, without user, query or fragment."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as exc:
        raise _bad_address() from exc
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo or url.query or url.fragment:
        raise _bad_address()
    return url if url.raw_path.endswith(b"/") else url.copy_with(raw_path=url.raw_path + b"/")


def _bad_address() -> ConfigurationError:
    return ConfigurationError(
        "bad-url",
        "`url` is not the address of a server",
        hint="like https://erp.example.com, without user, password or query",
    )


def _valid(text: str) -> str:
    try:
        base_url(text)
    except ConfigurationError as error:
        raise ValueError(f"not the address of a server: {error.hint}") from None
    return text


# For settings: refused while `hub.yaml` is read, with the line it is in.
ServerUrl = Annotated[str, AfterValidator(_valid)]
