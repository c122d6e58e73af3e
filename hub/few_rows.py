"""JSON of a few rows: the texts that `hub.columns` writes and reads with DuckDB and Arrow, byte for byte.

Planning a query and setting up a reader takes some milliseconds however few the rows, and a change of one
record needs a dozen of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from hashlib import md5
from typing import Any, Final

import pyarrow as pa

FEW: Final = 500  # rows; with more, a query is faster

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# An escaped character: a backslash and what follows, so that an escaped backslash is not taken for another's.
_ESCAPED: Final = re.compile(r"\\(?:u00[01][0-9a-f]|.)")


def are_few(rows: pa.Table, fields: Sequence[str]) -> bool:
    """Whether these rows are better written here: few, and of texts and truth values in at most two objects
    within one another, lists apart.
    """
    return 0 < rows.num_rows <= FEW and all(is_plain(rows.schema.field(name).type) for name in fields)


def hashed_json(rows: pa.Table, fields: Sequence[str]) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """See `hub.columns.hashed_json`."""
    told = zip(*(rows[name].to_pylist() for name in fields), strict=True)
    texts = [text({name: _bare(value) for name, value in zip(fields, row, strict=True) if value is not None})
             for row in told]  # fmt: skip
    return pa.chunked_array([pa.array(texts, pa.string())]), pa.chunked_array([digests(texts)])


def text(value: Any) -> str:
    """JSON as DuckDB writes it: as short as can be, control characters with capital letters."""
    written = _ENCODE(value)
    if "\\u0" not in written:
        return written
    return _ESCAPED.sub(
        lambda found: "\\u" + found[0][2:].upper() if found[0][1] == "u" else found[0], written
    )


def digests(texts: Sequence[str | None]) -> pa.Array:
    """See `hub.columns.digest`."""
    hashed = (
        None if text is None else md5(text.encode(), usedforsecurity=False).hexdigest() for text in texts
    )
    return pa.array(list(hashed), pa.string())


def from_json(texts: Sequence[str], schema: pa.Schema) -> pa.Table:
    """See `hub.columns.from_json`."""
    return pa.Table.from_pylist([json.loads(text) for text in texts], schema=schema)


def _bare(value: Any) -> Any:
    """Without the members of an object that are null; objects in lists keep theirs."""
    if isinstance(value, dict):
        return {name: member for name, member in value.items() if member is not None}
    return value


@cache  # a schema is asked about with every row
def is_plain(kind: pa.DataType, objects: int = 2) -> bool:
    """Whether values of this type are written here as they are by the engine."""
    if pa.types.is_struct(kind):
        return objects > 1 and all(is_plain(member.type, objects - 1) for member in kind)
    if pa.types.is_list(kind):
        return is_plain(kind.value_type, 1 << 20)
    return bool(pa.types.is_string(kind) or pa.types.is_boolean(kind))
