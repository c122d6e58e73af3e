"""The settings of mailboxes in `hub.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, model_validator

from connectors.base import ConnectorSettings

Text = Annotated[str, Field(min_length=1)]
Mailboxes = Annotated[list[Text], Field(min_length=1)]


def _domain(value: str) -> str:
    bare = value.strip().lower().lstrip("@.").rstrip(".")
    if not bare or "@" in bare or " " in bare:
        raise ValueError("a domain is what stands behind the @, for example example.com")
    return bare


Domain = Annotated[str, AfterValidator(_domain)]


class MailboxSettings(ConnectorSettings):
    """`own_domains` are those of one's own staff (sub-domains count too): they are no contacts."""

    own_domains: list[Domain] = Field(default_factory=list)
    page_messages: Annotated[int, Field(ge=1, le=10_000)] = 500


class MboxSettings(MailboxSettings):
    """`path` is a file in mbox form (as Thunderbird, mutt and Google Takeout write it)."""

    path: Text


class MaildirSettings(MailboxSettings):
    """`path` is a folder with `cur` and `new` in it. `mailboxes` are INBOX, which is the folder itself, and
    folders in it, named as Dovecot and Courier do: `Sent` is `.Sent`, `Archive/2024` is `.Archive.2024`.
    """

    path: Text
    mailboxes: Mailboxes = Field(default_factory=lambda: ["INBOX"])


class ImapSettings(MailboxSettings):
    """One of `password` and `token` (OAuth 2, sent as XOAUTH2). `tls` is `implicit` (port 993), `starttls` or
    `none` (port 143). `ca_file` names the authority of a server with its own certificate (PEM). `timeout` is
    in seconds.
    """

    host: Text
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    user: Text
    password: SecretStr | None = None
    token: SecretStr | None = None
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    ca_file: Path | None = None
    mailboxes: Mailboxes = Field(default_factory=lambda: ["INBOX"])
    timeout: Annotated[float, Field(gt=0)] = 60.0

    @model_validator(mode="after")
    def _one_secret(self) -> ImapSettings:
        if (self.password is None) == (self.token is None):
            raise ValueError("give either a password or a token")
        return self

    @property
    def port_used(self) -> int:
        return self.port or (993 if self.tls == "implicit" else 143)
