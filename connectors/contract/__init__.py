"""The suite that every connector must pass; importable by anybody who writes one.

A source's test names its system and inherits the clauses:

    class TestCsvFile(SourceContract):
        @pytest.fixture
        def system(self, tmp_path: Path) -> SourceSystem:
            return CsvFile(tmp_path)

`CsvFile` is a `SourceSystem`: the other side (a file, a stateful fake, a real server) in a known state. A
clause that cannot hold is declared in `gaps` with the exact error that it must raise; a gap that has
closed fails.
"""

import pytest

pytest.register_assert_rewrite(
    "connectors.contract.destination", "connectors.contract.reading", "connectors.contract.source"
)

from connectors.contract.destination import DestinationContract  # noqa: E402 - after the rewriting is asked for
from connectors.contract.gaps import Gap, clauses  # noqa: E402 - as above
from connectors.contract.source import SourceContract  # noqa: E402 - as above
from connectors.contract.systems import DestinationSystem, NotPossible, SourceSystem  # noqa: E402 - as above

__all__ = [
    "DestinationContract",
    "DestinationSystem",
    "Gap",
    "NotPossible",
    "SourceContract",
    "SourceSystem",
    "clauses",
]
