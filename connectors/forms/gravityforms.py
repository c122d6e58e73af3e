"""Gravity Forms: an entry, whose fields are numbers (`1.3`), named by `_labels` where the REST API was asked
for them (`/gf/v2/entries?_labels=1`). https://docs.gravityforms.com/entry-object/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from connectors.forms.submission import Json, Submission, an_object, instant, named, text
from hub.errors import RecordError

_FIELD: Final = re.compile(r"\d+(?:\.\d+)?")


def recognised(body: Json) -> bool:
    return {"form_id", "date_created"} <= body.keys() and any(map(_FIELD.fullmatch, body))


def parse(body: Json) -> Submission:
    """Entries marked as spam or put in the bin are refused. Dates are in UTC."""
    status = text(body.get("status")) or "active"
    if status != "active":
        raise RecordError("not-active", f"the entry is marked as {status}", hint="restore it if it is none")
    return Submission(
        form="gravityforms",
        fields=named(_fields(body)),
        submission_id=text(body.get("id")),
        submitted_at=instant(body.get("date_updated"), is_utc=True)
        or instant(body.get("date_created"), is_utc=True),
        form_id=text(body.get("form_id")),
        page_url=text(body.get("source_url")),
    )


def _fields(body: Json) -> Iterator[tuple[str, object]]:
    labels = an_object(body.get("_labels"))
    for name in sorted(filter(_FIELD.fullmatch, body), key=lambda name: [int(n) for n in name.split(".")]):
        yield _label(labels, name) or name, body[name]


def _label(labels: Json, name: str) -> str:
    """A part of a field is labelled under its own number, or inside its field's labels."""
    found = labels.get(name)
    if isinstance(found, str):
        return found
    inside = an_object(labels.get(name.partition(".")[0]))
    return text(inside.get(name))
