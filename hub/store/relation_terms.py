"""What relates golden records to each other: who has the same term is related.

`organisation` terms are those of organisations, `staff` terms the same of people: `n:` and the name of the
organisation, `d:` and a domain. `household` terms of people are a word of the family name, a place, and what
is the same however the street is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import Coded, coded, folded_texts, joined
from hub.domain.contact import Kind
from hub.domain.households import family_words, mark_of, place_of
from hub.domain.organisations import core, domain_of, own_domain
from hub.folded import folded
from hub.ranking import Numbers, ranges

ORGANISATION: Final = "organisation"
STAFF: Final = "staff"
HOUSEHOLD: Final = "household"
NAME: Final = "n:"
DOMAIN: Final = "d:"
_Terms = tuple[Coded, Numbers]


def terms_of(contact: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The terms of one golden record, each with its kind."""
    is_person = contact.get("kind") == Kind.PERSON
    if not is_person and contact.get("kind") != Kind.ORGANIZATION:
        return
    for term in ties(contact):
        yield STAFF if is_person else ORGANISATION, term
    if is_person:
        for term in households(contact):
            yield HOUSEHOLD, term


def ties(contact: Mapping[str, Any]) -> set[str]:
    """What an organisation is known by, and a person's organisation looked for by."""
    name = contact.get("organization")
    addresses = [one for field in ("emails", "urls") for one in contact.get(field) or () if one]
    domains = {own_domain(domain_of(one["value"])) for one in addresses if one.get("value")}
    found = {f"{DOMAIN}{domain}" for domain in domains if domain}
    return found | ({f"{NAME}{core(name)}"} if name and core(name) else set())


def households(contact: Mapping[str, Any]) -> set[str]:
    """Each word of a person's family name with each of the addresses that tell a street and a place. Who has
    one of them in common may live together (`hub.domain.households` tells).
    """
    family = (contact.get("name") or {}).get("family")
    found: set[str] = set()
    for one in contact.get("addresses") or ():
        street, place = folded((one or {}).get("street")).strip(), place_of(one or {})
        if street and place:
            found.update(f"{word}|{place}|{mark_of(street)}" for word in family_words(family))
    return found


def by_kind(built: pa.Table) -> dict[str, list[_Terms]]:
    """The same of many golden records, by column: the terms of each kind, some twice, and their rows."""
    is_person, is_organisation = (
        pc.fill_null(pc.equal(built["kind"], kind.value), fill_value=False).to_numpy()
        for kind in (Kind.PERSON, Kind.ORGANIZATION)
    )
    told = [_names(built["organization"]), _domains(built["emails"]), _domains(built["urls"])]
    return {
        ORGANISATION: [_of(one, is_organisation) for one in told],
        STAFF: [_of(one, is_person) for one in told],
        HOUSEHOLD: [_of(_households(built), is_person)],
    }


def _of(told: _Terms, which: np.ndarray) -> _Terms:
    terms, rows = told
    mine = which[rows]
    return Coded(terms.codes[mine], terms.texts), rows[mine]


def _names(names: pa.ChunkedArray) -> _Terms:
    def cores(texts: pa.Array) -> pa.Array:
        found = (core(text) for text in texts.to_pylist())
        return pa.array([f"{NAME}{one}" if one else "" for one in found], pa.string())

    return coded(names).by(cores), np.arange(len(names))


def _domains(lists: pa.ChunkedArray) -> _Terms:
    whole = lists.combine_chunks()
    rows = np.asarray(pc.list_parent_indices(whole).to_numpy(), np.int64)
    values = pc.struct_field(whole.flatten(), "value")
    plain = pc.extract_regex(values, "^[^@/]*@(?P<domain>[^@/]*)$")  # an address as most are
    domains = pc.struct_field(plain, "domain")
    odd = pc.and_(pc.is_null(domains), pc.is_valid(values))
    if pc.any(odd).as_py():
        told = [domain_of(text) for text in values.filter(odd).to_pylist()]
        domains = pc.replace_with_mask(domains, odd, pa.array(told, pa.string()))

    def own(texts: pa.Array) -> pa.Array:
        found = (own_domain(text) for text in texts.to_pylist())
        return pa.array([f"{DOMAIN}{one}" if one else "" for one in found], pa.string())

    return coded(domains).by(own), rows


def _households(built: pa.Table) -> _Terms:
    whole = built["addresses"].combine_chunks()
    flat, rows = whole.flatten(), np.asarray(pc.list_parent_indices(whole).to_numpy(), np.int64)
    street = _folded(pc.struct_field(flat, "street"))
    code, town = (pc.struct_field(flat, part) for part in ("postal_code", "locality"))
    place = _folded(pc.if_else(pc.equal(pc.fill_null(code, ""), ""), town, code))
    told = np.flatnonzero(pc.and_(pc.not_equal(street, ""), pc.not_equal(place, "")))
    families = coded(pc.struct_field(built["name"].combine_chunks(), "family"))
    words = [*map(family_words, families.texts.to_pylist()), []]
    counts = np.asarray([len(some) for some in words], np.int64)
    starts = np.cumsum(counts) - counts
    mine = families.codes[rows[told]]  # of each address the family of its person
    every = pa.array([word for some in words for word in some], pa.string())
    word = every.take(pa.array(ranges(starts[mine], counts[mine])))
    at = np.repeat(told, counts[mine])
    told_marks = marks(street.take(pa.array(told)))
    mark = told_marks.take(pa.array(np.repeat(np.arange(len(told)), counts[mine])))
    return coded(joined([word, "|", place.take(pa.array(at)), "|", mark])), rows[at]


def marks(streets: pa.Array) -> pa.Array:
    """See `mark_of`."""
    numbers = pc.utf8_trim(pc.replace_substring_regex(streets, "[^0-9]+", " "), " ")
    last = pc.struct_field(pc.extract_regex(streets, "(?P<last>[^ ]*)$"), "last")
    return pc.if_else(pc.equal(numbers, ""), pc.utf8_slice_codeunits(last, 0, 1), numbers)


def _folded(texts: pa.Array) -> pa.Array:
    """Folded, without spaces at its ends; "" for none."""
    return pc.fill_null(coded(texts).by(lambda told: pc.utf8_trim(folded_texts(told), " ")).whole(), "")
