from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.files.parquet import ParquetFile
from hub.errors import ConfigurationError

Put = Callable[[str, bytes | str], Path]
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

COLUMNS = {
    "text": (pa.array(["007", None, ""]), ["007", None, ""]),
    "large text": (pa.array(["Zoë", None], pa.large_string()), ["Zoë", None]),
    "text by view": (pa.array(["Zoë", None], pa.string_view()), ["Zoë", None]),
    "a dictionary": (pa.array(["a", "b", "a", None]).dictionary_encode(), ["a", "b", "a", None]),
    "integers": (pa.array([12, None, -3]), ["12", None, "-3"]),
    "floats": (pa.array([12.0, None, 1.5, 33199001234.0]), ["12", None, "1.5", "33199001234"]),
    "not a number": (pa.array([float("nan"), 1.0]), [None, "1"]),
    "booleans": (pa.array([True, False, None]), ["true", "false", None]),
    "decimals": (pa.array([Decimal("1.50"), None]), ["1.50", None]),
    "dates": (pa.array([date(1977, 9, 13), None]), ["1977-09-13", None]),
    "instants": (pa.array([AT, None], pa.timestamp("ns", "Europe/Paris")), ["2026-01-02T03:04:05Z", None]),
    "times without zone": (pa.array([AT.replace(tzinfo=None)], pa.timestamp("ms")), ["2026-01-02T03:04:05"]),
    "parts of seconds": (pa.array([AT.replace(microsecond=250_000)]), ["2026-01-02T03:04:05.250000Z"]),
    "lists": (pa.array([["a", "b"], None, []]), ['["a", "b"]', None, "[]"]),
    "structs": (pa.array([{"z": 1, "a": "é"}, None]), ['{"a": "é", "z": 1}', None]),
    "bytes": (pa.array([b"abc", b"\xff", None]), ["abc", "\\xff", None]),
    "nothing": (pa.nulls(2), [None, None]),
}


@pytest.mark.parametrize(("column", "texts"), COLUMNS.values(), ids=COLUMNS)
def test_every_type_is_read_as_text(tmp_path: Path, column: pa.Array, texts: list[str | None]) -> None:
    pq.write_table(pa.table({"c": column}), tmp_path / "t.parquet")
    (portion,) = ParquetFile(tmp_path / "t.parquet").rows()
    assert portion.columns.column("c").to_pylist() == texts
    assert portion.columns.schema.field("c").type == pa.string()


def test_rows_are_numbered_across_row_groups(tmp_path: Path) -> None:
    pq.write_table(pa.table({"c": ["x"] * 120_000}), tmp_path / "t.parquet", row_group_size=1_000)
    numbers = [
        number for part in ParquetFile(tmp_path / "t.parquet").rows() for number in part.numbers.to_pylist()
    ]
    assert numbers == list(range(1, 120_001))


def test_a_row_with_a_nul_is_set_aside_alone(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": ["x", "y\0", "z"], "b": [None, "1", "2"]}), tmp_path / "t.parquet")
    (portion,) = ParquetFile(tmp_path / "t.parquet").rows()
    assert (portion.columns["a"].to_pylist(), portion.numbers.to_pylist()) == (["x", "z"], [1, 3])
    assert [(bad.number, bad.code) for bad in portion.bad] == [(2, "nul-character")]


def test_a_truncated_file_is_refused_with_a_hint(tmp_path: Path, put: Put) -> None:
    pq.write_table(pa.table({"c": [str(number) for number in range(10_000)]}), tmp_path / "whole.parquet")
    content = (tmp_path / "whole.parquet").read_bytes()
    for size in (0, 4, len(content) // 2, len(content) - 1):
        with pytest.raises(ConfigurationError) as caught:
            list(ParquetFile(put("t.parquet", content[:size])).rows())
        assert caught.value.code == "broken-parquet"
        assert caught.value.hint


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        list(ParquetFile(tmp_path / "t.parquet").rows())
    assert caught.value.code == "file-not-found"
