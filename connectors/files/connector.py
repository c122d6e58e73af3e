"""The registry's entry for files."""

from __future__ import annotations

from typing import Final

from connectors.base import Connector, ConnectorSettings, Context, SystemKind
from connectors.files.destination import CAPABILITIES, FileDestination
from connectors.files.settings import FileDestinationSettings, FileSourceSettings
from connectors.files.source import FileSource


def open_source(settings: ConnectorSettings, context: Context) -> FileSource:
    return FileSource(FileSourceSettings.model_validate(settings), context.folder)


def open_destination(settings: ConnectorSettings, context: Context) -> FileDestination:
    return FileDestination(FileDestinationSettings.model_validate(settings), context.folder, context.clock)


CONNECTOR: Final = Connector(
    type_name="file",
    kind=SystemKind.FILES,
    title="Files: CSV, TSV, XLSX, XLS, ODS, JSON Lines, JSON, Parquet (written: CSV, JSON Lines)",
    settings=FileSourceSettings,
    destination_settings=FileDestinationSettings,
    open_source=open_source,
    open_destination=open_destination,
    incremental="a file that has changed is read again",
    deletes="when a changed file, or with --full, is read",
    capabilities=CAPABILITIES,
    tested="real files",
)
