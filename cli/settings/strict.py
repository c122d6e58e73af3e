"""What every block of settings has in common."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Strict(BaseModel):
    """A block of settings. A name without a value says nothing, so that a block may hold only comments."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_empty(cls, values: Any) -> Any:
        return without_empty(cls, values)


def without_empty(model: type[BaseModel], values: Any) -> Any:
    """The values without known names that have none; unknown names stay, to be refused."""
    if not isinstance(values, dict):
        return values
    return {key: one for key, one in values.items() if one is not None or key not in model.model_fields}
