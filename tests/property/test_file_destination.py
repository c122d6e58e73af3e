"""A destination file holds what a dictionary would hold, whatever is written to it, and whoever opens it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from connectors.files.destination import FileDestination
from connectors.files.settings import FileDestinationSettings
from hub.domain.plan import Action, Change, Outcome
from tests.fakes.files import FixedClock

texts = st.text(st.sampled_from("a=+-@' \",;\t\r\n1é"), max_size=5)
payloads = st.dictionaries(st.sampled_from(["name", "phone", "note"]), texts, min_size=1)
changes = st.builds(
    lambda identity, action, payload: Change(identity, action, payload, remote_id=identity),
    st.sampled_from(["i1", "i2", "i3"]),
    st.sampled_from([Action.CREATE, Action.UPDATE, Action.ARCHIVE, Action.ERASE]),
    payloads,
)
Model = dict[str, dict[str, object]]


def apply(change: Change, model: Model) -> Outcome:
    before = model.get(change.identity_id)
    match change.action:
        case Action.CREATE | Action.UPDATE if before is not None:
            model[change.identity_id] = {**before, **change.payload}
            return Outcome.UNCHANGED if model[change.identity_id] == before else Outcome.UPDATED
        case Action.CREATE:
            model[change.identity_id] = dict(change.payload)
            return Outcome.CREATED
        case Action.UPDATE:
            return Outcome.REJECTED
        case _:
            model.pop(change.identity_id, None)
            return Outcome.ERASED if change.action is Action.ERASE else Outcome.ARCHIVED


def filled(row: object) -> dict[str, object]:
    """A row's fields that are not empty: a CSV file cannot tell an empty value from none."""
    return {name: value for name, value in row.items() if value != ""} if isinstance(row, dict) else {}


@given(
    st.lists(st.lists(changes, max_size=5), max_size=6), st.sampled_from(["crm.csv", "crm.tsv", "crm.jsonl"])
)
def test_a_file_holds_what_was_written(batches: list[list[Change]], name: str) -> None:
    model: Model = {}
    with tempfile.TemporaryDirectory() as folder:
        settings = FileDestinationSettings(path=name)
        long_lived = FileDestination(settings, Path(folder), FixedClock())
        for number, batch in enumerate(batches):
            fresh = FileDestination(settings, Path(folder), FixedClock())
            receipts = (fresh if number % 2 else long_lived).write(batch)
            outcomes = [apply(change, model) for change in batch]
            for receipt, outcome in zip(receipts, outcomes, strict=True):
                alike = {Outcome.UNCHANGED, Outcome.UPDATED}  # an empty value that was not there before
                assert receipt.outcome == outcome or {receipt.outcome, outcome} == alike
        found = FileDestination(settings, Path(folder), FixedClock()).read_back(["i1", "i2", "i3"])
    assert {key for key, row in found.items() if row is not None} == set(model)
    assert {key: filled(row) for key, row in found.items() if row is not None} == {
        key: filled(row) for key, row in model.items()
    }
