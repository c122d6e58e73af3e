"""Which line of a batch's answer is meant for which change: order is not promised, lines may be missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connectors.crm.hubspot_api import BatchAnswer, Row, RowError
from hub.domain.plan import Change


@dataclass(frozen=True, slots=True)
class Matched:
    """Rows and errors by the position of their change; `loose` errors name no change."""

    rows: dict[int, Row] = field(default_factory=dict)
    errors: dict[int, RowError] = field(default_factory=dict)
    loose: list[RowError] = field(default_factory=list)

    def unanswered(self, count: int) -> list[int]:
        return [n for n in range(count) if n not in self.rows and n not in self.errors]


def match(changes: Sequence[Change], answer: BatchAnswer, key: str) -> Matched:
    """By trace (the position, as sent), by the value of the `key` property, or by record id."""
    by_identity = {change.identity_id: position for position, change in enumerate(changes)}
    by_remote_id = {c.remote_id: position for position, c in enumerate(changes) if c.remote_id}
    only = 0 if len(changes) == 1 else None
    matched = Matched()
    for row in answer.results:
        position = _position(row.trace, len(changes))
        if position is None:
            position = by_identity.get(row.properties.get(key) or "", by_remote_id.get(row.id, only))
        if position is not None:
            matched.rows[position] = row
    for error in answer.errors:
        traced = [_position(trace, len(changes)) for trace in error.context.traces]
        named = [by_identity.get(text, by_remote_id.get(text)) for text in error.context.ids]
        positions = list(_known(traced)) or list(_known(named)) or list(_known([only]))
        matched.errors.update(dict.fromkeys(positions, error))
        if not positions:
            matched.loose.append(error)
    return matched


def _position(trace: str | None, count: int) -> int | None:
    return int(trace) if trace is not None and trace.isdigit() and int(trace) < count else None


def _known(positions: Sequence[int | None]) -> Iterator[int]:
    return (position for position in positions if position is not None)
