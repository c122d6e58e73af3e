"""Tryton, real or fake, as the contract suite wants it: in a known state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from connectors.contract import DestinationSystem, SourceSystem
from connectors.erp.tryton_destination import TrytonDestination
from connectors.erp.tryton_settings import TrytonDestinationSettings, TrytonSettings
from connectors.erp.tryton_source import TrytonSource
from hub.domain.plan import Payload
from hub.ports import DestinationWithCapabilities, Source
from tests.fakes.tryton_client import DATABASE, PASSWORD, TrytonClient

_HERE = Path()
_WAYS = ("email", "phone", "mobile", "website")
_FIELDS = (
    *("name", "code", "active", "replaced_by", "write_date", "create_date"),
    *("contact_mechanisms.type", "contact_mechanisms.value", "contact_mechanisms.active"),
    *("addresses.city", "addresses.active", "addresses.country.code"),
)


class TrytonSourceSystem(SourceSystem):
    """Ten parties, each with an e-mail address. `boundary` rows may come again (clocks of real servers)."""

    stream = "party"
    secrets = (PASSWORD,)

    def __init__(self, server: TrytonClient, boundary: int = 0, overlap: float = 600.0) -> None:
        self._server = server
        self._overlap = overlap
        self.boundary = boundary
        self._create(*range(10))

    def open(self) -> Source:
        return self._source(DATABASE)

    def open_broken(self) -> Source:
        return self._source("no-such-database")

    def expected(self) -> Mapping[str, Mapping[str, object]]:
        return {
            str(row["id"]): {"name": row["name"], "code": row["code"], "active": bool(row["active"])}
            for row in parties(self._server)
        }

    def updated_at(self) -> Mapping[str, datetime]:
        return {
            str(row["id"]): _instant(row["write_date"] or row["create_date"]) for row in parties(self._server)
        }

    def add_record(self) -> str:
        return str(self._create(99)[0])

    def change_record(self, key: str) -> None:
        self._server.call("model.party.party.write", [int(key)], {"name": "Another Name"})

    def delete_record(self, key: str) -> None:
        self._server.call("model.party.party.delete", [int(key)])

    def _source(self, database: str) -> TrytonSource:
        settings = TrytonSettings(**good(self._server, database), page_size=4, overlap=self._overlap)
        return TrytonSource(settings, _HERE)

    def _create(self, *numbers: int) -> list[int]:
        made: list[int] = self._server.call(
            "model.party.party.create", [_party(number) for number in numbers]
        )
        return made


class TrytonDestinationSystem(DestinationSystem):
    """No parties, and one country: France."""

    secrets = (PASSWORD,)

    def __init__(self, server: TrytonClient) -> None:
        self._server = server
        server.call("model.country.country.create", [{"name": "France", "code": "FR"}])

    def open(self) -> DestinationWithCapabilities:
        return self._destination(DATABASE)

    def open_broken(self) -> DestinationWithCapabilities:
        return self._destination("no-such-database")

    def payload(self, number: int) -> Payload:
        return {
            "name": f"Person {number}",
            "email": f"person{number}@example.com",
            "phone": f"+3319900{number:04}",
            "city": "Lyon",
            "country": "FR",
        }

    def changed_field(self) -> tuple[str, object]:
        return "city", "Grenoble"

    def bad_payload(self) -> Payload:
        return {**self.payload(1000), "country": "ZZ"}

    def stored(self) -> Mapping[str, Payload]:
        rows = parties(self._server)
        return {str(row["id"]): _flat(row) for row in rows if row["active"] and row["replaced_by"] is None}

    def _destination(self, database: str) -> TrytonDestination:
        return TrytonDestination(TrytonDestinationSettings(**good(self._server, database)), _HERE)


def good(server: TrytonClient, database: str = DATABASE) -> dict[str, Any]:
    """Settings for the server."""
    return {
        "url": server.url,
        "database": database,
        "user": "admin",
        "password": SecretStr(PASSWORD),
    }


def parties(server: TrytonClient) -> list[dict[str, Any]]:
    """All parties, archived ones too."""
    rows: list[dict[str, Any]] = server.call(
        "model.party.party.search_read", [], 0, None, [["id", "ASC"]], _FIELDS
    )
    return rows


def _party(number: int) -> dict[str, object]:
    email = {"type": "email", "value": f"person{number}@example.com"}
    return {"name": f"Person {number}", "contact_mechanisms": [["create", [email]]]}


def _flat(row: dict[str, Any]) -> Payload:
    ways = [way for way in row["contact_mechanisms."] if way["active"]]
    address: dict[str, Any] = next((one for one in row["addresses."] if one["active"]), {})
    return {
        "name": row["name"],
        **{kind: next((way["value"] for way in ways if way["type"] == kind), None) for kind in _WAYS},
        "city": address.get("city"),
        "country": (address.get("country.") or {}).get("code"),
    }


def _instant(typed: dict[str, Any]) -> datetime:
    return datetime(**{name: part for name, part in typed.items() if name != "__class__"}, tzinfo=UTC)


def clock_at(moment: datetime) -> Callable[[], datetime]:
    """A clock for the fake's database that stands still: naive UTC."""
    naive = moment.astimezone(UTC).replace(tzinfo=None)
    return lambda: naive
