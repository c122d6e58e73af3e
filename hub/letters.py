"""Latin letters that taking accents away leaves as they are."""

from __future__ import annotations

from typing import Final

# Small letters, and how people write them who have only the plain ones.
PLAIN: Final = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "ı": "i",
    "þ": "th",
    "ð": "d",
}
