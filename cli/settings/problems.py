"""What is wrong with a settings file: every error with its place, its sentence and the nearest valid name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from cli.settings.secrets import Filling, Steps, models_in
from hub.errors import ConfigurationError, ConfigurationErrors, Place

Model = TypeVar("Model", bound=BaseModel)
_Problem = Mapping[str, Any]  # as `ValidationError.errors` gives it

_MUST_BE: Final = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "a block of `name: value` lines",
    "model_type": "a block of `name: value` lines",
    "too_short": "a list that is not empty",
}
_HINTS: Final = {"string_type": "put it in quotes", "list_type": "write [one, two]"}


@dataclass
class Problems:
    """Collects errors in one reading of a file."""

    place: Callable[[Steps], Place]
    filling: Filling
    found: list[ConfigurationError] = field(default_factory=list)

    def add(self, path: Steps, code: str, sentence: str, hint: str | None = None) -> None:
        error = ConfigurationError(code, self.filling.discreet(sentence), hint=hint, place=self.place(path))
        if str(error) not in {str(one) for one in self.found}:
            self.found.append(error)

    def add_unknown(self, path: Steps, code: str, sentence: str, name: str, known: Iterable[str]) -> None:
        """An error about a name that is not among those that are known."""
        self.add(path, code, sentence, nearest(name, known))

    def validated(
        self, model: type[Model], values: object, path: Steps = (), also: Iterable[str] = ()
    ) -> Model | None:
        """The model made of the values, or None. `also` are names that are valid beside the model's own."""
        try:
            return model.model_validate(values)
        except ValidationError as error:
            by_place: dict[Steps, list[_Problem]] = {}
            for problem in error.errors(include_url=False, include_context=False):
                location = _written(values, problem)
                by_place.setdefault(location, []).append(problem)
            for location, told in by_place.items():
                self._told(model, told, path, location, also)
            return None

    def _told(
        self,
        model: type[BaseModel],
        told: list[_Problem],
        path: Steps,
        location: Steps,
        also: Iterable[str],
    ) -> None:
        where = (*path, *location)
        if self.filling.is_unset(where):
            return
        if told[0]["type"] == "extra_forbidden":
            known = {*_names_at(model, location[:-1]), *(also if len(location) == 1 else ())}
            sentence = f"there is no setting `{location[-1]}`"
            self.add_unknown(where, "unknown-setting", sentence, str(location[-1]), known)
            return
        self.add(where, "bad-setting", _sentence(told, where), _hint(told[-1]))

    def raise_if_any(self) -> None:
        """Raises `ConfigurationError`, or `ConfigurationErrors` in the order of the file."""
        if len(self.found) == 1:
            raise self.found[0]
        if self.found:
            raise ConfigurationErrors(tuple(sorted(self.found, key=_line_and_column)))


def nearest(name: str, known: Iterable[str]) -> str:
    """The valid name that was probably meant, or all that there are."""
    names = sorted(known)
    near = get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`?" if near else f"valid here: {', '.join(names) or 'nothing'}"


def _written(values: object, problem: _Problem) -> Steps:
    """Where in the values the problem is: its location without the steps that the library adds of its own."""
    steps: list[str | int] = []
    node: Any = values
    for step in problem["loc"]:
        held: Any = dict(enumerate(node)) if isinstance(node, list) else node
        if not isinstance(held, dict) or step not in held:
            continue
        node = held[step]
        steps.append(step)
    if problem["type"] == "missing":
        steps.append(problem["loc"][-1])
    return tuple(steps)


def _sentence(told: list[_Problem], where: Steps) -> str:
    """One sentence for a setting; where several forms are possible it was told what is wrong with each."""
    name = next((f"`{step}`" for step in reversed(where) if isinstance(step, str)), "the file")
    choices = [_MUST_BE[one["type"]] for one in told if one["type"] in _MUST_BE]
    if len(choices) == len(told):
        return f"{name} must be {' or '.join(dict.fromkeys(choices))}"
    problem = told[-1]
    kind, message = problem["type"], str(problem["msg"])
    if kind == "missing":
        return f"{name} is missing"
    if kind == "value_error":
        return message.removeprefix("Value error, ").partition("\n")[0]
    return f"{name}: {message.replace('Input should be', 'must be').replace('String should', 'it should')}"


def _hint(problem: _Problem) -> str | None:
    if problem["type"] in {"literal_error", "enum"}:
        choices = re.findall(r"'([^']+)'", problem["msg"])
        near = get_close_matches(str(problem["input"]).lower(), choices, n=1, cutoff=0.5)
        return f"did you mean `{near[0]}`?" if near else None
    if problem["type"] == "value_error":
        return problem["msg"].partition("\n")[2] or None
    return _HINTS.get(problem["type"])


def _names_at(model: type[BaseModel], location: Steps) -> set[str]:
    """The names that are valid in that block."""
    current, steps = model, iter(location)
    for step in steps:
        one = current.model_fields.get(str(step))
        inner = models_in(one.annotation) if one is not None else []
        if one is None or not inner:
            return set()
        current = inner[0]
        if inner[0] is not one.annotation:
            next(steps, None)  # the name of a source or a job, the number of an item
    return set(current.model_fields)


def _line_and_column(error: ConfigurationError) -> tuple[int, int]:
    return (error.place.line or 0, error.place.column or 0) if error.place else (0, 0)
