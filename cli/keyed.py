"""The key of a file's rows: what hub.yaml says, else what the mapping does."""

from __future__ import annotations

from connectors.base import ConnectorSettings
from connectors.files.settings import FileSourceSettings
from hub.errors import ConfigurationError
from mappings.expressions import Expression


def keyed(name: str, settings: ConnectorSettings, key: Expression | None) -> ConnectorSettings:
    """The settings of a source with the `key` of its mapping, where it is a file that has none of its own.

    Records have their keys before they are mapped: by them it is known what is new. So the key is a column.
    Raises `ConfigurationError` for one that is more.
    """
    if not isinstance(settings, FileSourceSettings) or settings.key or key is None:
        return settings
    if key.column is None:
        raise ConfigurationError(
            "key-not-a-column",
            f"the key in the mapping of {name} is no column of the file",
            hint=f"name the column, or several, in hub.yaml: `key: [a, b]` under {name}",
        )
    return settings.model_copy(update={"key": key.column})
