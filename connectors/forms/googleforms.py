"""Google Forms: a response of `forms.responses.list`. Questions have ids there; `labels` in the settings
names them. https://developers.google.com/workspace/forms/api/reference/rest/v1/forms.responses
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.forms.submission import Json, Submission, an_object, instant, named, objects, text


def recognised(body: Json) -> bool:
    return "responseId" in body and isinstance(body.get("answers"), dict)


def parse(body: Json) -> Submission:
    """A response that was edited keeps its id; the time is that of the last edit."""
    return Submission(
        form="googleforms",
        fields=named(_fields(body)),
        submission_id=text(body.get("responseId")),
        submitted_at=instant(body.get("lastSubmittedTime")) or instant(body.get("createTime")),
        form_id=text(body.get("formId")),
    )


def _fields(body: Json) -> Iterator[tuple[str, object]]:
    yield "respondent_email", body.get("respondentEmail")
    for question, told in an_object(body.get("answers")).items():
        answer = an_object(told)
        values: list[object] = [
            one.get("value") for one in objects(an_object(answer.get("textAnswers")).get("answers"))
        ]
        files = objects(an_object(answer.get("fileUploadAnswers")).get("answers"))
        values += [one.get("fileName") for one in files]
        yield question, values[0] if len(values) == 1 else values
