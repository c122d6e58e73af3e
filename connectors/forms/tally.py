"""Tally: the webhook's FORM_RESPONSE. https://tally.so/help/webhooks"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.forms.submission import Json, Submission, an_object, instant, named, objects, text


def recognised(body: Json) -> bool:
    data = an_object(body.get("data"))
    return body.get("eventType") == "FORM_RESPONSE" or ("respondentId" in data and "fields" in data)


def parse(body: Json) -> Submission:
    data = an_object(body.get("data"))
    return Submission(
        form="tally",
        fields=named(_fields(objects(data.get("fields")))),
        submission_id=text(data.get("submissionId")) or text(data.get("responseId")),
        submitted_at=instant(data.get("createdAt")) or instant(body.get("createdAt")),
        form_id=text(data.get("formId")),
        form_name=text(data.get("formName")),
    )


def _fields(fields: list[Json]) -> Iterator[tuple[str, object]]:
    """Check boxes come twice: as a list of the chosen, and each as a field of its own, which is left out."""
    keys = {text(field.get("key")) for field in fields}
    for field in fields:
        key = text(field.get("key"))
        is_one_box = field.get("type") == "CHECKBOXES" and isinstance(field.get("value"), bool)
        if not (is_one_box and any(key.startswith(f"{other}_") for other in keys if other != key)):
            yield text(field.get("label")) or key, _value(field)


def _value(field: Json) -> object:
    """Chosen ids as the texts that people saw; a matrix as one answer a row."""
    match field.get("value"):
        case list(chosen):
            shown = _shown(field.get("options"))
            texts = [shown.get(one, one) if isinstance(one, str) else one for one in chosen]
            return (
                texts[0]
                if len(texts) == 1 and field.get("type") in {"DROPDOWN", "MULTIPLE_CHOICE"}
                else texts
            )
        case Mapping() as answers if field.get("type") == "MATRIX":
            rows, columns = _shown(field.get("rows")), _shown(field.get("columns"))
            return {
                rows.get(row, row): [columns.get(one, one) for one in chosen if isinstance(one, str)]
                for row, chosen in answers.items()
                if isinstance(chosen, list)
            }
        case value:
            return value


def _shown(options: object) -> dict[str, str]:
    return {text(one.get("id")): text(one.get("text")) or text(one.get("name")) for one in objects(options)}
