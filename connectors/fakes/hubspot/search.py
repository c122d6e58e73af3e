"""Contact search: filters, sorts, pages, and the wall at 10,000."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from connectors.fakes.hubspot.errors import Json, bad_request
from connectors.fakes.hubspot.requests import Filter, Search
from connectors.fakes.hubspot.store import Contact

# "A maximum of 10,000 results per query": a page beyond answers 400.
_WALL: Final = 10_000


def search(contacts: Iterable[Contact], asked: Search) -> Json:
    """The page asked for; groups are joined by OR, filters in a group by AND."""
    start = int(asked.after) if asked.after.isdigit() else 0
    if start + asked.limit > _WALL:
        raise bad_request(f"Paging beyond {_WALL} results is not supported")
    groups = asked.filter_groups
    found = [c for c in contacts if not groups or any(all(_fits(c, f) for f in g.filters) for g in groups)]
    found.sort(key=lambda contact: int(contact.id))
    for sort in reversed(asked.sorts):
        found.sort(key=_sort_key(sort.name), reverse=sort.direction == "DESCENDING")
    page = found[start : start + asked.limit]
    answer: Json = {"total": len(found), "results": [contact.as_json(asked.properties) for contact in page]}
    if start + asked.limit < len(found):
        answer["paging"] = {"next": {"after": str(start + asked.limit)}}
    return answer


def _sort_key(name: str) -> Callable[[Contact], tuple[float, str]]:
    return lambda contact: _comparable(_value(contact, name))


def _value(contact: Contact, name: str) -> str:
    """A property's value as it is compared: dates are milliseconds since 1970."""
    if name == "lastmodifieddate":
        return str(int(contact.modified.timestamp() * 1000))
    if name == "createdate":
        return str(int(contact.created.timestamp() * 1000))
    return contact.id if name == "hs_object_id" else contact.values.get(name, "")


def _comparable(value: str) -> tuple[float, str]:
    try:
        return float(value), ""
    except ValueError:
        return float("inf"), value


_COMPARE: Final[dict[str, Callable[[tuple[float, str], tuple[float, str]], bool]]] = {
    "GT": lambda a, b: a > b,
    "GTE": lambda a, b: a >= b,
    "LT": lambda a, b: a < b,
    "LTE": lambda a, b: a <= b,
}


def _fits(contact: Contact, asked: Filter) -> bool:
    value = _value(contact, asked.name)
    if asked.operator == "HAS_PROPERTY":
        return bool(value)
    if asked.operator == "NOT_HAS_PROPERTY":
        return not value
    if asked.operator == "IN":
        return value in asked.values
    if asked.operator in {"EQ", "NEQ"}:
        return (value == asked.value) is (asked.operator == "EQ")
    if asked.operator not in _COMPARE or asked.value is None:
        raise bad_request(f"Unknown operator {asked.operator}")
    return bool(value) and _COMPARE[asked.operator](_comparable(value), _comparable(asked.value))
