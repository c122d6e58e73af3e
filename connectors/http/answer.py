"""What came back."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from hub.errors import ConfigurationError, FatalError

T = TypeVar("T")

_HTML_STARTS: Final = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. The body is not shown in its repr; it may hold personal data.

    `where` is the request's address without what is private.
    """

    status: int
    where: str
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_html(self) -> bool:
        """Whether a web page came: a login portal, a proxy, a maintenance page, a wrong address."""
        said = self.headers.get("content-type", "").lower()
        return "text/html" in said or self.body[:256].lstrip().lower().startswith(_HTML_STARTS)

    def json(self) -> object:
        """The body as JSON values; `ConfigurationError` for a web page, `FatalError` for anything else."""
        if self.is_html:
            raise ConfigurationError(
                "html-instead-of-json",
                f"{self.where} answers with a web page where data was expected",
                hint="check `url`; a proxy, a login portal or a maintenance page may stand before it",
            )
        if not self.body.strip():
            raise FatalError("empty-answer", f"{self.where} answered {self.status} with nothing in it")
        try:
            value: object = json.loads(self.body)
        except (ValueError, RecursionError) as exc:
            raise FatalError("not-json", f"the answer of {self.where} is not JSON") from exc
        return value

    def read_as(self, shape: TypeAdapter[T]) -> T:
        """The body in the shape that the vendor documents; `FatalError` names the fields that are not."""
        if not self.is_html:
            with suppress(ValidationError):  # what is wrong with it is found out below
                return shape.validate_json(self.body)
        value = self.json()
        try:
            return shape.validate_python(value)
        except ValidationError as exc:
            raise unexpected(exc, self.where) from None


def unexpected(exc: ValidationError, where: str) -> FatalError:
    """The error for data in another shape than documented: which fields, not which values."""
    places = sorted(
        {".".join("*" if isinstance(part, int) else part for part in e["loc"]) for e in exc.errors()}
    )
    return FatalError(
        "unexpected-answer",
        f"{where} answers in another shape than documented: {', '.join(places[:5])}",
        hint="is this version of the system supported?",
    )
