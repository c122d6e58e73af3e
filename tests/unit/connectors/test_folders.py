from __future__ import annotations

from pathlib import Path

import pytest

from connectors.folders import files_below, nearest, reading, require
from hub.errors import ConfigurationError


def test_files_are_found_by_suffix_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.json", "a/c.JSON", "a/d.txt", ".hidden/e.json", ".f.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "g.json").mkdir()
    assert list(files_below(tmp_path, {".json"})) == ["a/c.JSON", "b.json"]


def test_a_missing_path_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    with pytest.raises(ConfigurationError) as caught:
        require(tmp_path / "inbx")
    assert (caught.value.code, caught.value.hint) == ("file-not-found", "did you mean `inbox`?")
    with pytest.raises(ConfigurationError) as caught:
        require(tmp_path / "no" / "inbox")
    assert "folder does not exist" in str(caught.value.hint)


def test_a_folder_in_a_files_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught, reading(tmp_path):
        tmp_path.read_bytes()
    assert caught.value.code == "is-a-folder"
    (tmp_path / "a").touch()
    with pytest.raises(ConfigurationError) as caught, reading(tmp_path / "a"):
        list((tmp_path / "a").iterdir())
    assert caught.value.code == "is-a-file"


def test_the_nearest_or_all_are_named() -> None:
    assert nearest("Snet", ["INBOX", "Sent"]) == "did you mean `Sent`?"
    assert nearest("xyz", ["INBOX", "Sent"]) == "there are: INBOX, Sent"
