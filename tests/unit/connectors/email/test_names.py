from __future__ import annotations

import time

import pytest

from connectors.email.names import person_name, writes_for_another

NAMES = {
    "plain": ("Jane Doe", "Jane Doe"),
    "family-first": ("Doe, Jane", "Doe, Jane"),
    "double-quotes": ('"Jane Doe"', "Jane Doe"),
    "single-quotes": ("'Jane Doe'", "Jane Doe"),
    "nested-quotes": ("\"'Jane Doe'\"", "Jane Doe"),
    "french-quotes": ("« Jane Doe »", "Jane Doe"),
    "apostrophe": ("Jane O'Brien", "Jane O'Brien"),
    "apostrophe-first": ("'t Hooft", "'t Hooft"),
    "company-in-brackets": ("Jane Doe (Acme)", "Jane Doe"),
    "square-brackets": ("Jane Doe [extern]", "Jane Doe"),
    "several-brackets": ("Jane Doe (Acme) (Paris)", "Jane Doe"),
    "bar": ("Jane Doe | Acme", "Jane Doe"),
    "via": ("Jane Doe via Acme Share", "Jane Doe"),
    "brackets-only": ("(Acme)", ""),
    "address": ("jane.doe@example.com", ""),
    "another-address": ("other@example.org", ""),
    "local-part": ("jane.doe", ""),
    "given-name-like-the-local-part": ("Jane", "Jane"),
    "signs": ("***", ""),
    "digits": ("12345", ""),
    "empty": ("  ", ""),
    "not-latin": ("山田 花子", "山田 花子"),
    "decomposed": ("Rene\u0301e", "Renée"),
    "endless": ("Jane " * 100, ""),
}


@pytest.mark.parametrize(("shown", "expected"), NAMES.values(), ids=NAMES)
def test_names_are_what_is_shown_without_what_is_around(shown: str, expected: str) -> None:
    assert person_name(shown, "jane.doe@example.com") == expected


def test_a_name_that_is_one_word_is_kept_although_it_is_the_local_part() -> None:
    assert person_name("jane", "jane@example.com") == "jane"


@pytest.mark.parametrize(
    ("shown", "address", "expected"),
    [
        ("Jane Doe via Signatures", "mail@signatures.example", True),
        ("Jane Doe (via Share)", "drive-shares@share.example", True),
        ("Zoë Doe via Acme", "zoe.doe@acme.example", False),
        ("Via Romana", "info@viaromana.example", False),
        ("Jane Doe", "jane@example.com", False),
    ],
)
def test_a_service_that_writes_for_somebody_is_not_that_person(
    shown: str, address: str, expected: bool
) -> None:
    assert writes_for_another(shown, address) is expected


def test_a_name_made_to_be_slow_is_read_at_once() -> None:
    before = time.process_time()
    person_name("()" * 100_000, "jane@example.com")
    assert time.process_time() - before < 1
