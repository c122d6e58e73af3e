"""The bytes of a posted form, or of a file that holds some, to submissions.

For files now and for webhooks later: whoever receives a request hands its body to `read_submissions`, or the
fields of an urlencoded or multipart one, as a mapping, to `read_body`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal

from connectors.forms import flat, googleforms, gravityforms, hubspot, jotform, tally, typeform, webflow
from connectors.forms.submission import Json, Submission, objects, relabelled
from hub.errors import RecordError

FormName = Literal[
    "auto", "typeform", "tally", "jotform", "webflow", "hubspot", "gravityforms", "googleforms", "fields"
]


@dataclass(frozen=True, slots=True)
class FormOptions:
    """`form` says which system posted; `auto` finds out by the shape. `labels` name fields that have numbers
    or ids. `id_field` and `time_field` are for plain fields.
    """

    form: FormName = "auto"
    labels: Mapping[str, str] = field(default_factory=dict)
    id_field: str = ""
    time_field: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Refused:
    """A submission that cannot be used; `raw` is what was read of it, in whole when `is_whole`."""

    error: RecordError
    raw: str
    is_whole: bool = False


_Recognise = Callable[[Json], bool]
_Parse = Callable[[Json], Submission]
_FORMS: Final[dict[str, tuple[_Recognise, _Parse]]] = {
    "typeform": (typeform.recognised, typeform.parse),
    "tally": (tally.recognised, tally.parse),
    "jotform": (jotform.recognised, jotform.parse),
    "webflow": (webflow.recognised, webflow.parse),
    "hubspot": (hubspot.recognised, hubspot.parse),
    "gravityforms": (gravityforms.recognised, gravityforms.parse),
    "googleforms": (googleforms.recognised, googleforms.parse),
}
# Under these names an API lists submissions.
_LISTS: Final = ("results", "responses", "entries", "items", "submissions")


def read_submissions(raw: bytes, options: FormOptions) -> list[Submission | Refused]:
    """Every submission in a body: one object, a list of them, or what an API's list answers."""
    try:
        return [read_body(one, options) for one in _each(_json(raw))]
    except RecordError as error:
        return [Refused(error, raw.decode("utf-8", "replace"))]
    except RecursionError:
        deep = RecordError("unexpected-shape", "the submission is nested too deep")
        return [Refused(deep, raw.decode("utf-8", "replace"))]


def read_body(body: object, options: FormOptions) -> Submission | Refused:
    """One submission from what its JSON holds."""
    try:
        return _parsed(body, options)
    except RecordError as error:
        return Refused(error, json.dumps(body, ensure_ascii=False), is_whole=True)


def _parsed(body: object, options: FormOptions) -> Submission:
    if not isinstance(body, dict):
        raise RecordError("unexpected-shape", "a submission is a JSON object, and this is none")
    submission = relabelled(_parser(body, options)(body), options.labels)
    if not submission.fields:
        raise RecordError("no-answers", "there is no answer in the submission")
    return submission


def _parser(body: Json, options: FormOptions) -> _Parse:
    plain = partial(flat.parse, id_field=options.id_field, time_field=options.time_field)
    if options.form == "fields":
        return plain
    if options.form != "auto":
        recognised, parse = _FORMS[options.form]
        if not recognised(body):
            hint = "check `form` in the settings; auto finds out by the shape"
            sentence = f"this does not look like what {options.form} posts"
            raise RecordError("unexpected-shape", sentence, hint=hint)
        return parse
    return next((parse for recognised, parse in _FORMS.values() if recognised(body)), plain)


def _each(found: object) -> list[object]:
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        for name in _LISTS:
            listed = found.get(name)
            if isinstance(listed, list) and listed and all(map(_is_known, objects(listed))):
                return listed
    return [found]


def _is_known(body: Json) -> bool:
    return any(recognised(body) for recognised, _ in _FORMS.values())


def _json(raw: bytes) -> object:
    """JSON in UTF-8 or UTF-16. What JSON does not know (`NaN`) and what has no number is refused or text."""
    try:
        return json.loads(raw, parse_constant=_no_number, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise RecordError("not-utf-8", "the text is not in UTF-8") from error
    except json.JSONDecodeError as error:
        sentence = f"this is no JSON: line {error.lineno}, column {error.colno}"
        raise RecordError("not-json", sentence) from error
    except (ValueError, RecursionError) as error:  # ValueError: a number with thousands of digits
        raise RecordError("not-json", "this is no JSON that can be read") from error


def _no_number(name: str) -> float:
    raise ValueError(name)


def _finite(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text
