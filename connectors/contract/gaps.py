"""Declared gaps: clauses that a connector cannot keep, each with the exact error it raises instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar

import pytest


@dataclass(frozen=True, slots=True)
class Gap:
    """A clause fails with exactly `error` (not a subclass of it) and, for a `HubError`, with `code`."""

    error: type[Exception]
    reason: str
    code: str | None = None


class Contract:
    """The base of both suites: makes the declared gaps of a subclass strict."""

    gaps: ClassVar[Mapping[str, Gap]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, gap in cls.__dict__.get("gaps", {}).items():
            clause = getattr(cls, name, None)
            if clause is None:
                raise TypeError(f"{cls.__name__} declares a gap for `{name}`, which is no clause")
            setattr(cls, name, _must_raise(clause, gap))


def clauses(contract: type[Contract]) -> list[str]:
    """The names of the suite's clauses."""
    return [name for name in dir(contract) if name.startswith("test_")]


def _must_raise(clause: Callable[..., None], gap: Gap) -> Callable[..., None]:
    @wraps(clause)
    def gapped(*args: Any, **kwargs: Any) -> None:
        with pytest.raises(gap.error) as caught:
            clause(*args, **kwargs)
        found = (caught.type, getattr(caught.value, "code", None))
        if found != (gap.error, gap.code):
            pytest.fail(
                f"the declared gap is {gap.error.__name__} {gap.code}, but this came: {caught.value!r}"
            )
        pytest.xfail(f"declared gap: {gap.reason}")

    return gapped
