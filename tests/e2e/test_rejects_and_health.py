"""`hub rejects`, `hub doctor` and `hub source sample` as people use them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.test_command_line import project
from tests.fakes.command import called


def test_a_reject_is_listed_tried_again_and_settled(tmp_path: Path) -> None:
    folder = project(tmp_path, called)
    called("pull", folder=folder)
    (reject,) = json.loads(called("rejects", "list", "--json", folder=folder).stdout)["rejects"]
    again = called("rejects", "retry", "--json", folder=folder)
    assert again.returncode == 3, "it is rejected again"
    (told,) = json.loads(called("rejects", "list", "--json", folder=folder).stdout)["rejects"]
    assert told["attempts"] > reject["attempts"]
    shown = json.loads(called("rejects", "show", str(reject["id"]), "--json", folder=folder).stdout)
    assert "payload" in shown
    assert called("rejects", "drop", str(reject["id"]), folder=folder).returncode == 0
    assert json.loads(called("rejects", "list", "--json", folder=folder).stdout)["rejects"] == []
    (dropped,) = json.loads(called("rejects", "list", "--all", "--json", folder=folder).stdout)["rejects"]
    assert (dropped["id"], dropped["state"]) == (reject["id"], "dropped")


def test_a_reject_that_was_mended_by_its_mapping_is_stored_when_tried_again(tmp_path: Path) -> None:
    folder = project(tmp_path, called)
    called("pull", folder=folder)
    mapping = folder / "mappings" / "people.yaml"
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(
        text.replace("fields:\n", "fields:\n  identifiers:\n    - {type: number, value: id}\n", 1),
        encoding="utf-8",
    )
    again = called("rejects", "retry", "--json", folder=folder)
    assert again.returncode == 0, again.stdout + again.stderr
    assert json.loads(called("rejects", "list", "--json", folder=folder).stdout)["rejects"] == []


def test_the_doctor_names_what_is_broken_and_what_to_do(tmp_path: Path) -> None:
    folder = project(tmp_path, called)
    assert called("doctor", folder=folder).returncode == 0
    (folder / "people.csv").unlink()
    ill = called("doctor", "--json", folder=folder)
    assert ill.returncode != 0
    broken = [check for check in json.loads(ill.stdout) if not check["ok"]]
    assert [check["what"] for check in broken] == ["source people"]
    assert broken[0]["hint"]


def test_a_sample_shows_records_as_the_source_has_them_and_stores_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path, called)
    sample = json.loads(called("source", "sample", "people", "--json", folder=folder).stdout)
    assert "zoe@courrier.example" in json.dumps(sample, ensure_ascii=False)
    assert json.loads(called("runs", "list", "--json", folder=folder).stdout) == []
    unknown = called("source", "sample", "poeple", folder=folder)
    assert unknown.returncode == 2
    assert "people" in unknown.stderr
