"""How HubSpot says that it has had enough.

Usage guidelines: 429 with `policyName` DAILY or TEN_SECONDLY_ROLLING; headers
`X-HubSpot-RateLimit-{Max,Remaining,Interval-Milliseconds}` on each answer but those of search. The daily
count starts again at midnight in the account's time zone, which the API does not tell.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from connectors.http import Answer, Pause
from connectors.http.retry import retry_after
from hub.errors import HubError

WINDOW: Final = 10.0
_TRY_DAILY_AGAIN_AFTER: Final = 3600.0


def read_pause(answer: Answer) -> Pause | None:
    """The pause that an answer asks for."""
    if answer.status == 429:
        return _pause_of_refusal(answer)
    if answer.status < 400 and answer.headers.get("x-hubspot-ratelimit-remaining") == "0":
        most = _number(answer, "x-hubspot-ratelimit-max") or 100.0
        return Pause(_window(answer) / most)  # one request's share: on at the rate that is allowed
    return None


def _pause_of_refusal(answer: Answer) -> Pause:
    if _policy(answer) == "DAILY":
        return Pause(
            _TRY_DAILY_AGAIN_AFTER,
            hopeless=True,
            code="daily-limit",
            sentence="HubSpot takes no more requests today: the account's daily limit is reached",
        )
    # The window has passed after its own length, whatever unit a Retry-After is in.
    asked = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
    return Pause(_window(answer) if asked is None else min(asked, _window(answer)))


def _policy(answer: Answer) -> object:
    try:
        body = answer.json()
    except HubError:
        return None
    return body.get("policyName") if isinstance(body, dict) else None


def _window(answer: Answer) -> float:
    interval = _number(answer, "x-hubspot-ratelimit-interval-milliseconds")
    return interval / 1000 if interval else WINDOW


def _number(answer: Answer, header: str) -> float | None:
    text = answer.headers.get(header, "")
    return float(text) if text.isdigit() else None
