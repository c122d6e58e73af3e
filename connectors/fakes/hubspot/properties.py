"""Definitions of contact properties, and what each accepts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.fakes.hubspot.errors import Json

_LONGEST: Final = 65_536
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class Property:
    """One definition. `options` are the values of an enumeration."""

    name: str
    label: str
    type: str = "string"
    field_type: str = "text"
    unique: bool = False
    read_only: bool = False
    options: tuple[str, ...] = ()

    def as_json(self) -> Json:
        return {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "groupName": "contactinformation",
            "hasUniqueValue": self.unique,
            "calculated": False,
            "hidden": False,
            "options": [{"label": option, "value": option} for option in self.options],
            "modificationMetadata": {"readOnlyValue": self.read_only, "readOnlyDefinition": True},
        }

    def problem(self, value: str) -> tuple[str, str, str] | None:
        """What is wrong with a value: name, HubSpot's word, text (which repeats the value, as in theirs)."""
        if self.read_only:
            return self.name, "READ_ONLY_VALUE", f'"{self.name}" is a read only property'
        if not value:
            return None
        if len(value) > _LONGEST:
            return self.name, "VALUE_TOO_LONG", f"{self.name} is longer than {_LONGEST} characters"
        if self.name == "email" and not _EMAIL.fullmatch(value):
            return self.name, "INVALID_EMAIL", f"Email address {value} is invalid"
        if self.options and value not in self.options:
            return self.name, "INVALID_OPTION", f"{value} was not one of the allowed options"
        return None


# Some of the properties that every portal has.
_STANDARD: Final = (
    Property("email", "Email"),
    Property("firstname", "First Name"),
    Property("lastname", "Last Name"),
    Property("phone", "Phone Number", field_type="phonenumber"),
    Property("mobilephone", "Mobile Phone Number", field_type="phonenumber"),
    Property("company", "Company Name"),
    Property("jobtitle", "Job Title"),
    Property("website", "Website URL"),
    Property("address", "Street Address"),
    Property("city", "City"),
    Property("zip", "Postal Code"),
    Property("country", "Country/Region"),
    Property(
        "lifecyclestage", "Lifecycle Stage", "enumeration", "radio", options=("lead", "customer", "other")
    ),
    Property("hs_object_id", "Record ID", "number", "number", read_only=True),
    Property("createdate", "Create Date", "datetime", "date", read_only=True),
    Property("lastmodifieddate", "Last Modified Date", "datetime", "date", read_only=True),
    Property("hs_additional_emails", "Additional email addresses", "enumeration", "checkbox", read_only=True),
)

# What `hub` needs, as its `check` says how to make it.
UNIQUE_KEY: Final = Property("hub_id", "Hub id", unique=True)


def standard_properties() -> dict[str, Property]:
    return {definition.name: definition for definition in _STANDARD}


def problems_of(definitions: Mapping[str, Property], values: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What is wrong with a record's values."""
    found = []
    for name, value in values.items():
        definition = definitions.get(name)
        if definition is None:
            found.append((name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'))
        elif (problem := definition.problem(value)) is not None:
            found.append(problem)
    return found
