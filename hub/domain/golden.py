"""The golden record: what the contacts of one identity add up to."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from hub.domain.contact import CONTACT_SCHEMA

# `provenance` is JSON text (see `hub.domain.provenance`), `sources` the sorted names of the members' sources.
GOLDEN_SCHEMA: Final = pa.schema(
    [
        pa.field("identity_id", pa.string()),
        *CONTACT_SCHEMA,
        pa.field("sources", pa.list_(pa.string())),
        pa.field("record_count", pa.int64()),
        pa.field("provenance", pa.string()),
    ]
)
