"""Jotform: the fields that it posts (multipart, `rawRequest` holds the answers as JSON), or its API's answer.

https://api.jotform.com/docs/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from connectors.forms.submission import Json, Submission, an_object, named, text
from hub.errors import RecordError

_QUESTION: Final = re.compile(r"q(\d+)_(.+)")


def recognised(body: Json) -> bool:
    return "rawRequest" in body or "answers" in an_object(body.get("content"))


def parse(body: Json) -> Submission:
    """The time is left out: Jotform tells it without a zone."""
    if "rawRequest" not in body:
        return _of_the_api(an_object(body.get("content")))
    return Submission(
        form="jotform",
        fields=named(_fields(_raw(body.get("rawRequest")))),
        submission_id=text(body.get("submissionID")),
        form_id=text(body.get("formID")),
        form_name=text(body.get("formTitle")),
    )


def _raw(value: object) -> Json:
    if isinstance(value, dict):
        return value
    try:
        found = json.loads(text(value))
    except (ValueError, RecursionError) as error:
        raise RecordError("unexpected-shape", "`rawRequest` is no JSON") from error
    return an_object(found)


def _fields(answers: Json) -> Iterator[tuple[str, object]]:
    """Questions have names such as `q3_email`; the rest is Jotform's own book-keeping."""
    for name, value in answers.items():
        if found := _QUESTION.fullmatch(name):
            yield found[2], value


def _of_the_api(content: Json) -> Submission:
    answers = an_object(content.get("answers"))
    numbered = sorted(answers, key=lambda number: (len(number), number))
    questions = [an_object(answers[number]) for number in numbered]
    return Submission(
        form="jotform",
        fields=named(
            (text(one.get("name")) or text(one.get("text")), one.get("answer")) for one in questions
        ),
        submission_id=text(content.get("id")),
        form_id=text(content.get("form_id")),
    )
