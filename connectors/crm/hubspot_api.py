"""HubSpot's contacts API, call by call: what is sent and what comes back, nothing of what it is for.

Source of the facts: HubSpot's API reference (CRM objects v3 and properties v3, "legacy" beside the dated
paths but served alike) and its usage guidelines, unless a line says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import AliasPath, BaseModel, BeforeValidator, Field, TypeAdapter

from connectors.auth import StaticBearer
from connectors.crm.hubspot_limits import WINDOW, read_pause
from connectors.crm.hubspot_refusal import refusal_of
from connectors.crm.hubspot_settings import HubSpotSettings
from connectors.http import BUDGETS, SYSTEM, Answer, BudgetBook, HttpClient, Manners, Timing
from hub.errors import ConfigurationError

BATCH_SIZE: Final = 100
_CONTACTS: Final = "crm/v3/objects/contacts"
_PROPERTIES: Final = "crm/v3/properties/contacts"


class PropertyDefinition(BaseModel):
    name: str
    label: str = ""
    type: str = "string"
    unique: bool = Field(default=False, alias="hasUniqueValue")
    calculated: bool = False
    read_only: bool = Field(
        default=False, validation_alias=AliasPath("modificationMetadata", "readOnlyValue")
    )


class _Definitions(BaseModel):
    results: list[PropertyDefinition]


class Row(BaseModel):
    """One record of an answer. `trace` is the `objectWriteTraceId` that its input carried, when told."""

    id: str
    properties: dict[str, str | None] = Field(default_factory=dict)
    new: bool = False
    trace: str | None = Field(default=None, alias="objectWriteTraceId")


def _texts(value: object) -> object:
    """HubSpot documents lists; single texts occur."""
    return [value] if isinstance(value, str) else value


_Texts = Annotated[list[str], BeforeValidator(_texts)]


class ErrorContext(BaseModel):
    traces: _Texts = Field(default_factory=list, alias="objectWriteTraceId")
    ids: _Texts = Field(default_factory=list)


class RowError(BaseModel):
    """One error of a 207 answer. The trace tells what it is about; `context.ids` is usual, not documented."""

    category: str = ""
    message: str = ""
    context: ErrorContext = Field(default_factory=ErrorContext)


class BatchAnswer(BaseModel):
    results: list[Row] = Field(default_factory=list)
    errors: list[RowError] = Field(default_factory=list)


_BATCH: Final = TypeAdapter(BatchAnswer)
_ROW: Final = TypeAdapter(Row)
_DEFINITION: Final = TypeAdapter(PropertyDefinition)
_DEFINITIONS: Final = TypeAdapter(_Definitions)

# Statuses that say something about the content of a request, in HubSpot's error body.
_REFUSALS: Final = frozenset({400, 404, 409})

# One input of a batch write, as sent.
Input = Mapping[str, object]


class HubSpotApi:
    """The calls. All of them raise the kit's errors; those that write raise `RecordError` when HubSpot
    refuses the content of the request as a whole (400, 404, 409).
    """

    def __init__(
        self, settings: HubSpotSettings, timing: Timing = SYSTEM, budgets: BudgetBook = BUDGETS
    ) -> None:
        token = settings.token.get_secret_value()
        budget = budgets.for_account(f"hubspot {token}", settings.requests_per_10_seconds, WINDOW, timing)
        self._http = HttpClient(
            settings.base_url,
            auth=StaticBearer(settings.token),
            manners=Manners(budget=budget, read_pause=read_pause),
            timing=timing,
        )

    def definition(self, name: str) -> PropertyDefinition | None:
        """One property's definition, None where there is no such property."""
        answer = self._http.request("GET", f"{_PROPERTIES}/{name}", accept={404})
        return None if answer.status == 404 else answer.read_as(_DEFINITION)

    def definitions(self) -> list[PropertyDefinition]:
        return self._http.request("GET", _PROPERTIES).read_as(_DEFINITIONS).results

    def first_page(self) -> None:
        """Reads one contact, to see whether that is allowed."""
        self._http.request("GET", _CONTACTS, params={"limit": "1"}).read_as(_BATCH)

    def contact(self, remote_id: str) -> Row | None:
        """The record, None where it is gone. A merged record's id gives the survivor (unverified)."""
        answer = self._http.request("GET", f"{_CONTACTS}/{remote_id}", accept={404})
        return None if answer.status == 404 else answer.read_as(_ROW)

    def upsert(self, inputs: Sequence[Input]) -> BatchAnswer:
        return self._write("batch/upsert", {"inputs": inputs})

    def update(self, inputs: Sequence[Input]) -> BatchAnswer:
        return self._write("batch/update", {"inputs": inputs})

    def read(self, ids: Sequence[str], properties: Sequence[str], *, by: str | None = None) -> list[Row]:
        """The records that are there; a 207 names those that are not. `by` is the unique property whose
        values the ids are, if they are no record ids.
        """
        body: dict[str, object] = {"inputs": [{"id": one} for one in ids], "properties": properties}
        body["propertiesWithHistory"] = []
        if by is not None:
            body["idProperty"] = by
        return self._http.request("POST", f"{_CONTACTS}/batch/read", json=body).read_as(_BATCH).results

    def archive(self, remote_ids: Sequence[str]) -> None:
        """204 whatever the state of the records (that unknown ones are no error is unverified)."""
        body = {"inputs": [{"id": remote_id} for remote_id in remote_ids]}
        self._http.request("POST", f"{_CONTACTS}/batch/archive", json=body)

    def merge(self, primary: str, other: str) -> str:
        """Folds `other` into `primary`, two at a time as documented, and gives the survivor's id."""
        body = {"primaryObjectId": primary, "objectIdToMerge": other}
        answer = self._http.request(
            "POST", f"{_CONTACTS}/merge", json=body, repeatable=False, accept=_REFUSALS
        )
        return _unless_refused(answer).read_as(_ROW).id

    def erase(self, remote_id: str) -> None:
        """Deletes for good, by record id: by e-mail address an unknown one would be put on the blocklist.
        A record that is gone already is fine.
        """
        self._http.request("POST", f"{_CONTACTS}/gdpr-delete", json={"objectId": remote_id}, accept={404})

    def _write(self, call: str, body: object) -> BatchAnswer:
        answer = self._http.request("POST", f"{_CONTACTS}/{call}", json=body, accept=_REFUSALS)
        return _unless_refused(answer).read_as(_BATCH)


def _unless_refused(answer: Answer) -> Answer:
    """The answer, if it is a good one. 404 is for an unknown record as for an unknown address."""
    if answer.status not in _REFUSALS:
        return answer
    refused = refusal_of(answer)
    if answer.status == 404 and refused.code != "remote-gone":
        raise ConfigurationError(
            "not-found", f"there is nothing at {answer.where}", hint="check `base_url`: without a path"
        )
    raise refused
