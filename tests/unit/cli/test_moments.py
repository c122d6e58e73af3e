"""Times as people type them, in the time zone of their project."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from cli.moments import day_shown, moment_told, time_shown
from hub.domain.instants import instant, moment
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


@pytest.mark.parametrize(
    "at",
    [
        pytest.param("2027-06-30T12:00:00.123456Z", id="summer"),
        pytest.param("2027-01-31T23:30:00.999999Z", id="another day than in UTC"),
        pytest.param("2027-10-31T00:30:00.000001Z", id="the hour that comes twice, first"),
        pytest.param("2027-10-31T01:30:00.000000Z", id="the hour that comes twice, then"),
    ],
)
@pytest.mark.parametrize("zone", [PARIS, ZoneInfo("America/Sao_Paulo"), ZoneInfo("UTC")], ids=str)
def test_a_time_that_is_shown_can_be_typed_and_was_then(at: str, zone: ZoneInfo) -> None:
    typed = moment_told(time_shown(at, zone), "--as-of", zone, to_its_end=True)
    assert timedelta() <= typed - moment(at) < timedelta(seconds=1)


def test_times_are_shown_in_the_zone_and_nothing_for_none() -> None:
    assert time_shown("2027-01-31T23:30:00.999999Z", PARIS) == "2027-02-01 00:30:00 CET"
    assert time_shown(None, PARIS) == day_shown(None, PARIS) == ""
    assert day_shown("2027-01-31T23:30:00.000000Z", PARIS) == "2027-02-01"
    assert day_shown("2027-01-31", PARIS) == "2027-01-31"
    assert day_shown("2027-01-31T23:30:00", PARIS) == "2027-01-31"  # of no zone: as it was told


@pytest.mark.parametrize("text", ["2027-06-30 14:00:00 CET", "yesterday", "2027-02-30", "9999-12-31"])
def test_what_is_no_time_is_refused_with_the_option_and_an_example(text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"--until {text} is no time") as refused:
        moment_told(text, "--until", PARIS)
    assert "2027-06-30" in str(refused.value.hint)
