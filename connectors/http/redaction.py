"""What of a request may be shown: never credentials, query strings or what could name a person."""

from __future__ import annotations

import logging
import re
from typing import Final

import httpx

# A path segment that looks like an address, or is as long as tokens are (webhook addresses carry them).
_PRIVATE_SEGMENT: Final = re.compile(r"@|%40|^[\w~.-]{32,}$", re.IGNORECASE)

# Their INFO lines hold whole URLs, query included; their DEBUG lines hold headers.
_TALKATIVE: Final = ("httpx", "httpcore")


def safe_url(url: httpx.URL) -> str:
    """Scheme, host, port and path; no user, no query, and `…` for segments that may be private."""
    port = f":{url.port}" if url.port is not None else ""
    segments = url.raw_path.split(b"?", 1)[0].decode("ascii", "replace").split("/")
    path = "/".join("…" if _PRIVATE_SEGMENT.search(segment) else segment for segment in segments)
    return f"{url.scheme}://{url.host}{port}{path}"


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port: credentials are for one origin and never follow to another."""
    default = {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.host, url.port if url.port is not None else default


def quieten_http_loggers() -> None:
    """Stops the HTTP libraries from logging below WARNING, whatever the root logger's level."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
