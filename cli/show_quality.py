"""Data quality as people read it on a terminal, and as lines for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from cli.output import Output
from hub.domain.quality import Quality
from hub.web.words import reason_label

_COUNTS: Final = ("field", "filled", "valid", "refused", "distinct", "placeholders")
_HEADS: Final = ("source", "records", *_COUNTS, "look at")


def show_quality(output: Output, found: Sequence[Quality]) -> None:
    """On a terminal a table a source, and below it what to look at; elsewhere one line a source and field."""
    if not found:
        output.say("there are no contacts yet; `hub pull` gets some")
        return
    if not output.out.is_terminal:
        output.table(
            _HEADS, [(one.source, one.records, *_counts(one), "; ".join(_codes(one))) for one in found]
        )
        return
    for place, (source, fields) in enumerate(groupby(found, key=lambda one: one.source)):
        rows = list(fields)
        if place:
            output.show()
        output.show(f"{source}: {rows[0].records:,} contacts", style="bold")
        output.table(_COUNTS, [_counts(one) for one in rows])
        for one in rows:
            for remark in _remarks(one):
                output.show(f"{one.field}: {remark}", style="yellow")


def _counts(one: Quality) -> tuple[object, ...]:
    share = _percent(one.placeholder_share) if one.placeholders else ""
    filled, valid = (_percent(part / one.records) for part in (one.filled, one.valid))
    return (one.field, filled, valid, one.refused, one.distinct, share)


def _codes(one: Quality) -> Iterator[str]:
    yield from (f"{count} {reason}" for reason, count in one.reasons)
    yield from (f"{common.value} in {common.records} records" for common in one.suspicious)


def _remarks(one: Quality) -> Iterator[str]:
    yield from (f"{count:,} left out: {reason_label(reason)}" for reason, count in one.reasons)
    yield from (
        f"{common.value} is in {common.records:,} records: shared, or a default?" for common in one.suspicious
    )


def _percent(share: float) -> str:
    """Rounded so that only all is 100 % and only nothing is 0 %."""
    rounded = min(max(100 * share, 0.1), 99.9) if 0 < share < 1 else 100 * share
    return f"{rounded:.1f} %"
