"""A value that was refused, with the reason's stable code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value was left out: a kebab-case code that reports count by."""

    reason: str
