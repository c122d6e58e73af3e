"""Where alerts go. Read with every `hub.yaml`, so nothing is loaded here that sends."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

_PREFIX: Final = "whsec_"
_FEWEST: Final = 16  # bytes of a secret

_Address = Annotated[str, Field(pattern=r"^[^\s@<>]+@[^\s@<>]+$")]


def _web_address(text: str) -> str:
    url = urlsplit(text)
    if url.scheme not in {"http", "https"} or not url.hostname or "@" in url.netloc:
        raise ValueError("not a web address: like https://example.com/hooks/hub, without user or password")
    return text


def signing_key(secret: str) -> bytes:
    """The key in a webhook's secret; empty where there is none."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return key if len(key) >= _FEWEST else b""


def _secret(value: SecretStr) -> SecretStr:
    if not signing_key(value.get_secret_value()):
        raise ValueError("a webhook's secret is `whsec_` and at least 16 bytes in base64")
    return value


class WebhookSettings(BaseModel):
    """Where to send alerts, and the secret that both sides know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, AfterValidator(_web_address)]
    secret: Annotated[SecretStr, AfterValidator(_secret)]


class MailSettings(BaseModel):
    """The mail server, and who writes to whom. `security` none is for a server on this machine."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: SecretStr | None = None
    sender: _Address = Field(alias="from")
    to: list[_Address] = Field(min_length=1)
