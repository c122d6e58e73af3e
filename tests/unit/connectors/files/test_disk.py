from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.files.disk import fingerprint, reading, writing
from connectors.files.formats import open_table
from connectors.files.options import ReadOptions
from hub.errors import ConfigurationError, FatalError, HubError

Put = Callable[[str, bytes | str], Path]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "ods", "jsonl", "json", "parquet"])
@pytest.mark.parametrize("given", [True, False], ids=["format set", "format guessed"])
def test_a_missing_file_is_named_with_the_nearest_one(tmp_path: Path, suffix: str, *, given: bool) -> None:
    (tmp_path / f"contacts.{suffix}").write_bytes(b"x")
    options = ReadOptions(format=suffix if given else None)  # type: ignore[arg-type] # they are formats
    with pytest.raises(ConfigurationError) as caught:
        list(open_table(tmp_path / f"contact.{suffix}", options).rows())
    assert caught.value.code == "file-not-found"
    assert caught.value.hint == f"did you mean `contacts.{suffix}`?"


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        fingerprint(tmp_path / "no" / "contacts.csv")
    assert "folder does not exist" in (caught.value.hint or "")


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_a_folder_is_no_file(tmp_path: Path, suffix: str) -> None:
    folder = tmp_path / f"contacts.{suffix}"
    folder.mkdir()
    with pytest.raises(ConfigurationError) as caught:
        list(open_table(folder, ReadOptions(format=suffix)).rows())  # type: ignore[arg-type] # they are formats
    assert caught.value.code == "is-a-folder"


@contextmanager
def without_root() -> Iterator[None]:
    """Root may read everything, so a test that is run by root steps down for a moment."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl", "parquet"])
def test_a_file_that_may_not_be_read_is_told(put: Put, suffix: str) -> None:
    path = put(f"t.{suffix}", "a,b\n")
    path.chmod(0)
    with without_root(), pytest.raises(ConfigurationError) as caught:
        list(open_table(path, ReadOptions()).rows())
    assert caught.value.code == "no-permission"


CAUSES = {
    errno.ENOSPC: ("disk-full", FatalError),
    errno.EDQUOT: ("disk-full", FatalError),
    errno.EFBIG: ("disk-full", FatalError),
    errno.EACCES: ("no-permission", ConfigurationError),
    errno.EROFS: ("file-unwritable", FatalError),
    errno.ENOENT: ("no-such-folder", ConfigurationError),
    errno.EISDIR: ("is-a-folder", ConfigurationError),
    errno.EIO: ("file-unwritable", FatalError),
}


@pytest.mark.parametrize(("number", "found"), CAUSES.items(), ids=lambda one: errno.errorcode.get(one, ""))
def test_what_stops_a_writer_is_told_with_a_hint(number: int, found: tuple[str, type[HubError]]) -> None:
    code, kind = found
    with pytest.raises(kind) as caught, writing(Path("crm.csv")):
        raise OSError(number, os.strerror(number))
    assert caught.value.code == code
    assert caught.value.hint


def test_what_stops_a_reader_is_told_with_a_hint() -> None:
    with pytest.raises(FatalError) as caught, reading(Path("crm.csv")):
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    assert (caught.value.code, bool(caught.value.hint)) == ("file-unreadable", True)


def test_a_fingerprint_is_of_the_content(put: Put) -> None:
    first = fingerprint(put("a.csv", "a,b\n" * 1_000_000))
    assert fingerprint(put("b.csv", "a,b\n" * 1_000_000)) == first
    assert fingerprint(put("b.csv", "a,b\n" * 999_999 + "a,c\n")) != first
