"""Messages and addresses behind which there is nobody to know: lists, machines, one's own staff."""

from __future__ import annotations

import re
from collections.abc import Collection
from email.message import Message
from typing import Final

from connectors.email.headers import first_of

_BULK: Final = {"bulk", "list", "junk"}
_NOBODY: Final = re.compile(
    r"""(?: no | not | do[-_.]?not | dont | never )[-_.]?reply
      | ne[-_.]?pas[-_.]?repondre | pas[-_.]?de[-_.]?reponse | no[-_.]?reponse
      | keine[-_.]?antwort | nicht[-_.]?antworten | no[-_.]?(?: responder | contestar )
      | non?[-_.]?rispondere | niet[-_.]?beantwoorden
      | mailer[-_.]?daemon | postmaster | bounces? | undisclosed[-_.]recipients
    """,
    re.VERBOSE,
)
_ENDS: Final = re.compile(r"(?:^|[-_.+=])$")


def message_exclusion(message: Message) -> str | None:
    """Why nobody in this message is to be taken: `list`, `automatic`, `bounce`; None when they are."""
    if first_of(message, "List-Id") or _word(message, "Precedence") in _BULK:
        return "list"
    if _word(message, "Auto-Submitted") not in {"", "no"} or first_of(message, "X-Autoreply"):
        return "automatic"
    is_report = _word(message, "Content-Type") == "multipart/report"
    if is_report or first_of(message, "Return-Path").strip() == "<>":
        return "bounce"
    return None


def address_exclusion(address: str, own_domains: Collection[str]) -> str | None:
    """Why this address is nobody's: `own` staff, `no-reply`; None when it is somebody's."""
    local, _, domain = address.rpartition("@")
    if any(domain == own or domain.endswith(f".{own}") for own in own_domains):
        return "own"
    found = _NOBODY.search(local)
    if found and _ENDS.search(local[: found.start()]) and not local[found.end() : found.end() + 1].isalnum():
        return "no-reply"
    return None


def _word(message: Message, name: str) -> str:
    """A field's first word, without its parameters and comments."""
    return re.split(r"[;(\s]", first_of(message, name).strip(), maxsplit=1)[0].lower()
