"""HubSpot's error bodies."""

from __future__ import annotations

import json
from collections.abc import Sequence

from connectors.fakes.server import Reply

Json = dict[str, object]


class Refusal(Exception):  # noqa: N818 - it is an answer
    """A request, or one row of it, is refused: the status and the error body's parts."""

    def __init__(self, status: int, category: str, message: str, context: Json | None = None) -> None:
        super().__init__(category)
        self.status = status
        self.category = category
        self.message = message
        self.context = context or {}

    def body(self) -> Json:
        return {
            "status": "error",
            "message": self.message,
            "correlationId": "00000000-0000-4000-8000-000000000000",
            "category": self.category,
            "context": self.context,
        }

    def reply(self) -> Reply:
        return Reply(self.status, self.body())

    def row(self, trace: str) -> Json:
        """The error of one input in a 207 answer."""
        return {
            "status": "error",
            "category": self.category,
            "message": self.message,
            "context": {**self.context, "objectWriteTraceId": [trace]},
        }


def invalid_values(problems: Sequence[tuple[str, str, str]]) -> Refusal:
    """Bad property values: (name, HubSpot's word, text). The message carries JSON, as the real one does."""
    details = [
        {"isValid": False, "message": text, "error": word, "name": name, "localizedErrorMessage": text}
        for name, word, text in problems
    ]
    return Refusal(
        400, "VALIDATION_ERROR", f"Property values were not valid: {json.dumps(details, ensure_ascii=False)}"
    )


def already_exists(existing: str) -> Refusal:
    return Refusal(409, "CONFLICT", f"Contact already exists. Existing ID: {existing}")


def not_found(remote_ids: Sequence[str]) -> Refusal:
    text = "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid."
    return Refusal(404, "OBJECT_NOT_FOUND", text, {"ids": list(remote_ids)})


def bad_request(message: str) -> Refusal:
    return Refusal(400, "VALIDATION_ERROR", message)
