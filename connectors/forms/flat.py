"""Fields under their names: what a plain form posts, Contact Form 7, an Apps Script, and form builders that
give each field a name and a value (Elementor, WPForms).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from connectors.forms.submission import Json, Submission, an_object, instant, named, objects, text

_IDS: Final = (
    "submission_id",
    "submissionId",
    "submissionID",
    "entry_id",
    "entryId",
    "response_id",
    "responseId",
    "posted_data_hash",
)
_TIMES: Final = ("submitted_at", "submittedAt", "timestamp", "created_at", "createdAt")
_FORMS: Final = ("form_id", "formId", "formID", "_wpcf7", "contact_form_id")
# What scripts and guards against robots add: no answers, and different each time.
_NO_ANSWERS: Final = {
    *("g-recaptcha-response", "h-captcha-response", "cf-turnstile-response", "frc-captcha-solution"),
    *("csrfmiddlewaretoken", "authenticity_token", "_token", "_csrf", "_charset_", "_gotcha", "utf8"),
}
_BOOK_KEEPING: Final = ("_wpcf7", "_wpnonce", "_wp_http")


def parse(body: Json, *, id_field: str = "", time_field: str = "") -> Submission:
    """`id_field` and `time_field` name the fields that hold the submission's id and time, where the usual
    names do not. A field called just `id` may be a product's: it is taken only when it is named.
    """
    id_name = _first(body, (id_field,) if id_field else _IDS, text)
    time_name = _first(body, (time_field,) if time_field else _TIMES, instant)
    form_name = _first(body, _FORMS, text)
    about = {id_name, time_name, form_name}
    form = an_object(body.get("form"))
    return Submission(
        form="fields",
        fields=named((name, value) for name, value in _answers(body) if name not in about),
        submission_id=text(body.get(id_name)),
        submitted_at=instant(body.get(time_name)),
        form_id=text(body.get(form_name)) or text(form.get("id")),
        form_name=text(form.get("name")),
    )


def _first(body: Json, names: Sequence[str], read: Callable[[object], object]) -> str:
    """The first of these fields from which something can be read."""
    return next((name for name in names if read(body.get(name))), "")


def _answers(body: Json) -> list[tuple[str, object]]:
    """The fields, wherever they are."""
    if named_values := an_object(body.get("namedValues")):  # an Apps Script's `onFormSubmit`
        return [(name, _single(values)) for name, values in named_values.items()]
    posted = an_object(body.get("posted_data"))
    if not posted and {"posted_data_hash", "invalid_fields", "status"} <= body.keys():
        return []  # what Contact Form 7 answers to a browser
    listed = body.get("fields")
    fields = objects(list(listed.values()) if isinstance(listed, dict) else listed)
    if fields and all("value" in field for field in fields):
        return list(_named_fields(fields))
    answers = posted or body
    return [(name, _single(value)) for name, value in answers.items() if not _is_technical(name)]


def _named_fields(fields: list[Json]) -> Iterator[tuple[str, object]]:
    for field in fields:
        names = (text(field.get(one)) for one in ("label", "title", "name", "key", "id"))
        yield next(filter(None, names), ""), field["value"]


def _single(value: object) -> object:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _is_technical(name: str) -> bool:
    return name in _NO_ANSWERS or name.startswith(_BOOK_KEEPING)
