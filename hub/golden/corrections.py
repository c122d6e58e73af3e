"""Corrections of one address: a person sets some of its parts, or takes it out; all other addresses go on as
their sources tell them.

The value of such an override, of field `addresses`, is `{"was": …, "set": …}`: the address as it was when it
was corrected (None: there was none), and its new parts (None takes it out). It finds the address by what that
was, wherever it stands in the list, so it neither pins the list nor depends on order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from hub.domain.contact import ADDRESS, ADDRESS_PARTS
from hub.folded import folded
from hub.golden.multi import ONE_PLACE

ADDRESSES: Final = "addresses"
WAS: Final = "was"
SET: Final = "set"
_PLACES: Final = ("street", "postal_code", "locality")  # a country alone tells no address
_EMPTY: Final = dict.fromkeys((one.name for one in ADDRESS), None)

Address = Mapping[str, Any]


@dataclass(frozen=True)
class Held:
    """An address: `first` as the sources tell it (None: a person does), `now` with what people said of it
    (None: taken out); `said` is by part who did.
    """

    first: Address | None
    now: Address | None
    said: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def held(addresses: Sequence[Address] | None) -> list[Held]:
    return [Held(one, one) for one in addresses or ()]


def correction(was: Address | None, parts: Mapping[str, str | None] | None) -> dict[str, Any]:
    """The value of an override that corrects one address."""
    known = None if was is None else {part: was[part] for part in ADDRESS_PARTS if was[part] is not None}
    return {WAS: known, SET: None if parts is None else dict(parts)}


def is_correction(path: str, value: Any) -> bool:
    return path == ADDRESSES and isinstance(value, Mapping) and value.keys() == {WAS, SET}


def corrected(
    before: Sequence[Held], value: Mapping[str, Any], by: Mapping[str, Any]
) -> tuple[list[Held], bool]:
    """The addresses with one of them corrected, and whether there was one to correct. A person who tells a
    whole address is heard also where no source tells what it was.
    """
    was, told = value[WAS], value[SET]
    place = _place(before, was, told)
    if place is not None:
        one = before[place]
        now = None if told is None else {**_EMPTY, **(one.now or one.first or {}), **told}
        new = replace(one, now=now, said={**one.said, **dict.fromkeys(told or [""], by)})
        return [*before[:place], new, *before[place + 1 :]], True
    if told is None or not (was is None or _whole(told)):
        return list(before), False
    fresh = {**_EMPTY, **(was or {}), **told}
    return [Held(None, fresh, dict.fromkeys(told, by)), *before], True


def added(before: Sequence[Held], addresses: Sequence[Address], by: Mapping[str, Any]) -> list[Held]:
    """The addresses with some more behind them."""
    told = [{part: one[part] for part in ADDRESS_PARTS if one.get(part)} for one in addresses]
    return [*before, *(Held(None, {**_EMPTY, **one}, dict.fromkeys(one, by)) for one in told)]


def left(after: Sequence[Held]) -> list[Held]:
    """Those that are in the golden record: what is said twice once, the first being the primary one."""
    found: dict[tuple[str, ...], Held] = {}
    for one in after:
        if one.now is not None and any(one.now[part] for part in ADDRESS_PARTS):
            found.setdefault(_same(one.now, ONE_PLACE), one)
    return [
        replace(one, now={**(one.now or {}), "primary": place == 0})
        for place, one in enumerate(found.values())
    ]


def misfit(value: Mapping[str, Any]) -> str | None:
    """Why that corrects no address; None when it does."""
    was, told = value[WAS], value[SET]
    for parts in (was, told):
        if parts is not None and not (isinstance(parts, Mapping) and parts.keys() <= set(ADDRESS_PARTS)):
            return f"an address has {', '.join(ADDRESS_PARTS)}"
    texts = [*(was or {}).values(), *(told or {}).values()]
    if not all(text is None or isinstance(text, str) for text in texts):
        return "the value has not the form of the field"
    return "it says nothing of any address" if not was and not told else None


def _whole(told: Mapping[str, str | None]) -> bool:
    return bool(told.get("street")) and bool(told.get("locality") or told.get("postal_code"))


def _place(before: Sequence[Held], was: Address | None, told: Mapping[str, Any] | None) -> int | None:
    """Which address it is: the one that it was; else the one that is the same in what the person left alone;
    else one that says what the person corrected, and nothing else that is another.
    """
    if was is None:
        return None
    changed = set(told or ())
    rest = [part for part in ONE_PLACE if part not in changed]
    ways: Sequence[Callable[[Address], bool]] = (
        lambda one: _same(one, ONE_PLACE) == _same(was, ONE_PLACE),
        lambda one: any(was.get(part) for part in rest if part in _PLACES)
        and bool(changed) and _same(one, rest) == _same(was, rest),
        lambda one: any(was.get(part) for part in _PLACES if part in changed)
        and _same(one, changed) == _same(was, changed) and _agree(one, was),
    )  # fmt: skip
    for fits in ways:
        for place, one in enumerate(before):
            if any(side is not None and fits(side) for side in (one.first, one.now)):
                return place
    return None


def _same(address: Address, parts: Any) -> tuple[str, ...]:
    return tuple(folded(address.get(part)) for part in ADDRESS_PARTS if part in parts)


def _agree(one: Address, other: Address) -> bool:
    told = ((folded(one.get(part)), folded(other.get(part))) for part in ONE_PLACE)
    return all(not first or not second or first == second for first, second in told)
