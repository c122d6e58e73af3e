"""What is wrong with a mapping file, told at its place with what was probably meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from ruamel.yaml.comments import CommentedMap

from hub.errors import ConfigurationError, Place

Where = Callable[..., Place]


def meant(name: str, known: Iterable[str]) -> str:
    """The nearest of the valid names, or all of them."""
    names = list(known)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`?" if near else f"valid here: {', '.join(names)}"


def told(
    found: ValidationError, model: type[BaseModel], raw: CommentedMap, place: Where
) -> list[ConfigurationError]:
    """A validation's problems, one a place, in the order of the file's lines."""
    errors: dict[str, ConfigurationError] = {}
    for problem in found.errors(include_url=False, include_context=False):
        location = problem["loc"]
        error = _error(problem, model, place(*_written_path(raw, location)))
        told_before = errors.get(str(error.place))
        # of the alternatives of a union, the one that says most: an expression's own complaint
        if told_before is None or (told_before.code == "bad-choice" and error.code == "bad-mapping"):
            errors[str(error.place)] = error
    return list(errors.values())


def in_order(errors: Iterable[ConfigurationError]) -> list[ConfigurationError]:
    """By line and column."""
    return sorted(errors, key=lambda e: (e.place.line or 0, e.place.column or 0) if e.place else (0, 0))


def _error(problem: Any, model: type[BaseModel], where: Place) -> ConfigurationError:
    code, sentence, hint = _sentence(problem, model)
    return ConfigurationError(code, sentence, hint=hint, place=where)


def _sentence(problem: Any, model: type[BaseModel]) -> tuple[str, str, str | None]:
    """The code, what is wrong, and what to write instead."""
    location, name = problem["loc"], str(problem["loc"][-1]) if problem["loc"] else ""
    match problem["type"]:
        case "extra_forbidden":
            known = _names(_inner(model, location[:-1]))
            return "unknown-setting", f"there is no setting `{name}`", meant(name, known)
        case "missing":
            return "missing-setting", f"`{name}` is missing", f"write `{name}: …`"
        case "literal_error" | "enum":
            said, choices = problem["input"], _choices(_inner(model, location))
            return (
                "bad-choice",
                f"`{name}` cannot be `{said}`",
                meant(str(said), choices) if choices else None,
            )
        case "dict_type" | "model_type":
            return "bad-mapping", f"`{name}` is a block of `name: value` lines", None
        case "string_type":
            return "bad-mapping", f"`{name}` is a text", None
        case "string_pattern_mismatch" if name == "country":
            return "bad-mapping", "that is no country's code", "two capital letters, as in FR (ISO 3166)"
        case _:
            sentence, _, hint = problem["msg"].removeprefix("Value error, ").partition("; ")
            return "bad-mapping", sentence, hint or None


def _written_path(raw: CommentedMap, location: Sequence[str | int]) -> list[str | int]:
    """The path as people wrote it: short forms have no `parts`, single rules no number."""
    node: Any = raw
    path: list[str | int] = []
    for step in location:
        if isinstance(node, Mapping):
            inside = step in node
        else:
            inside = isinstance(node, list) and step in range(len(node))
        if inside:
            path.append(step)
            node = node[step]
    return path


def _inner(kind: Any, location: Sequence[str | int]) -> Any:
    """The type at a place of a model: through optional ones, lists and tables by name."""
    for step in location:
        models = [one for one in _alternatives(kind) if isinstance(one, type) and issubclass(one, BaseModel)]
        field = next((one.model_fields[str(step)] for one in models if str(step) in one.model_fields), None)
        if field is not None:
            kind = field.annotation
            continue
        held = [get_args(one)[-1] for one in _alternatives(kind) if get_origin(one) in {dict, list}]
        kind = held[0] if held else kind
    return kind


def _alternatives(kind: Any) -> list[Any]:
    arguments = get_args(kind)
    if not arguments or get_origin(kind) in {dict, list, Literal}:
        return [kind]
    return [one for argument in arguments for one in _alternatives(argument)]


def _names(kind: Any) -> list[str]:
    models = [one for one in _alternatives(kind) if isinstance(one, type) and issubclass(one, BaseModel)]
    return [name for one in models for name in one.model_fields]


def _choices(kind: Any) -> list[str]:
    found: list[str] = []
    for one in _alternatives(kind):
        if get_origin(one) is Literal:
            found += [str(choice) for choice in get_args(one)]
        elif isinstance(one, type) and issubclass(one, Enum):
            found += [str(choice.value) for choice in one]
    return found
