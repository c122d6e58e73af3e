from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.delivery import RowBusyError, deliver, refuse_all
from hub.domain.plan import Action, Change, Outcome, Receipt
from hub.errors import ConfigurationError, HubError, RecordError, RetryableError


class Store:
    """Takes a batch as a whole, or refuses it for its culprits; fails from its nth call on."""

    def __init__(
        self, culprits: frozenset[int] = frozenset(), fails: tuple[int, HubError] | None = None
    ) -> None:
        self.calls = 0
        self.written: list[str] = []
        self._culprits = {str(n) for n in culprits}
        self._fails = fails

    def send(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        self.calls += 1
        if self._fails is not None and self.calls >= self._fails[0]:
            raise self._fails[1]
        if any(change.identity_id in self._culprits for change in changes):
            raise RecordError("bad", "one of them is bad")
        self.written += [change.identity_id for change in changes]
        return [Receipt(change.identity_id, Outcome.CREATED, change.identity_id) for change in changes]


def changes(*numbers: int) -> list[Change]:
    return [Change(str(n), Action.CREATE, {}) for n in numbers]


@given(st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, max(n - 1, 0))))))
def test_just_the_culprits_are_rejected_and_every_change_has_one_receipt(case: tuple[int, set[int]]) -> None:
    count, culprits = case
    store = Store(frozenset(culprits))
    receipts = deliver([(changes(*range(count)), store.send)])
    assert [receipt.identity_id for receipt in receipts] == [str(n) for n in range(count)]
    refused = {int(r.identity_id) for r in receipts if r.outcome is Outcome.REJECTED}
    assert refused == {n for n in culprits if n < count}
    assert len(store.written) == count - len(refused)


def test_one_culprit_among_many_costs_few_calls() -> None:
    store = Store(frozenset({37}))
    deliver([(changes(*range(1000)), store.send)])
    assert store.calls <= 2 * 10 + 1


def test_an_error_before_anything_is_written_is_raised() -> None:
    store = Store(fails=(1, RetryableError("away", "it is away")))
    with pytest.raises(RetryableError):
        deliver([(changes(1, 2), store.send)])


@pytest.mark.parametrize(
    "error", [RetryableError("away", "it is away"), ConfigurationError("unauthorized", "revoked")]
)
def test_an_error_after_something_is_written_leaves_the_rest_to_a_later_run(error: HubError) -> None:
    store = Store(fails=(2, error))
    work = [(changes(1, 2), store.send), (changes(3), store.send), (changes(4, 5), store.send)]
    receipts = deliver(work)
    assert [(r.identity_id, r.outcome, r.retryable) for r in receipts] == [
        ("1", Outcome.CREATED, False),
        ("2", Outcome.CREATED, False),
        ("3", Outcome.REJECTED, True),
        ("4", Outcome.REJECTED, True),
        ("5", Outcome.REJECTED, True),
    ]
    assert (receipts[-1].code, store.calls) == (error.code, 2)


def test_an_error_after_nothing_but_rejections_is_raised() -> None:
    store = Store(frozenset({1}), fails=(2, RetryableError("away", "it is away")))
    with pytest.raises(RetryableError):
        deliver([(changes(1), store.send), (changes(2), store.send)])


def test_a_row_that_is_busy_is_rejected_as_one_that_may_pass_later() -> None:
    def send(_: Sequence[Change]) -> Sequence[Receipt]:
        raise RowBusyError("conflict", "it was changed at the same moment")

    (receipt,) = deliver([(changes(1), send)])
    assert (receipt.outcome, receipt.code, receipt.retryable) == (Outcome.REJECTED, "conflict", True)


def test_what_a_destination_does_not_do_is_rejected_with_a_reason() -> None:
    (receipt,) = deliver([(changes(1), refuse_all("not-supported", "it cannot"))])
    assert (receipt.outcome, receipt.code, receipt.retryable) == (Outcome.REJECTED, "not-supported", False)


def test_no_work_gives_no_receipts() -> None:
    assert deliver([]) == deliver([([], Store().send)]) == []
