"""The bodies of requests, as HubSpot documents them."""

from __future__ import annotations

from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError

from connectors.fakes.hubspot.errors import bad_request

_BATCH: Final = 100


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class WriteInput(_Body):
    """One row of batch/upsert and batch/update."""

    id: StrictStr
    properties: dict[str, StrictStr]
    id_property: StrictStr | None = Field(default=None, alias="idProperty")
    trace: StrictStr | None = Field(default=None, alias="objectWriteTraceId")


class WriteBatch(_Body):
    inputs: Annotated[list[WriteInput], Field(max_length=_BATCH, min_length=1)]


class IdInput(_Body):
    id: StrictStr


class IdBatch(_Body):
    inputs: Annotated[list[IdInput], Field(max_length=_BATCH, min_length=1)]


class ReadBatch(_Body):
    inputs: Annotated[list[IdInput], Field(max_length=_BATCH, min_length=1)]
    properties: list[StrictStr]
    properties_with_history: list[StrictStr] = Field(default_factory=list, alias="propertiesWithHistory")
    id_property: StrictStr | None = Field(default=None, alias="idProperty")


class Merge(_Body):
    primary: StrictStr = Field(alias="primaryObjectId")
    other: StrictStr = Field(alias="objectIdToMerge")


class Erase(_Body):
    id: StrictStr = Field(alias="objectId")
    id_property: StrictStr | None = Field(default=None, alias="idProperty")


class Filter(_Body):
    name: StrictStr = Field(alias="propertyName")
    operator: StrictStr
    value: StrictStr | None = None
    values: list[StrictStr] = Field(default_factory=list)


class FilterGroup(_Body):
    filters: list[Filter]


class Sort(_Body):
    name: StrictStr = Field(alias="propertyName")
    direction: StrictStr = "ASCENDING"


class Search(_Body):
    filter_groups: list[FilterGroup] = Field(default_factory=list, alias="filterGroups")
    sorts: list[Sort] = Field(default_factory=list)
    properties: list[StrictStr] = Field(default_factory=list)
    limit: int = Field(default=10, ge=1, le=200)
    after: StrictStr = "0"


class NewProperty(_Body):
    name: StrictStr
    label: StrictStr
    type: StrictStr
    field_type: StrictStr = Field(alias="fieldType")
    group: StrictStr = Field(alias="groupName")
    unique: bool = Field(default=False, alias="hasUniqueValue")


Body = TypeVar("Body", bound=_Body)


def parsed(shape: type[Body], body: bytes) -> Body:
    """The body in that shape, or HubSpot's 400."""
    try:
        return shape.model_validate_json(body)
    except ValidationError as exc:
        first = exc.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise bad_request(f"Invalid input JSON at {place}: {first['msg']}") from None
