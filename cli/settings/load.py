"""Reads `hub.yaml`: all its errors at once, each with line, column and the nearest valid name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from ruamel.yaml.comments import CommentedMap

from cli.settings.model import Alerts, ChangesWebhook, DestinationSettings, Settings, SourceSettings
from cli.settings.problems import Problems, nearest
from cli.settings.secrets import Filling, Steps, environment, is_only_references, literal_secrets
from cli.settings.strict import without_empty
from cli.settings.survivorship import check_survivorship
from connectors.base import ConnectorSettings
from connectors.registry import load
from hub.errors import ConfigurationError
from mappings.yaml_file import parse_yaml, place_of, read_text

FILE: Final = "hub.yaml"
ROLES: Final[dict[str, tuple[str, type[BaseModel]]]] = {
    "sources": ("source", SourceSettings),
    "destinations": ("destination", DestinationSettings),
}
_SQLITE: Final = "sqlite:///"
_PASSWORD: Final = re.compile(r"[a-z+]+://[^:/@]*:(?P<password>.*)@")


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with its settings, and each source's and destination's connector settings, validated."""

    folder: Path
    settings: Settings
    sources: Mapping[str, ConnectorSettings]
    destinations: Mapping[str, ConnectorSettings]

    @property
    def store_url(self) -> str:
        """The store's address; a file's path is relative to the project's folder. May hold a password."""
        url = self.settings.store
        if not url.startswith(_SQLITE) or url == f"{_SQLITE}:memory:":
            return url
        return f"{_SQLITE}{(self.folder / url.removeprefix(_SQLITE)).resolve()}"


def load_project(folder: Path, environ: Mapping[str, str], *, variables_set: bool = True) -> Project:
    """Reads `hub.yaml` in `folder`. Raises `ConfigurationError`, or `ConfigurationErrors` with all of them.

    With `variables_set` false, variables that are not set are no error: what names one is taken to be right,
    and its source or destination is left out if it cannot be made without.
    """
    return parse_project(read_text(folder / FILE), folder, environ, variables_set=variables_set)


def parse_project(
    text: str, folder: Path, environ: Mapping[str, str], *, variables_set: bool = True
) -> Project:
    """The same, from the text of a `hub.yaml`."""
    raw = parse_yaml(text, FILE)
    filling = Filling(environment(folder, environ))
    problems = Problems(lambda path: place_of(FILE, raw, path), filling)
    values = _filled(filling, raw)
    for path, code, sentence, hint in filling.problems:
        if variables_set or code != "missing-variable":
            problems.add(path, code, sentence, hint)
    _literal_password(raw, problems)
    for path in literal_secrets(Alerts, raw.get("alerts"), ("alerts",)):
        problems.add(path, *_literal("alerts", str(path[-1])))
    told = raw.get("webhooks")
    for name, one in told.items() if isinstance(told, dict) else ():
        for path in literal_secrets(ChangesWebhook, one, ("webhooks", name)):
            problems.add(path, *_literal(name, str(path[-1])))
    opened = {section: _connections(section, values, raw, problems) for section in ROLES}
    _unknown_names(values, problems)
    check_survivorship(values, problems)
    settings = problems.validated(Settings, values)
    problems.raise_if_any()
    if settings is None:  # nothing is wrong but what is not known: variables that need not be set
        settings = Settings()
    return Project(folder, settings, opened["sources"], opened["destinations"])


def _filled(filling: Filling, raw: CommentedMap) -> dict[str, Any]:
    try:
        values: dict[str, Any] = filling.fill(raw)
    except RecursionError:
        raise ConfigurationError("bad-yaml", f"an alias in {FILE} stands for what it is part of") from None
    return values


def _connections(
    section: str, values: dict[str, Any], raw: CommentedMap, problems: Problems
) -> dict[str, ConnectorSettings]:
    """The connector's settings of each source (or destination).

    Takes them out of `values`, so that what is left there is the hub's.
    """
    role, model = ROLES[section]
    opened: dict[str, ConnectorSettings] = {}
    named = values.get(section)
    for name, one in named.items() if isinstance(named, dict) else ():
        if isinstance(one, dict):
            own = {key: one.pop(key) for key in list(one) if key not in model.model_fields}
            settings = _connector(role, one.get("type"), (section, name), problems)
            if settings is None:
                continue
            written = _written(raw, section, name)
            for path in literal_secrets(settings, written, (section, name)):
                problems.add(path, *_literal(name, str(path[-1])))
            found = problems.validated(
                settings, without_empty(settings, own), (section, name), model.model_fields
            )
            if found is not None:
                opened[name] = found
    return opened


def _connector(
    role: str, type_name: object, path: Steps, problems: Problems
) -> type[ConnectorSettings] | None:
    """The settings model of that connector. One without a type is told of by the hub's own model."""
    where = (*path, "type")
    if not isinstance(type_name, str) or problems.filling.is_unset(where):
        return None
    try:
        connector = load(type_name)
    except ConfigurationError as error:
        problems.add(where, error.code, error.sentence, error.hint)
        return None
    if (connector.open_source if role == "source" else connector.open_destination) is None:
        hint = "`hub connectors` shows what each can be"
        problems.add(where, f"no-{role}", f"`{type_name}` cannot be a {role}", hint)
        return None
    return connector.settings_for(role)


def _written(raw: CommentedMap, section: str, name: str) -> Any:
    """A source or destination as it stands in the file; names there may be numbers."""
    return next((one for key, one in raw[section].items() if str(key) == name), None)


def _literal(name: str, setting: str) -> tuple[str, str, str]:
    variable = re.sub(r"\W", "_", f"{name}_{setting}").upper()
    return (
        "literal-secret",
        f"`{setting}` is a secret and must not stand in {FILE}",
        f"write {setting}: ${{{variable}}} and set {variable} in the environment or in .env",
    )


def literal_secret(name: str, setting: str) -> ConfigurationError:
    """Secrets stand in the environment, never in a file that gets copied and committed."""
    code, sentence, hint = _literal(name, setting)
    return ConfigurationError(code, sentence, hint=hint)


def _literal_password(raw: CommentedMap, problems: Problems) -> None:
    found = _PASSWORD.match(str(raw.get("store") or ""))
    if found and not is_only_references(found["password"]):
        hint = "write postgresql://USER:${HUB_DB_PASSWORD}@HOST/NAME and set HUB_DB_PASSWORD"
        problems.add(("store",), "literal-secret", f"a password must not stand in {FILE}", hint)


def _unknown_names(values: dict[str, Any], problems: Problems) -> None:
    """Jobs that name a source or destination that is not there."""
    schedule = values.get("schedule")
    jobs = schedule.get("jobs") if isinstance(schedule, dict) else None
    for job_name, job in jobs.items() if isinstance(jobs, dict) else ():
        for section, (role, _model) in ROLES.items():
            known = values.get(section) or {}
            named = job.get(section) if isinstance(job, dict) else None
            for i, name in enumerate(named if isinstance(named, list) else ()):
                path = ("schedule", "jobs", job_name, section, i)
                if str(name) not in known and not problems.filling.is_unset(path):
                    problems.add(
                        path, "unknown-name", f"there is no {role} `{name}`", nearest(str(name), known)
                    )
