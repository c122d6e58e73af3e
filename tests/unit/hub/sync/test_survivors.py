"""Who was merged into whom: an archive waits only for a survivor that is to be there."""

from __future__ import annotations

import pyarrow as pa
import pytest

from hub.domain.plan import Action
from hub.sync.diff import DIFF_SCHEMA
from hub.sync.reasons import NOT_DUE
from hub.sync.survivors import Survivors, waiting_for_nobody


def rows(*told: dict[str, object]) -> pa.Table:
    nothing = dict.fromkeys(DIFF_SCHEMA.names)
    return pa.Table.from_pylist([{**nothing, **one} for one in told], schema=DIFF_SCHEMA)


def of_survivor(action: Action, reason: str | None = None) -> pa.Table:
    return rows({"identity_id": "stays", "action": action.value, "reason": reason})


@pytest.mark.parametrize(
    ("survivor", "there", "into"),
    [
        pytest.param(of_survivor(Action.CREATE), {}, "stays", id="it is sent"),
        pytest.param(of_survivor(Action.BLOCKED, NOT_DUE), {}, "stays", id="it is sent later"),
        pytest.param(rows(), {"stays": "r1"}, "stays", id="it is there, and as it should be"),
        pytest.param(of_survivor(Action.BLOCKED, "no permission"), {}, None, id="it may not be there"),
        pytest.param(rows(), {}, None, id="nothing is said of it, and it is not there"),
        pytest.param(of_survivor(Action.ARCHIVE), {"stays": "r1"}, None, id="it goes too"),
        pytest.param(of_survivor(Action.ARCHIVE), {"stays": "r2"}, "stays", id="its record is this one"),
    ],
)
def test_an_archive_waits_for_a_survivor_that_is_to_be_there(
    survivor: pa.Table, there: dict[str, str | None], into: str | None
) -> None:
    survivors = Survivors(["stays"], there)
    survivors.note(survivor)
    goes = rows(
        {"identity_id": "goes", "action": Action.ARCHIVE.value, "remote_id": "r2", "merge_into": "stays"}
    )
    assert waiting_for_nobody(goes, survivors)["merge_into"].to_pylist() == [into]
