"""What Tryton's errors mean. They come with HTTP 200, as the `error` member of the answer.

Observed on 7.0 and 8.2: `["UserError", [message, description, domain]]`, `["UserWarning", [name, message,
description]]`, `["ConcurrencyException", message]`; any other exception is `[text, traceback]`.
"""

from __future__ import annotations

import re
from typing import Final

from connectors.delivery import RowBusyError
from hub.errors import ConfigurationError, FatalError, HubError, RecordError

_QUOTED: Final = re.compile(r'"[^"]*"|“[^”]*”|«[^»]*»')
_PRIVATE: Final = re.compile(r"\S*@\S*|\+?\d[\d\s().-]{3,}")

_WRITES: Final = frozenset({"create", "write", "execute"})

# Quoted words of its messages that name a model or a field, not a value.
_LABELS: Final = frozenset(
    {
        *("Party", "Address", "Contact Mechanism", "Party Contact Mechanism", "Party Identifier"),
        *(
            "Identifier",
            "Type",
            "Code",
            "Name",
            "Value",
            "Street",
            "City",
            "Postal Code",
            "Country",
            "Subdivision",
            "Active",
            "Language",
        ),
    }
)


class TrytonWarning(RecordError):  # noqa: N818 - Tryton's own word: a question that a person answers
    """Tryton asks whether that is meant. `name` is what an answer must carry."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__("needs-confirmation", sentence)
        self.name = name


def error_of(error: object, method: str) -> HubError:
    """The hub's error for the `error` member of an answer."""
    match error:
        case ["UserError", [str(message), *_]]:
            return RecordError("tryton-refused", f"Tryton refuses it: {without_values(message)}")
        case ["UserWarning", [str(name), str(message), *_]]:
            return TrytonWarning(name, f"Tryton asks for confirmation: {without_values(message)}")
        case ["ConcurrencyException", *_]:
            return RowBusyError("conflict", "the party was changed in Tryton at the same moment")
        case ["LoginException", *_]:
            return ConfigurationError(
                "login-refused",
                "Tryton wants more than a password from this user",
                hint="use a user that logs in with a password alone",
            )
        case _:
            failed = f"Tryton failed while handling {method}"
            if method.rpartition(".")[2] in _WRITES:  # perhaps only one of the rows is too much for it
                return RecordError("tryton-error", f"{failed}; its log says why")
            hint = "the server's log says why; the modules `party` and `country` must be activated"
            return FatalError("tryton-error", failed, hint=hint)


def without_values(message: str) -> str:
    """A message without what it quotes from records: only the names of models and fields stay."""
    unquoted = _QUOTED.sub(lambda m: m[0] if m[0][1:-1] in _LABELS else "“…”", message)
    return _PRIVATE.sub("…", unquoted)
