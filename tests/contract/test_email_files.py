"""Mailboxes in files and folders against the suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.contract import Gap, NotPossible, SourceContract, SourceSystem
from tests.fakes.mail import MaildirSystem, MboxSystem

NEVER_CHANGES = {
    "test_a_changed_record_comes_in_the_next_read": Gap(NotPossible, "a message that was sent never changes")
}


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
