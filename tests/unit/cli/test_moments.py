"""Times as people type them, in the time zone of their project."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from cli.moments import moment_told
from hub.domain.instants import instant
from hub.errors import ConfigurationError

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("2027-06-30", "2027-06-30T22:00:00", id="a day means its end there"),
        pytest.param("2027-01-31", "2027-01-31T23:00:00", id="in winter too"),
        pytest.param("2027-03-28", "2027-03-28T22:00:00", id="the day on which clocks go forward"),
        pytest.param("2027-06-30T12:00", "2027-06-30T10:00:00", id="a time there"),
        pytest.param("2027-06-30T12:00:00Z", "2027-06-30T12:00:00", id="a time that tells its zone"),
        pytest.param("2027-06-30T12:00:00-05:00", "2027-06-30T17:00:00", id="a time of elsewhere"),
    ],
)
def test_what_tells_no_zone_is_of_the_projects(text: str, at: str) -> None:
    assert instant(moment_told(text, "--until", PARIS)) == f"{at}.000000Z"


@pytest.mark.parametrize("text", ["yesterday", "2027-02-30", "9999-12-31"])
def test_what_is_no_time_is_refused_with_the_option_and_an_example(text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"--until {text} is no time") as refused:
        moment_told(text, "--until", PARIS)
    assert "2027-06-30" in str(refused.value.hint)
