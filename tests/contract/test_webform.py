from __future__ import annotations

from pathlib import Path

import pytest

from connectors.contract import SourceContract, SourceSystem
from tests.fakes.form_files import FolderOfForms, LinesOfForms


class TestFolderOfForms(SourceContract):
    @pytest.fixture
    def system(self, tmp_path: Path) -> SourceSystem:
        return FolderOfForms(tmp_path)


class TestLinesOfForms(SourceContract):
    @pytest.fixture
    def system(self, tmp_path: Path) -> SourceSystem:
        return LinesOfForms(tmp_path)
