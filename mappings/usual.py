"""E-mails and phones in usual forms, a whole column at once.

Most addresses and numbers are plain. They get here, by operations on columns, exactly what
`normalise_email` and `normalise_phone` give one by one (a property test compares them); what is not plain is
left to those.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import EMAIL, PHONE
from mappings.encoded import Encoded
from mappings.normalise.emails import IGNORES_DOTS, PLAIN, PLAIN_LENGTH, RESERVED, SAME_DOMAIN
from mappings.normalise.phones import GAPS, SPACED, USUAL
from mappings.normalise.placeholders import LOCAL_PARTS

Mask = npt.NDArray[np.bool_]
MANY: Final = 64  # values: for fewer, one by one is as quick
_SEQUENCES: Final = [
    counted[start:end]
    for counted in ("1234567890123456789", "9876543210987654321")
    for start in range(len(counted))
    for end in range(start + 7, len(counted) + 1)
]
# Perhaps one digit over and over, or hardly more than zeros: a stand-in, or looked at more closely.
_SUSPECT: Final = "^0*(?:" + "|".join(f"{digit}+" for digit in range(10)) + ")$|^[0-9]{0,3}0+$"


def apart(column: Encoded, usual: Mask) -> tuple[npt.NDArray[np.int64], Encoded]:
    """The codes of the usual values, and the column of the others."""
    known = np.append(usual, False)[column.codes]
    others = [None if done else value for value, done in zip(column.values, usual.tolist(), strict=True)]
    return np.where(known, column.codes, -1), Encoded(np.where(known, -1, column.codes), others)


def usual_emails(values: Sequence[Any], kind: str | None) -> tuple[Mask, pa.StructArray]:
    """Which values are one plain address that is nobody's stand-in, and an item for each of those."""
    texts = pa.array([value if isinstance(value, str) else None for value in values], pa.string())
    plain = pc.and_(
        pc.match_substring_regex(texts, f"^(?:{PLAIN})$"), pc.less_equal(pc.utf8_length(texts), PLAIN_LENGTH)
    )
    parts = pc.extract_regex(texts, "^(?P<local>[^@]+)@(?P<domain>.+)$")
    local, domain = pc.struct_field(parts, "local"), pc.utf8_lower(pc.struct_field(parts, "domain"))
    lower = pc.utf8_lower(local)
    name = pc.replace_substring_regex(domain, r"\..*$", "")
    last = pc.replace_substring_regex(domain, r"^.*\.", "")
    stand_in = pc.or_(pc.is_in(lower, pa.array(sorted(LOCAL_PARTS))), pc.equal(lower, name))
    odd = pc.or_(pc.is_in(last, pa.array(sorted(RESERVED))), pc.match_substring(texts, "--"))
    odd = pc.or_(odd, pc.greater(pc.utf8_length(local), 64))
    usual = pc.and_not(plain, pc.or_(stand_in, odd))
    match = _matching_form(lower, domain)
    value = pc.binary_join_element_wise(local, domain, "@")
    return _mask(usual), _items(EMAIL, value=value, match=match, type=_all(kind, len(values)))


def _matching_form(local: Any, domain: Any) -> Any:
    bare = pc.replace_substring_regex(local, r"^([^+]+)\+.*$", r"\1")
    dotless = pc.replace_substring(bare, ".", "")
    bare = pc.if_else(pc.is_in(domain, pa.array(sorted(IGNORES_DOTS))), dotless, bare)
    for said, meant in SAME_DOMAIN.items():
        domain = pc.if_else(pc.equal(domain, said), meant, domain)
    return pc.binary_join_element_wise(bare, domain, "@")


def usual_phones(
    pairs: Sequence[tuple[Any, str | None]], default: str | None, kind: str | None
) -> tuple[Mask, pa.StructArray]:
    """Which values (each with its country, if known) are one usual number, and an item for each of those."""
    texts = pa.array([pair[0] if isinstance(pair[0], str) else None for pair in pairs], pa.string())
    country = pc.fill_null(pa.array([pair[1] or default for pair in pairs], pa.string()), "")
    # a number that ends in .0 is a spreadsheet's, a zero in brackets is no part of it
    spaced = pc.and_not(
        pc.match_substring_regex(texts, f"^(?:{SPACED})$"),
        pc.match_substring_regex(texts, r"^[0-9]{6,15}\.0+$|\(0\)"),
    )
    dialled = pc.replace_substring_regex(texts, GAPS, "")
    digits = pc.replace_substring(dialled, "+", "")
    body = pc.utf8_ltrim(digits, "0")
    suspect = pc.or_(pc.match_substring_regex(digits, _SUSPECT), pc.is_in(body, pa.array(_SEQUENCES)))
    value = pa.nulls(len(pairs), pa.string())
    for code, zero, shape in USUAL.values():
        abroad = pc.match_substring_regex(dialled, rf"^\+{code}{shape}$")
        value = pc.coalesce(value, pc.if_else(abroad, dialled, pa.scalar(None, pa.string())))
        if zero:
            from_abroad = pc.and_(
                pc.match_substring_regex(dialled, rf"^00{code}{shape}$"), pc.is_in(country, _with_zero())
            )
            value = pc.coalesce(value, _if(from_abroad, dialled, "^00", "+"))
    for name, (code, zero, shape) in USUAL.items():
        start = "1?" if code == "1" else zero
        here = pc.and_(pc.match_substring_regex(dialled, f"^{start}{shape}$"), pc.equal(country, name))
        value = pc.coalesce(value, _if(here, dialled, f"^{start}({shape})$", rf"+{code}\1"))
    usual = pc.and_(pc.and_not(spaced, suspect), pc.is_valid(value))
    return _mask(usual), _items(PHONE, value=value, match=value, type=_all(kind, len(pairs)))


def _with_zero() -> pa.Array:
    """Countries from which 00 dials abroad."""
    return pa.array([name for name, (_, zero, _shape) in USUAL.items() if zero])


def _if(condition: Any, texts: Any, pattern: str, to: str) -> Any:
    return pc.if_else(condition, pc.replace_substring_regex(texts, pattern, to), pa.scalar(None, pa.string()))


def _all(text: str | None, count: int) -> pa.Array:
    return pa.array([text], pa.string()).take(pa.array(np.zeros(count, np.int64)))


def _mask(found: Any) -> Mask:
    mask: Mask = pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False).astype(bool)
    return mask


def _items(kind: pa.StructType, **columns: Any) -> pa.StructArray:
    count = len(next(iter(columns.values())))
    arrays = [columns[field.name] if field.name in columns else pa.nulls(count, field.type) for field in kind]
    return pa.StructArray.from_arrays(arrays, fields=list(kind))
