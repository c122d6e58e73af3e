from __future__ import annotations

import time
from collections.abc import Mapping
from textwrap import dedent

import pytest

from connectors.email.signature import Signature, find_signature

NAME, ADDRESS = "Jane Doe", "jane.doe@acme-corp.example"


def found(text: str, name: str = NAME, address: str = ADDRESS) -> dict[str, object]:
    """What the signature of this text tells, empty values left out."""
    signature = find_signature(dedent(text).splitlines(), name, address)
    told: dict[str, object] = {
        "name": signature.name,
        "organization": signature.organization,
        "job_title": signature.job_title,
        "website": signature.website,
        "phones": [(phone.type, phone.value) for phone in signature.phones],
    }
    return {key: value for key, value in told.items() if value}


SIGNATURES: Mapping[str, tuple[str, dict[str, object]]] = {
    "english": (
        """
        Hello Bob,
        see you on Monday.

        Kind regards,
        Jane Doe
        Sales Manager
        Example Widgets Ltd
        12 High Street, Anytown
        T: +44 20 7946 0123 | M: +44 7700 900123
        www.widgets.example
        """,
        {
            "job_title": "Sales Manager",
            "organization": "Example Widgets Ltd",
            "phones": [("work", "+44 20 7946 0123"), ("mobile", "+44 7700 900123")],
            "website": "www.widgets.example",
        },
    ),
    "french": (
        """
        Bonjour,

        Bien cordialement

        Jane Doe
        Directrice générale adjointe
        SARL Exemple & Filles
        Tél. : 01 99 00 12 34
        """,
        {
            "job_title": "Directrice générale adjointe",
            "organization": "SARL Exemple & Filles",
            "phones": [("work", "01 99 00 12 34")],
        },
    ),
    "german": (
        """
        Hallo

        Mit freundlichen Grüßen
        i. A. Jane Doe
        Vertriebsleiterin
        Beispiel Maschinenbau GmbH & Co. KG
        Telefax 0711 / 99001234
        """,
        {
            "job_title": "Vertriebsleiterin",
            "organization": "Beispiel Maschinenbau GmbH & Co. KG",
            "phones": [("fax", "0711 / 99001234")],
        },
    ),
    "delimiter": (
        "Hi\n-- \nJane | Head of Sales | Acme Corp\n+33 1 99 00 12 34",
        {
            "job_title": "Head of Sales",
            "organization": "Acme Corp",
            "phones": [("other", "+33 1 99 00 12 34")],
        },
    ),
    "one-line": (
        "Hi\n-- \nJane Doe, Head of Sales, Example Inc.",
        {"job_title": "Head of Sales", "organization": "Example Inc."},
    ),
    "title-at-company": (
        "Hi\n-- \nJane Doe\nCTO at Example GmbH",
        {"job_title": "CTO", "organization": "Example GmbH"},
    ),
    "title-with-comma": ("Hi\n-- \nJane Doe\nDirector, Sales", {"job_title": "Director, Sales"}),
    "company-by-domain": ("Hi\n-- \nJane Doe\nACME Corp", {"organization": "ACME Corp"}),
    "bare-domain": ("Hi\n-- \nJane Doe\nacme-corp.example", {"website": "acme-corp.example"}),
    "both-delimiter-and-footer": (
        "Hi\nRegards\nJane Doe\nExample SAS\n-- \nThis message was checked for viruses",
        {"organization": "Example SAS"},
    ),
    "own-address-shown": (
        "Hi\n-- \nJane Doe\njane.doe@acme-corp.example\nExample SAS",
        {"organization": "Example SAS"},
    ),
    "profile-is-no-site": ("Hi\n-- \nJane Doe\nhttps://www.linkedin.com/in/jane-doe", {}),
    "somebody-elses": ("Hi\n-- \nBob\nbob@other.example\nOther Ltd\nTel +44 20 7946 0999", {}),
    "not-below-a-closing": ("Jane Doe\nSales Manager\nExample Ltd\nTel +44 20 7946 0999", {}),
    "thanks-that-opens-a-text": ("Thanks\nyou can call Bob, mobile: +44 7700 900999", {}),
    "closing-signed-by-nobody": ("Best regards\nExample Ltd\nTel +44 20 7946 0999", {}),
    "disclaimer": ("Hi\n-- \nJane Doe\n" + "This message is confidential and Example Ltd " * 4, {}),
    "sentence-with-a-company": ("Hi\n-- \nJane Doe\nWe at Example Ltd are hiring", {}),
    "sentence-with-a-title": ("Hi\n-- \nJane Doe\nPlease ask your manager", {}),
    "numbers-of-a-company": ("Hi\n-- \nJane Doe\nRCS Paris 123 456 789\nSIRET 12345678900012", {}),
    "no-text": ("", {}),
}


@pytest.mark.parametrize(("text", "expected"), SIGNATURES.values(), ids=SIGNATURES)
def test_a_signature_tells_what_it_plainly_says(text: str, expected: dict[str, object]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("first_line", "address", "expected"),
    [
        ("Jane Doe", "jane.doe@example.com", "Jane Doe"),
        ("Jane Doe", "jdoe@example.com", "Jane Doe"),
        ("Jane Doe", "info@example.com", ""),
        ("Jane Doe", "john.smith@example.com", ""),
        ("Sales Team Paris", "sales@example.com", ""),
    ],
)
def test_a_name_is_taken_only_when_the_address_bears_it(first_line: str, address: str, expected: str) -> None:
    text = f"Hi\n-- \n{first_line}\nTel +44 20 7946 0123"
    assert find_signature(text.splitlines(), "", address).name == expected


def test_a_shared_domain_is_no_company() -> None:
    assert found("Hi\n-- \nJane Doe\nGmail", address="jane.doe@gmail.com") == {}


def test_a_text_made_to_be_slow_is_read_at_once() -> None:
    lines = ["Regards", "-- ", *["Jane, " * 80] * 3] * 500
    before = time.process_time()
    assert find_signature(lines, NAME, ADDRESS) == Signature()
    assert time.process_time() - before < 2
