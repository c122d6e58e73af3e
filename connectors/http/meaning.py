"""What an HTTP status means: the one table. A status that is not in it is a failure, never a retry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hub.errors import ConfigurationError, ConflictError, FatalError, HubError, RetryableError


class Reaction(StrEnum):
    """What the caller does with the answer."""

    USE = "use"  # it is what was asked for
    RETRY = "retry"  # the same request may pass later
    REFRESH = "refresh"  # new credentials once, then the same request; a second time it is a failure
    FAIL = "fail"
    IGNORE = "ignore"  # there is nothing to use, and that is fine


@dataclass(frozen=True, slots=True)
class Meaning:
    """One line of the table.

    `untouched`: the server says that it did nothing with the request, so even a request that must not
    be repeated (a create without an upsert key) may be sent again.
    """

    reaction: Reaction
    code: str
    sentence: str
    error: type[HubError] = FatalError
    hint: str | None = None
    untouched: bool = False


def _retry(code: str, sentence: str, *, untouched: bool = False) -> Meaning:
    return Meaning(Reaction.RETRY, code, sentence, RetryableError, untouched=untouched)


def _fail(code: str, sentence: str, error: type[HubError] = FatalError, hint: str | None = None) -> Meaning:
    return Meaning(Reaction.FAIL, code, sentence, error, hint)


_URL_HINT: Final = "check the address in `url`, and that this version of the system has the call"
_USE: Final = Meaning(Reaction.USE, "ok", "it answered")
_UNKNOWN: Final = _fail("unknown-status", "it answered with a status that means nothing to the hub")

# RFC 9110 unless another source is named. 520–524 are Cloudflare's; 477 is HubSpot's ("migration in
# progress", its error-handling page, which also documents 423 as "locked, wait two seconds" and 524).
MEANINGS: Final[dict[int, Meaning]] = {
    304: Meaning(Reaction.IGNORE, "not-modified", "nothing changed since the last time"),
    400: _fail("bad-request", "it cannot make sense of the request"),
    401: Meaning(
        Reaction.REFRESH,
        "unauthorized",
        "it does not accept the credentials",
        ConfigurationError,
        "check the user, password or token, and that it has not been revoked",
        untouched=True,
    ),
    402: _fail("plan-limit", "the account's plan does not allow this call", ConfigurationError),
    403: _fail(
        "forbidden",
        "the credentials do not give the right to make this call",
        ConfigurationError,
        "give the user or token the permission (scope) that it needs",
    ),
    404: _fail("not-found", "there is nothing at this address", ConfigurationError, _URL_HINT),
    405: _fail("wrong-address", "this address does not take such calls", ConfigurationError, _URL_HINT),
    408: _retry("request-timeout", "it gave up waiting for the request"),
    409: _fail("conflict", "the request contradicts what it holds", ConflictError),
    410: _fail("gone", "this address was taken away for good", ConfigurationError, _URL_HINT),
    412: _fail("precondition-failed", "the record was changed by someone else meanwhile", ConflictError),
    413: _fail("request-too-large", "the request is larger than it accepts"),
    415: _fail("wrong-media-type", "it does not take this kind of content"),
    422: _fail("invalid-request", "it understands the request and refuses its content"),
    423: _retry("locked", "the record is locked by another operation", untouched=True),
    425: _retry("too-early", "it is not ready for the request yet", untouched=True),
    429: _retry("rate-limited", "it has had too many requests", untouched=True),
    477: _retry("account-migrating", "the account is being moved to another data centre", untouched=True),
    500: _retry("server-error", "it failed while handling the request"),
    501: _fail("not-implemented", "it cannot do this", ConfigurationError, _URL_HINT),
    502: _retry("bad-gateway", "a gateway before it had no answer from it"),
    503: _retry("unavailable", "it is overloaded or under maintenance"),
    504: _retry("gateway-timeout", "a gateway before it waited too long for its answer"),
    520: _retry("origin-error", "the network before it got an empty answer from it"),
    521: _retry("origin-down", "the network before it cannot connect to it"),
    522: _retry("origin-timeout", "the network before it cannot connect to it in time"),
    523: _retry("origin-unreachable", "the network before it cannot reach it"),
    524: _retry("origin-slow", "the network before it waited too long for its answer"),
}


def meaning_of(status: int) -> Meaning:
    """The table's line for a status; every 2xx is usable, everything unknown is a failure."""
    if 200 <= status < 300:
        return _USE
    return MEANINGS.get(status, _UNKNOWN)
