"""Writes `hub.yaml` without destroying what people wrote in it; makes the first one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import SecretStr
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from cli.settings.insert import with_entry
from cli.settings.load import FILE, ROLES, literal_secret, parse_project
from cli.settings.secrets import literal_secrets, references
from cli.write import make_folder, write_whole
from connectors.registry import load
from hub.errors import ConfigurationError, ConfigurationErrors
from mappings.yaml_file import parse_yaml, read_text

_INITIAL: Final = """\
# The project {name}: where contacts come from, where golden records go.
# `hub connectors` lists what can be connected; `hub doctor` checks this file.
# A value ${{NAME}} is read from the environment, or from .env beside this file. Secrets stand only there.
version: 1

# One file by default. To share a hub: postgresql://user@host/database
store: sqlite:///hub.db

defaults:
  country: FR            # of phones and addresses that name none
  timezone: Europe/Paris # of the schedule, and of days such as --until 2027-06-30

# sources:
#   erp:
#     type: tryton
#     url: https://erp.example.com
#     database: company
#     user: hub
#     password: ${{ERP_PASSWORD}}
#     priority: 1        # 1 is the most trusted
#   prospects:
#     type: file
#     path: data/prospects.xlsx
#     mapping: mappings/prospects.yaml   # `hub mapping suggest prospects --write` makes it
sources: {{}}

# destinations:
#   crm:
#     type: hubspot
#     token: ${{HUBSPOT_TOKEN}}
#   newsletter:
#     type: file
#     path: out/newsletter.csv
#     mapping: mappings/newsletter.yaml
destinations: {{}}

# Which value survives, best first: verified, priority, recency, frequency, completeness, length, minimum,
# maximum; for a field limits, ages, sources of its own; and which fields survive together
# (docs/guides/golden-records.md).
# survivorship:
#   fields:
#     name: [priority, completeness]
#   groups:
#     work: [organization, job_title]

# schedule:
#   jobs:
#     nightly: {{do: sync, cron: "0 3 * * *"}}
#     prospects: {{do: pull, sources: [prospects], every: 15m}}
"""


def make_project(folder: Path, *, name: str | None = None) -> Path:
    """Writes a first, commented `hub.yaml` and the folder for mappings. Never overwrites one."""
    path = make_folder(folder) / FILE
    if path.exists():
        raise ConfigurationError(
            "project-exists", f"{path} is there already", hint="edit it, or choose another folder"
        )
    make_folder(folder / "mappings")
    text = initial_hub_yaml(name or folder.resolve().name)
    write_whole(path, lambda file: file.write(text.encode()))
    return path


def initial_hub_yaml(name: str) -> str:
    """A `hub.yaml` without connections, whose comments show how to make some."""
    return _INITIAL.format(name="".join(letter for letter in name if letter.isprintable()))


def add_source(folder: Path, name: str, type_name: str, options: Mapping[str, str]) -> None:
    """Adds a source to `hub.yaml`; nothing else there changes. It is valid then, or as it was before."""
    _add(folder, "sources", name, type_name, options)


def add_destination(folder: Path, name: str, type_name: str, options: Mapping[str, str]) -> None:
    """Adds a destination to `hub.yaml`, as `add_source`."""
    _add(folder, "destinations", name, type_name, options)


def _add(folder: Path, section: str, name: str, type_name: str, options: Mapping[str, str]) -> None:
    role, model = ROLES[section]
    path = folder / FILE
    before = read_text(path)
    parse_project(before, folder, {}, variables_set=False)  # what was wrong before is told with its lines
    if name in map(str, parse_yaml(before, FILE).get(section) or ()):
        raise ConfigurationError(
            "name-taken", f"there is a {role} `{name}` already", hint=f"choose another name, or edit {FILE}"
        )
    connector = load(type_name).settings_for(role)
    fields = {**model.model_fields, **connector.model_fields}
    entry = {"type": type_name}
    entry |= {
        key: _value(fields[key].annotation if key in fields else str, text) for key, text in options.items()
    }
    for *_steps, setting in literal_secrets(connector, entry):
        raise literal_secret(name, str(setting))
    after = with_entry(before, section, name, entry)
    try:
        parse_project(after, folder, {}, variables_set=False)
    except ConfigurationError as error:
        raise _without_places(error) from None
    write_whole(path, lambda file: file.write(after.encode()))


def _value(annotation: Any, text: str) -> Any:
    """What to write for `KEY=text`: text where the setting takes text, else what YAML makes of it."""
    listed = text.startswith("[") and list in _origins(annotation)
    if references(text) or (_takes_text(annotation) and not listed):
        return text
    try:
        return YAML(typ="safe").load(text)
    except (YAMLError, ValueError):
        return text


def _takes_text(annotation: Any) -> bool:
    if get_origin(annotation) is Literal:
        return any(isinstance(choice, str) for choice in get_args(annotation))
    if isinstance(annotation, type):
        return issubclass(annotation, str | SecretStr | PurePath)
    return get_origin(annotation) not in {list, dict, tuple} and any(map(_takes_text, get_args(annotation)))


def _origins(annotation: Any) -> set[Any]:
    return {get_origin(annotation), *(origin for one in get_args(annotation) for origin in _origins(one))}


def _without_places(error: ConfigurationError) -> ConfigurationError:
    """What is wrong with the new entry is not in the file, so it has no line there."""
    found = error.errors if isinstance(error, ConfigurationErrors) else (error,)
    told = tuple(ConfigurationError(one.code, one.sentence, hint=one.hint) for one in found)
    return told[0] if len(told) == 1 else ConfigurationErrors(told)
