"""What people and spreadsheets make of a cell: other writing, remarks, stand-ins for nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date
from typing import Final

_NOTHING: Final = ("-", "n/a", "?", "N/A", "--", "néant", "unknown", "x")
_EMAILS: Final = frozenset({"email", "emails", "email_full"})
_PHONES: Final = frozenset({"phone", "mobile", "phones"})
_WORDS: Final = frozenset({"given", "family", "full", "city", "company", "street", "comma"})


def dirtied(cell: str | None, kind: str, pick: random.Random) -> str | None:
    """A cell as somebody left it; empty ones stay empty."""
    if not cell:
        return cell
    if pick.random() < 0.15:
        return pick.choice(_NOTHING)
    if kind in _EMAILS:
        ways = _OF_EMAILS
    elif kind in _PHONES:
        ways = _OF_PHONES
    elif kind.startswith(("born", "recent")):
        ways = _OF_DATES
    elif kind in _WORDS:
        ways = _OF_WORDS
    elif kind == "zip":
        ways = _OF_CODES
    else:
        return cell
    return pick.choice(ways)(cell)


def _otherwise_dated(cell: str) -> str:
    found = re.match(r"(\d\d)[/.](\d\d)[/.](\d{4})$", cell) or re.match(r"(\d{4})-(\d\d)-(\d\d)$", cell)
    if not found:
        return cell
    parts = [int(part) for part in found.groups()]
    year, month, day = parts if parts[0] > 31 else parts[::-1]
    return f"{day}.{month}.{year}" if month <= 12 else cell


def _serial(cell: str) -> str:
    found = re.match(r"(\d\d)[/.](\d\d)[/.](\d{4})$", cell)
    if not found or int(found[2]) > 12:
        return cell
    return str((date(int(found[3]), int(found[2]), int(found[1])) - date(1899, 12, 30)).days)


def _scientific(cell: str) -> str:
    digits = re.sub(r"\D", "", cell)[:11].lstrip("0")
    return f"{float(digits):.2E}" if len(digits) > 8 else cell


Way = Callable[[str], str]
_OF_EMAILS: Final[tuple[Way, ...]] = (
    str.upper,
    lambda cell: f" {cell} ",
    lambda cell: f"mailto:{cell}",
    lambda cell: cell.replace("@", "(at)"),
    lambda cell: cell.replace(".", ",", 1),
)
_OF_PHONES: Final[tuple[Way, ...]] = (
    _scientific,
    lambda cell: cell.lstrip("0"),
    lambda cell: f"{cell} (bureau)",
    lambda cell: re.sub(r"[ -]", ".", cell),
    lambda cell: f"tel. {cell}",
)
_OF_DATES: Final[tuple[Way, ...]] = (
    _otherwise_dated,
    _serial,
    lambda cell: f"{cell} ?",
    lambda cell: f" {cell}",
)
_OF_WORDS: Final[tuple[Way, ...]] = (
    str.upper,
    str.lower,
    lambda cell: f"{cell}  ",
    lambda cell: cell.replace(" ", "  "),
    lambda cell: f"{cell} (?)",
)
_OF_CODES: Final[tuple[Way, ...]] = (
    lambda cell: cell.lstrip("0"),
    lambda cell: f"{cell}.0",
    lambda cell: f"'{cell}",
)
