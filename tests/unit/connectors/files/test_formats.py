from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.files.formats import guess_format, open_table
from connectors.files.options import ReadOptions
from hub.errors import ConfigurationError, HubError
from tests.fakes.files import people, write_ods, write_parquet, write_xlsx

Put = Callable[[str, bytes | str], Path]

BY_CONTENT = {
    "comma separated": ("t.csv", "a,b\n", "csv"),
    "tab separated": ("t.tsv", "a\tb\n", "tsv"),
    "text": ("t.txt", "a;b\n", "csv"),
    "no suffix": ("contacts", "a;b\n", "csv"),
    "JSON lines without suffix": ("contacts", '{"a": 1}\n', "jsonl"),
    "JSON lines in a text file": ("t.txt", '\ufeff{"a": 1}\n', "jsonl"),
    "a JSON array without suffix": ("contacts", '[{"a": 1}]', "json"),
    "an array over lines": ("contacts", '[\n  {"a": 1}\n]', "json"),
    "JSON": ("t.json", "[]", "json"),
    "ndjson": ("t.ndjson", "", "jsonl"),
    "text that is called a spreadsheet": ("t.xls", "a\tb\n1\t2\n", "csv"),
    "an empty spreadsheet": ("t.xlsx", "", "xlsx"),
    "an empty Parquet file": ("t.parquet", "", "parquet"),
    "a column called as an archive begins": ("t.csv", "Rar!,BZh\n1,2\n", "csv"),
    "capitals": ("T.JSONL", '{"a": 1}', "jsonl"),
}


@pytest.mark.parametrize(("name", "content", "format_"), BY_CONTENT.values(), ids=BY_CONTENT)
def test_the_format_of_text_is_guessed(put: Put, name: str, content: str, format_: str) -> None:
    assert guess_format(put(name, content)) == format_


@pytest.mark.parametrize("name", ["t", "t.csv", "t.json", "t.dat"])
def test_what_is_certain_by_content_needs_no_suffix(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for write, format_ in ((write_xlsx, "xlsx"), (write_ods, "ods"), (write_parquet, "parquet")):
        write(tmp_path / f"people.{format_}", people(3))
        path.write_bytes((tmp_path / f"people.{format_}").read_bytes())
        assert guess_format(path) == format_
        assert sum(rows.count for rows in open_table(path, ReadOptions()).rows()) == 3


def test_a_format_that_is_set_is_used(put: Put) -> None:
    path = put("t.dat", "a\tb, c\n1\t2\n")
    assert open_table(path, ReadOptions(format="tsv")).description.columns == ("a", "b, c")


def archive(put: Put) -> Path:
    path = put("t.zip", "")
    with zipfile.ZipFile(path, "w") as found:
        found.writestr("contacts.csv", "a,b\n")
    return path


REFUSED = {
    "gzip": (lambda put: put("t.csv.gz", gzip.compress(b"a,b\n")), "compressed-file"),
    "an archive": (archive, "compressed-file"),
    "a web page that is called a spreadsheet": (lambda put: put("t.xls", "<html><table>"), "markup-file"),
    "XML": (lambda put: put("t.csv", "<?xml version='1.0'?><a/>"), "markup-file"),
    "a PDF that is called a table": (
        lambda put: put("t.csv", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n"),
        "not-a-table",
    ),
    "an address book": (lambda put: put("t.vcf", "BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\n"), "not-a-table"),
    "a picture": (lambda put: put("t.csv", b"\x89PNG\r\n\x1a\n"), "not-a-table"),
    "a compressed spreadsheet": (lambda put: put("t.xlsx", gzip.compress(b"\0" * 99)), "compressed-file"),
    "a damaged archive": (lambda put: put("t", b"PK\x03\x04" + bytes(100)), "broken-spreadsheet"),
}


@pytest.mark.parametrize(("make", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_table_is_refused_with_a_hint(put: Put, make: Callable[[Put], Path], code: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        list(open_table(make(put), ReadOptions()).rows())
    assert caught.value.code == code
    assert caught.value.hint


@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "xlsx", "ods", "parquet", "xls", "dat"])
@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", bytes(5000)],
    ids=["a picture", "a PDF", "zeros"],
)
def test_what_is_no_text_ends_in_an_error_of_the_hub_or_in_bad_rows(
    put: Put, suffix: str, content: bytes
) -> None:
    try:
        for rows in open_table(put(f"t.{suffix}", content), ReadOptions()).rows():
            assert rows.count >= 0
    except HubError as error:
        assert error.hint  # noqa: PT017 - rows are fine too
