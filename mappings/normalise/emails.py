"""E-mail addresses: syntax by the library, a matching form beside the form that was given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mappings.normalise.placeholders import is_placeholder, is_placeholder_address
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text, without_guard

IGNORES_DOTS: Final = frozenset({"gmail.com", "googlemail.com"})
SAME_DOMAIN: Final = {"googlemail.com": "gmail.com"}
_SEVERAL: Final = re.compile(
    r"\s*:::\s*|[;,|\s]+/?(?:ou|or|oder|und|et|and|y|e|o|of|en)?\s*(?=\S+@)|\s+(?:ou|or|et|and|und)\s+|(?<=\w)/(?=[^\s/]+@)"
)
_ONE: Final = re.compile(r"[^@\s;,|/]+@[^@\s;,|/]+")
_WRAPPED: Final = re.compile(r"^.*<([^<>]+)>$")
_AROUND: Final = " .:/;,'\"<>()[]"
# What stands before an address: a word for one, or the sign with which databases keep links.
_LABEL: Final = re.compile(
    r"^(?:e ?-?mail|mail|courriel|m[ée]l|correo|posta)(?: ?: ?| )|^[(\[#]*mailto:|^#", re.IGNORECASE
)
# What stands behind: what a link says besides, a remark.
_LINK: Final = re.compile(r"[\])]?(?:\(|#)mailto:.*$|\?subject=.*$", re.IGNORECASE)
_REMARK: Final = re.compile(r"(?<=[^\W_]) +(?:[(\[-].*|\S{3,}.*|\S+ \S.*)$")

# What the library also accepts, without its cost: plain ASCII, no quotes, no doubt. A test holds it to the
# library's answer.
PLAIN: Final = (
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
PLAIN_LENGTH: Final = 254
_PLAIN: Final = re.compile(PLAIN)
RESERVED: Final = frozenset({"test", "local", "localhost", "invalid", "onion", "arpa", "alt", "internal"})


@dataclass(frozen=True, slots=True)
class Email:
    """`value` as given (domain in lower case), `match` the form for comparing; None for a placeholder."""

    value: str
    match: str | None


def split_emails(text: str) -> list[str]:
    """The addresses that one cell holds."""
    if _ONE.fullmatch(text):
        return [text]
    return [part for part in _SEVERAL.split(text.strip()) if part]


def normalise_email(text: str) -> Email | Refusal | None:
    """One address. The matching form is lower case, without plus tag, and for Gmail without dots."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    cleaned = cleaned.replace("\uff20", "@")  # as Japanese keyboards write it
    if "@" not in cleaned:
        return Refusal("placeholder" if is_placeholder(cleaned) else "not-an-email")
    address = next(filter(None, map(_checked, _candidates(cleaned))), None)
    if address is None:
        return Refusal("not-an-email")
    local, _, domain = address.rpartition("@")
    return Email(f"{local}@{domain.lower()}", _matching_form(local, domain.lower()))


def _candidates(cleaned: str) -> Iterator[str]:
    """What of a text may be the address: without a remark behind it, then with blanks in it closed."""
    wrapped = _WRAPPED.match(cleaned)
    plain = wrapped[1] if wrapped else cleaned
    if _ONE.fullmatch(plain) and not plain.startswith("#"):
        yield plain.strip(" .;,'\"<>")
    plain = _LABEL.sub("", without_guard(_LINK.sub("", plain))).strip(_AROUND)
    local, _, domain = plain.rpartition("@")
    yield f"{local}@{_REMARK.sub('', domain)}".strip(_AROUND).replace(" ", "")
    if not _REMARK.search(domain):
        yield plain.replace(" ", "")


def _checked(candidate: str) -> str | None:
    if (
        _PLAIN.fullmatch(candidate)
        and len(candidate) <= PLAIN_LENGTH
        and candidate.index("@") <= 64
        and candidate.rpartition(".")[2].lower() not in RESERVED
        and "--" not in candidate
    ):
        return candidate
    # slow to load, and hardly any address gets here
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        found = validate_email(candidate, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        return None
    return found.normalized


def _matching_form(local: str, domain: str) -> str | None:
    local = local.casefold()
    if is_placeholder_address(local, domain):
        return None
    domain = SAME_DOMAIN.get(domain, domain)
    plain = local.split("+", 1)[0] or local
    if domain in IGNORES_DOTS:
        plain = plain.replace(".", "") or plain
    return f"{plain}@{domain}"
