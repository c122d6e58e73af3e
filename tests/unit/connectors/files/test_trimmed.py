"""Rows whose empty fields at the end were left out are whole rows; torn ones are not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.files.delimited import DelimitedFile
from connectors.files.options import ReadOptions

Put = Callable[[str, bytes | str], Path]

HABIT = "name;city;phone;note\nAda;Lille;1;vip\nBob;Lens\nCid;Metz\nFay;Caen;2;x\nDea;;4\n"
TORN = "name;city;phone;note\nAda;Lille;1;vip\nBob;Le\nns;2;x\nCid;Metz;3;y\n"


def read(path: Path, **options: Any) -> tuple[list[tuple[str, ...]], list[str]]:
    """The rows, and the texts of the bad ones."""
    file = DelimitedFile(path, ReadOptions(), **options)
    portions = list(file.rows())
    rows = [tuple(row.values()) for portion in portions for row in portion.columns.to_pylist()]
    return rows, [bad.raw for portion in portions for bad in portion.bad]


def test_fields_left_out_at_the_end_are_empty(put: Put) -> None:
    rows, bad = read(put("t.csv", HABIT))
    assert rows == [
        ("Ada", "Lille", "1", "vip"),
        ("Bob", "Lens", "", ""),
        ("Cid", "Metz", "", ""),
        ("Fay", "Caen", "2", "x"),
        ("Dea", "", "4", ""),
    ]
    assert not bad


def test_the_habit_is_told(put: Put) -> None:
    notes = DelimitedFile(put("t.csv", HABIT), ReadOptions()).description.notes
    assert notes == ("rows end where only empty fields would follow",)


def test_so_they_are_where_hardly_a_row_is_full(put: Put) -> None:
    many = "".join(f"N{n},C{n}\n" for n in range(50))
    rows, bad = read(put("t.csv", f"name,city,phone,note\nAda,Lille,1,vip\n{many}"))
    assert len(rows) == 51
    assert rows[-1] == ("N49", "C49", "", "")
    assert not bad


@pytest.mark.parametrize("block_size", [7, 64, 1 << 18])
def test_the_size_of_the_pieces_in_which_it_is_read_changes_nothing(put: Put, block_size: int) -> None:
    many = "".join(f"N{n};C{n}{';9' * (n % 5 // 2)}\n" for n in range(500))
    rows, bad = read(put("t.csv", HABIT + many), block_size=block_size)
    assert rows[5:] == [
        (f"N{n}", f"C{n}", *("9",) * (n % 5 // 2), *("",) * (2 - n % 5 // 2)) for n in range(500)
    ]
    assert not bad


REFUSED = {
    "a row torn in two": (TORN, ["Bob;Le", "ns;2;x"]),
    "a row torn where others are cut": (
        f"{TORN}Dea;Pa\nris;4;z\nEve;Pau;5\nFay;Caen;6;w\nGus;Gap;7;v\nHal;Sète;8;u\n",
        ["Bob;Le", "ns;2;x", "Dea;Pa", "ris;4;z", "Eve;Pau;5"],
    ),
    "one short row": ("name;city;phone\nAda;Lille;1\nBob;Lens\n", ["Bob;Lens"]),
    "short rows where others end with an empty field": (
        "name;city;phone\nAda;Lille;\nBob;Lens\nCid;Metz\nDea;Pau;4\n",
        ["Bob;Lens", "Cid;Metz"],
    ),
    "a row of one field": (f"{HABIT}Eve\n", ["Eve"]),
    "a row that ends with nothing": ("a;b;c;d\n1;2;3;4\n1;2\n1;2\n1;\n", ["1;"]),
}


@pytest.mark.parametrize(("content", "refused"), REFUSED.values(), ids=REFUSED)
def test_what_is_short_for_another_reason_is_set_aside(put: Put, content: str, refused: list[str]) -> None:
    assert read(put("t.csv", content))[1] == refused
