from __future__ import annotations

import pytest

from connectors.http import MEANINGS, Reaction, meaning_of
from hub.errors import ConfigurationError, ConflictError, FatalError, HubError, RetryableError


@pytest.mark.parametrize(
    ("status", "reaction", "error"),
    [
        (401, Reaction.REFRESH, ConfigurationError),
        (403, Reaction.FAIL, ConfigurationError),
        (404, Reaction.FAIL, ConfigurationError),
        (409, Reaction.FAIL, ConflictError),
        (422, Reaction.FAIL, FatalError),
        (429, Reaction.RETRY, RetryableError),
        (500, Reaction.RETRY, RetryableError),
        (503, Reaction.RETRY, RetryableError),
        (524, Reaction.RETRY, RetryableError),
    ],
)
def test_a_known_status_has_its_reaction(status: int, reaction: Reaction, error: type[HubError]) -> None:
    meaning = meaning_of(status)
    assert (meaning.reaction, meaning.error) == (reaction, error)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 207, 299])
def test_every_success_is_used(status: int) -> None:
    assert meaning_of(status).reaction is Reaction.USE


@pytest.mark.parametrize("status", [100, 305, 418, 499, 505, 530, 599, 600, 999])
def test_an_unknown_status_is_a_failure_and_never_a_retry(status: int) -> None:
    meaning = meaning_of(status)
    assert (meaning.reaction, meaning.error, meaning.code) == (Reaction.FAIL, FatalError, "unknown-status")


def test_what_may_be_tried_again_is_a_retryable_error_and_nothing_else_is() -> None:
    for meaning in MEANINGS.values():
        assert (meaning.reaction is Reaction.RETRY) == (meaning.error is RetryableError)


def test_a_server_that_failed_may_have_done_the_request() -> None:
    assert not any(MEANINGS[status].untouched for status in (500, 502, 503, 504, 520, 524))
    assert all(MEANINGS[status].untouched for status in (401, 423, 429))
