"""What `hub dedupe` leaves behind: files that open safely in a spreadsheet, the report, a summary."""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow as pa

from cli.dedupe_inputs import Opened
from cli.like_input import like_input
from cli.output import Output
from cli.write import FileFormat, write_table, write_whole
from hub.golden.flat import flat
from hub.jobs.dedupe import Deduped
from hub.ports import Explainer
from hub.web.report import report_page


def write_results(
    found: Deduped,
    inputs: Sequence[Opened],
    explainer: Explainer,
    folder: Path,
    file_format: FileFormat,
    *,
    raw: bool,
    as_input: bool,
) -> None:
    """Every file appears whole or not at all; how long it took is added to `found.seconds`."""
    started = perf_counter()
    golden = like_input(found, inputs) if as_input else flat(found.golden)
    write_table(golden, folder / f"golden.{file_format}", file_format, raw=raw)
    write_table(_members(found), folder / f"members.{file_format}", file_format, raw=raw)
    write_table(found.review(), folder / f"review.{file_format}", file_format, raw=raw)
    for name, table in (("rejects", found.rejects), ("refused", _refused(found))):
        path = folder / f"{name}.{file_format}"
        if table.num_rows:
            write_table(table, path, file_format, raw=raw)
        else:
            path.unlink(missing_ok=True)  # of an earlier run into the same folder
    found.seconds["write"] += perf_counter() - started
    page = report_page(found, [one.as_report_input() for one in inputs], explainer)
    write_whole(folder / "report.html", lambda file: file.write(page.encode(errors="replace")))
    found.seconds["write"] = perf_counter() - started


def show_summary(output: Output, found: Deduped, out: Path) -> None:
    """The counts on stdout; where to look next on stderr."""
    if output.as_json:
        output.data(summary(found))
        return
    rows = [
        ("records", found.contacts.num_rows),
        ("golden records", found.golden.num_rows),
        ("merged away", found.merged_records),
        ("pairs to review", found.matching.review.num_rows),
        ("rejected rows", found.rejects.num_rows),
        ("values left out", found.refusals.num_rows),
    ]
    output.table(("dedupe", "count"), rows)
    others = [
        name for name, table in (("rejects", found.rejects), ("refused", found.refusals)) if table.num_rows
    ]
    if more := found.matching.told().left_out:
        output.say(f"{more:,} more unsure pairs, less important ones, are left out of the review")
    output.say(f"written to {out}: {', '.join(['golden', 'members', 'review', *others])}, report.html")
    output.say(f"look at {out / 'report.html'} in a browser: what was merged, why, and what looks wrong")


def summary(found: Deduped) -> dict[str, Any]:
    """The shape that `hub dedupe --json` prints."""
    return {
        "records": found.contacts.num_rows,
        "rejected": found.rejects.num_rows,
        "golden": found.golden.num_rows,
        "review": found.matching.review.num_rows,
        "merged_records": found.merged_records,
        "seconds": {step: round(value, 3) for step, value in found.seconds.items()},
        "peak_memory_mb": round(_peak_bytes() / 1e6),
    }


def _members(found: Deduped) -> pa.Table:
    chosen = found.members.select(["source", "key", "identity_id"])
    return chosen.rename_columns(["source", "key", "golden_id"])


def _refused(found: Deduped) -> pa.Table:
    return found.refusals.rename_columns(["source", "key", "field", "code", "value"])


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
