"""Column names from a header as it stands in the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_INVALID: Final = re.compile("[\ud800-\udfff]")  # stands for a byte that is no character


def column_names(header: Sequence[str]) -> tuple[str, ...]:
    """Trimmed and unique: an empty name becomes `column_3`, a repeated one `email_2`. What is no character in
    the file's encoding becomes �.
    """
    trimmed = [_INVALID.sub("\ufffd", name.strip("\ufeff \t\r\n\u00a0\0")) for name in header]
    taken = {name for name in trimmed if name}
    names: list[str] = []
    for number, name in enumerate(trimmed, start=1):
        found = name or f"column_{number}"
        if found in names or (not name and found in taken):
            found = _free(found, taken | set(names))
        names.append(found)
    return tuple(names)


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
