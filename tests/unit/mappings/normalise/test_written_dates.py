"""Dates as people write them, with blanks, days of the week and words for birth."""

from __future__ import annotations

import pytest

from mappings.normalise.dates import DateOrder, normalise_birth_date
from mappings.normalise.refusal import Refusal


@pytest.mark.parametrize(
    "text",
    [
        "9. 4. 1963",
        "09 / 04 / 1963",
        "9 . 4 . 63",
        "09,04,1963",
        "09_04_1963",
        "9·4·1963",
        "1963. 04. 09.",
        "1963年4月9日",
        "Dienstag, 9. April 1963",
        "Di. 09.04.1963",
        "mar. 9 avril 1963",
        "Tue, 9 Apr 1963",
        "martedì 9 aprile 1963",
        "geb. am 9.4.1963",
        "né le 09/04/1963",
        "nata il 9 aprile 1963",
    ],
)
def test_what_stands_around_a_date_does_not_hide_it(text: str) -> None:
    assert normalise_birth_date(text, DateOrder.DAY_FIRST) == "1963-04-09"


@pytest.mark.parametrize("text", ["Zoé 9.4.1963", "9. 4.", "ne", "le", "1,5", "12_03"])
def test_what_is_more_than_a_date_is_none(text: str) -> None:
    assert isinstance(normalise_birth_date(text, DateOrder.DAY_FIRST), Refusal)


def test_months_that_are_days_of_the_week_elsewhere_are_months() -> None:
    assert normalise_birth_date("Mar 9, 1963") == "1963-03-09"
    assert normalise_birth_date("mar 9 mars 1963") == "1963-03-09"
