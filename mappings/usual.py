"""E-mails, phones and moments in usual forms, a whole column at once.

Most addresses and numbers are plain. They get here, by operations on columns, exactly what
`normalise_email`, `normalise_phone` and `normalise_instant` give one by one (a property test compares them);
what is not plain is left to those.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import EMAIL, PHONE
from mappings.normalise.emails import IGNORES_DOTS, PLAIN, PLAIN_LENGTH, RESERVED, SAME_DOMAIN
from mappings.normalise.phones import GAPS, LONGEST_LOCAL, SHORTEST, SPACED, USUAL
from mappings.normalise.placeholders import LOCAL_PARTS
from mappings.unchanged import CAPITAL, NO_NAMES, SMALL, Mask, days, names, says

_SEQUENCES: Final = pa.array(
    [
        counted[start:end]
        for counted in ("1234567890123456789", "9876543210987654321")
        for start in range(len(counted))
        for end in range(start + 7, len(counted) + 1)
    ]
)
# Perhaps one digit over and over, or hardly more than zeros: a stand-in, or looked at more closely.
_SUSPECT: Final = "^0*(?:" + "|".join(f"{digit}+" for digit in range(10)) + ")$|^[0-9]{0,3}0+$"
_ABROAD: Final = r"^\+(?:" + "|".join(sorted({f"{code}{shape}" for code, _, shape in USUAL.values()})) + ")$"
# Countries from which 00 dials abroad; where the country is not known, nothing else can be meant.
_WITH_ZERO: Final = pa.array(["", *(name for name, (_, zero, _shape) in USUAL.items() if zero)])
_LOCAL: Final = f"^[0-9]{{{SHORTEST},{LONGEST_LOCAL}}}$"
# A word, or several with hyphens between, in letters that are all capitals or all small.
_ALIKE: Final = f"^(?:[{CAPITAL}]{{2,}}(?:-[{CAPITAL}]+)*|[a-z][{SMALL}]+(?:-[a-z][{SMALL}]*)*)$"
_INNER: Final = "(?i)(?:^|-)ma?c"  # a capital may stand within: McDonald
_INSTANT: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3}(?:[0-9]{3})?)?$"
)


def usual_emails(texts: pa.Array, kind: str | None) -> tuple[Mask, pa.StructArray]:
    """Which texts are one plain address that is nobody's stand-in, and an item for each of those."""
    mask = _mask(pc.match_substring_regex(texts, f"^(?:{PLAIN})$"))
    plain = texts.filter(pa.array(mask))
    parts = pc.list_flatten(pc.split_pattern(plain, "@"))
    places = np.arange(len(plain)) * 2
    local, domain = parts.take(pa.array(places)), pc.utf8_lower(parts.take(pa.array(places + 1)))
    lower = pc.utf8_lower(local)
    usual = ~_mask(_stands_in(plain, local, lower, domain))
    mask[mask] = usual
    chosen = pa.array(usual)
    local, lower, domain = (column.filter(chosen) for column in (local, lower, domain))
    value = pc.binary_join_element_wise(local, domain, "@")
    return mask, _items(EMAIL, kind, value=value, match=_matching_form(lower, domain))


def _stands_in(text: Any, local: Any, lower: Any, domain: Any) -> Any:
    """Whether a plain address is a stand-in, or to be looked at more closely."""
    name = pc.replace_substring_regex(domain, r"\..*$", "")
    last = pc.replace_substring_regex(domain, r"^.*\.", "")
    odd = pc.or_(pc.is_in(lower, pa.array(sorted(LOCAL_PARTS))), pc.equal(lower, name))
    odd = pc.or_(odd, pc.is_in(last, pa.array(sorted(RESERVED))))
    odd = pc.or_(odd, pc.match_substring(text, "--"))
    odd = pc.or_(odd, pc.greater(pc.utf8_length(text), PLAIN_LENGTH))
    return pc.or_(odd, pc.greater(pc.utf8_length(local), 64))


def _matching_form(local: Any, domain: Any) -> Any:
    bare = pc.replace_substring_regex(local, r"^([^+]+)\+.*$", r"\1")
    dotless = pc.replace_substring(bare, ".", "")
    bare = pc.if_else(pc.is_in(domain, pa.array(sorted(IGNORES_DOTS))), dotless, bare)
    for said, meant in SAME_DOMAIN.items():
        domain = pc.if_else(pc.equal(domain, said), meant, domain)
    return pc.binary_join_element_wise(bare, domain, "@")


def usual_phones(texts: pa.Array, countries: pa.Array, kind: str | None) -> tuple[Mask, pa.StructArray]:
    """Which texts (each with its country, if known) are one usual number, and an item for each of those."""
    # a number that ends in .0 is a spreadsheet's, a zero in brackets is no part of it
    spaced = _mask(pc.match_substring_regex(texts, f"^(?:{SPACED})$"))
    spaced &= ~_mask(pc.match_substring_regex(texts, r"^\+?[0-9]{6,15}\.0+ *$|\(0\)"))
    places = np.flatnonzero(spaced)
    dialled = pc.replace_substring_regex(texts.take(pa.array(places)), GAPS, "")
    digits = pc.replace_substring_regex(dialled, r"^(?:\+|00)", "")
    suspect = _mask(pc.match_substring_regex(digits, _SUSPECT))
    suspect |= _mask(pc.is_in(pc.utf8_ltrim(digits, "0"), _SEQUENCES))
    suspect |= _mask(pc.starts_with(dialled, "00")) & ~_mask(
        pc.starts_with(texts.take(pa.array(places)), "00")
    )
    found, numbers = [np.zeros(0, np.int64)], [pa.array([], pa.string())]
    for which, values in _numbers(dialled, pc.fill_null(countries.take(pa.array(places)), "")):
        sure = ~suspect[which]
        found.append(which[sure])
        numbers.append(values.filter(pa.array(sure)))
    chosen = np.concatenate(found)
    value = pa.concat_arrays(numbers).take(pa.array(np.argsort(chosen)))
    mask = np.zeros(len(texts), bool)
    mask[places[chosen]] = True
    return mask, _items(PHONE, kind, value=value, match=value)


def _numbers(dialled: pa.Array, countries: pa.Array) -> Iterator[tuple[Any, pa.Array]]:
    """Places of usual numbers, and these numbers in E.164; each place comes once."""
    abroad = _mask(pc.starts_with(dialled, "+"))
    zeros = _mask(pc.and_(pc.starts_with(dialled, "00"), pc.is_in(countries, _WITH_ZERO)))
    yield _matching(dialled, abroad, _ABROAD)
    which, with_code = _taken(dialled, zeros)
    with_code = pc.binary_join_element_wise("+", pc.utf8_slice_codeunits(with_code, 2), "")
    good = _mask(pc.match_substring_regex(with_code, _ABROAD))
    yield which[good], with_code.filter(pa.array(good))
    # nobody knows the country: the digits alone still tell people apart
    yield _matching(dialled, _mask(pc.equal(countries, "")) & ~abroad & ~zeros, _LOCAL)
    for name, (code, zero, shape) in USUAL.items():
        here = _mask(pc.equal(countries, name)) & ~abroad
        start = "1?" if code == "1" else zero
        which, numbers = _matching(dialled, here, f"^{start}{shape}$")
        yield which, pc.replace_substring_regex(numbers, f"^{start}({shape})$", rf"+{code}\1")


def _matching(texts: pa.Array, among: Mask, pattern: str) -> tuple[Any, pa.Array]:
    which, taken = _taken(texts, among)
    good = _mask(pc.match_substring_regex(taken, pattern))
    return which[good], taken.filter(pa.array(good))


def _taken(texts: pa.Array, among: Mask) -> tuple[Any, pa.Array]:
    which = np.flatnonzero(among)
    return which, texts.take(pa.array(which))


def usual_names(texts: pa.Array) -> tuple[Mask, pa.Array]:
    """Which texts are a given or family name in mixed case, or one word all in capitals or all small; and all
    texts, those words in their usual form.
    """
    alike = _mask(pc.match_substring_regex(texts, _ALIKE)) & ~_mask(pc.match_substring_regex(texts, _INNER))
    alike &= ~says(texts, NO_NAMES)
    return names(texts) | alike, pc.if_else(pa.array(alike), pc.utf8_title(texts), texts)


def usual_instants(texts: pa.Array) -> tuple[Mask, pa.Array]:
    """Which texts are a moment in ISO form without a zone; all in our form, the others as they are."""
    mask = _mask(pc.match_substring_regex(texts, _INSTANT))
    mask[mask] = days(texts.filter(pa.array(mask)))
    day, time = pc.utf8_slice_codeunits(texts, 0, 10), pc.utf8_slice_codeunits(texts, 11, 19)
    fraction = pc.utf8_rpad(pc.utf8_slice_codeunits(texts, 20), 6, "0")
    whole = pc.binary_join_element_wise(day, "T", time, ".", fraction, "Z", "")
    return mask, pc.if_else(pa.array(mask), whole, texts)


def _mask(found: Any) -> Mask:
    mask: Mask = pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False).astype(bool)
    return mask


def _items(kind: pa.StructType, type_: str | None, **columns: pa.Array) -> pa.StructArray:
    count = len(columns["value"])
    columns["type"] = pa.nulls(count, pa.string()) if type_ is None else pa.repeat(type_, count)
    arrays = [columns[field.name] if field.name in columns else pa.nulls(count, field.type) for field in kind]
    return pa.StructArray.from_arrays(arrays, fields=list(kind))
