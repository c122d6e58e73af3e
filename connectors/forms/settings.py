"""The settings of web-form submissions in `hub.yaml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from connectors.base import ConnectorSettings
from connectors.forms.body import FormName, FormOptions


class WebformSettings(ConnectorSettings):
    """`path` is a folder with a JSON file for each posted body (also below it), a JSON file, or a JSON Lines
    file (`.jsonl`, `.ndjson`) with a body a line. `form` says which system posted them; with `auto` each body
    tells by its shape. `labels` name fields that are sent as numbers or ids (Gravity Forms, Google Forms).
    `id_field` and `time_field` name the fields of plain forms that hold a submission's id and time.
    """

    path: Annotated[str, Field(min_length=1)]
    form: FormName = "auto"
    labels: dict[str, str] = Field(default_factory=dict)
    id_field: str = ""
    time_field: str = ""
    page_submissions: Annotated[int, Field(ge=1)] = 1000

    @property
    def options(self) -> FormOptions:
        return FormOptions(self.form, self.labels, self.id_field, self.time_field)
