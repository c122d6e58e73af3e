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
    share = f"{one.placeholder_share:.1%}" if one.placeholders else ""
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
    """Rounded so that only all is 100 % and only nothing is 0 %."""
    share = 100 * part / whole if whole else 0.0
    rounded = min(max(share, 0.1), 99.9) if 0 < part < whole else share
    return f"{rounded:.1f} %"
