"""The key of a row: its number, a column, or several columns; and keys that come twice in a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.files.rows import BadRow, Rows
from hub import columns
from hub.errors import ConfigurationError, Place

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Keyed:
    """Rows with their keys; every key is there, none is empty, none comes twice in the file."""

    rows: Rows
    keys: pa.ChunkedArray

    def after(self, number: int) -> Keyed:
        """Those that come after that data row."""
        return Keyed(self.rows.after(number), self.keys.filter(pc.greater(self.rows.numbers, number)))


def require_columns(wanted: Sequence[str], present: Sequence[str], path: Path, setting: str) -> None:
    """`ConfigurationError` for a column that the file does not have; it names the nearest one."""
    for name in wanted:
        if name not in present:
            near = get_close_matches(name, present, n=1, cutoff=0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"the file has: {', '.join(present)}"
            sentence = f"there is no column `{name}`"
            raise ConfigurationError(
                "unknown-column", sentence, hint=hint, place=Place(str(path), field=setting)
            )


class Keys:
    """Gives keys to the rows of one file, portion by portion, and finds those that come again.

    The first row with a key is kept. A later one that is equal to it says nothing new and is left out; one
    that differs is a bad row `duplicate-key`. Rows are told apart by 64-bit hashes: a file of ten million
    rows has a chance of three in a million that a row is wrongly called a duplicate.
    """

    def __init__(self, key: Sequence[str], prefix: str = "") -> None:
        """`key` are columns; without any, the key is the row's number after `prefix`."""
        self._key = tuple(key)
        self._prefix = prefix
        self._seen = _SeenHashes()

    def give(self, rows: Rows) -> Keyed:
        if not self._key:
            bad = tuple(_with_key(row, f"{self._prefix}{row.number}") for row in rows.bad)
            numbers = rows.numbers.cast(pa.string())
            keys = pc.binary_join_element_wise(self._prefix, numbers, "") if self._prefix else numbers
            return Keyed(Rows(rows.columns, rows.numbers, bad, rows.payload), keys)
        keyed = _without_empty_keys(Keyed(rows, _key_column(rows.columns, self._key)))
        return self._without_repeated(keyed)

    def _without_repeated(self, keyed: Keyed) -> Keyed:
        rows, keys = keyed.rows, keyed.keys
        if len(keys) == 0:
            return keyed
        hashes, contents = _hashes(rows, keys)
        repeated, equal = self._seen.add(hashes, contents)
        if not repeated.any():
            return keyed
        differing = pa.array(repeated & ~equal)
        reason = "an earlier row has the same key and other values"
        found = _as_bad(rows, keys, differing, "duplicate-key", reason)
        kept = pa.array(~repeated)
        return Keyed(rows.where(kept, (*rows.bad, *found)), keys.filter(kept))


class _SeenHashes:
    """The hashes of keys met so far, with those of their rows' content, in a few sorted runs.

    A run is at least half as long as the one before it, so there are few of them. No key is in two.
    """

    def __init__(self) -> None:
        self._runs: list[tuple[Hashes, Hashes]] = []

    def add(self, keys: Hashes, contents: Hashes) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """For each key: whether it was met before, and whether its content was the same then."""
        distinct, first, which = np.unique(keys, return_index=True, return_inverse=True)
        repeated = first[which] != np.arange(len(keys))
        equal = contents[first[which]] == contents
        met_earlier = np.zeros(len(keys), np.bool_)
        for run_keys, run_contents in self._runs:
            at = np.minimum(np.searchsorted(run_keys, keys), len(run_keys) - 1)
            met = run_keys[at] == keys
            met_earlier |= met
            equal = np.where(met, run_contents[at] == contents, equal)
        new = ~met_earlier[first]
        if new.any():
            self._append(distinct[new], contents[first][new])
        return repeated | met_earlier, equal

    def _append(self, keys: Hashes, contents: Hashes) -> None:
        while self._runs and len(keys) * 2 > len(self._runs[-1][0]):
            older_keys, older_contents = self._runs.pop()
            keys = np.concatenate([older_keys, keys])
            contents = np.concatenate([older_contents, contents])
            order = np.argsort(keys)
            keys, contents = keys[order], contents[order]
        self._runs.append((keys, contents))


def _key_column(table: pa.Table, key: tuple[str, ...]) -> pa.ChunkedArray:
    """One column as it stands; several joined with `|`, escaped within them, so that no two are confused."""
    if len(key) == 1:
        return pc.fill_null(table[key[0]], "")
    parts = [pc.fill_null(table[name], "") for name in key]
    blank = pc.equal(pc.binary_join_element_wise(*parts, ""), "")
    escaped = [pc.replace_substring(pc.replace_substring(part, "\\", "\\\\"), "|", "\\|") for part in parts]
    return pc.if_else(blank, "", pc.binary_join_element_wise(*escaped, "|"))


def _without_empty_keys(keyed: Keyed) -> Keyed:
    rows, keys = keyed.rows, keyed.keys
    empty = pc.equal(pc.utf8_trim_whitespace(keys), "")
    if not pc.any(empty).as_py():
        return keyed
    found = _as_bad(rows, None, empty, "no-key", "the row has no value in its key column")
    kept = pc.invert(empty)
    return Keyed(rows.where(kept, (*rows.bad, *found)), keys.filter(kept))


def _as_bad(
    rows: Rows, keys: pa.ChunkedArray | None, which: pa.ChunkedArray | pa.Array, code: str, reason: str
) -> list[BadRow]:
    """The rows that `which` picks, as bad rows (they are few)."""
    picked = rows.where(which, ())
    texts = (
        picked.payload.to_pylist()
        if picked.payload is not None
        else [json.dumps(row, ensure_ascii=False) for row in picked.columns.to_pylist()]
    )
    named = [None] * len(texts) if keys is None else keys.filter(which).to_pylist()
    numbers = picked.numbers.to_pylist()
    return [
        BadRow(number, f"data row {number}", code, reason, text, key)
        for number, text, key in zip(numbers, texts, named, strict=True)
    ]


def _hashes(rows: Rows, keys: pa.ChunkedArray) -> tuple[Hashes, Hashes]:
    contents = rows.columns.columns if rows.payload is None else [rows.payload]
    names = [str(at) for at in range(len(contents))]
    table = pa.table([keys, *contents], names=["key", *names])
    listed = ", ".join(f'"{name}"' for name in names)
    found = columns.query(f"SELECT hash(key) AS key, hash({listed}) AS content FROM rows", rows=table)
    return found["key"].to_numpy(), found["content"].to_numpy()


def _with_key(row: BadRow, key: str) -> BadRow:
    return BadRow(row.number, row.position, row.code, row.reason, row.raw, key)
