"""One tree of errors, grouped by what the reader should do about them.

    HubError
    ├── ConfigurationError   fix the configuration or the call, then start again
    ├── RetryableError       the other side is busy or away; the same call may pass later
    ├── RecordError          one record is bad; it is set aside and the run goes on
    ├── ConflictError        two truths; a person decides
    └── FatalError           nothing above helps; the run stops

Foreign exceptions are translated into this tree once, at the border where they appear.
Messages carry no personal values and no secrets.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a text file an error is: 1-based line and column, and the dotted path of the field."""

    file: str
    line: int | None = None
    column: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        spot = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{spot} ({self.field})" if self.field else spot


class HubError(Exception):
    """An error with a stable code, a sentence, a hint that says what to do, and perhaps a place.

    `code` is kebab-case and never changes once released; scripts compare it.
    """

    def __init__(
        self, code: str, sentence: str, *, hint: str | None = None, place: Place | None = None
    ) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence
        self.hint = hint
        self.place = place

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else self.sentence


class ConfigurationError(HubError):
    """A file, an option or a setting is wrong: fix it and start again."""


class RetryableError(HubError):
    """The other side cannot answer now. `retry_after` is in seconds when it said how long to wait."""

    def __init__(
        self,
        code: str,
        sentence: str,
        *,
        hint: str | None = None,
        place: Place | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code, sentence, hint=hint, place=place)
        self.retry_after = retry_after


class RecordError(HubError):
    """One record cannot be used; it is set aside with this reason and the run goes on."""


class ConflictError(HubError):
    """What was asked contradicts what is stored; a person decides."""


class FatalError(HubError):
    """The run cannot go on: disk full, store damaged, an answer that makes no sense."""


class ConfigurationErrors(ConfigurationError):  # noqa: N818 - it is a group
    """Several configuration errors found in one reading, so that one look mends them all."""

    def __init__(self, errors: tuple[ConfigurationError, ...]) -> None:
        first = errors[0]
        super().__init__(first.code, "\n".join(str(error) for error in errors), hint=first.hint)
        self.errors = errors
