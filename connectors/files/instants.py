"""Instants from text, by column."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from hub import columns
from hub.domain.records import TIME

_EARLIEST: Final = -62_135_596_800_000_000  # the years 1 to 9999, in microseconds
_LATEST: Final = 253_402_300_799_999_999
_WITH_OFFSET: Final = r":\d\d.*([Zz]|UTC|[+-]\d\d(:?\d\d)?)\s*$"


def instants(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """ISO 8601 dates and times as instants; without an offset they count as UTC. What is none is null: a
    day and a month in the wrong order would be worse than no instant.
    """
    found = columns.query(
        f"""
        SELECT epoch_us(try_cast(CASE
            WHEN regexp_matches(text, '{_WITH_OFFSET}') THEN text
            WHEN contains(text, ':') THEN trim(text) || '+00'
            ELSE trim(text) || ' 00:00:00+00'
        END AS TIMESTAMPTZ)) AS micros FROM texts
        """,
        texts=pa.table({"text": texts}),
    )["micros"].cast(pa.int64())
    sensible = pc.and_(pc.greater_equal(found, _EARLIEST), pc.less_equal(found, _LATEST))
    return pc.if_else(sensible, found, None).cast(TIME)
