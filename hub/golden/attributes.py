"""Attributes: of each name one value, which survives as that of a field with one value does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hub.golden.said import Teller, last_if_absent
from hub.golden.single import survivor
from hub.golden.survivorship import ATTRIBUTES, Rule

# By attribute the record of which it survives, if any may tell it, and its origin.
Decided = Mapping[str, tuple[Teller | None, dict[str, Any]]]
_UNDECIDED: Final[Decided] = {}


def best(
    lists: Sequence[list[Any] | None],
    tellers: Sequence[Teller],
    rules: Mapping[str, Rule],
    decided: Decided = _UNDECIDED,
) -> tuple[list[Any] | None, dict[str, object] | None]:
    """One attribute a name, by name, and their origin; (None, None) for none.

    `rules` has that of `attributes`, and of `attributes.NAME` for names with one of their own; `decided`
    tells of those that survive together with other fields.
    """
    kept, values, withheld = [], [], []
    for name, said in sorted(by_name(lists, tellers).items(), key=lambda one: last_if_absent(one[0])):
        if name is not None and name in decided:
            place, origin = _of(decided[name], said)
        else:
            rule = rules.get(f"{ATTRIBUTES}.{name}") or rules[ATTRIBUTES]
            texts = [item["value"] for item, _ in said]
            place, origin = survivor(texts, [teller for _, teller in said], rule)
        if origin is None:
            continue
        if place is None:
            withheld.append({"name": name, "value": None, **origin})
            continue
        kept.append(said[place][0])
        values.append({"name": name, "value": said[place][0]["value"], **origin})
    if not values and not withheld:
        return None, None
    told: dict[str, object] = {"rule": "best", "values": values}
    return kept or None, told | ({"withheld": withheld} if withheld else {})


def _of(
    decided: tuple[Teller | None, dict[str, Any]], said: Sequence[tuple[Any, Teller]]
) -> tuple[int | None, dict[str, Any] | None]:
    """The place of what the record says that survives, if it says anything."""
    winner, origin = decided
    return next((place for place, (_, teller) in enumerate(said) if teller is winner), None), origin


def by_name(
    lists: Sequence[list[Any] | None], tellers: Sequence[Teller]
) -> dict[str | None, list[tuple[Any, Teller]]]:
    """What is said of each name; what one record says twice, in whatever case, counts once."""
    found: dict[str | None, list[tuple[Any, Teller]]] = {}
    seen: set[tuple[int, str | None, str]] = set()
    for items, teller in zip(lists, tellers, strict=True):
        for item in items or ():
            if item is None or item["value"] is None:
                continue
            once = (teller.record_id, item["name"], item["value"].lower())
            if once not in seen:
                seen.add(once)
                found.setdefault(item["name"], []).append((item, teller))
    return found
