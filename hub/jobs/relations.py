"""Relations: the organisation of a person, the people of an organisation, who lives together.

They are read from the index of what relates golden records (`hub.store.relation_terms`) and from nothing
stored of their own: so a relation is always between identities as they are now, whatever was merged or split.
Nobody is ever merged for being related.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection

from hub.domain.contact import Kind
from hub.domain.households import live_together
from hub.golden.explain import full_name
from hub.store import golden, lookup
from hub.store.golden import GoldenRecord
from hub.store.relation_terms import DOMAIN, HOUSEHOLD, ORGANISATION, STAFF, households, ties

SHOWN: Final = 20  # people of an organisation, or of a household, who are told by name
_LOOKED_AT: Final = 60  # of those who may belong to an organisation
_MOST: Final = 200  # organisations that one domain or name may lead to
_TELLS: Final = {"identifier": 4, "domain": 2, "name": 1}  # more than all that tell less


@dataclass(frozen=True, slots=True)
class Related:
    """Another golden record, and by what it is related."""

    identity_id: str
    name: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relations:
    """What one golden record is related to.

    `organization` is that of a person; where several fit equally well none is taken, and they are `possible`.
    `people` are those of whom an organisation is the organisation, `household` people of the same family name
    at the same address: some of each, the first by name. `more` tells that there may be more people.
    """

    organization: Related | None = None
    possible: tuple[Related, ...] = ()
    people: tuple[Related, ...] = ()
    more: bool = False
    household: tuple[Related, ...] = ()


def relations(connection: Connection, record: GoldenRecord) -> Relations:
    """What an active golden record is related to now."""
    match record.contact.get("kind"):
        case Kind.PERSON:
            best = _organizations(connection, [record])[record.identity_id]
            return Relations(
                organization=best[0] if len(best) == 1 else None,
                possible=tuple(best) if len(best) > 1 else (),
                household=_household(connection, record),
            )
        case Kind.ORGANIZATION:
            people, more = _people(connection, record)
            return Relations(people=people, more=more)
        case _:
            return Relations()


def _organizations(connection: Connection, people: Sequence[GoldenRecord]) -> dict[str, list[Related]]:
    """By person the organisations that fit best: one, several equally well, or none."""
    terms = {one.identity_id: ties(one.contact) for one in people}
    marks = {one.identity_id: _identifiers(one.contact) for one in people}
    holders = lookup.holders(connection, ORGANISATION, set().union(*terms.values()))
    marked = lookup.holders(connection, "identifier", set().union(*marks.values()))
    found: dict[str, dict[str, set[str]]] = {}
    for person, mine in terms.items():
        why = found.setdefault(person, {})
        for term in mine:
            for one in holders[term][:_MOST]:
                why.setdefault(one, set()).add("domain" if term.startswith(DOMAIN) else "name")
        for mark in marks[person]:
            for one in marked[mark][:_MOST]:
                why.setdefault(one, set()).add("identifier")
    every = sorted({one for why in found.values() for one in why})
    organizations = {
        one.identity_id: one
        for one in golden.find_all(connection, every)
        if one.contact.get("kind") == Kind.ORGANIZATION
    }
    return {person: _best(why, organizations) for person, why in found.items()}


def _best(why: Mapping[str, set[str]], organizations: Mapping[str, GoldenRecord]) -> list[Related]:
    weights = {one: sum(_TELLS[each] for each in told) for one, told in why.items() if one in organizations}
    most = max(weights.values(), default=0)
    best = sorted(one for one, weight in weights.items() if weight == most)
    return [_related(organizations[one], why[one]) for one in best]


def _people(connection: Connection, organization: GoldenRecord) -> tuple[tuple[Related, ...], bool]:
    mine = organization.identity_id
    held = lookup.holders(connection, STAFF, ties(organization.contact))
    marked = lookup.holders(connection, "identifier", _identifiers(organization.contact))
    likely = sorted({one for ids in (*held.values(), *marked.values()) for one in ids} - {mine})
    people = [
        one
        for one in golden.find_all(connection, likely[:_LOOKED_AT])
        if one.contact.get("kind") == Kind.PERSON
    ]
    theirs = _organizations(connection, people) if people else {}
    found = []
    for one in people:
        best = theirs[one.identity_id]
        if len(best) == 1 and best[0].identity_id == mine:
            found.append(_related(one, best[0].by))
    return tuple(_by_name(found)[:SHOWN]), len(likely) > _LOOKED_AT or len(found) > SHOWN


def _household(connection: Connection, person: GoldenRecord) -> tuple[Related, ...]:
    held = lookup.holders(connection, HOUSEHOLD, households(person.contact))
    others = sorted({one for ids in held.values() for one in ids} - {person.identity_id})[:_MOST]
    contacts = golden.contacts_of(connection, others)
    mine = [one for one in others if live_together(person.contact, contacts.get(one, {}))]
    shared = ("family name", "address")
    found = (Related(one, full_name(contacts[one].get("name")) or "", shared) for one in mine)
    return tuple(_by_name(found)[:SHOWN])


def _identifiers(contact: Mapping[str, Any]) -> set[str]:
    return {one["value"].lower() for one in contact.get("identifiers") or () if one.get("value")}


def _related(record: GoldenRecord, by: Iterable[str]) -> Related:
    contact = record.contact
    name = full_name(contact.get("name")) or contact.get("organization") or ""
    if contact.get("kind") == Kind.ORGANIZATION:
        name = contact.get("organization") or name
    return Related(record.identity_id, name, tuple(sorted(by, key=lambda one: -_TELLS.get(one, 0))))


def _by_name(found: Iterable[Related]) -> list[Related]:
    return sorted(found, key=lambda one: (one.name, one.identity_id))
