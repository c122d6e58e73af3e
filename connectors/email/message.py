"""A message from its bytes: the parts in which people are named."""

from __future__ import annotations

import re
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
CARD_MARK: Final = re.compile(rb"text/(?:x-)?vcard|text/directory|\.vcf\b", re.IGNORECASE)

_LONGEST_TEXT: Final = 200_000
_LONGEST_CARD: Final = 2 * 1024 * 1024
_MOST_PARTS: Final = 200
_CARD_TYPES: Final = {"text/vcard", "text/x-vcard", "text/directory", "application/vcard"}


def read_message(raw: bytes) -> Message:
    """Parses what is needed of a message. The email package raises what it likes on odd input."""
    whole = raw[:WHOLE]
    return BytesParser(policy=compat32).parsebytes(whole if CARD_MARK.search(whole) else raw[:BEGINNING])


def text_lines(message: Message) -> list[str]:
    """The message's text as lines: plain text if there is any, else what the HTML shows."""
    html: Message | None = None
    for part in _parts(message):
        if part.get_content_disposition() == "attachment":
            continue
        if part.get_content_type() == "text/plain" and (text := _text(part)).strip():
            return text.splitlines()
        if part.get_content_type() == "text/html":
            html = html or part
    return html_to_lines(_text(html)) if html else []


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
