"""A build that reads values otherwise maps what is stored anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.wiring import open_hub
from hub.domain.runs import PullTally
from hub.jobs.pull import pull
from hub.jobs.remap import remap
from mappings.apply import ContactMapper


def test_what_is_stored_is_mapped_anew_by_a_build_that_reads_values_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "people.csv").write_text("id,phone\n1,020 7946 0018\n", encoding="utf-8")
    (tmp_path / "hub.yaml").write_text(
        "store: sqlite:///hub.db\nsources:\n  people: {type: file, path: people.csv, key: id}\n",
        encoding="utf-8",
    )
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "people.yaml").write_text(
        "mapping: 1\nfields:\n  phones: phone\n", encoding="utf-8"
    )
    hub = open_hub(tmp_path, {})
    pull(hub.store, hub.clock, hub.pull_request("people"))
    assert remap(hub.store, hub.clock, hub.intake("people")) == PullTally()
    monkeypatch.setattr(ContactMapper, "VERSION", ContactMapper.VERSION + 1)
    assert remap(hub.store, hub.clock, hub.intake("people")).read == 1
    assert remap(hub.store, hub.clock, hub.intake("people")) == PullTally()
