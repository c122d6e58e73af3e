"""Addresses on the web: the host in small letters, under a suffix that exists."""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text

if TYPE_CHECKING:
    from tldextract import TLDExtract

_PARTS: Final = re.compile(r"^(?:(https?)://)?([^\s/:?#@]+)(:\d{1,5})?([/?#].*)?$", re.IGNORECASE)
_HOST: Final = re.compile(r"^(?:[\w](?:[\w-]{0,61}[\w])?\.)+[\w-]{2,}$")


def normalise_url(text: str) -> str | Refusal | None:
    """The address with scheme and host in small letters; `example.org` stays without a scheme."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if is_placeholder(cleaned):
        return Refusal("placeholder")
    found = _PARTS.match(cleaned)
    if found is None or not _HOST.match(found[2]) or not registered_domain(found[2]):
        return Refusal("not-a-url")
    scheme, host, port, path = (part or "" for part in found.groups())
    start = f"{scheme.lower()}://" if scheme else ""
    return f"{start}{host.lower()}{port}{'' if path == '/' else path}"


def registered_domain(host: str) -> str:
    """The part of a host that somebody registered (`shop.example.co.uk` → `example.co.uk`); empty if none."""
    return _extractor()(host.lower()).top_domain_under_public_suffix


@cache
def _extractor() -> TLDExtract:
    """With the list that the library brings: no network, no cache on disk.

    It is imported when it is first needed, because it takes a quarter of a second.
    """
    library = importlib.import_module("tldextract")
    extractor: TLDExtract = library.TLDExtract(suffix_list_urls=(), cache_dir=None)
    return extractor
