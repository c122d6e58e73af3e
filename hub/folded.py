"""Texts as places are compared: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_APART: Final = re.compile(r"[\W_]+")


def folded(text: str | None) -> str:
    """Lower case, no accents, everything but letters and digits one space."""
    if text is None:
        return ""
    if not text.isascii():
        parts = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.category(c).startswith("M"))
        text = unicodedata.normalize("NFC", "".join(parts))
    return _APART.sub(" ", text.lower())
