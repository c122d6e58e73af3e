"""Mailboxes in files and folders against the suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.contract import SourceContract, SourceSystem
from tests.fakes.mail import NEVER_CHANGES, MaildirSystem, MboxSystem


class TestMbox(SourceContract):
    gaps = NEVER_CHANGES

    @pytest.fixture
    def system(self, tmp_path: Path) -> SourceSystem:
        return MboxSystem(tmp_path)


class TestMaildir(SourceContract):
    gaps = NEVER_CHANGES

    @pytest.fixture
    def system(self, tmp_path: Path) -> SourceSystem:
        return MaildirSystem(tmp_path)
