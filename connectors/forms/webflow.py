"""Webflow: the webhook `form_submission`, of API v2 and of v1.

https://developers.webflow.com/data/reference/webhooks/events/form-submission
"""

from __future__ import annotations

from connectors.forms.submission import Json, Submission, an_object, instant, named, text


def recognised(body: Json) -> bool:
    if body.get("triggerType") == "form_submission":
        return True
    return isinstance(body.get("data"), dict) and {"name", "site"} <= body.keys()


def parse(body: Json) -> Submission:
    payload = an_object(body.get("payload", body))
    return Submission(
        form="webflow",
        fields=named(an_object(payload.get("data")).items()),
        submission_id=text(payload.get("id")) or text(payload.get("_id")),
        submitted_at=instant(payload.get("submittedAt")) or instant(payload.get("d")),
        form_id=text(payload.get("formId")),
        form_name=text(payload.get("name")),
        page_url=text(payload.get("publishedPath")),
    )
