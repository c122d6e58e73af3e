"""Header fields of a message as text, however they were written (RFC 5322, RFC 2047 and what breaks them)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final

from connectors.text import decoded, one_line

_ENCODED_WORD: Final = re.compile(r"=\?[^?\s]+\?[bqBQ]\?[^?]*\?=")
# Longer texts are no names; and the library's time for decoding grows with the square of the length.
LONGEST_TEXT: Final = 2000
_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)  # before that nobody sent mail that is read today
_CLOCKS_DIFFER: Final = timedelta(days=1)


def all_of(message: Message, name: str) -> list[str]:
    """Every field of that name, on one line each; encoded words are still encoded."""
    return [_as_text(value) for field, value in message.raw_items() if field.lower() == name.lower()]


def first_of(message: Message, name: str) -> str:
    return next(iter(all_of(message, name)), "")


def words_decoded(text: str) -> str:
    """With the encoded words (`=?utf-8?Q?Ren=C3=A9e?=`) decoded; one that is broken is left out."""
    if "=?" not in text or len(text) > LONGEST_TEXT:
        return one_line(text)
    try:
        shares = decode_header(text)
    except (HeaderParseError, ValueError):
        return one_line(_ENCODED_WORD.sub(" ", text))
    return one_line(
        "".join(share if isinstance(share, str) else decoded(share, charset) for share, charset in shares)
    )


def sent_at(message: Message, now: datetime) -> datetime | None:
    """When the message was sent, in UTC; None when its Date is missing, makes no sense, or is yet to come."""
    try:
        found = parsedate_to_datetime(first_of(message, "Date")[:LONGEST_TEXT])
        at = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if _EARLIEST <= at <= now + _CLOCKS_DIFFER else None


def _as_text(value: object) -> str:
    """The parser keeps raw bytes above 127 as surrogates; mostly they are UTF-8 or Western."""
    return one_line(decoded(str(value).encode("utf-8", "surrogateescape")))
