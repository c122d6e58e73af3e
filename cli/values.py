"""Values that people say of golden records, typed or in a file: every one is held to its field here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.errors import ConfigurationError, ConfigurationErrors
from hub.golden.overrides import misfit
from hub.web.words import reason_label
from mappings.held import held
from mappings.told import Refused, read_values


@dataclass(frozen=True, slots=True)
class Values:
    """`country` is where phones and postal codes without one belong; no birth date is after `latest`.

    What is no value of its field raises `ConfigurationError` with the reason.
    """

    country: str | None = None
    latest: date = date.max

    def told(self, told: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """As a person types them, by path: read as a mapping reads a source's."""
        values, refused = read_values(told, country=self.country, latest=self.latest)
        _refuse(refused)
        return values

    def held(self, path: str, value: Any) -> Any:
        """One in the form of a golden record, as a file of another hub has it."""
        if wrong := misfit(path, value):
            raise ConfigurationError("invalid-value", f"{path}: {wrong}")
        found, refused = held(path, value, country=self.country, latest=self.latest)
        _refuse(refused)
        return found


def _refuse(refused: Sequence[Refused]) -> None:
    errors = [
        ConfigurationError(
            "invalid-value",
            f"{one.path}: {reason_label(one.reason)}",
            hint=f"did you mean `{one.near}`?" if one.near else None,
        )
        for one in refused
    ]
    if errors:
        raise errors[0] if len(errors) == 1 else ConfigurationErrors(tuple(errors))
