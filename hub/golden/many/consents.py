"""Consents, by column; see `hub.golden.multi.consents`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import Coded, coded, joined, joined_told
from hub.domain.contact import ConsentStatus
from hub.golden.many.tellers import Tellers
from hub.golden.multi import LIFTED, WIDTH
from hub.ranking import Numbers, first_of, in_order, lists


def strictest(
    values: pa.Array,
    tellers: Tellers,
    source: Coded,
    key: Coded,
    authorities: frozenset[str] = frozenset(),
) -> tuple[pa.Array, pa.Array]:
    """For each identity one consent a channel and purpose, and their origin as JSON; null for none."""
    flat, row = values.flatten(), pc.list_parent_indices(values).to_numpy().astype(np.int64)
    if flat.null_count:
        there = pc.is_valid(flat)
        flat, row = flat.filter(there), row[there.to_numpy(zero_copy_only=False)]
    if not len(flat):
        return pa.nulls(tellers.groups, values.type), pa.nulls(tellers.groups, pa.string())
    channel, purpose, status, at = (
        coded(pc.struct_field(flat, name)) for name in ("channel", "purpose", "status", "at")
    )
    width = np.array([WIDTH.get(text, 0) for text in status.texts.to_pylist()] + [0], np.int64)
    late = at.rank[at.codes]
    late[at.codes == len(at.texts)] = -1
    group, said = tellers.group[row], (channel.rank[channel.codes], purpose.rank[purpose.codes])
    if authorities:
        trusted = np.array([name in authorities for name in source.texts.to_pylist()] + [False])
        width = np.where(
            _lifted(
                in_order(group, *said),
                (group, *said),
                width[status.codes],
                _dated(at, late),
                trusted[source.codes[row]],
            ),
            LIFTED,
            width[status.codes],
        )
    else:
        width = width[status.codes]
    order = in_order(group, *said, width, -late, row)
    heads = first_of(group[order], *(one[order] for one in said))
    number, best = np.cumsum(heads) - 1, order[heads]
    record = joined(
        [
            '{"status":', status.json.take(status.codes), ',"source":', source.json.take(source.codes[row]),
            ',"key":', key.json.take(key.codes[row]), ',"at":', at.json.take(at.codes), "}",
        ]
    ).take(order)  # fmt: skip
    parts = [pc.struct_field(flat, name) for name in ("channel", "purpose", "status")]
    shown = coded(joined_told(parts, " ").take(best))
    records = pc.binary_join(lists(number, len(best), record), ",")
    told = joined(['{"value":', shown.json.take(shown.codes), ',"records":[', records, "]}"])
    belongs = group[best]
    origin = pc.binary_join(lists(belongs, tellers.groups, told), ",")
    return (
        lists(belongs, tellers.groups, flat.take(best)),
        joined(['{"rule":"most_restrictive","values":[', origin, "]}"]),
    )


def _dated(at: Coded, late: Numbers) -> Numbers:
    """How late each statement is, -1 for one whose date is an empty text: that is no date either."""
    empty = np.append(pc.equal(at.texts, "").to_numpy(zero_copy_only=False), False)
    return np.where(empty[at.codes], -1, late)


def _lifted(
    order: Numbers, subject: tuple[Numbers, ...], width: Numbers, late: Numbers, trusted: Numbers
) -> Numbers:
    """Which statements an authority's later grant lifts. `order` sorts by subject: identity, channel,
    purpose.
    """
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(first_of(*(one[order] for one in subject))) - 1
    granted = width == WIDTH[ConsentStatus.GRANTED.value]
    reopened = np.full(number.max(initial=-1) + 1, -1, np.int64)
    opens = granted & trusted & (late >= 0)
    np.maximum.at(reopened, number[opens], late[opens])
    found: Numbers = ~granted & (late >= 0) & (late < reopened[number])
    return found
