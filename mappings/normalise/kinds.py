"""Person or organisation, from the words that systems and people use in six languages."""

from __future__ import annotations

import re
from typing import Final

from mappings.normalise.text import folded
from mappings.words import table

_WORDS: Final = table("kind")


def kind_of(text: str) -> str | None:
    """`person` or `organization`; None for a word that says neither."""
    return _WORDS.get("-".join(re.findall(r"[a-z0-9]+", folded(text))))
