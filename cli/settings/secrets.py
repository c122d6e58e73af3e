"""`${NAME}` in a setting: read from the environment or from `.env` beside `hub.yaml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from dotenv import dotenv_values

from hub.errors import ConfigurationError, Place

_REFERENCE: Final = re.compile(r"\$(?:(\$)(?=\{)|\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})")


def environment(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that settings may name; the environment wins over `.env`."""
    path = folder / ".env"
    told = dotenv_values(path, interpolate=False) if path.is_file() else {}
    return {**{name: value for name, value in told.items() if value is not None}, **environ}


def references(text: str) -> bool:
    """Whether a text names a variable."""
    return any(match[2] for match in _REFERENCE.finditer(text))


def filled_in(
    value: Any,
    variables: Mapping[str, str],
    place: Callable[[tuple[str | int, ...]], Place],
    missing: list[ConfigurationError],
    path: tuple[str | int, ...] = (),
) -> Any:
    """A plain copy of a setting with every `${NAME}` replaced; `${NAME:-default}` and `$${` are understood.

    What names a variable that is not set is added to `missing`, and the word "unset" stands in for it.
    """
    if isinstance(value, Mapping):
        return {
            str(key): filled_in(one, variables, place, missing, (*path, str(key)))
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [filled_in(one, variables, place, missing, (*path, i)) for i, one in enumerate(value)]
    if not isinstance(value, str):
        return value

    def replaced(match: re.Match[str]) -> str:
        if match[1]:
            return "$"
        if match[2] in variables:
            return variables[match[2]]
        if match[3] is not None:
            return match[3]
        missing.append(
            ConfigurationError(
                "missing-variable",
                f"the variable {match[2]} is not set",
                hint=f"set {match[2]} in the environment or in .env beside hub.yaml",
                place=place(path),
            )
        )
        return "unset"

    return _REFERENCE.sub(replaced, str(value))
