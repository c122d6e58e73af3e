"""Result files appear whole or not at all, and a spreadsheet runs nothing that they hold."""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from cli.write import FileFormat, format_of, write_table, write_whole
from hub.errors import ConfigurationError, FatalError


def _cells(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8") as file:
        return [row[0] for row in list(csv.reader(file))[1:]]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        pytest.param("=1+1", "'=1+1", id="a formula"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="an at-function"),
        pytest.param("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0", id="a command behind a plus"),
        pytest.param("-2+3+cmd", "'-2+3+cmd", id="a command behind a minus"),
        pytest.param("\tx", "'\tx", id="a tab"),
        pytest.param("+33199001122", "+33199001122", id="a phone stays a phone"),
        pytest.param("-12.5", "-12.5", id="a number stays a number"),
        pytest.param('Zoé, "la" Douce\nrue', 'Zoé, "la" Douce\nrue', id="quotes, commas, line breaks"),
    ],
)
def test_a_csv_cell_that_a_spreadsheet_would_run_is_guarded(tmp_path: Path, cell: str, written: str) -> None:
    write_table(pa.table({"cell": [cell]}), tmp_path / "out.csv")
    assert _cells(tmp_path / "out.csv") == [written]


def test_columns_called_like_formulas_are_guarded_and_names_that_differ_in_case_stay(tmp_path: Path) -> None:
    table = pa.table([["a"], ["b"], ["c"]], names=["=cmd()", "Mail", "mail"])
    write_table(table, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text("utf-8") == "'=cmd(),Mail,mail\na,b,c\n"


def test_raw_csv_is_not_guarded(tmp_path: Path) -> None:
    write_table(pa.table({"cell": ["=1+1"]}), tmp_path / "out.csv", raw=True)
    assert _cells(tmp_path / "out.csv") == ["=1+1"]


def test_null_stays_null_in_every_format(tmp_path: Path) -> None:
    table = pa.table({"a": ["x", None], "n": [1, None]})
    for file_format in FileFormat:
        write_table(table, tmp_path / f"out.{file_format}")
    assert _cells(tmp_path / "out.csv") == ["x", ""]
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").equals(table)
    lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [{"a": "x", "n": 1}, {}]


def test_a_suffix_that_names_no_format_is_refused_with_a_hint() -> None:
    with pytest.raises(ConfigurationError) as refused:
        format_of(Path("golden.docx"))
    assert refused.value.hint is not None


def test_an_error_while_writing_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")

    def fails(_file: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(FatalError) as full:
        write_whole(path, fails)
    assert full.value.code == "disk-full"
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


def test_a_disk_that_fills_up_is_told_as_such(tmp_path: Path) -> None:
    """A real limit on the size of files, in a process of its own."""
    script = (
        "import resource, signal, sys, pathlib, pyarrow as pa\n"
        "from cli.write import write_table\n"
        "from hub.errors import FatalError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    write_table(pa.table({'a': ['x' * 100] * 1000}), pathlib.Path(sys.argv[1]))\n"
        "except FatalError as error:\n"
        "    print(error.code)\n"
    )
    path = tmp_path / "out.csv"
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "disk-full"
    assert list(tmp_path.iterdir()) == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 4096


def test_a_folder_that_is_not_there_is_told_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        write_table(pa.table({"a": ["x"]}), tmp_path / "nowhere" / "out.csv")
    assert refused.value.code == "cannot-write"
