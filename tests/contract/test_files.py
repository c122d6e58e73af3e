from __future__ import annotations

from pathlib import Path

import pytest

from connectors.contract import DestinationContract, DestinationSystem, SourceContract, SourceSystem
from tests.fakes.files import WRITERS, DestinationFile, FileSystem, FolderSystem


class TestFileSource(SourceContract):
    @pytest.fixture(params=WRITERS)
    def system(self, request: pytest.FixtureRequest, tmp_path: Path) -> SourceSystem:
        return FileSystem(tmp_path, request.param)


class TestFolderSource(SourceContract):
    @pytest.fixture
    def system(self, tmp_path: Path) -> SourceSystem:
        return FolderSystem(tmp_path)


class TestFileDestination(DestinationContract):
    @pytest.fixture(
        params=[("crm.csv", "remove"), ("crm.csv", "mark"), ("crm.tsv", "remove"), ("crm.jsonl", "mark")],
        ids="-".join,
    )
    def system(self, request: pytest.FixtureRequest, tmp_path: Path) -> DestinationSystem:
        return DestinationFile(tmp_path, *request.param)
