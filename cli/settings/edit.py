"""Writes `hub.yaml` without destroying what people wrote in it; makes the first one."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr
from ruamel.yaml.comments import CommentedMap

from cli.settings.load import FILE, load_project
from cli.settings.secrets import references
from cli.write import make_folder, write_whole
from connectors.registry import load
from hub.errors import ConfigurationError
from mappings.yaml_file import editor, read_yaml

_INITIAL: Final = """\
# The project {name}: where contacts come from, where golden records go.
# `hub connectors` lists what can be connected; `hub doctor` checks this file.
# A value ${{NAME}} is read from the environment, or from .env beside this file. Secrets stand only there.
version: 1

# One file by default. To share a hub: postgresql://user@host/database
store: sqlite:///hub.db

defaults:
  country: FR            # of phones and addresses that name none
  timezone: Europe/Paris # of the schedule

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
#     mapping: mappings/prospects.yaml   # `hub mapping suggest prospects` writes it
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

# Which value survives, best first. Criteria: priority, recency, frequency, completeness.
# survivorship:
#   fields:
#     name: [priority, completeness]

# schedule:
#   jobs:
#     nightly: {{do: sync, cron: "0 3 * * *"}}
#     forms: {{do: pull, sources: [forms], every: 15m}}
"""


def make_project(folder: Path, *, name: str | None = None) -> Path:
    """Writes a first, commented `hub.yaml` and the folder for mappings. Never overwrites one."""
    path = make_folder(folder) / FILE
    if path.exists():
        raise ConfigurationError(
            "project-exists", f"{path} is there already", hint="edit it, or choose another folder"
        )
    make_folder(folder / "mappings")
    text = _INITIAL.format(name=name or folder.resolve().name)
    write_whole(path, lambda file: file.write(text.encode()))
    return path


def add_source(folder: Path, name: str, type_name: str, options: Mapping[str, str]) -> None:
    """Adds a source to `hub.yaml`; comments and order stay. The file is valid afterwards, or as before."""
    _add(folder, "sources", "source", name, type_name, options)


def add_destination(folder: Path, name: str, type_name: str, options: Mapping[str, str]) -> None:
    """Adds a destination to `hub.yaml`, as `add_source`."""
    _add(folder, "destinations", "destination", name, type_name, options)


def _add(
    folder: Path, section: str, role: str, name: str, type_name: str, options: Mapping[str, str]
) -> None:
    path = folder / FILE
    before = path.read_bytes() if path.exists() else b""
    root = read_yaml(path)
    if root.get(section) is None or not root[section]:
        root[section] = CommentedMap()
    if name in root[section]:
        raise ConfigurationError(
            "name-taken", f"there is a {role} `{name}` already", hint="choose another name, or edit hub.yaml"
        )
    _refuse_literal_secrets(type_name, role, name, options)
    root[section][name] = CommentedMap({"type": type_name, **{k: _typed(v) for k, v in options.items()}})
    text = io.BytesIO()
    editor().dump(root, text)
    write_whole(path, lambda file: file.write(text.getvalue()))
    try:
        load_project(folder, {}, variables_set=False)
    except ConfigurationError:
        write_whole(path, lambda file: file.write(before))
        raise


def _refuse_literal_secrets(type_name: str, role: str, name: str, options: Mapping[str, str]) -> None:
    for key, field in load(type_name).settings_for(role).model_fields.items():
        if (
            field.annotation in {SecretStr, SecretStr | None}
            and key in options
            and not references(options[key])
        ):
            raise ConfigurationError(
                "literal-secret",
                f"`{key}` is a secret and must not stand in hub.yaml",
                hint=f"write {key}='${{{name.upper()}_{key.upper()}}}' and set that variable",
            )


def _typed(text: str) -> Any:
    """What YAML makes of the text: `true`, `12` and `[a, b]` are not strings."""
    return editor().load(text) if text and not references(text) else text
