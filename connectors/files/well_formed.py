"""Where a delimited text is plainly well formed, so that it can be parsed by column without a second thought.

Well formed: every opening quote follows a delimiter or a line end, every closing one is followed by one, or
by a quote (a doubled quote closes and opens). Quotes are opening and closing in turn, so line ends with an
odd number of quotes before them belong to a value.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

_QUOTE, _LF, _CR = b'"'[0], b"\n"[0], b"\r"[0]
_NO_QUOTES: Final = np.empty(0, np.int64)

Positions = npt.NDArray[np.int64]


def well_formed_records(data: bytes, delimiter: str, *, last: bool) -> tuple[int, bool]:
    """How many bytes of whole, well-formed records a text begins with, and whether what follows needs care.

    When it does not, nothing follows, or a record that goes on in the next piece of text. `last` tells that
    there is none.
    """
    quotes = np.flatnonzero(np.frombuffer(data, np.uint8) == _QUOTE) if b'"' in data else _NO_QUOTES
    odd_one = _first_odd_one(data, quotes, delimiter) if len(quotes) else None
    if odd_one is not None:
        return _last_record_end(data, quotes, odd_one), True
    if last and len(quotes) % 2 == 0:
        return len(data), False
    return _last_record_end(data, quotes, len(data)), last


def _first_odd_one(data: bytes, quotes: Positions, delimiter: str) -> int | None:
    """The position of the first quote that is not where a quote of a well-formed text is."""
    octets = np.frombuffer(data, np.uint8)
    border = np.zeros(256, np.bool_)
    border[[_QUOTE, _LF, _CR, ord(delimiter)]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    opening = opening[opening > 0]
    closing = closing[closing < len(octets) - 1]
    odd = np.concatenate([opening[~border[octets[opening - 1]]], closing[~border[octets[closing + 1]]]])
    return int(odd.min()) if len(odd) else None


def _last_record_end(data: bytes, quotes: Positions, before: int) -> int:
    """Just after the last line end before a position that is not within quotes; 0 when there is none."""
    line_end = b"\n" if b"\n" in data else b"\r"
    # CR at the very end may be half of CR LF
    stop = min(before, len(data) - 1) if line_end == b"\r" else before
    at = data.rfind(line_end, 0, stop)
    while at >= 0 and np.searchsorted(quotes, at) % 2:
        at = data.rfind(line_end, 0, at)
    return at + 1
