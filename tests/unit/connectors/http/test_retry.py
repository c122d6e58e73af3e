from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.http import RetryPolicy
from connectors.http.failures import Again
from connectors.http.retry import retry_after, with_retries
from hub.errors import RetryableError
from tests.fakes.timing import StoppedTime

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
POLICY = RetryPolicy(attempts=4, first_wait=1.0, longest_wait=3.0, patience=60.0)


class Failing:
    """Fails `times` times, then gives "done"."""

    def __init__(self, times: int, again: Again) -> None:
        self.calls = 0
        self._times = times
        self._again = again

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self._times:
            raise self._again
        return "done"


def again(wait: float | None = None, *, untouched: bool = False, hopeless: bool = False) -> Again:
    return Again(RetryableError("busy", "it is busy"), wait=wait, untouched=untouched, hopeless=hopeless)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("7", 7.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 13:00:30 +0100", 30.0),
        ("soon", None),
        ("", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text: str | None, seconds: float | None) -> None:
    assert retry_after(text, NOW) == seconds


@given(st.text())
def test_no_retry_after_breaks_the_reading(text: str) -> None:
    seconds = retry_after(text, NOW)
    assert seconds is None or seconds >= 0


def test_waits_grow_up_to_the_longest() -> None:
    time = StoppedTime(chance=1.0)
    assert with_retries(Failing(3, again()), POLICY, time.timing, repeatable=True) == "done"
    assert time.slept == [1.0, 2.0, 3.0]


def test_a_wait_is_anything_up_to_its_length_so_that_clients_do_not_come_together() -> None:
    time = StoppedTime(chance=0.25)
    with_retries(Failing(2, again()), POLICY, time.timing, repeatable=True)
    assert time.slept == [0.25, 0.5]


def test_a_wait_that_was_asked_for_is_kept_and_never_shortened() -> None:
    time = StoppedTime(chance=0.5)
    with_retries(Failing(1, again(wait=20.0)), POLICY, time.timing, repeatable=True)
    assert time.slept == [21.0]


def test_after_the_last_attempt_the_error_comes_with_the_wait() -> None:
    failing = Failing(9, again(wait=5.0))
    with pytest.raises(RetryableError) as caught:
        with_retries(failing, POLICY, StoppedTime().timing, repeatable=True)
    assert (failing.calls, caught.value.code, caught.value.retry_after) == (4, "busy", 5.0)


@pytest.mark.parametrize(
    "hard", [again(wait=61.0), again(wait=1.0, hopeless=True)], ids=["beyond patience", "hopeless"]
)
def test_what_takes_too_long_is_not_waited_for(hard: Again) -> None:
    time, failing = StoppedTime(), Failing(1, hard)
    with pytest.raises(RetryableError) as caught:
        with_retries(failing, POLICY, time.timing, repeatable=True)
    assert (failing.calls, time.slept, caught.value.retry_after) == (1, [], hard.wait)


def test_what_must_not_be_repeated_is_sent_again_only_when_nothing_was_done() -> None:
    safe = Failing(1, again(untouched=True))
    assert with_retries(safe, POLICY, StoppedTime().timing, repeatable=False) == "done"
    unsure = Failing(1, again())
    with pytest.raises(RetryableError):
        with_retries(unsure, POLICY, StoppedTime().timing, repeatable=False)
    assert (safe.calls, unsure.calls) == (2, 1)
