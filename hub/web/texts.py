"""Values as a page shows them: cut where they are huge, without characters that no page can hold."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 160
_NOT_IN_PAGES: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def page_text(text: str, longest: int = LONGEST) -> str:
    """The text, or its beginning and how much more there is. Escaping is the template's part."""
    clean = _NOT_IN_PAGES.sub("\N{REPLACEMENT CHARACTER}", text[: longest + 1])
    if len(text) <= longest:
        return clean
    return f"{clean[:longest]}… ({len(text) - longest:,} more characters)"
