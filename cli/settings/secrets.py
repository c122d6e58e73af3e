"""`${NAME}` in a setting: read from the environment or from `.env` beside `hub.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, get_args

from dotenv import dotenv_values
from pydantic import BaseModel, SecretStr

from hub.errors import ConfigurationError

Steps = tuple[str | int, ...]

# `$${` is `${` itself; `${NAME:-default}` gives a default, as in a shell: for a variable not set or empty.
_REFERENCE: Final = re.compile(
    r"\$(?:(?P<escape>\$)(?=\{)|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<default>:-[^}]*)?\})"
)
_BROKEN: Final = re.compile(r"(?<!\$)\$\{")
_ONLY_REFERENCES: Final = re.compile(r"(\$\{[A-Za-z_][A-Za-z0-9_]*\})+")
# Shorter values than this are too common to be looked for in messages.
_TELLING: Final = 4


def environment(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that settings may name; the environment wins over `.env`."""
    path = folder / ".env"
    try:
        told = dotenv_values(path, interpolate=False) if path.is_file() else {}
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            "bad-dotenv", ".env cannot be read", hint="it must be UTF-8 text that you may read"
        ) from None
    return {**{name: value for name, value in told.items() if value is not None}, **environ}


def references(text: str) -> bool:
    """Whether a text names a variable."""
    return any(match["name"] for match in _REFERENCE.finditer(text))


def is_only_references(text: str) -> bool:
    """Whether nothing of a text is written out: it is `${NAME}`, perhaps several, without defaults."""
    return _ONLY_REFERENCES.fullmatch(text) is not None


@dataclass
class Filling:
    """Puts variables in their places, and remembers what it could not find and what it put there."""

    variables: Mapping[str, str]
    problems: list[tuple[Steps, str, str, str]] = field(default_factory=list)  # path, code, sentence, hint
    unset: set[Steps] = field(default_factory=set)
    _put: set[str] = field(default_factory=set)

    def fill(self, value: Any, path: Steps = ()) -> Any:
        """A plain copy of a setting with every `${NAME}` replaced. Names become text."""
        if isinstance(value, Mapping):
            return {str(key): self.fill(one, (*path, str(key))) for key, one in value.items()}
        if isinstance(value, list):
            return [self.fill(one, (*path, i)) for i, one in enumerate(value)]
        if not isinstance(value, str):
            return value
        if _BROKEN.search(_REFERENCE.sub("", value)):
            self._tell(
                path,
                "bad-reference",
                "`${` begins no name of a variable",
                "write ${NAME}, or $${ for ${ itself",
            )
        return _REFERENCE.sub(lambda match: self._replaced(match, path), str(value))

    def _replaced(self, match: re.Match[str], path: Steps) -> str:
        if match["escape"]:
            return "$"
        name, value = match["name"], self.variables.get(match["name"], "")
        if value:
            self._put.add(value)
            return value
        if match["default"] is not None:
            return match["default"].removeprefix(":-")
        state = "empty" if name in self.variables else "not set"
        hint = f"set {name} in the environment or in .env beside hub.yaml"
        self._tell(path, "missing-variable", f"the variable {name} is {state}", hint)
        return ""

    def _tell(self, path: Steps, code: str, sentence: str, hint: str) -> None:
        self.unset.add(path)
        self.problems.append((path, code, sentence, hint))

    def is_unset(self, path: Steps) -> bool:
        """Whether what stands at that path is not known, so that nothing can be said against it."""
        return any(path[: len(one)] == one for one in self.unset)

    def discreet(self, sentence: str) -> str:
        """The sentence without any value that came from a variable."""
        for value in sorted(self._put, key=len, reverse=True):
            if len(value) >= _TELLING:
                sentence = sentence.replace(value, "…")
        return sentence


def literal_secrets(model: type[BaseModel], raw: Any, path: Steps = ()) -> Iterator[Steps]:
    """Where a secret of that model is written out, although it must stand in the environment."""
    if not isinstance(raw, Mapping):
        return
    for name, one in model.model_fields.items():
        if raw.get(name) is None:
            continue
        if _is_secret(one.annotation):
            if not all(is_only_references(str(leaf)) for leaf in _leaves(raw[name])):
                yield (*path, name)
        else:
            for inner in models_in(one.annotation):
                yield from literal_secrets(inner, raw[name], (*path, name))


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation names, such as that of `dict[str, Job] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in models_in(argument)]


def _is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(_is_secret(argument) for argument in get_args(annotation))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(one)
    else:
        yield value
