"""Data quality as people read it on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from cli.output import Output
from hub.domain.quality import Quality

_HEADS = ("source", "field", "records", "filled", "valid", "refused", "distinct", "placeholders", "look at")


def show_quality(output: Output, found: Sequence[Quality]) -> None:
    """A line a source and field; then, in `look at`, why values were refused and which are too common."""
    if not found:
        output.say("there are no contacts yet; `hub pull` gets some")
        return
    output.table(_HEADS, [_row(one) for one in found])


def _row(one: Quality) -> tuple[object, ...]:
    remarks = [f"{count} {reason}" for reason, count in one.reasons]
    remarks += [f"{common.value} in {common.records} records" for common in one.suspicious]
    share = _percent(one.placeholder_share) if one.placeholders else ""
    return (
        one.source,
        one.field,
        one.records,
        _share(one.filled, one.records),
        _share(one.valid, one.records),
        one.refused,
        one.distinct,
        share,
        "; ".join(remarks),
    )


def _share(part: int, whole: int) -> str:
    return _percent(part / whole if whole else 0.0)


def _percent(share: float) -> str:
    """Rounded so that only all is 100 % and only nothing is 0 %."""
    rounded = min(max(100 * share, 0.1), 99.9) if 0 < share < 1 else 100 * share
    return f"{rounded:.1f} %"
