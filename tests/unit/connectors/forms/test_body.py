from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.forms.body import FormName, FormOptions, Refused, read_body, read_submissions
from connectors.forms.submission import Submission

AUTO = FormOptions()
EXAMPLES = Path(__file__).parents[5] / "shared" / "specs" / "webforms"


def one(body: object, options: FormOptions = AUTO) -> Submission:
    found = read_body(body, options)
    assert isinstance(found, Submission), found.error
    return found


def refused(raw: bytes | str, options: FormOptions = AUTO) -> str:
    (found,) = read_submissions(raw.encode() if isinstance(raw, str) else raw, options)
    assert isinstance(found, Refused)
    return found.error.code


def typeform(*answers: dict[str, Any], fields: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    response = {
        "form_id": "f1",
        "token": "t1",
        "submitted_at": "2026-03-02T09:30:00Z",
        "definition": {"title": "Contact", "fields": fields},
        "answers": list(answers),
        **more,
    }
    return {"event_type": "form_response", "form_response": response}


MADE_UP = "01234567-89ab-cdef-0123-456789abcdef"


def test_typeform_answers_stand_under_their_questions() -> None:
    found = one(
        typeform(
            {"type": "email", "email": "jane@example.com", "field": {"id": "a"}},
            {
                "type": "choices",
                "choices": {"labels": ["Red", "Blue"], "other": "Pink"},
                "field": {"id": "b"},
            },
            {"type": "choice", "choice": {"label": "Paris"}, "field": {"id": "c"}},
            {"type": "boolean", "boolean": False, "field": {"id": "d"}},
            {"type": "number", "number": 3, "field": {"id": "unknown", "ref": "later"}},
            fields=[
                {"id": "a", "ref": "email", "title": "Your e-mail?"},
                {"id": "b", "ref": MADE_UP, "title": "Colours"},
                {"id": "c", "title": "City"},
                {"id": "d", "ref": "terms"},
                {"id": "e", "ref": "unanswered"},
            ],
            hidden={"utm": "x"},
            variables=[{"key": "score", "type": "number", "number": 9}],
        )
    )
    assert found.fields == {
        "email": "jane@example.com",
        "Colours": ["Red", "Blue", "Pink"],
        "City": "Paris",
        "terms": False,
        "later": 3,
        "utm": "x",
        "score": 9,
    }
    assert (found.key, found.form_id, found.form_name) == ("t1", "f1", "Contact")
    assert found.submitted_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_typeform_questions_of_one_title_are_numbered_by_their_place_not_by_the_answers() -> None:
    fields = [{"id": "a", "title": "Name"}, {"id": "b", "title": "Name"}]
    only_second = typeform({"type": "text", "text": "Jane", "field": {"id": "b"}}, fields=fields)
    assert one(only_second).fields == {"Name (2)": "Jane"}


def test_a_typeform_that_was_not_submitted_is_refused() -> None:
    body = typeform(
        {"type": "text", "text": "J", "field": {"id": "a"}}, fields=[{"id": "a", "title": "Name"}]
    )
    assert refused(json.dumps({**body, "event_type": "form_response_partial"})) == "partial-submission"


def tally(*fields: dict[str, Any]) -> dict[str, Any]:
    data = {
        "submissionId": "s1",
        "respondentId": "r",
        "formId": "f1",
        "createdAt": "2026-03-02T09:30:00.000Z",
    }
    return {"eventType": "FORM_RESPONSE", "data": {**data, "fields": list(fields)}}


def test_tally_choices_are_told_by_their_texts() -> None:
    options = [{"id": "1", "text": "Red"}, {"id": "2", "text": "Blue"}]
    found = one(
        tally(
            {"key": "q_a", "label": "One", "type": "MULTIPLE_CHOICE", "value": ["2"], "options": options},
            {"key": "q_b", "label": "Some", "type": "CHECKBOXES", "value": ["1", "2"], "options": options},
            {"key": "q_b_1", "label": "Some (Red)", "type": "CHECKBOXES", "value": True},
            {"key": "q_b_2", "label": "Some (Blue)", "type": "CHECKBOXES", "value": True},
            {
                "key": "q_c",
                "label": "Files",
                "type": "FILE_UPLOAD",
                "value": [{"url": "https://f.example/1"}],
            },
            {
                "key": "q_d",
                "label": "How",
                "type": "MATRIX",
                "value": {"r1": ["c2"]},
                "rows": [{"id": "r1", "text": "Fast"}],
                "columns": [{"id": "c2", "text": "Yes"}],
            },
            {"key": "q_e", "label": "Unanswered", "type": "INPUT_TEXT", "value": None},
            {"key": "q_f", "label": None, "type": "HIDDEN_FIELDS", "value": "x"},
        )
    )
    assert found.fields == {
        "One": "Blue",
        "Some": ["Red", "Blue"],
        "Files": ["https://f.example/1"],
        "How_Fast": ["Yes"],
        "q_f": "x",
    }
    assert found.key == "s1"


def test_jotform_reads_what_it_posts_and_what_its_api_answers() -> None:
    raw = {
        "slug": "submit/1",
        "q3_name": {"first": "Jane", "last": "Doe"},
        "q4_born": {"year": "1977", "month": "9", "day": "13"},
        "q5_email": "jane@example.com",
        "q6_email": "jane@example.org",
    }
    posted = one({"formID": "1", "submissionID": "2", "rawRequest": json.dumps(raw)})
    assert posted.fields == {
        "name_first": "Jane",
        "name_last": "Doe",
        "born": "1977-09-13",
        "email": "jane@example.com",
        "email (2)": "jane@example.org",
    }
    assert posted.key == "2"
    answers = {"10": {"name": "town", "answer": "Paris"}, "3": {"name": "name", "answer": {"first": "Jane"}}}
    asked = one({"content": {"id": "2", "form_id": "1", "answers": answers}})
    assert list(asked.fields.items()) == [("name_first", "Jane"), ("town", "Paris")]
    assert refused(json.dumps({"rawRequest": "{torn"})) == "unexpected-shape"


def test_webflow_reads_both_versions() -> None:
    payload = {"name": "Contact", "siteId": "s", "data": {"Phone": 15550000000}, "id": "w1"}
    new = one(
        {"triggerType": "form_submission", "payload": {**payload, "submittedAt": "2026-03-02T09:30:00Z"}}
    )
    assert (new.fields, new.key, new.form_name) == ({"Phone": 15550000000}, "w1", "Contact")
    old = one(
        {"name": "Contact", "site": "s", "data": {"Name": "Jane"}, "d": "2026-03-02T09:30:00Z", "_id": "w2"}
    )
    assert (old.fields, old.key, old.submitted_at) == ({"Name": "Jane"}, "w2", new.submitted_at)


def test_hubspot_keeps_other_objects_and_consents_apart() -> None:
    found = one(
        {
            "submittedAt": "1772443800000",
            "fields": [
                {"objectTypeId": "0-1", "name": "name", "value": "Jane"},
                {"objectTypeId": "0-2", "name": "name", "value": "Acme"},
                {"objectTypeId": "0-1", "name": "topic", "value": "a"},
                {"objectTypeId": "0-1", "name": "topic", "value": "b"},
            ],
            "context": {"pageUri": "https://www.example.com/contact", "pageName": "Contact"},
            "legalConsentOptions": {
                "consent": {
                    "consentToProcess": True,
                    "communications": [{"subscriptionTypeId": 9, "value": False}],
                }
            },
        }
    )
    assert found.fields == {
        "name": "Jane",
        "company_name": "Acme",
        "topic": ["a", "b"],
        "consent_to_process": True,
        "consent_communication_9": False,
    }
    assert found.submitted_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert found.page_url == "https://www.example.com/contact"


def test_hubspots_list_of_submissions_is_taken_apart() -> None:
    results = [
        {
            "conversionId": f"c{number}",
            "submittedAt": 1772443800000,
            "values": [{"name": "email", "value": "j@x.example"}],
        }
        for number in (1, 2)
    ]
    found = read_submissions(json.dumps({"results": results, "paging": {}}).encode(), AUTO)
    assert [one.key for one in found if isinstance(one, Submission)] == ["c1", "c2"]


def entry(**more: Any) -> dict[str, Any]:
    about = {
        "id": "123",
        "form_id": "7",
        "date_created": "2026-03-02 09:30:00",
        "status": "active",
        "ip": "192.0.2.1",
    }
    return {**about, "1.3": "Jane", "1.6": "Doe", "2": "jane@example.com", "10": "last", **more}


def test_gravity_fields_are_named_by_labels_from_the_entry_or_from_the_settings() -> None:
    bare = one(entry())
    assert list(bare.fields) == ["1.3", "1.6", "2", "10"]
    assert bare.submitted_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    labels = {"1": {"1.3": "First", "1.6": "Last"}, "2": "Email", "10": "More"}
    assert list(one(entry(_labels=labels)).fields) == ["First", "Last", "Email", "More"]
    named = one(entry(), FormOptions(labels={"2": "E-mail", "1.3": "Given name"}))
    assert list(named.fields) == ["Given name", "1.6", "E-mail", "10"]


def test_a_gravity_entry_in_the_bin_is_refused() -> None:
    assert refused(json.dumps(entry(status="spam"))) == "not-active"


def test_google_responses_come_in_a_list_and_an_edited_one_keeps_its_key() -> None:
    answers = {
        "q1": {"textAnswers": {"answers": [{"value": "Jane"}]}},
        "q2": {"textAnswers": {"answers": [{"value": "a"}, {"value": "b"}]}},
        "q3": {"fileUploadAnswers": {"answers": [{"fileId": "f", "fileName": "cv.pdf"}]}},
    }
    response = {
        "responseId": "g1",
        "formId": "f1",
        "createTime": "2026-03-01T09:30:00Z",
        "lastSubmittedTime": "2026-03-02T09:30:00Z",
        "respondentEmail": "jane@example.com",
        "answers": answers,
    }
    options = FormOptions(labels={"q1": "Name"})
    (found,) = read_submissions(json.dumps({"responses": [response]}).encode(), options)
    assert isinstance(found, Submission)
    assert found.fields == {
        "respondent_email": "jane@example.com",
        "Name": "Jane",
        "q2": ["a", "b"],
        "q3": "cv.pdf",
    }
    assert (found.key, found.submitted_at) == ("g1", datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


PLAIN: dict[str, tuple[dict[str, Any], dict[str, object], str]] = {
    "plain-html": (
        {
            "name": "Jane",
            "interests": ["a", "b"],
            "message": "Hi",
            "status": "new",
            "g-recaptcha-response": "x",
        },
        {"name": "Jane", "interests": ["a", "b"], "message": "Hi", "status": "new"},
        "",
    ),
    "contact-form-7": (
        {"_wpcf7": "5", "_wpcf7_version": "6", "your-name": "Jane", "your-email": "jane@example.com"},
        {"your-name": "Jane", "your-email": "jane@example.com"},
        "",
    ),
    "contact-form-7-stored": (
        {"contact_form_id": 5, "posted_data_hash": "h1", "posted_data": {"your-name": "Jane", "_wpcf7": "5"}},
        {"your-name": "Jane"},
        "h1",
    ),
    "apps-script": (
        {"namedValues": {"Name": ["Jane"], "Topics": ["a", "b"]}},
        {"Name": "Jane", "Topics": ["a", "b"]},
        "",
    ),
    "elementor": (
        {
            "form": {"id": "f", "name": "Contact"},
            "fields": {"n": {"id": "n", "title": "Name", "value": "Jane"}},
        },
        {"Name": "Jane"},
        "",
    ),
    "wpforms": (
        {
            "entry_id": 7,
            "fields": [{"name": "Name", "id": 1, "value": "Jane"}, {"name": "", "id": 2, "value": "x"}],
        },
        {"Name": "Jane", "2": "x"},
        "7",
    ),
    "with-an-id": ({"submission_id": "s1", "Name": "Jane"}, {"Name": "Jane"}, "s1"),
    "an-id-that-may-be-a-products": ({"id": "42", "Name": "Jane"}, {"id": "42", "Name": "Jane"}, ""),
    "a-time-without-a-zone": (
        {"timestamp": "2026-03-02 09:30", "Name": "Jane"},
        {"timestamp": "2026-03-02 09:30", "Name": "Jane"},
        "",
    ),
    "a-field-with-one-of-our-names": ({"fields": "x", "form": "y"}, {"fields": "x", "form": "y"}, ""),
}


@pytest.mark.parametrize(("body", "fields", "submission_id"), PLAIN.values(), ids=PLAIN)
def test_plain_fields_are_read(body: dict[str, Any], fields: dict[str, object], submission_id: str) -> None:
    found = one(body)
    assert (found.form, found.fields, found.submission_id) == ("fields", fields, submission_id)


def test_named_fields_hold_the_id_and_the_time() -> None:
    options = FormOptions(id_field="id", time_field="sent")
    found = one({"id": "42", "sent": "2026-03-02T09:30:00+00:00", "Name": "Jane"}, options)
    assert (found.key, found.fields) == ("42", {"Name": "Jane"})
    assert found.submitted_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_without_an_id_what_was_submitted_is_the_key() -> None:
    body = {"Name": "Jane", "E-mail": "jane@example.com"}
    same = dict(reversed(body.items()))
    assert one(body).key == one(same).key
    assert one(body).key != one({**body, "Name": "Bob"}).key


BROKEN: dict[str, tuple[bytes, str]] = {
    "torn": (b'{"a": ', "not-json"),
    "nothing": (b"", "not-json"),
    "latin": ('{"a": "é"}'.encode("latin-1"), "not-utf-8"),
    "no-number": (b'{"a": NaN}', "not-json"),
    "too-deep": (b'{"a":' * 100_000, "not-json"),
    "endless-number": (b'{"a": ' + b"9" * 10_000 + b"}", "not-json"),
    "text": (b'"hello"', "unexpected-shape"),
    "no-answers": (b"{}", "no-answers"),
    "empty-answers": (b'{"a": "", "b": [], "c": null, "d": {}}', "no-answers"),
    "answer-of-contact-form-7": (
        b'{"status": "mail_sent", "posted_data_hash": "h", "invalid_fields": [], "message": "ok"}',
        "no-answers",
    ),
}


@pytest.mark.parametrize(("raw", "code"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_used_is_refused_with_a_reason(raw: bytes, code: str) -> None:
    assert refused(raw) == code


def test_a_body_of_another_system_than_was_said_is_refused() -> None:
    assert refused('{"Name": "Jane"}', FormOptions(form="typeform")) == "unexpected-shape"
    assert one(tally({"key": "a", "label": "N", "value": "J"}), FormOptions(form="fields")).form == "fields"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_bodies_in_unicode_are_read(codec: str) -> None:
    (found,) = read_submissions('{"Name": "Renée"}'.encode(codec), AUTO)
    assert isinstance(found, Submission)
    assert found.fields == {"Name": "Renée"}


def test_what_no_store_takes_is_replaced_and_large_numbers_stay_text() -> None:
    (found,) = read_submissions(rb'{"Name": "J\u0000\ud800", "N": 1e999, "I": 12345678901234567890}', AUTO)
    assert isinstance(found, Submission)
    assert found.fields == {"Name": "J\ufffd\ufffd", "N": "1e999", "I": 12345678901234567890}
    found.as_json().encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
SHAPES = st.sampled_from(
    [
        "form_response",
        "data",
        "payload",
        "fields",
        "values",
        "answers",
        "results",
        "rawRequest",
        "content",
        "namedValues",
        "conversionId",
        "responseId",
        "form_id",
        "date_created",
        "1.3",
        "triggerType",
        "eventType",
    ]
)
FORMS: list[FormName] = [
    "auto",
    "typeform",
    "tally",
    "jotform",
    "webflow",
    "hubspot",
    "gravityforms",
    "googleforms",
]


@settings(deadline=None)  # the machine may be busy
@given(st.dictionaries(SHAPES, JSON, max_size=6) | JSON, st.sampled_from(FORMS))
def test_any_json_is_a_submission_or_refused(body: object, form: FormName) -> None:
    for found in read_submissions(json.dumps(body).encode(), FormOptions(form)):
        if isinstance(found, Submission):
            text = found.as_json()
            text.encode()
            assert found.fields
            assert found.key
            assert json.loads(text)["fields"] == found.fields


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("typeform.form_response.json", "typeform"),
        ("tally.FORM_RESPONSE.json", "tally"),
        ("jotform.submission.multipart-fields.json", "jotform"),
        ("webflow.form_submission.json", "webflow"),
        ("hubspot.form-integrations-v1.submissions.json", "hubspot"),
        ("hubspot.hsforms-v3.submit.request.json", "hubspot"),
        ("gravityforms.entry.all-fields.json", "gravityforms"),
        ("googleforms.responses.list.json", "googleforms"),
    ],
)
def test_the_vendors_examples_are_recognised(name: str, form: str) -> None:
    path = EXAMPLES / name
    if not path.exists():
        pytest.skip("the examples are not beside the repository")
    (found,) = read_submissions(path.read_bytes(), AUTO)
    assert isinstance(found, Submission)
    assert (found.form, bool(found.fields)) == (form, True)
