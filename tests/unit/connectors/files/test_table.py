from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from connectors.files.options import ReadOptions
from connectors.files.table import describe, read_table
from tests.fakes.files import WRITERS, people

Put = Callable[[str, bytes | str], Path]


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_format_is_read_as_columns_of_text(tmp_path: Path, suffix: str) -> None:
    write, torn = WRITERS[suffix]
    path = tmp_path / f"people.{suffix}"
    write(path, people(8))
    parts = list(read_table(path, page_rows=3))
    table = pa.concat_tables([part.table for part in parts], promote_options="default")
    assert table.select(["id", "name", "phone", "changed"]).to_pylist() == people(8)
    assert all(field.type == pa.string() for field in table.schema)
    assert sum(part.rejects.num_rows for part in parts) == torn
    assert [part.table.num_rows + part.rejects.num_rows for part in parts][:2] == [3, 3]
    assert describe(path).columns[:4] == ("id", "name", "phone", "changed")


def test_options_override_what_is_guessed(put: Put) -> None:
    path = put("t.csv", "title\na,b;c\n1,2;3\n")
    (part,) = read_table(path, ReadOptions(delimiter=";", header_row=2))
    assert part.table.to_pylist() == [{"a,b": "1,2", "c": "3"}]
    assert part.numbers.to_pylist() == [1]
