from __future__ import annotations

from pathlib import Path

import pytest

from connectors.contract import SourceContract, SourceSystem
from tests.fakes.card_files import AddressBookSystem


class TestAddressBook(SourceContract):
    @pytest.fixture
    def system(self, tmp_path: Path) -> SourceSystem:
        return AddressBookSystem(tmp_path)
