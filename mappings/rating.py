"""Expressions of the mapping language that rate the values of a golden field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from mappings.expressions import Expression, ExpressionError

READABLE: Final = ("value", "parts", "source", "updated_at")


@dataclass(frozen=True)
class Rating:
    """Fulfils `hub.ports.Scorer`: yes is more than no, a number counts as it is, all else is worst.

    Raises `ExpressionError` for an expression that cannot be read, or that looks at something else than
    `READABLE`.
    """

    text: str

    def __post_init__(self) -> None:
        for name in sorted(self._expression.reads):
            if name not in READABLE:
                near = get_close_matches(name, READABLE, n=1)
                hint = f"did you mean `{near[0]}`?" if near else f"valid here: {', '.join(READABLE)}"
                raise ExpressionError(f"there is no `{name}` to look at; {hint}", self.text.find(name))

    @cached_property
    def _expression(self) -> Expression:
        return Expression(self.text)

    def score(self, told: Mapping[str, object]) -> float | None:
        found = self._expression.value(told)
        return float(found) if isinstance(found, bool | int | float) else None
