"""The routes of the fake portal."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from connectors.fakes.faults import Fault, Faults
from connectors.fakes.hubspot.errors import Json, Refusal, bad_request, invalid_values, not_found
from connectors.fakes.hubspot.limits import Limits, too_many
from connectors.fakes.hubspot.properties import Property, problems_of
from connectors.fakes.hubspot.requests import (
    Erase,
    IdBatch,
    Merge,
    NewProperty,
    ReadBatch,
    Search,
    WriteBatch,
    WriteInput,
    parsed,
)
from connectors.fakes.hubspot.search import search
from connectors.fakes.hubspot.store import Contact, ContactStore
from connectors.fakes.server import Reply, Request

_CONTACTS: Final = "/crm/v3/objects/contacts"
_PROPERTIES: Final = "/crm/v3/properties/contacts"
_MOMENT: Final = {"startedAt": "2026-01-01T00:00:00Z", "completedAt": "2026-01-01T00:00:00Z"}


@dataclass(slots=True)
class FakeHubSpot:
    """A portal. `partial_failures`: batches whose inputs all carry an `objectWriteTraceId` are answered row
    by row (207), else one bad row refuses them all. `echo_values` off leaves the properties out of the
    results of a write. Results of a batch come in another order than its inputs.
    """

    token: str = "pat-fake-token"  # noqa: S105 - the fake's own
    store: ContactStore = field(default_factory=ContactStore)
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    partial_failures: bool = True
    echo_values: bool = True
    _order: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - not a secret
    _lock: Lock = field(default_factory=Lock)

    def answer(self, request: Request) -> Reply:
        with self._lock:
            if request.headers.get("authorization") != f"Bearer {self.token}":
                return self._unauthorized()
            if not self.limits.take():
                return too_many("TEN_SECONDLY_ROLLING", self.limits.headers())
            try:
                reply = self._route(request)
            except Refusal as refusal:
                reply = refusal.reply()
            return Reply(reply.status, reply.content, {**reply.headers, **self.limits.headers()})

    def answer_with(self, fault: Fault, request: Request) -> Reply:
        if fault is Fault.RATE_LIMIT:
            return too_many("TEN_SECONDLY_ROLLING", {"Retry-After": self.faults.seconds})
        if fault is Fault.DAILY_LIMIT:
            return too_many("DAILY", {})
        if fault is Fault.EXPIRED_TOKEN:
            return self._unauthorized()
        if fault is Fault.MISSING_ROWS:
            return _without_last_row(self.answer(request))
        return Refusal(500, "INTERNAL_ERROR", "internal error").reply()

    @staticmethod
    def _unauthorized() -> Reply:
        return Refusal(401, "INVALID_AUTHENTICATION", "Authentication credentials not found").reply()

    def _route(self, request: Request) -> Reply:
        if request.path.startswith(_PROPERTIES):
            return self._properties(request)
        name = request.path.removeprefix(f"{_CONTACTS}/")
        routes: dict[tuple[str, str], Callable[[Request], Reply]] = {
            ("GET", _CONTACTS): self._list,
            ("POST", "batch/upsert"): self._upsert,
            ("POST", "batch/update"): self._update,
            ("POST", "batch/read"): self._read,
            ("POST", "batch/archive"): self._archive,
            ("POST", "merge"): self._merge,
            ("POST", "gdpr-delete"): self._erase,
            ("POST", "search"): self._search,
        }
        route = routes.get((request.method, name))
        if route is not None:
            return route(request)
        if request.method == "GET" and name.isdigit():
            return self._one(name)
        return Refusal(404, "NOT_FOUND", "no such address").reply()

    def _properties(self, request: Request) -> Reply:
        name = request.path.removeprefix(_PROPERTIES).strip("/")
        if request.method == "POST" and not name:
            made = parsed(NewProperty, request.body)
            definition = Property(made.name, made.label, made.type, made.field_type, made.unique)
            self.store.define(definition)
            return Reply(201, definition.as_json())
        if not name:
            return Reply(200, {"results": [p.as_json() for p in self.store.properties.values()]})
        found = self.store.properties.get(name)
        if found is None:
            raise Refusal(404, "OBJECT_NOT_FOUND", f"Property {name} does not exist")
        return Reply(200, found.as_json())

    def _list(self, request: Request) -> Reply:
        limit = int(request.query.get("limit", "10"))
        archived = request.query.get("archived") == "true"
        after = int(request.query.get("after", "0"))
        ordered = sorted(self.store.contacts.values(), key=lambda contact: int(contact.id))
        rest = [c for c in ordered if c.archived is archived and int(c.id) >= after]
        names = [name for name in request.query.get("properties", "").split(",") if name]
        answer: Json = {"results": [contact.as_json(names) for contact in rest[:limit]]}
        if len(rest) > limit:
            answer["paging"] = {"next": {"after": rest[limit].id}}
        return Reply(200, answer)

    def _one(self, remote_id: str) -> Reply:
        contact = self.store.live(remote_id)
        if contact is None:
            raise not_found([remote_id])
        return Reply(200, contact.as_json())

    def _upsert(self, request: Request) -> Reply:
        batch = parsed(WriteBatch, request.body)
        for row in batch.inputs:
            if row.id_property is None or not self.store.is_unique(row.id_property):
                raise bad_request("Unable to perform update/upsert by non-unique property")
        return self._write(batch, self._upsert_one)

    def _update(self, request: Request) -> Reply:
        return self._write(parsed(WriteBatch, request.body), self._update_one)

    def _upsert_one(self, row: WriteInput) -> Json:
        name = row.id_property or "hs_object_id"
        values = {name: row.id, **row.properties}
        known = self.store.by_unique(name, row.id)
        contact = self.store.create(values) if known is None else self.store.update(known, row.properties)
        return {**self._result(contact, row), "new": known is None}

    def _update_one(self, row: WriteInput) -> Json:
        contact = self.store.by_unique(row.id_property or "hs_object_id", row.id)
        if contact is None:
            raise not_found([row.id])
        return self._result(self.store.update(contact, row.properties), row)

    def _result(self, contact: Contact, row: WriteInput) -> Json:
        shown = contact.as_json(list(row.properties) if self.echo_values else None)
        return {**shown, **({"objectWriteTraceId": row.trace} if row.trace is not None else {})}

    def _write(self, batch: WriteBatch, write_one: Callable[[WriteInput], Json]) -> Reply:
        ids = [row.id for row in batch.inputs]
        if len(set(ids)) < len(ids):
            raise bad_request("Duplicate IDs found in batch input")
        self._refuse_unknown_properties(batch)
        by_row = self.partial_failures and all(row.trace for row in batch.inputs)
        if not by_row:
            self._rehearse(batch)
        results: list[Json] = []
        errors: list[Json] = []
        for row in batch.inputs:
            try:
                results.append(write_one(row))
            except Refusal as refusal:
                if not by_row:
                    raise
                errors.append(refusal.row(row.trace or ""))
        self._order.shuffle(results)
        answer: Json = {"status": "COMPLETE", "results": results, **_MOMENT}
        if errors:
            return Reply(207, {**answer, "numErrors": len(errors), "errors": errors})
        return Reply(201 if any(result.get("new") for result in results) else 200, answer)

    def _refuse_unknown_properties(self, batch: WriteBatch) -> None:
        """An unknown property makes HubSpot refuse the whole batch, with or without partial failures."""
        named = {name for row in batch.inputs for name in row.properties}
        unknown = dict.fromkeys(sorted(named - self.store.properties.keys()), "")
        if unknown:
            raise invalid_values(problems_of(self.store.properties, unknown))

    def _rehearse(self, batch: WriteBatch) -> None:
        """Without partial failures a batch is all or nothing: look at all rows before one is written."""
        for row in batch.inputs:
            known = self.store.by_unique(row.id_property or "hs_object_id", row.id)
            if row.id_property is None and known is None:
                raise not_found([row.id])
            self.store.validate(known, row.properties)

    def _read(self, request: Request) -> Reply:
        batch = parsed(ReadBatch, request.body)
        found, missing = [], []
        for row in batch.inputs:
            contact = self.store.by_unique(batch.id_property or "hs_object_id", row.id)
            if contact is None:
                missing.append(row.id)
            else:
                found.append(contact.as_json(batch.properties))
        answer: Json = {"status": "COMPLETE", "results": found, **_MOMENT}
        if missing:
            error = not_found(missing).body()
            return Reply(207, {**answer, "numErrors": 1, "errors": [error]})
        return Reply(200, answer)

    def _archive(self, request: Request) -> Reply:
        for row in parsed(IdBatch, request.body).inputs:
            self.store.archive(row.id)
        return Reply(204)

    def _merge(self, request: Request) -> Reply:
        asked = parsed(Merge, request.body)
        return Reply(200, self.store.merge(asked.primary, asked.other).as_json())

    def _erase(self, request: Request) -> Reply:
        asked = parsed(Erase, request.body)
        if asked.id_property == "email":
            contact = self.store.by_unique("email", asked.id)
            if contact is None:  # documented: an unknown address goes on the blocklist all the same
                self.store.block(asked.id)
                return Reply(204)
            self.store.erase(contact.id)
            return Reply(204)
        self.store.erase(asked.id)
        return Reply(204)

    def _search(self, request: Request) -> Reply:
        live = (contact for contact in self.store.contacts.values() if not contact.archived)
        return Reply(200, search(live, parsed(Search, request.body)))


def _without_last_row(reply: Reply) -> Reply:
    content = reply.content
    if isinstance(content, dict) and isinstance(content.get("results"), list):
        content = {**content, "results": content["results"][:-1]}
    return Reply(reply.status, content, reply.headers)
