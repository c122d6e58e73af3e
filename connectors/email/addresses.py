"""Address fields (From, To, …) to names and addresses.

`email.utils.getaddresses` has its strict form only from Python 3.11.10 on, and then refuses the whole field
for one bad address. Here each address stands or falls alone, and one that could be read in two ways
(CVE-2023-27043: `alice@example.org)bob@example.com`) falls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.email.headers import LONGEST_TEXT, words_decoded

_LABEL: Final = r"[^\W_](?:[\w-]*[^\W_])?"
_ADDRESS: Final = re.compile(rf'[^\s"(),:;<>@\[\]\\]{{1,64}}@(?:{_LABEL}\.)+{_LABEL}')
_LONGEST: Final = 254
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True, repr=False)
class Mailbox:
    """A name as it was written (may be empty) and an address in lower case."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, repr=False)
class AddressList:
    """What a field names, and the pieces of it that are no addresses."""

    mailboxes: tuple[Mailbox, ...]
    unreadable: tuple[str, ...]


def parse_addresses(field: str) -> AddressList:
    """The mailboxes of a field, groups taken apart; a group's name is nobody, nor are its hidden members."""
    mailboxes: list[Mailbox] = []
    unreadable: list[str] = []
    for piece in _pieces(field):
        found = _mailbox(piece) or _mailbox(words_decoded(piece))  # some encode the address with the name
        if found:
            mailboxes.append(found)
        else:
            unreadable.append(words_decoded(piece))
    return AddressList(tuple(mailboxes), tuple(unreadable))


def is_address(text: str) -> bool:
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None


def _pieces(field: str) -> Iterator[str]:
    """The field cut at commas and semicolons; a name with a comma that nobody quoted is made whole again."""
    pieces = _cut(field)
    if pieces is None:  # a quote or a comment that never ends
        pieces = _cut(field.replace('"', "").replace("(", "").replace(")", "")) or [field]
    waiting = ""
    for piece in pieces:
        text = piece.strip()
        if not text:
            continue
        if waiting and "<" in text:
            yield f"{waiting}, {text}"
            waiting = ""
            continue
        if waiting:
            yield waiting
        waiting = "" if "@" in text else text
        if not waiting:
            yield text
    if waiting:
        yield waiting


def _cut(field: str) -> list[str] | None:
    """None when a quote or a comment never ends."""
    pieces, start, at = [], 0, 0
    is_quoted, is_angled, comments = False, False, 0
    while at < len(field):
        sign = field[at]
        if sign == "\\":
            at += 1
        elif sign == '"' and not comments:
            is_quoted = not is_quoted
        elif is_quoted:
            pass
        elif sign in "()":
            comments = max(0, comments + (1 if sign == "(" else -1))
        elif comments:
            pass
        elif sign in "<>":
            is_angled = sign == "<"
        elif sign in ",;" and not is_angled:
            pieces.append(field[start:at])
            start = at + 1
        elif sign == ":" and not is_angled:
            start = at + 1  # what stood before is a group's name
        at += 1
    return None if is_quoted or comments else [*pieces, field[start:]]


def _mailbox(piece: str) -> Mailbox | None:
    if len(piece) > LONGEST_TEXT:
        return None
    if "<" in piece:
        name, _, rest = piece.rpartition("<")
        address, is_closed, after = rest.partition(">")
        if "@" in after or "?=" in after:
            return None
        address = address.rpartition(":")[2]  # a route before the address, obsolete since RFC 2822
        name = _bare_name(name) if name.strip() else _comment(after)
        return _checked(name, address) if is_closed or address else None
    without_comments = re.sub(r"\([^()]*\)", " ", piece)
    return _checked(_comment(piece), without_comments)


def _checked(name: str, address: str) -> Mailbox | None:
    bare = words_decoded(address).strip("'\" ").rstrip(".").lower()
    return Mailbox(words_decoded(name), bare) if is_address(bare) else None


def _bare_name(text: str) -> str:
    """Without the quotes that protect it."""
    return _QUOTED.sub(lambda found: re.sub(r"\\(.)", r"\1", found[1]), text).strip()


def _comment(text: str) -> str:
    found: Sequence[str] = re.findall(r"\(([^()]*)\)", text)
    return found[-1].strip() if found else ""
