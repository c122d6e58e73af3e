"""Reads `hub.yaml`: all its errors at once, each with line, column and the nearest valid name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from ruamel.yaml.comments import CommentedMap

from cli.settings.model import DestinationSettings, Settings, SourceSettings
from cli.settings.secrets import environment, filled_in, references
from connectors.base import ConnectorSettings
from connectors.registry import load
from hub.errors import ConfigurationError, ConfigurationErrors, Place
from mappings.yaml_file import place_of, read_yaml

FILE: Final = "hub.yaml"
_ROLES: Final[dict[str, tuple[str, type[BaseModel]]]] = {
    "sources": ("source", SourceSettings),
    "destinations": ("destination", DestinationSettings),
}


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with its settings, and each source's and destination's connector settings, validated."""

    folder: Path
    settings: Settings
    sources: Mapping[str, ConnectorSettings]
    destinations: Mapping[str, ConnectorSettings]


def load_project(folder: Path, environ: Mapping[str, str], *, variables_set: bool = True) -> Project:
    """Reads `hub.yaml` in `folder`. Raises `ConfigurationError`, or `ConfigurationErrors` with all of them.

    With `variables_set` false, variables that are not set are no error: something stands in for them.
    """
    raw = read_yaml(folder / FILE)
    errors: list[ConfigurationError] = []
    missing: list[ConfigurationError] = []

    def place(path: tuple[str | int, ...]) -> Place:
        return place_of(FILE, raw, path)

    values = filled_in(raw, environment(folder, environ), place, missing)
    errors += missing if variables_set else []
    opened: dict[str, dict[str, ConnectorSettings]] = {"sources": {}, "destinations": {}}
    for section, (role, model) in _ROLES.items():
        named = values.get(section) or {}
        if not isinstance(named, dict):
            continue
        for name, one in named.items():
            if not isinstance(one, dict) or "type" not in one:
                continue  # told by the model below
            own = {key: one.pop(key) for key in list(one) if key not in model.model_fields}
            found = _connector(role, str(one["type"]), own, (section, name), place, errors)
            if found is not None:
                opened[section][name] = found
                errors += _literal_secrets(found, raw[section][name], (section, name), place)
    settings = _validated(Settings, values, (), place, errors)
    if settings is not None:
        errors += _unknown_names(settings, place)
    if errors or settings is None:
        raise errors[0] if len(errors) == 1 else ConfigurationErrors(tuple(_in_order(errors)))
    return Project(folder, settings, opened["sources"], opened["destinations"])


Model = TypeVar("Model", bound=BaseModel)
_Places = Callable[[tuple[str | int, ...]], Place]


def _connector(
    role: str,
    type_name: str,
    own: dict[str, Any],
    path: tuple[str | int, ...],
    place: _Places,
    errors: list[ConfigurationError],
) -> ConnectorSettings | None:
    try:
        connector = load(type_name)
    except ConfigurationError as error:
        errors.append(
            ConfigurationError(error.code, error.sentence, hint=error.hint, place=place((*path, "type")))
        )
        return None
    able = connector.open_source if role == "source" else connector.open_destination
    if able is None:
        errors.append(
            ConfigurationError(
                f"no-{role}",
                f"`{type_name}` cannot be a {role}",
                hint="`hub connectors` shows what each can be",
                place=place((*path, "type")),
            )
        )
        return None
    return _validated(connector.settings_for(role), own, path, place, errors)


def _validated(
    model: type[Model],
    values: object,
    path: tuple[str | int, ...],
    place: _Places,
    errors: list[ConfigurationError],
) -> Model | None:
    try:
        return model.model_validate(values)
    except ValidationError as found:
        for problem in found.errors(include_input=False, include_url=False, include_context=False):
            where = (*path, *problem["loc"])
            hint = _nearest(model, problem["loc"]) if problem["type"] == "extra_forbidden" else None
            errors.append(
                ConfigurationError(
                    "unknown-setting"
                    if hint is not None or problem["type"] == "extra_forbidden"
                    else "bad-setting",
                    _sentence(problem["type"], problem["msg"], where),
                    hint=hint,
                    place=place(where),
                )
            )
        return None


def _sentence(kind: str, message: str, where: tuple[str | int, ...]) -> str:
    if kind == "extra_forbidden":
        return f"there is no setting `{where[-1]}`"
    if kind == "missing":
        return f"`{where[-1]}` is missing"
    return message.removeprefix("Value error, ")


def _nearest(model: type[BaseModel], location: tuple[str | int, ...]) -> str:
    """The valid name that a misspelt one probably meant, or all that there are."""
    names = sorted(_fields_at(model, location[:-1]))
    near = get_close_matches(str(location[-1]), names, n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`?" if near else f"valid here: {', '.join(names)}"


def _fields_at(model: type[BaseModel], path: tuple[str | int, ...]) -> set[str]:
    current: type[BaseModel] = model
    for step in path:
        field = current.model_fields.get(str(step))
        if field is None:
            continue  # the name of a source, a job, an item of a list
        inner = _models_in(field.annotation)
        if not inner:
            return set()
        current = inner[0]
    return set(current.model_fields)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models_in(argument)]


def _literal_secrets(
    settings: ConnectorSettings, raw: CommentedMap, path: tuple[str | int, ...], place: _Places
) -> list[ConfigurationError]:
    """Secrets stand in the environment, never in a file that gets copied and committed."""
    return [
        ConfigurationError(
            "literal-secret",
            f"`{name}` is a secret and must not stand in {FILE}",
            hint=f"write {name}: ${{{str(path[-1]).upper()}_{name.upper()}}} and set that variable (or .env)",
            place=place((*path, name)),
        )
        for name in type(settings).model_fields
        if isinstance(getattr(settings, name), SecretStr) and name in raw and not references(str(raw[name]))
    ]


def _unknown_names(settings: Settings, place: _Places) -> list[ConfigurationError]:
    """Jobs that name a source or destination that is not there."""
    errors = []
    for job_name, job in settings.schedule.jobs.items():
        for kind, named, known in (
            ("sources", job.sources, settings.sources),
            ("destinations", job.destinations, settings.destinations),
        ):
            for i, name in enumerate(named or []):
                if name not in known:
                    near = get_close_matches(name, known, n=1)
                    errors.append(
                        ConfigurationError(
                            "unknown-name",
                            f"there is no {kind.removesuffix('s')} `{name}`",
                            hint=f"did you mean `{near[0]}`?"
                            if near
                            else f"known: {', '.join(known) or 'none'}",
                            place=place(("schedule", "jobs", job_name, kind, i)),
                        )
                    )
    return errors


def _in_order(errors: list[ConfigurationError]) -> list[ConfigurationError]:
    return sorted(errors, key=lambda e: (e.place.line or 0, e.place.column or 0) if e.place else (0, 0))
