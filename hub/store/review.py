"""The review queue: pairs that wait for a person, those first where a decision has most consequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.judgement import RecordName
from hub.store import decisions
from hub.store.tables import golden, ledger, members, records, review

_A, _B = records.alias("a"), records.alias("b")
_IN_A, _IN_B = members.alias("in_a"), members.alias("in_b")
_GOLDEN_A, _GOLDEN_B = golden.alias("golden_a"), golden.alias("golden_b")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pair for review. `records` is how many records the two identities have together, `destinations` how
    many records of destinations hang on them; `doubt` is how unsure the matching is: 0 sure, 1 even odds,
    more where the records around the pair disagree with it.
    """

    record_a: int
    record_b: int
    a: RecordName
    b: RecordName
    identity_a: str
    identity_b: str
    probability: float
    reason: str
    doubt: float
    records: int
    destinations: int

    @property
    def consequence(self) -> float:
        """What the queue is sorted by: how much changes, times how unsure that is."""
        return self.doubt * (self.records + self.destinations)


def waiting(connection: Connection) -> list[Waiting]:
    """The queue, by consequence; without pairs that were judged or came together since it was made."""
    found = unjudged(connection, [_waiting(row) for row in connection.execute(_QUEUE).all()])
    return sorted(found, key=lambda one: (-one.consequence, one.a, one.b))


def unjudged(connection: Connection, pairs: Sequence[Waiting]) -> list[Waiting]:
    """Those of the pairs that nobody has judged."""
    judged = decisions.judged_pairs(connection)
    return [one for one in pairs if (*one.a, *one.b) not in judged and (*one.b, *one.a) not in judged]


def as_it_stands(connection: Connection, pair: Waiting) -> Waiting | None:
    """A pair of the queue as it is now; None when it waits no more."""
    asked = _QUEUE.where(review.c.record_a == pair.record_a, review.c.record_b == pair.record_b)
    row = connection.execute(asked).one_or_none()
    return _waiting(row) if row else None


def _remotes(side: sa.FromClause) -> sa.ScalarSelect[int]:
    counted = sa.select(sa.func.count()).select_from(ledger)
    return counted.where(
        ledger.c.identity_id == side.c.identity_id, ledger.c.confirmed_hash.is_not(None)
    ).scalar_subquery()


_QUEUE: Final = (
    sa.select(
        review,
        _A.c.source.label("source_a"),
        _A.c.key.label("key_a"),
        _B.c.source.label("source_b"),
        _B.c.key.label("key_b"),
        _IN_A.c.identity_id.label("identity_a"),
        _IN_B.c.identity_id.label("identity_b"),
        _GOLDEN_A.c.record_count.label("count_a"),
        _GOLDEN_B.c.record_count.label("count_b"),
        (_remotes(_IN_A) + _remotes(_IN_B)).label("destinations"),
    )
    .join(_A, _A.c.id == review.c.record_a)
    .join(_B, _B.c.id == review.c.record_b)
    .join(_IN_A, _IN_A.c.record_id == review.c.record_a)
    .join(_IN_B, _IN_B.c.record_id == review.c.record_b)
    .join(_GOLDEN_A, _GOLDEN_A.c.identity_id == _IN_A.c.identity_id)
    .join(_GOLDEN_B, _GOLDEN_B.c.identity_id == _IN_B.c.identity_id)
    .where(_IN_A.c.identity_id != _IN_B.c.identity_id)
)


def _waiting(row: sa.Row[Any]) -> Waiting:
    # The matcher's importance is its doubt times the records of the one times those of the other.
    return Waiting(
        row.record_a,
        row.record_b,
        RecordName(row.source_a, row.key_a),
        RecordName(row.source_b, row.key_b),
        row.identity_a,
        row.identity_b,
        row.probability,
        row.reason,
        row.importance / (row.count_a * row.count_b),
        row.count_a + row.count_b,
        row.destinations,
    )
