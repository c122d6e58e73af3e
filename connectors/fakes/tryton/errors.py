"""Errors as they travel: inside an answer with status 200, as a list."""

from __future__ import annotations

from collections.abc import Iterable

Json = dict[str, object]


class TrytonError(Exception):
    """`wire` is the `error` member of the answer."""

    def __init__(self, *wire: object) -> None:
        super().__init__(wire)
        self.wire = list(wire)


def user_error(message: str) -> TrytonError:
    return TrytonError("UserError", [message, "", None])


def user_warning(name: str, message: str) -> TrytonError:
    return TrytonError("UserWarning", [name, message, ""])


def changed_meanwhile() -> TrytonError:
    return TrytonError("ConcurrencyException", "Records were modified in the meanwhile")


def crash(text: str) -> TrytonError:
    """Any other exception: its text and a traceback (empty unless the server is a development one)."""
    return TrytonError(f"'{text}'", "")


def missing(deed: str, row_ids: Iterable[int], label: str) -> TrytonError:
    names = ", ".join(str(row_id) for row_id in row_ids)
    return user_error(f'You are trying to {deed} records "{names}" of "{label}" that don\'t exist.')
