"""Reads mapping files: every error with file, line and column, and the nearest valid name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml.comments import CommentedMap

from hub.errors import ConfigurationError, ConfigurationErrors, Place
from mappings import catalogue
from mappings.normalise.attributes import TYPES
from mappings.outbound_check import unknown_golden_fields
from mappings.outbound_spec import OutboundSpec
from mappings.problems import in_order, meant, told
from mappings.spec import MappingSpec
from mappings.yaml_file import place_of, read_yaml

_BUILTIN: Final = files("mappings") / "builtin"
Spec = TypeVar("Spec", bound=BaseModel)


def builtin_names(direction: str) -> list[str]:
    """The built-in mappings; `direction` is "in" or "out"."""
    suffix = f".{direction}.yaml"
    return sorted(one.name.removesuffix(suffix) for one in _BUILTIN.iterdir() if one.name.endswith(suffix))


def load_mapping(path: Path) -> MappingSpec:
    """An inbound mapping from a file. What it does not say it takes from the built-in one it `extends`."""
    return _load(path, MappingSpec, "in", _unknown_fields)


def load_builtin(name: str) -> MappingSpec | None:
    """The built-in inbound mapping of a connector type, if there is one."""
    path = _builtin(name, "in")
    return None if path is None else load_mapping(path)


def load_outbound(path: Path) -> OutboundSpec:
    """An outbound mapping from a file, as `load_mapping`."""
    return _load(path, OutboundSpec, "out", unknown_golden_fields)


def load_builtin_outbound(name: str) -> OutboundSpec | None:
    path = _builtin(name, "out")
    return None if path is None else load_outbound(path)


def fingerprint(spec: BaseModel) -> str:
    """A hash that changes when what the mapping does changes, wherever it is written."""
    return sha256(repr(spec.model_copy(update={"extends": None})).encode()).hexdigest()[:16]


def _load(
    path: Path,
    model: type[Spec],
    direction: str,
    also: Callable[[CommentedMap, Callable[..., Place]], list[ConfigurationError]],
) -> Spec:
    raw = read_yaml(path)

    def place(*steps: str | int) -> Place:
        return place_of(path.name, raw, steps)

    errors = also(raw, place)
    try:
        spec = model.model_validate(_extended(raw, direction, place))
    except ValidationError as found:
        places = {str(error.place) for error in errors}
        errors += [one for one in told(found, model, raw, place) if str(one.place) not in places]
        spec = None
    if errors or spec is None:
        errors = in_order(errors)
        raise errors[0] if len(errors) == 1 else ConfigurationErrors(tuple(errors))
    return spec


def _extended(raw: CommentedMap, direction: str, place: Callable[..., Place]) -> Mapping[str, Any]:
    name = raw.get("extends")
    if name is None:
        return raw
    base = _builtin(str(name), direction)
    if base is None:
        hint = meant(str(name), builtin_names(direction))
        raise ConfigurationError(
            "unknown-builtin", f"there is no built-in mapping `{name}`", hint=hint, place=place("extends")
        )
    below = _extended(read_yaml(base), direction, place)
    fields = {**(below.get("fields") or {}), **(raw.get("fields") or {})}
    return {**below, **raw, "fields": {path: one for path, one in fields.items() if one is not None}}


def _builtin(name: str, direction: str) -> Path | None:
    path = Path(str(_BUILTIN / f"{name}.{direction}.yaml"))
    return path if path.is_file() else None


def _unknown_fields(raw: CommentedMap, place: Callable[..., Place]) -> list[ConfigurationError]:
    """Paths that are not in the catalogue, and parts that their field does not have."""
    errors = []
    fields = raw.get("fields") or {}
    for path, written in fields.items() if isinstance(fields, Mapping) else ():
        entry = catalogue.field(str(path))
        if entry is None:
            near = catalogue.nearest(str(path))
            hint = f"did you mean `{near}`?" if near else f"for a field of your own write attributes.{path}"
            errors.append(
                ConfigurationError(
                    "unknown-field", f"there is no field `{path}`", hint=hint, place=place("fields", path)
                )
            )
            continue
        items = written if isinstance(written, list) else [written]
        for i, item in enumerate(items):
            steps = ("fields", path, i) if isinstance(written, list) else ("fields", path)
            errors += _unknown_parts(entry, item, steps, place)
    return errors


def _unknown_parts(
    entry: catalogue.Field, item: object, steps: tuple[str | int, ...], place: Callable[..., Place]
) -> list[ConfigurationError]:
    if not isinstance(item, Mapping):
        return []
    known = [*(entry.parts or ("value",)), "each", "values"]
    missing = [part for part in entry.needed if part not in item and "each" not in item]
    lacking = [
        ConfigurationError(
            "missing-part",
            f"`{entry.path}` needs `{part}`",
            hint=f"it has {', '.join(f'`{one}`' for one in known)}",
            place=place(*steps),
        )
        for part in missing[:1]
    ]
    said = item.get("type")
    if entry.form is catalogue.Form.ATTRIBUTE and "type" in item and said not in TYPES:
        sentence = f"an attribute's type cannot be `{said}`"
        lacking.append(
            ConfigurationError(
                "bad-choice", sentence, hint=meant(str(said), TYPES), place=place(*steps, "type")
            )
        )
    return lacking + [
        ConfigurationError(
            "unknown-part",
            f"`{entry.path}` has no part `{part}`",
            hint=meant(str(part), known),
            place=place(*steps, part),
        )
        for part in item
        if part not in known
    ]
