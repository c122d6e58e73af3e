"""What people decided: each act with its judgements, and whether it was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.judgement import UNNUMBERED, Decision, DecisionKind, Judgement, RecordName
from hub.domain.matching import Verdict
from hub.store import bulk
from hub.store.decision_tables import decisions, deletion_verdicts, judgements, overrides

_JUDGED: Final = (
    sa.select(
        judgements.c.source_a,
        judgements.c.key_a,
        judgements.c.source_b,
        judgements.c.key_b,
        judgements.c.verdict,
        judgements.c.author,
        judgements.c.judged_at,
        judgements.c.decision_id,
        judgements.c.reason,
    )
    .where(judgements.c.revoked_at.is_(None))
    .order_by(judgements.c.id)
)
_PAIRS: Final = sa.select(
    judgements.c.source_a, judgements.c.key_a, judgements.c.source_b, judgements.c.key_b
).where(judgements.c.revoked_at.is_(None))
_VERDICTS: Final = {one.value: one for one in Verdict}


def number(connection: Connection) -> int:
    """The number of a new decision. Taken first: whoever has it sees what all before him decided."""
    return bulk.next_numbers(connection, "decision", 1)


def queue_up(connection: Connection) -> None:
    """The same without taking a number."""
    bulk.next_numbers(connection, "decision", 0)


def add(connection: Connection, decision: Decision, judged: Sequence[Judgement] = ()) -> None:
    """Stores a decision with its judgements."""
    connection.execute(
        sa.insert(decisions).values(
            id=decision.number,
            kind=decision.kind.value,
            author=decision.author,
            reason=decision.reason,
            decided_at=decision.decided_at,
            sentence=decision.sentence,
        )
    )
    n = len(judged)
    if n == 0:
        return
    first = bulk.next_numbers(connection, "judgement", n)
    columns = {
        "id": pa.array(range(first, first + n), pa.int64()),
        "decision_id": pa.repeat(decision.number, n),
        "source_a": [one.a.source for one in judged],
        "key_a": [one.a.key for one in judged],
        "source_b": [one.b.source for one in judged],
        "key_b": [one.b.key for one in judged],
        "verdict": [one.verdict.value for one in judged],
        "author": [one.author for one in judged],
        "reason": pa.array([one.reason or decision.reason for one in judged], pa.string()),
        "judged_at": [one.judged_at for one in judged],
    }
    bulk.insert(connection, judgements, pa.table(columns))


def find(connection: Connection, wanted: int) -> Decision | None:
    row = connection.execute(sa.select(decisions).where(decisions.c.id == wanted)).one_or_none()
    return _decision(row) if row else None


def newest(connection: Connection, limit: int, *, author: str | None = None) -> list[Decision]:
    """Decisions, the newest first, also those taken back; of one author where one is named."""
    chosen = sa.select(decisions).order_by(decisions.c.id.desc()).limit(limit)
    if author is not None:
        chosen = chosen.where(decisions.c.author == author)
    return [_decision(row) for row in connection.execute(chosen)]


def last_standing(connection: Connection, author: str) -> Decision | None:
    """The newest decision of an author that was not taken back."""
    row = connection.execute(
        sa.select(decisions)
        .where(decisions.c.author == author, decisions.c.undone_at.is_(None))
        .order_by(decisions.c.id.desc())
    ).first()
    return _decision(row) if row else None


def take_back(connection: Connection, wanted: int, author: str, now: str) -> None:
    """Marks a decision, and all that carries its number, as taken back."""
    connection.execute(
        sa.update(decisions).where(decisions.c.id == wanted).values(undone_at=now, undone_by=author)
    )
    for table in (judgements, overrides, deletion_verdicts):
        connection.execute(
            sa.update(table)
            .where(table.c.decision_id == wanted, table.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )


def judged(connection: Connection, decision: int | None = None) -> list[Judgement]:
    """Every judgement that was not taken back, in the order they were given; of one decision where told."""
    chosen = _JUDGED if decision is None else _JUDGED.where(judgements.c.decision_id == decision)
    return [
        Judgement(
            RecordName(source_a, key_a),
            RecordName(source_b, key_b),
            _VERDICTS[verdict],
            author,
            at,
            number or UNNUMBERED,
            reason,
        )
        for source_a, key_a, source_b, key_b, verdict, author, at, number, reason in connection.execute(
            chosen
        ).all()
    ]


def judged_pairs(connection: Connection) -> set[tuple[str, str, str, str]]:
    """The pairs (source, key, source, key) of which somebody's word stands."""
    return {tuple(row) for row in connection.execute(_PAIRS).all()}


def _decision(row: sa.Row[Any]) -> Decision:
    return Decision(
        row.id,
        DecisionKind(row.kind),
        row.author,
        row.reason,
        row.decided_at,
        row.sentence,
        row.undone_at,
        row.undone_by,
    )
