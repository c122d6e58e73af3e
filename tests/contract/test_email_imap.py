"""The IMAP connector against the suite, on real servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.contract import SourceContract, SourceSystem
from tests.fakes.imap_system import ImapSystem
from tests.fakes.mail import NEVER_CHANGES
from tests.servers.imap import DOVECOT, ImapServer, running_dovecot, running_pymap

pytestmark = pytest.mark.server


@pytest.fixture(scope="module", params=["pymap", pytest.param("dovecot", marks=pytest.mark.apt)])
def server(request: pytest.FixtureRequest) -> Iterator[ImapServer]:
    if request.param == "dovecot" and not DOVECOT.exists():
        pytest.skip("Dovecot is not installed (apt: dovecot-imapd)")
    with running_dovecot() if request.param == "dovecot" else running_pymap() as running:
        yield running


class TestImap(SourceContract):
    gaps = NEVER_CHANGES

    @pytest.fixture
    def system(self, tmp_path: Path, server: ImapServer) -> SourceSystem:
        return ImapSystem(tmp_path, server)
