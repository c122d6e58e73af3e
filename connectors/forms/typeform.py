"""Typeform: the webhook's `form_response`, or an item of its Responses API.

https://www.typeform.com/developers/webhooks/example-payload/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from connectors.forms.submission import Json, Submission, an_object, instant, named, objects, text
from hub.errors import RecordError

# The reference that Typeform makes up when the form's author gave none; the question's title says more.
_MADE_UP: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def recognised(body: Json) -> bool:
    return "form_response" in body or {"token", "answers", "landed_at"} <= body.keys()


def parse(body: Json) -> Submission:
    if body.get("event_type") == "form_response_partial":
        raise RecordError(
            "partial-submission", "the visitor did not submit the form", hint="nothing to do: it is kept here"
        )
    response = an_object(body.get("form_response", body))
    definition = an_object(response.get("definition"))
    return Submission(
        form="typeform",
        fields=named(_fields(response, objects(definition.get("fields")))),
        submission_id=text(response.get("token")),
        submitted_at=instant(response.get("submitted_at")),
        form_id=text(response.get("form_id")),
        form_name=text(definition.get("title")),
    )


def _fields(response: Json, questions: list[Json]) -> Iterator[tuple[str, object]]:
    """The questions in their order, unanswered ones too: numbered names must not depend on the answers."""
    answers = {text(_field(answer).get("id")): answer for answer in objects(response.get("answers"))}
    for question in questions:
        answer = answers.pop(text(question.get("id")), {})
        yield _name(question), _value(answer)
    for field_id, answer in answers.items():
        yield _name(_field(answer)) or field_id, _value(answer)
    yield from an_object(response.get("hidden")).items()
    for variable in objects(response.get("variables")):
        yield text(variable.get("key")), variable.get(text(variable.get("type")))


def _field(answer: Json) -> Json:
    return an_object(answer.get("field"))


def _name(question: Json) -> str:
    reference, title = text(question.get("ref")), text(question.get("title"))
    if reference and not (title and _MADE_UP.fullmatch(reference)):
        return reference
    return title or text(question.get("id"))


def _value(answer: Json) -> object:
    """What stands under the name of the answer's type; of choices the labels."""
    match answer.get(text(answer.get("type"))):
        case {"labels": list(labels), **more}:
            return [*labels, *filter(None, [more.get("other")])]
        case Mapping() as choice if "label" in choice or "other" in choice:
            return choice.get("label") or choice.get("other")
        case value:
            return value
