"""Writing a batch of contacts, and finding out what became of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from connectors.crm.hubspot_api import BatchAnswer, HubSpotApi, Input
from connectors.crm.hubspot_matching import match
from connectors.crm.hubspot_refusal import RefusedError, refusal
from connectors.delivery import RowBusyError, Send, deliver, rejected
from hub.domain.plan import Action, Change, Outcome, Receipt

_NO_ANSWER: Final = RowBusyError("no-answer-for-row", "HubSpot's answer says nothing about this contact")


class ContactWriter:
    """`upsert` and `update` are `Send`s. With `adopt`, a create that meets a contact without hub id takes
    that one over.
    """

    def __init__(self, api: HubSpotApi, key: str, *, adopt: bool) -> None:
        self._api = api
        self._key = key
        self._adopt = adopt

    def upsert(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        """Creates or updates by the value of the key property."""
        inputs = [
            {**self._input(n, change), "idProperty": self._key, "id": change.identity_id}
            for n, change in enumerate(changes)
        ]
        try:
            answer = self._api.upsert(inputs)
        except RefusedError as refused:
            return self._set_aside(changes, refused, self.upsert)
        return self._receipts(changes, answer, self.upsert)

    def update(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        """Updates by record id."""
        inputs = [{**self._input(n, change), "id": change.remote_id} for n, change in enumerate(changes)]
        try:
            answer = self._api.update(inputs)
        except RefusedError as refused:
            return self._set_aside(changes, refused, self.update)
        return self._receipts(changes, answer, self.update)

    def _input(self, position: int, change: Change) -> Input:
        """`objectWriteTraceId` asks for an answer row by row, and tells which row an answer is for."""
        properties = {name: as_text(value) for name, value in change.payload.items()}
        return {
            "properties": {**properties, self._key: change.identity_id},
            "objectWriteTraceId": str(position),
        }

    def _set_aside(self, changes: Sequence[Change], refused: RefusedError, again: Send) -> Sequence[Receipt]:
        """Rejects at once every change that names a property HubSpot does not have; one alone is judged."""
        culprits = [change for change in changes if refused.unknown & change.payload.keys()]
        if culprits:
            rest = [change for change in changes if not refused.unknown & change.payload.keys()]
            return [rejected(change, refused) for change in culprits] + deliver([(rest, again)])
        if len(changes) == 1:
            return [self._refused(changes[0], refused)]
        raise refused

    def _receipts(self, changes: Sequence[Change], answer: BatchAnswer, again: Send) -> list[Receipt]:
        matched = match(changes, answer, self._key)
        receipts = [
            Receipt(changes[n].identity_id, Outcome.CREATED if row.new else Outcome.UPDATED, row.id)
            for n, row in matched.rows.items()
            if n not in matched.errors
        ]
        receipts += [
            self._refused(changes[n], refusal(error.category, error.message))
            for n, error in matched.errors.items()
        ]
        unanswered = [changes[n] for n in matched.unanswered(len(changes))]
        if matched.loose and len(changes) > 1:  # alone, an error can only be about the one change
            return receipts + deliver([([change], again) for change in unanswered])
        return receipts + [rejected(change, _NO_ANSWER) for change in unanswered]

    def _refused(self, change: Change, error: RefusedError | RowBusyError) -> Receipt:
        takes_over = self._adopt and change.action is Action.CREATE
        if takes_over and isinstance(error, RefusedError) and error.existing is not None:
            return self._take_over(change, error.existing, error)
        return rejected(change, error)

    def _take_over(self, change: Change, existing: str, error: RefusedError) -> Receipt:
        """Updates the contact that is in the way, unless it belongs to another identity."""
        found = self._api.read([existing], [self._key])
        if not found or found[0].properties.get(self._key) not in {None, "", change.identity_id}:
            return rejected(change, error)
        try:
            self._api.update([{**self._input(0, change), "id": existing}])
        except RefusedError as refused:
            return rejected(change, refused)
        return Receipt(change.identity_id, Outcome.UPDATED, existing)


def as_text(value: object) -> str:
    """A value as HubSpot takes it: text; empty text clears, `;` joins the choices of an enumeration."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ";".join(as_text(part) for part in value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
