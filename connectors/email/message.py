"""A message from its bytes: the parts in which people are named."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Final

from connectors.email.html_text import html_to_lines
from connectors.text import decoded, storable

# What is read of a message: its text stands at the beginning, attachments come after it.
BEGINNING: Final = 256 * 1024
# What is read of it when an address card is attached somewhere.
WHOLE: Final = 32 * 1024 * 1024
_CARD_MARKS: Final = (b"vcard", b".vcf", b"text/directory")

_LONGEST_TEXT: Final = 200_000  # bytes; HTML has much around its text
_MOST_LINES: Final = 2000  # the sender's own words stand above what is quoted
_LONGEST_CARD: Final = 2 * 1024 * 1024
_MOST_PARTS: Final = 200
_CARD_TYPES: Final = {"text/vcard", "text/x-vcard", "text/directory", "application/vcard"}


def read_message(raw: bytes) -> Message:
    """Parses what is needed of a message. The email package raises what it likes on odd input."""
    needed = raw[:WHOLE] if mentions_card(raw) else raw[:BEGINNING]
    return BytesParser(policy=compat32).parsebytes(needed)


def mentions_card(raw: bytes) -> bool:
    """Whether an address card may be attached. (A search that ignores case takes fifty times as long.)"""
    low = raw[:WHOLE].lower()
    return any(mark in low for mark in _CARD_MARKS)


def text_lines(message: Message) -> list[str]:
    """The message's text as lines: plain text if there is any, else what the HTML shows."""
    html: Message | None = None
    for part in _parts(message):
        if part.get_content_disposition() == "attachment":
            continue
        if part.get_content_type() == "text/plain" and (text := _text(part)).strip():
            return text.splitlines()[:_MOST_LINES]
        if part.get_content_type() == "text/html":
            html = html or part
    return html_to_lines(_text(html))[:_MOST_LINES] if html else []


def attached_cards(message: Message) -> Iterator[bytes]:
    """The attached vCard files."""
    for part in _parts(message):
        name = part.get_filename() or ""
        if part.get_content_type() in _CARD_TYPES or name.lower().endswith((".vcf", ".vcard")):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and len(content) <= _LONGEST_CARD:
                yield content


def _parts(message: Message) -> Iterator[Message]:
    """The leaves in their order; what another message holds that is attached is not this sender's."""
    waiting, met = [message], 0
    while waiting and met < _MOST_PARTS:
        part, met = waiting.pop(), met + 1
        inside = part.get_payload()
        if part.get_content_maintype() == "message":
            continue
        if isinstance(inside, list):
            waiting += [one for one in reversed(inside) if isinstance(one, Message)]
        else:
            yield part


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = part.get_content_charset()
    return storable(decoded(content[:_LONGEST_TEXT], charset))
