"""HubSpot's refusals, in words that repeat no value of a record.

Its messages do repeat them ("Email address ada@… is invalid"), so only property names, HubSpot's own words
and record ids are taken over, each by its pattern.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from connectors.delivery import RowBusyError
from connectors.http import Answer
from hub.errors import HubError, RecordError

_EXISTING: Final = re.compile(r"Existing ID: (\d+)")
_WORD: Final = re.compile(r"[A-Z][A-Z_]{1,60}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,99}")
_PROBLEMS: Final = "Property values were not valid: "

# Categories of an error that has nothing to do with the record (unverified in 207 answers).
_PASSING: Final = frozenset({"INTERNAL_ERROR", "RATE_LIMITS", "RATE_LIMIT", "TIMEOUT", "SERVICE_UNAVAILABLE"})
_CODES: Final = {"OBJECT_NOT_FOUND": "remote-gone", "PROPERTY_DOESNT_EXIST": "unknown-property"}
_SENTENCES: Final = {
    "OBJECT_NOT_FOUND": "HubSpot no longer holds this contact",
    "PROPERTY_DOESNT_EXIST": "HubSpot has no contact property",
    "READ_ONLY_VALUE": "HubSpot lets nobody write the property",
}


class RefusedError(RecordError):
    """HubSpot refuses a record, or all records of a request because of one.

    `existing` is the record that already holds the e-mail address or unique value; `unknown` are the
    properties that it does not have, which make every record that names them a culprit.
    """

    def __init__(
        self, code: str, sentence: str, *, existing: str | None = None, unknown: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(code, sentence)
        self.existing = existing
        self.unknown = unknown


def refusal_of(answer: Answer) -> RefusedError | RowBusyError:
    """The refusal of a whole request, by its error body."""
    try:
        body = answer.json()
    except HubError:
        body = {}
    found = body if isinstance(body, Mapping) else {}
    return refusal(str(found.get("category") or ""), str(found.get("message") or ""))


def refusal(category: str, message: str) -> RefusedError | RowBusyError:
    """The refusal that an error's category and message tell of."""
    if (existing := _EXISTING.search(message)) is not None:
        holder = existing.group(1)
        return RefusedError(
            "exists-already",
            f"HubSpot's contact {holder} already holds this e-mail address or unique value",
            existing=holder,
        )
    problems = _problems(message)
    if problems:
        return _refusal_of_values(problems)
    word = category if _WORD.fullmatch(category) else "no reason given"
    if word in _PASSING:
        return RowBusyError("not-now", f"HubSpot could not handle the record now ({word})")
    return RefusedError(_code(word), _SENTENCES.get(word, f"HubSpot refuses the record ({word})"))


def _refusal_of_values(problems: list[tuple[str, str]]) -> RefusedError:
    unknown = frozenset(name for name, word in problems if word == "PROPERTY_DOESNT_EXIST")
    name, word = problems[0]
    said = _SENTENCES.get(word, "HubSpot refuses the value of")
    return RefusedError(_code(word), f"{said} `{name}` ({word})", unknown=unknown)


def _problems(message: str) -> list[tuple[str, str]]:
    """Property and HubSpot's word for what is wrong with it, from the JSON that its message carries."""
    start = message.find(_PROBLEMS)
    if start < 0:
        return []
    try:
        details = json.loads(message[start + len(_PROBLEMS) :])
    except ValueError:
        return []
    pairs = [(str(d.get("name")), str(d.get("error"))) for d in details if isinstance(d, dict)]
    return [(name, word) for name, word in pairs if _NAME.fullmatch(name) and _WORD.fullmatch(word)]


def _code(word: str) -> str:
    return _CODES.get(word, word.lower().replace("_", "-").replace(" ", "-"))
