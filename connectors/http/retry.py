"""When to send a request again, and after how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from connectors.http.failures import Again
from connectors.http.timing import Timing
from hub.errors import RetryableError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`attempts` in all; waits grow from `first_wait` to `longest_wait` seconds, with full jitter.

    A server that asks for more than `patience` seconds is not waited for: the run ends and says when to
    come back.
    """

    attempts: int = 5
    first_wait: float = 0.5
    longest_wait: float = 30.0
    patience: float = 60.0


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header (RFC 9110: seconds, or an HTTP date); None when it says
    nothing that can be read.
    """
    if value is None:
        return None
    try:
        return max(0.0, float(value)) if float(value) < float("inf") else None
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now) / timedelta(seconds=1))
    except (ValueError, OverflowError):
        return None


def with_retries(send: Callable[[], T], policy: RetryPolicy, timing: Timing, *, repeatable: bool) -> T:
    """Calls `send` until it gives something, or raises the last error.

    `send` raises `Again` for what may pass. A call that is not `repeatable` is only sent again when the
    server surely did nothing with it.
    """

    def may_pass(exc: BaseException) -> bool:
        if not isinstance(exc, Again) or exc.hopeless or (exc.wait or 0.0) > policy.patience:
            return False
        return repeatable or exc.untouched

    def wait(state: RetryCallState) -> float:
        exc = state.outcome.exception() if state.outcome else None
        asked = exc.wait if isinstance(exc, Again) else None
        if asked is not None:
            return asked * (1 + 0.1 * timing.random())  # not all at once when the wait is over
        grown = policy.first_wait * 2.0 ** (state.attempt_number - 1)
        return timing.random() * min(policy.longest_wait, grown)

    retrying = Retrying(
        stop=stop_after_attempt(policy.attempts),
        wait=wait,
        retry=retry_if_exception(may_pass),
        sleep=timing.sleep,
        reraise=True,
    )
    try:
        return retrying(send)
    except Again as again:
        raise _final(again) from again.__cause__


def _final(again: Again) -> RetryableError:
    error = again.error
    return RetryableError(
        error.code, error.sentence, hint=error.hint, place=error.place, retry_after=again.wait
    )
