"""Echoes: a record that comes back from a destination with no more than what was sent there."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, Final

import pyarrow as pa

from hub import columns
from hub.domain.plan import UNKNOWN

# Records as pulled, of which the ledger knows: `before` is the payload that was pulled last (null for one
# that was never pulled), `sent` what the destination confirmed. All three are JSON objects.
PULLED_SCHEMA: Final = pa.schema(
    [(name, pa.string()) for name in ("key", "identity_id", "payload", "before", "sent")]
)


def are_echoes(pulled: pa.Table, names: Collection[str]) -> pa.Array:
    """Of each row of `PULLED_SCHEMA` whether nobody but the hub changed it since it was last pulled, as far
    as the fields `names` tell.

    A field counts as the hub's doing when it shows what was sent under its name, or when it is not known what
    the hub has left there: another identity's value, where one was written over. A list or object counts so
    when all that is new in it was sent and no more went than came or was cleared. Of a record that is met for
    the first time, which the hub has made, it is enough that nothing differs from what was sent.
    """
    if pulled.num_rows == 0 or not names:
        return pa.array([True] * pulled.num_rows, pa.bool_())
    told = columns.query(_by_column(sorted(names)), pulled=_numbered(pulled))
    nested = {n: row for n, row in enumerate(told["nested"].to_pylist()) if row}
    looked = {
        n: all(_only_sent(pulled.slice(n, 1).to_pylist()[0], name) for name in row)
        for n, row in nested.items()
    }
    plain = told["own"].to_pylist()
    return pa.array([not own and looked.get(n, True) for n, own in enumerate(plain)], pa.bool_())


def _numbered(pulled: pa.Table) -> pa.Table:
    return pulled.append_column("place", pa.array(range(pulled.num_rows), pa.int64()))


def _by_column(names: list[str]) -> str:
    """`own`: a plain field was changed by others; `nested`: the changed lists and objects, by name."""
    cells, own, nested = [], [], []
    unknown = _text("/" + next(iter(UNKNOWN)))
    for k, name in enumerate(names):
        at = _text("/" + name.replace("~", "~0").replace("/", "~1"))
        cells += [
            f"coalesce(payload->>{at}, '') AS n{k}",
            f"coalesce(before->>{at}, '') AS o{k}",
            f"(sent->{at}) IS NOT NULL AS s{k}, (payload->{at}) IS NOT NULL AS p{k}",
            f"lower(trim(coalesce(payload->>{at}, ''))) = lower(trim(coalesce(sent->>{at}, ''))) AS e{k}",
            f"coalesce(json_exists(sent->{at}, {unknown}), false) AS u{k}",
            f"{_nested('payload', at)} OR {_nested('before', at)} AS l{k}",
        ]
        changed = f"CASE WHEN before IS NULL THEN s{k} AND p{k} ELSE n{k} <> o{k} END"
        own.append(f"(NOT l{k} AND NOT (s{k} AND (e{k} OR u{k})) AND {changed})")
        nested.append(
            f"CASE WHEN l{k} AND before IS NOT NULL AND n{k} <> o{k} AND NOT (s{k} AND (e{k} OR u{k}))"
            f" THEN {_text(name)} END"
        )
    return f"""
        WITH cells AS (SELECT place, before, {", ".join(cells)} FROM pulled)
        SELECT ({" OR ".join(own)}) AS own,
            list_filter([{", ".join(nested)}], lambda x: x IS NOT NULL) AS nested
        FROM cells ORDER BY place
        """


def _nested(side: str, at: str) -> str:
    return f"coalesce(json_type({side}, {at}) IN ('ARRAY', 'OBJECT'), false)"


def _only_sent(row: dict[str, Any], name: str) -> bool:
    """Whether all that is new in a list or object was sent, and no more went than came or was cleared."""
    new, old = (Counter(_leaves(json.loads(row[side]).get(name))) for side in ("payload", "before"))
    sent = json.loads(row["sent"])
    said = {_plain(value) for value in (*sent, *_leaves(list(sent.values())))}
    came, went = new - old, old - new
    cleared = sum(value in (None, "") for value in sent.values())
    return (
        all(one in said or _plain(row["identity_id"]) in one for one in came)
        and went.total() <= came.total() + cleared
        and bool(came or cleared)
    )


def _leaves(value: object) -> Iterator[str]:
    """The plain values in a JSON value, as texts that are compared."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif value is not None and value != "":
        yield _plain(value)


def _plain(value: object) -> str:
    return re.sub(r"\s+", "", str(value)).casefold()


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
