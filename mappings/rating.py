"""Expressions of the mapping language that rate the values of a golden field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from hub.domain.contact import ADDRESS_PARTS, NAME_PARTS
from mappings.expressions import Expression, ExpressionError

READABLE: Final = ("value", "parts", "source", "updated_at")

# Values of several kinds, to see whether there is any that an expression can rate.
_ITEM: Final = {"value": "a", "type": "a", "name": "a", "match": "a", "extension": "1", "primary": True}
_PARTS: Final = dict.fromkeys((*NAME_PARTS, *ADDRESS_PARTS), "a") | _ITEM
_TRIED: Final = tuple(
    {"value": value, "parts": parts, "source": "a", "updated_at": at}
    for value in ("a", "12.5", "2026-01-31")
    for parts in (None, _PARTS)
    for at in (None, "2026-01-31T00:00:00Z")
)


@dataclass(frozen=True)
class Rating:
    """Fulfils `hub.ports.Scorer`: yes is more than no, a number counts as it is, all else is worst.

    Raises `ExpressionError` for an expression that cannot be read, that looks at something else than
    `READABLE`, or that can rate no value at all.
    """

    text: str

    def __post_init__(self) -> None:
        for name in sorted(self._expression.reads):
            if name not in READABLE:
                near = get_close_matches(name, READABLE, n=1)
                hint = f"did you mean `{near[0]}`?" if near else f"valid here: {', '.join(READABLE)}"
                raise ExpressionError(f"there is no `{name}` to look at; {hint}", self.text.find(name))
        if self._expression.steps is not None:
            raise ExpressionError(
                f"it gives what stands there, not a number or yes or no; such as to_number({self.text})"
            )
        wrong = [self._expression.misuse(told) for told in _TRIED]
        if None not in wrong:
            raise ExpressionError(f"{wrong[0]}; a value is text, to_number(value) its number")

    @cached_property
    def _expression(self) -> Expression:
        return Expression(self.text)

    def score(self, told: Mapping[str, object]) -> float | None:
        found = self._expression.value(told)
        return float(found) if isinstance(found, bool | int | float) else None
