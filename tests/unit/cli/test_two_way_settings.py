"""Which destination is the same system as a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.wiring import Hub, open_hub
from hub.errors import ConfigurationError

_FILE = "{type: file, path: people.csv, key: id%s}"
_MAPPING = "mapping: 1\nupdated_at: changed\nfields:\n  name.family: last\n  emails: mail\n"


def project(folder: Path, told: str = "") -> Hub:
    (folder / "mappings").mkdir()
    for name in ("crm", "till"):
        (folder / "mappings" / f"{name}.yaml").write_text(_MAPPING, encoding="utf-8")
    (folder / "mappings" / "out.yaml").write_text(
        "mapping: 1\nfields: {last: name.family}\n", encoding="utf-8"
    )
    text = (
        f"sources:\n  crm: {_FILE % ''}\n  till: {_FILE % told}\n"
        "destinations:\n  crm: {type: file, path: out.csv, mapping: mappings/out.yaml}\n"
        "  till: {type: hubspot, token: '${T}'}\n"
    )
    (folder / "hub.yaml").write_text(text, encoding="utf-8")
    return open_hub(folder, {"T": "pat"})


def echoes(hub: Hub, name: str) -> tuple[str, frozenset[str]] | None:
    found = hub.echoes(name, hub.mapping(name)[0])
    return None if found is None else (found.destination, found.fields)


def test_a_destination_of_the_same_name_and_type_is_the_same_system(tmp_path: Path) -> None:
    hub = project(tmp_path)
    assert echoes(hub, "crm") == ("crm", frozenset({"last", "mail"}))
    assert echoes(hub, "till") is None  # another type: two systems of one name


def test_a_source_may_name_its_destination(tmp_path: Path) -> None:
    assert echoes(project(tmp_path, ", destination: crm"), "till") == ("crm", frozenset({"last", "mail"}))


def test_a_destination_that_there_is_not_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no destination `cmr`"):
        echoes(project(tmp_path, ", destination: cmr"), "till")


def test_what_a_destination_wants_of_deleted_and_merged_records_reaches_the_push(tmp_path: Path) -> None:
    hub = project(tmp_path)
    usual = hub.push_request("crm")
    assert (usual.recreate, usual.erase, usual.restrictive) == (False, False, {})
    told = "when_gone: recreate, remove: erase, restrictive: {optout: true}"
    text = (tmp_path / "hub.yaml").read_text(encoding="utf-8")
    (tmp_path / "hub.yaml").write_text(
        text.replace("path: out.csv", f"path: out.csv, {told}"), encoding="utf-8"
    )
    asked = open_hub(tmp_path, {"T": "pat"}).push_request("crm")
    assert (asked.recreate, asked.erase, asked.restrictive) == (True, True, {"optout": True})
