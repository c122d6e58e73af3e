"""Attributes: of each name one value, which survives as that of a field with one value does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hub.golden.said import Teller, last_if_absent
from hub.golden.single import survivor
from hub.golden.survivorship import ATTRIBUTES, Rule


def best(
    lists: Sequence[list[Any] | None], tellers: Sequence[Teller], rules: Mapping[str, Rule]
) -> tuple[list[Any] | None, dict[str, object] | None]:
    """One attribute a name, by name, and their origin; (None, None) for none.

    `rules` has that of `attributes`, and of `attributes.NAME` for names with one of their own.
    """
    kept, values, withheld = [], [], []
    for name, said in sorted(_by_name(lists, tellers).items(), key=lambda one: last_if_absent(one[0])):
        rule = rules.get(f"{ATTRIBUTES}.{name}") or rules[ATTRIBUTES]
        place, origin = survivor([item["value"] for item, _ in said], [teller for _, teller in said], rule)
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


def _by_name(
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
