"""What an e-mail address says beside who it reaches: a role, a throw-away host, a slip of the finger.

Nothing of it changes the address: a suggestion is for a person to take.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mappings.words import word_set

_ROLES: Final = word_set("email_roles")
_DISPOSABLE: Final = word_set("email_disposable")
_PROVIDERS: Final = word_set("email_providers")


@dataclass(frozen=True, slots=True)
class EmailNotes:
    """`suggestion` is the address that was probably meant; None where nothing looks mistyped."""

    role: bool = False
    disposable: bool = False
    suggestion: str | None = None


def email_notes(address: str) -> EmailNotes:
    """Notes on an address that `normalise_email` accepted."""
    local, _, domain = address.lower().rpartition("@")
    word = re.split(r"[.+_-]", local, maxsplit=1)[0]
    meant = _meant(domain)
    return EmailNotes(
        role=local in _ROLES or word in _ROLES,
        disposable=any(domain == host or domain.endswith(f".{host}") for host in _DISPOSABLE),
        suggestion=f"{address.rpartition('@')[0]}@{meant}" if meant else None,
    )


def _meant(domain: str) -> str | None:
    """The large provider whose domain is one slip away, if this is none itself."""
    if domain in _PROVIDERS:
        return None
    near = sorted(host for host in _PROVIDERS if _one_slip(domain, host))
    return near[0] if near else None


def _one_slip(said: str, meant: str) -> bool:
    """Whether one letter more, less, other or two swapped ones lie between two words."""
    if said == meant or abs(len(said) - len(meant)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(said, meant, strict=False)) if a != b), min(len(said), len(meant))
    )
    left, right = said[start:], meant[start:]
    if len(left) == len(right):
        swapped = left[:2] == right[1::-1] if len(left) > 1 else False
        return left[1:] == right[1:] or (swapped and left[2:] == right[2:])
    return left[1:] == right or left == right[1:]
