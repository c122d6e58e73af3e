"""The key of a file's rows: what hub.yaml says, else what the mapping does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from connectors.base import ConnectorSettings
from connectors.files.settings import FileSourceSettings
from hub.errors import ConfigurationError

if TYPE_CHECKING:
    from mappings.expressions import Expression

_NO_COLUMN: Final = "key-not-a-column"


def keyed(name: str, settings: ConnectorSettings, key: Expression | None) -> ConnectorSettings:
    """The settings of a source with the `key` of its mapping, where it is a file that has none of its own.

    Records have their keys before they are mapped: by them it is known what is new. So the key is a column.
    Raises `ConfigurationError` for one that is more.
    """
    if not isinstance(settings, FileSourceSettings) or settings.key or key is None:
        return settings
    if key.column is None:
        raise ConfigurationError(
            _NO_COLUMN,
            f"the key in the mapping of {name} is no column of the file",
            hint=f"name the column, or several, in hub.yaml: `key: [a, b]` under {name}",
        )
    return settings.model_copy(update={"key": key.column})


def keyed_if_told(
    name: str, settings: ConnectorSettings, mapped_key: Callable[[], Expression | None]
) -> ConnectorSettings:
    """As `keyed`. With a mapping that cannot be read nothing is pulled, but what is there can be looked
    at.
    """
    try:
        return keyed(name, settings, mapped_key())
    except ConfigurationError as error:
        if error.code == _NO_COLUMN:
            raise
        return settings
