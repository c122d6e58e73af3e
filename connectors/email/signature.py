"""The signature below a message: the sender's phone numbers, company, title and web site.

Rather nothing than something wrong: a block counts as a signature only when it stands below `-- ` or a
closing ("Best regards", "Cordialement", …) and is not somebody else's; a company and a title need evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.contacts.person import Value
from connectors.email.addresses import is_address
from connectors.email.names import folded
from connectors.email.phone_lines import phones_in
from connectors.email.signature_words import (
    CLOSING_WORDS,
    CLOSINGS,
    LEGAL_FORM_FIRST,
    LEGAL_FORM_LAST,
    SENTENCE_WORDS,
    SHARED_DOMAINS,
    SOCIAL_SITES,
    TITLE_ENDINGS,
    TITLE_WORDS,
)
from connectors.text import one_line

_MOST_LINES: Final = 14
_LONGEST_LINE: Final = 110
_LONGEST_ITEM: Final = 70
_NEAR_THE_TOP: Final = 6  # items among which a title and a company stand
_DELIMITER: Final = re.compile(r"\s*(?:--|—|__+|\*\*+)\s*")
_ITEMS: Final = re.compile(r"\s*(?:\t|\||•|·|▪|–\s|\s-\s)\s*")
_BESIDE_A_COMPANY: Final = re.compile(r",\s+(?!(?:Inc|LLC|Ltd|Corp)\b)|\s(?:at|chez|bei|@)\s")
_ADDRESS: Final = re.compile(r"[^\s<>\[\]():;,|]+@[^\s<>\[\]():;,|]+")
_SITE: Final = re.compile(r"(?:https?://|www\.)[^\s<>\[\]|\"]+", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True, repr=False)
class Signature:
    """What was found, as written; empty where nothing was. `name` only where it is plainly the sender's."""

    name: str = ""
    organization: str = ""
    job_title: str = ""
    website: str = ""
    phones: tuple[Value, ...] = ()


def find_signature(lines: Sequence[str], name: str, address: str) -> Signature:
    """The signature in the sender's own lines; `name` and `address` are the sender's, from the header."""
    for block, is_marked in _blocks(lines):
        if _is_of_another(block, address) or not (is_marked or _is_signed(block, name, address)):
            continue
        found = _read(block, name, address)
        if found != Signature():
            return found
    return Signature()


def _blocks(lines: Sequence[str]) -> Iterator[tuple[list[str], bool]]:
    """What may be signatures: below each delimiter (marked as one), then below each closing, last first."""
    marked = [at + 1 for at, line in enumerate(lines) if _DELIMITER.fullmatch(line)]
    closed = [at + 1 for at, line in enumerate(lines) if _is_closing(line)]
    yield from ((_block(lines, start), True) for start in reversed(marked))
    yield from ((_block(lines, start), False) for start in reversed(closed))


def _block(lines: Sequence[str], start: int) -> list[str]:
    """The lines from `start` on, until a long one (a disclaimer), another block or too many."""
    found: list[str] = []
    for raw in lines[start:]:
        line = "\t".join(one_line(cell) for cell in raw.split("\t"))
        if not line.strip():
            continue
        if len(line) > _LONGEST_LINE or _DELIMITER.fullmatch(raw) or len(found) == _MOST_LINES:
            break
        found.append(line)
    return found


def _is_closing(line: str) -> bool:
    if len(line) > _LONGEST_LINE:
        return False
    found = _WORD.findall(line)
    words = folded(" ".join(found))
    if not found or len(found) > CLOSING_WORDS:
        return False
    return words in _CLOSINGS or words.startswith(_LONG_CLOSINGS)


_CLOSINGS: Final = frozenset(CLOSINGS)
# "Thanks" or "Best" with more behind it may be a sentence; "Kind regards from Lyon" is none.
_LONG_CLOSINGS: Final = tuple(f"{closing} " for closing in CLOSINGS if " " in closing or len(closing) > 9)


def _is_of_another(block: Sequence[str], address: str) -> bool:
    """Whether the block shows addresses, but not the sender's: somebody else's, or a forwarded one."""
    shown = {found.strip(".").lower() for line in block for found in _ADDRESS.findall(line)}
    shown = {one.removeprefix("mailto:") for one in shown}
    return any(is_address(one) for one in shown) and address not in shown


def _is_signed(block: Sequence[str], name: str, address: str) -> bool:
    """Whether one of the first lines has a word of the sender's name or, without a name, of the address."""
    if any(address in line.lower() for line in block):
        return True
    known = set(_WORD.findall(folded(name))) or set(_WORD.findall(folded(address.partition("@")[0])))
    signed = {word for line in block[:3] for word in _WORD.findall(folded(line))}
    return any(len(word) > 2 for word in known & signed)


def _read(block: Sequence[str], name: str, address: str) -> Signature:
    items = [item for line in block for item in _items(line)]
    told_name = name or _name_in(items[:1], address)
    others = [item for item in items if not (told_name and _same(item, told_name))]
    title, company = _title_and_company(others[:_NEAR_THE_TOP], address)
    phones = dict.fromkeys(phone for line in block for phone in phones_in(line))
    return Signature(
        name="" if name else told_name,
        organization=company,
        job_title=title,
        website=_website(block, address),
        phones=tuple(phones),
    )


def _items(line: str) -> Iterator[str]:
    for item in _ITEMS.split(line):
        bare = item.strip(" ,;*_")
        if 1 < len(bare) <= _LONGEST_ITEM:
            yield bare


def _name_in(items: Iterable[str], address: str) -> str:
    """The first item when it looks like a name and the address holds two of its words (or initials)."""
    local = folded(address.partition("@")[0])
    for item in items:
        words = _WORD.findall(item)
        if 2 <= len(words) <= 4 and " ".join(words) == item and all(word[0].isupper() for word in words):
            first, last = folded(words[0]), folded(words[-1])
            if last in local and local.startswith(first[0]):
                return item
    return ""


def _title_and_company(items: Sequence[str], address: str) -> tuple[str, str]:
    """The first of each; "Sales Manager at Acme GmbH" tells both."""
    title = company = ""
    for item in items:
        if _has_contact(item) or _is_sentence(item):
            continue
        for part in _parts(item):
            if not company and _is_company(part, address):
                company = part
            elif not title and _is_title(part):
                title = part
    return title, company


def _parts(item: str) -> Sequence[str]:
    """A line that names a company among other things, in parts; any other as it is ("Director, Sales")."""
    parts = [part.strip() for part in _BESIDE_A_COMPANY.split(item)]
    return parts if any(_has_legal_form(part) for part in parts) else [item]


def _has_contact(item: str) -> bool:
    return (
        "@" in item
        or _SITE.search(item) is not None
        or any(sign.isdigit() for sign in item[:3])
        or any(phones_in(item))
    )


def _is_company(item: str, address: str) -> bool:
    """A legal form is evidence, or that the sender's domain bears the name."""
    own = _own_label(address)
    if len(own) >= 3 and _letters(item) == own:
        return True
    return _has_legal_form(item) and len(item.split()) <= 8 and not _has_title_word(item)


def _has_legal_form(item: str) -> bool:
    return bool(LEGAL_FORM_LAST.fullmatch(item) or LEGAL_FORM_FIRST.fullmatch(item))


def _own_label(address: str) -> str:
    """The part of the domain that names its owner, without hyphens; empty at a shared domain."""
    labels = address.rpartition("@")[2].split(".")
    if len(labels) < 2:
        return ""
    label = (
        labels[-3]
        if len(labels) > 2 and labels[-2] in {"co", "com", "org", "net", "ac", "gov"}
        else labels[-2]
    )
    return "" if label in SHARED_DOMAINS else _letters(label)


def _is_title(item: str) -> bool:
    if any(sign.isdigit() for sign in item) or item.endswith(("!", "?", ":")) or _has_legal_form(item):
        return False
    return len(_plain_words(item)) <= 8 and _has_title_word(item)


def _has_title_word(item: str) -> bool:
    return any(word in TITLE_WORDS or word.endswith(TITLE_ENDINGS) for word in _plain_words(item))


def _is_sentence(item: str) -> bool:
    return any(word in SENTENCE_WORDS for word in _plain_words(item))


def _plain_words(item: str) -> list[str]:
    return [word for word in re.split(r"[\s,/&().·-]+", folded(item)) if word]


def _website(block: Sequence[str], address: str) -> str:
    domain = address.rpartition("@")[2]
    for line in block:
        for site in _SITE.finditer(line):
            found = site[0]
            bare = re.sub(r"^https?://", "", found, flags=re.IGNORECASE).lower()
            if not any(bare.removeprefix("www.").startswith(social) for social in SOCIAL_SITES):
                return found.rstrip(".,;:)'>/")
        if _own_label(address) and domain in (item.lower() for item in _items(line)):
            return domain
    return ""


def _same(one: str, other: str) -> bool:
    return sorted(_WORD.findall(folded(one))) == sorted(_WORD.findall(folded(other)))


def _letters(text: str) -> str:
    return "".join(sign for sign in folded(text) if sign.isalnum())
