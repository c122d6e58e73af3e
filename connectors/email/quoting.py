"""What of a message its sender wrote, without what was quoted or forwarded below or between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from connectors.email.names import folded

_LONGEST_LINE: Final = 500
_NEAR: Final = 6  # lines in which a quoted message's header fields stand together

# All patterns are for lines without accents and capitals.
_DIVIDER: Final = re.compile(
    r"""[\s>*]* (?:-{2,}|_{2,}|={2,})? \s* (?:
        original\ (?:message|appointment) | message\ d['’]origine | message\ original
      | ursprungliche\ nachricht | mensaje\ original | messaggio\ originale | oorspronkelijk\ bericht
      | forwarded\ (?:message|by) | begin\ forwarded\ message
      | (?:debut\ du\ )?message\ (?:transfere|reexpedie) | (?:anfang\ der\ )?weitergeleiteten?\ nachricht
      | mensaje\ reenviado | messaggio\ inoltrato
    )\b""",
    re.VERBOSE,
)
_FROM: Final = re.compile(r"[\s*]*(?:from|de|von|van|da|od)\s*:[\s*]*\S")
_ALSO: Final = re.compile(
    r"""[\s*]* (?: sent | date | to | subject | envoye | a | objet | gesendet | datum | an | betreff
      | enviado | para | asunto | fecha | inviato | oggetto | verzonden | aan | onderwerp ) \s* :""",
    re.VERBOSE,
)
# "On Tuesday … Jane wrote:", in one line or broken into up to three
_BEGINS_ATTRIBUTION: Final = re.compile(r"[\s*]*(?:on|le|am|el|il|op|em)\b.*\d")
_ATTRIBUTION: Final = re.compile(
    r"""[\s*]* (?: on | le | am | el | il | op | em )\b .*\d .* \b
      (?: wrote | (?:a\ )?ecrit | schrieb(?:\ .*)? | escribio | ha\ scritto | schreef(?:\ .*)? | escreveu )
      \s* : \s* $""",
    re.VERBOSE,
)
_FROM_A_PHONE: Final = re.compile(
    r"\s*(?:sent from|get outlook for|envoye (?:de|depuis) mon|telecharger outlook"
    r"|(?:gesendet )?von mein|enviado desde|inviato da)\b"
)


def own_lines(lines: Sequence[str]) -> list[str]:
    """The sender's own lines. Answers written below or between quoted lines stay; a message that is quoted
    without marks ends it, for what follows cannot be told from the sender's words.
    """
    plain = [folded(line[:_LONGEST_LINE]) for line in lines]
    found: list[str] = []
    at = 0
    while at < len(lines):
        line = plain[at]
        if line.lstrip().startswith(">") or _FROM_A_PHONE.match(line):
            at += 1
            continue
        if _DIVIDER.match(line) or _is_quoted_header(plain, at):
            break
        taken = _attribution(plain, at)
        if taken and not _quote_follows(plain, at + taken):
            break
        if not taken:
            found.append(lines[at][:_LONGEST_LINE])
        at += taken or 1
    return found


def _is_quoted_header(lines: Sequence[str], at: int) -> bool:
    """From:, Sent:, To:, Subject: as Outlook writes them above a quoted message."""
    if not _FROM.match(lines[at]):
        return False
    return any(_ALSO.match(line) for line in lines[at + 1 : at + _NEAR])


def _attribution(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` on say who wrote what is quoted next; 0 when they do not."""
    if not _BEGINS_ATTRIBUTION.match(lines[at]):
        return 0
    for count in (1, 2, 3):
        joined = " ".join(line.strip() for line in lines[at : at + count])
        if _ATTRIBUTION.match(joined):
            return count
    return 0


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    following = next((line for line in lines[at : at + 3] if line.strip()), "")
    return following.lstrip().startswith(">")
