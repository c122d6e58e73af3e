"""An outbound mapping as written: what each of a destination's fields is filled from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, model_validator

from mappings.spec import Strict, Text


class Owner(StrEnum):
    """Who a destination's field belongs to: the hub writes its own always, others only when it creates."""

    HUB = "hub"
    DESTINATION = "destination"
    FIRST = "first"


class OutField(Strict):
    """One field of the destination. `empty` says what happens when the golden record has no value: `keep`
    what is there, `clear` it, or write this text.
    """

    value: Text
    owner: Owner = Owner.HUB
    empty: str = "keep"


class Permission(Strict):
    """A consent that a record must have been given to be pushed at all."""

    channel: str
    purpose: str


class OutboundSpec(Strict):
    """A whole outbound mapping. `only` is a condition on the golden record; others are out of scope."""

    mapping: Literal[1]
    destination: str | None = None
    extends: str | None = None
    only: Text | None = None
    require: Permission | None = None
    fields: dict[str, OutField] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _read_short_forms(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping) or not isinstance(raw.get("fields"), Mapping):
            return raw
        fields = {
            str(name): one if isinstance(one, Mapping) else {"value": one}
            for name, one in raw["fields"].items()
        }
        return {**raw, "fields": fields}
