"""Names of organisations: cleaned, not shortened; legal forms are the matching's business."""

from __future__ import annotations

from functools import lru_cache

from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import MEMORY, clean_text, folded

NOBODY = frozenset(
    {"particulier", "private", "privat", "individual", "self", "self employed", "freelance", "independant"}
)


@lru_cache(MEMORY)
def normalise_organization(text: str) -> str | Refusal | None:
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if is_placeholder(cleaned):
        return Refusal("placeholder")
    return Refusal("no-organization") if folded(cleaned).strip("().- ") in NOBODY else cleaned


def normalise_line(text: str) -> str | Refusal | None:
    """A plain line such as a job title, a tag or an attribute."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    return Refusal("placeholder") if is_placeholder(cleaned) else cleaned
