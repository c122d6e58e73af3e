"""A web-form submission, whatever system it came from: its answers and what is known about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from connectors.text import one_line, storable

Json = Mapping[str, object]
Scalar = str | int | float | bool
Value = Scalar | list[Scalar]

_LONGEST_NAME: Final = 200
_LONGEST_KEY: Final = 200
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, repr=False)
class Submission:
    """`fields` are the answers by the name that the form gives them, in the form's order, none empty. `form`
    is the system's name (`typeform`, …). `submitted_at` is in UTC, None where the system does not tell it.
    """

    form: str
    fields: Mapping[str, Value]
    submission_id: str = ""
    submitted_at: datetime | None = None
    form_id: str = ""
    form_name: str = ""
    page_url: str = ""

    @property
    def key(self) -> str:
        """The system's id, else a hash of everything submitted: the same again is the same record."""
        told = one_line(self.submission_id)
        if told and len(told) <= _LONGEST_KEY:
            return told
        return hashlib.blake2b((told or self.as_json()).encode(), digest_size=16).hexdigest()

    def as_json(self) -> str:
        """A JSON object with sorted members: `fields`, and what is known about the submission."""
        about = {
            "form": self.form,
            "form_id": self.form_id,
            "form_name": self.form_name,
            "page_url": self.page_url,
            "submission_id": self.submission_id,
            "submitted_at": self.submitted_at.isoformat() if self.submitted_at else "",
        }
        known = {name: storable(text) for name, text in about.items() if text}
        return json.dumps(
            {**known, "fields": self.fields}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )


def named(pairs: Iterable[tuple[str, object]]) -> dict[str, Value]:
    """Answers by name, without the empty ones. An object becomes several answers (`name_first`); of two with
    one name the later gets a number.
    """
    found: dict[str, Value] = {}
    counts: dict[str, int] = {}
    for name, value in pairs:
        for part, plain in _flattened(_name(name), value):
            number = counts[part] = counts.get(part, 0) + 1
            if not _is_empty(plain):
                found[part if number == 1 else f"{part} ({number})"] = plain
    return found


def relabelled(submission: Submission, labels: Mapping[str, str]) -> Submission:
    """With answers named as `labels` says, for systems that send numbers or ids."""
    answers = submission.fields.items()
    return replace(submission, fields=named((labels.get(name, name), value) for name, value in answers))


def instant(value: object, *, is_utc: bool = False) -> datetime | None:
    """ISO 8601 with a zone (without one only when the system writes UTC), or milliseconds since 1970."""
    told = text(value).strip()
    try:
        if told.isascii() and told.isdigit():
            at = datetime.fromtimestamp(int(told) / 1000, UTC)
        else:
            at = datetime.fromisoformat(told)
            if at.tzinfo is None and not is_utc:
                return None
            at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if _EARLIEST <= at <= _LATEST else None


def an_object(value: object) -> Json:
    """The value when it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[Json]:
    """The objects in a list; none when it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """Text and whole numbers as text; anything else as nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _name(name: str) -> str:
    return one_line(name)[:_LONGEST_NAME] or "field"


def _flattened(name: str, value: object) -> Iterator[tuple[str, Value]]:
    match value:
        case {"year": year, "month": month, "day": day, **more} if not more:
            yield name, _date(year, month, day)
        case dict():
            for inner, part in value.items():
                yield from _flattened(_name(f"{name}_{inner}"), part)
        case list():
            yield name, [one for part in value if not _is_empty(one := _scalar(part))]
        case _:
            yield name, _scalar(value)


def _scalar(value: object) -> Scalar:
    """A file is told by its address; any other object in a list by its JSON."""
    match value:
        case None:
            return ""
        case str():
            return storable(value)
        case bool() | int() | float():
            return value
        case {"url": str(url)}:
            return storable(url)
    return storable(json.dumps(value, ensure_ascii=False, sort_keys=True))


def _is_empty(value: Value) -> bool:
    return value == [] or (isinstance(value, str) and not value.strip())


def _date(year: object, month: object, day: object) -> str:
    parts = [text(part).strip() for part in (year, month, day)]
    if all(part.isascii() and part.isdigit() for part in parts):
        return f"{parts[0]:0>4}-{parts[1]:0>2}-{parts[2]:0>2}"
    return "-".join(filter(None, parts))
