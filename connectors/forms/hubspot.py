"""HubSpot forms: a result of `GET /form-integrations/v1/submissions/forms/{id}`, or what is sent to the
submit endpoint v3 (`{"fields": [{"name", "value", "objectTypeId"}], …}`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from connectors.forms.submission import Json, Submission, an_object, instant, named, objects, text

# Fields of other objects bear the same names as a contact's: `name` of a company is not the person's.
_OF: Final = {"0-2": "company", "0-3": "deal", "0-5": "ticket"}


def recognised(body: Json) -> bool:
    if "conversionId" in body and "values" in body:
        return True
    fields = objects(body.get("fields"))
    if not fields or not all({"name", "value"} <= field.keys() for field in fields):
        return False
    told = {"context", "legalConsentOptions", "skipValidation"} & body.keys()
    return bool(told) or any("objectTypeId" in field for field in fields)


def parse(body: Json) -> Submission:
    context = an_object(body.get("context"))
    return Submission(
        form="hubspot",
        fields=named(_fields(body)),
        submission_id=text(body.get("conversionId")),
        submitted_at=instant(body.get("submittedAt")),
        form_name=text(context.get("pageName")),
        page_url=text(body.get("pageUrl")) or text(context.get("pageUri")),
    )


def _fields(body: Json) -> Iterator[tuple[str, object]]:
    """A field with several values comes several times. What was consented to is part of the answers."""
    found: dict[str, list[object]] = {}
    for field in objects(body.get("values", body.get("fields"))):
        owner = _OF.get(text(field.get("objectTypeId")))
        name = text(field.get("name"))
        found.setdefault(f"{owner}_{name}" if owner else name, []).append(field.get("value"))
    for name, values in found.items():
        yield name, values[0] if len(values) == 1 else values
    consent = an_object(an_object(body.get("legalConsentOptions")).get("consent"))
    yield "consent_to_process", consent.get("consentToProcess")
    for one in objects(consent.get("communications")):
        yield f"consent_communication_{text(one.get('subscriptionTypeId'))}", one.get("value")
