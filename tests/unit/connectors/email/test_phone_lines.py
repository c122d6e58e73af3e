from __future__ import annotations

import time

import pytest

from connectors.email.phone_lines import phones_in

LINES = {
    "tel": ("Tel: +44 20 7946 0123", [("work", "+44 20 7946 0123")]),
    "accent": ("Tél. : 01 99 00 12 34", [("work", "01 99 00 12 34")]),
    "letters": ("T: +44 20 7946 0123 | M: +44 7700 900123",
                [("work", "+44 20 7946 0123"), ("mobile", "+44 7700 900123")]),
    "letter-and-plus": ("M +33 6 39 98 12 34", [("mobile", "+33 6 39 98 12 34")]),
    "three-in-a-line": ("Tél 01 99 00 12 34 - Port. 06 39 98 12 34 / Fax 01 99 00 12 35",
                        [("work", "01 99 00 12 34"), ("mobile", "06 39 98 12 34"),
                         ("fax", "01 99 00 12 35")]),
    "slash-inside": ("Telefon 0711/123456-0", [("work", "0711/123456-0")]),
    "slash-with-blanks": ("Telefax 0711 / 99001234", [("fax", "0711 / 99001234")]),
    "two-after-one-word": ("Tel 01 99 00 12 34 / 01 99 00 12 35",
                           [("work", "01 99 00 12 34"), ("work", "01 99 00 12 35")]),
    "zero-in-brackets": ("Phone +44 (0)20 7946 0123", [("work", "+44 (0)20 7946 0123")]),
    "area-in-brackets": ("Office: (555) 555-0123", [("work", "(555) 555-0123")]),
    "extension": ("Direct: +44 20 7946 0123 ext. 12", [("work", "+44 20 7946 0123 ext. 12")]),
    "french-extension": ("Standard : 01 99 00 12 34 poste 12", [("work", "01 99 00 12 34 poste 12")]),
    "what-for": ("Mobile (private): +44 7700 900123", [("mobile", "+44 7700 900123")]),
    "cell-of-a-table": ("Mobil\t+49 151 23456789", [("mobile", "+49 151 23456789")]),
    "home": ("Privat: 030 2300012", [("home", "030 2300012")]),
    "bare": ("+33 1 99 00 12 34", [("other", "+33 1 99 00 12 34")]),
    "bare-national": ("01 99 00 12 34", [("other", "01 99 00 12 34")]),
    "narrow-blanks": ("Tel 01\u202f99\u202f00\u202f12\u202f34", [("work", "01 99 00 12 34")]),
    "company-number": ("SIRET 123 456 789 00012", []),
    "bank-account": ("IBAN FR76 3000 4000 0312 3456 7890 143", []),
    "tax-number": ("TVA FR 12 345678901", []),
    "date": ("02.03.2026", []),
    "labelled-date": ("Tel 02.03.2026", []),
    "postal-code": ("75001 Paris", []),
    "short-code": ("Tel: 3615", []),
    "word-that-ends-so": ("Hotel 0123456789", []),
    "sentence": ("You may call 01 99 00 12 34", []),
}  # fmt: skip


@pytest.mark.parametrize(("line", "phones"), LINES.values(), ids=LINES)
def test_numbers_come_with_what_the_line_says_they_are(line: str, phones: list[tuple[str, str]]) -> None:
    assert [(phone.type, phone.value) for phone in phones_in(line)] == phones


@pytest.mark.parametrize("line", ["tel " * 125, "(" * 500, "1 " * 250, "0/" * 250, "t." * 250])
def test_a_line_made_to_be_slow_is_read_at_once(line: str) -> None:
    before = time.process_time()
    list(phones_in(line))
    assert time.process_time() - before < 1
