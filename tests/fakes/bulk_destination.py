"""A destination that takes bulk jobs, as marketing systems do: a batch gives a ticket, the outcome comes
later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hub.domain.plan import Capabilities, Change, Outcome, Receipt
from tests.fakes.small_world import MemoryDestination


class Died(BaseException):
    """The process ends here."""


@dataclass
class BulkDestination(MemoryDestination):
    """Nothing is written before `work`. Jobs in `fails_jobs` come to nothing, those in `loses` it does not
    know any more, of those in `silent` it says nothing. It dies where `dies` says.
    """

    capabilities: Capabilities = Capabilities(batch_size=4, upsert_key=True, archive=True, asynchronous=True)  # noqa: RUF009
    jobs: dict[str, list[Change]] = field(default_factory=dict)
    results: dict[str, dict[str, Receipt]] = field(default_factory=dict)
    fails_jobs: set[str] = field(default_factory=set)
    loses: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    dies: str | None = None

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        ticket = f"job-{len(self.jobs) + 1}"
        self.jobs[ticket] = list(changes)
        self._may_die("after write")
        return [Receipt(change.identity_id, Outcome.PENDING, ticket=ticket) for change in changes]

    def work(self) -> None:
        """Does the jobs that wait."""
        for ticket, changes in self.jobs.items():
            if ticket not in self.results and ticket not in self.fails_jobs:
                receipts = {receipt.identity_id: receipt for receipt in super().write(changes)}
                self.results[ticket] = receipts

    def collect(self, tickets: Mapping[str, str]) -> Sequence[Receipt]:
        found = [self._result(one, ticket) for one, ticket in tickets.items() if ticket not in self.silent]
        self._may_die("after collect")
        return found

    def _result(self, identity: str, ticket: str) -> Receipt:
        if ticket in self.loses:
            return Receipt(
                identity,
                Outcome.REJECTED,
                code="ticket-lost",
                sentence="no such job",
                retryable=True,
                unsure=True,
            )
        if ticket in self.fails_jobs:
            return Receipt(
                identity, Outcome.REJECTED, code="job-failed", sentence="it failed", retryable=True
            )
        if ticket not in self.results:
            return Receipt(identity, Outcome.PENDING, ticket=ticket)
        return self.results[ticket][identity]

    def _may_die(self, where: str) -> None:
        if self.dies == where:
            self.dies = None
            raise Died
