"""Looking things up in a Tryton server: parties by id and by the hub's marker, countries by code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from connectors.erp.tryton_party import FIELDS, Party
from connectors.erp.tryton_server import TrytonServer
from connectors.http import unexpected

T = TypeVar("T")


class _Marked(BaseModel):
    party: int
    code: str


class _Country(BaseModel):
    id: int
    code: str


_PARTIES: Final = TypeAdapter(list[Party])
_MARKED: Final = TypeAdapter(list[_Marked])
_COUNTRIES: Final = TypeAdapter(list[_Country])


class Directory:
    """Countries are looked up once."""

    def __init__(self, server: TrytonServer, prefix: str) -> None:
        self._server = server
        self._prefix = prefix
        self._countries: dict[str, int] = {}

    def parties(self, party_ids: Iterable[int]) -> dict[int, Party]:
        """The parties that exist, archived ones too, by id."""
        domain = [["id", "in", sorted(set(party_ids))]]
        found = self._server.call("model.party.party.search_read", domain, 0, None, [["id", "ASC"]], FIELDS)
        return {party.id: party for party in self._read(_PARTIES, found)}

    def marker(self, identity_id: str) -> str:
        """The code of the identifier by which the hub finds the identity's party."""
        return f"{self._prefix}{identity_id}"

    def marked(self, identity_ids: Iterable[str]) -> Mapping[str, Sequence[int]]:
        """Ids of the parties that carry an identity's marker, lowest first, for identities that have one.

        An archived marker is none: Tryton archives those of a party that is replaced, and moves them on.
        """
        by_marker = {self.marker(identity_id): identity_id for identity_id in identity_ids}
        domain = [["type", "=", None], ["code", "in", sorted(by_marker)], ["active", "=", True]]
        found = self._server.call(
            "model.party.identifier.search_read", domain, 0, None, [["party", "ASC"]], ["party", "code"]
        )
        parties: dict[str, list[int]] = defaultdict(list)
        for row in self._read(_MARKED, found):
            parties[by_marker[row.code]].append(row.party)
        return {identity_id: sorted(set(ids)) for identity_id, ids in parties.items()}

    def countries(self, codes: Iterable[str]) -> Mapping[str, int]:
        """Country ids by ISO 3166 code; Tryton has those that its administrator loaded."""
        wanted = sorted(set(codes) - self._countries.keys())
        if wanted:
            found = self._server.call(
                "model.country.country.search_read", [["code", "in", wanted]], 0, None, None, ["code"]
            )
            self._countries |= {country.code: country.id for country in self._read(_COUNTRIES, found)}
        return self._countries

    def has_countries(self) -> bool:
        return bool(self._server.call("model.country.country.search_count", []))

    @staticmethod
    def _read(shape: TypeAdapter[list[T]], found: object) -> list[T]:
        try:
            return shape.validate_python(found)
        except ValidationError as exc:
            raise unexpected(exc, "Tryton") from None
