# ruff: noqa: S101 - the suite is made of assertions
"""What every destination must do, one clause a test."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Protocol, runtime_checkable

import pytest

from connectors.contract.gaps import Contract
from connectors.contract.systems import DestinationSystem
from hub.domain.plan import REMOTE_GONE, Action, Change, Outcome, Payload, Receipt
from hub.errors import HubError
from hub.ports import Collect, DestinationWithCapabilities

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@runtime_checkable
class _ReadsBack(Protocol):
    def read_back(self, remote_ids: Sequence[str]) -> Mapping[str, Payload | None]: ...


@runtime_checkable
class _Finds(Protocol):
    def find(self, identity_ids: Sequence[str]) -> Mapping[str, str]: ...


class DestinationContract(Contract):
    """Inherit, and give a fixture `system`."""

    @pytest.fixture
    def system(self) -> DestinationSystem:
        """The other side, empty, freshly made for each test."""
        raise NotImplementedError("override the fixture `system`")

    # Checking and discovering

    def test_check_is_content_with_good_settings(self, system: DestinationSystem) -> None:
        check = system.open().check()
        assert check.ok, f"check says: {check.sentence}"
        assert check.sentence, "check says nothing"

    def test_check_says_what_is_wrong_with_bad_settings(self, system: DestinationSystem) -> None:
        check = system.open_broken().check()
        assert not check.ok, "check found nothing wrong with bad settings"
        assert check.sentence, "a failed check needs a sentence"
        assert check.hint, "a failed check needs a hint"

    def test_check_writes_nothing(self, system: DestinationSystem) -> None:
        system.open().check()
        assert not system.stored(), "check wrote a record"

    def test_nothing_shows_a_secret(self, system: DestinationSystem) -> None:
        for destination in (system.open(), system.open_broken()):
            check = destination.check()
            shown = f"{destination!r} {check!r} {check.sentence} {check.hint}"
            assert not any(secret in shown for secret in system.secrets), "a secret is shown"

    def test_discover_names_fields(self, system: DestinationSystem) -> None:
        destination = system.open()
        confirmed(system, destination, creates(system, 1))
        streams = destination.discover()
        assert streams, "no stream"
        assert all(stream.fields for stream in streams), "a stream without fields"
        names = {field.name for stream in streams for field in stream.fields}
        assert names >= set(system.payload(0)), "discover leaves out a field that can be written"

    def test_bad_settings_stop_a_write_with_an_error_of_the_hub(self, system: DestinationSystem) -> None:
        with pytest.raises(HubError) as caught:
            system.open_broken().write(creates(system, 1))
        shown = f"{caught.value} {caught.value.hint}"
        assert not any(secret in shown for secret in system.secrets), "a secret is shown"

    # Creating

    def test_an_empty_batch_gives_no_receipts(self, system: DestinationSystem) -> None:
        assert list(system.open().write([])) == []
        assert not system.stored(), "an empty batch wrote a record"

    def test_a_created_record_shows_its_fields(self, system: DestinationSystem) -> None:
        receipts = write(system, system.open(), creates(system, 2))
        stored = system.stored()
        assert len(stored) == 2
        for number, change in enumerate(creates(system, 2)):
            receipt = receipts[change.identity_id]
            assert receipt.outcome in {Outcome.CREATED, Outcome.PENDING}
            assert_shows(stored, receipt.remote_id or change.identity_id, system.payload(number))

    def test_a_full_batch_is_written_with_one_receipt_a_change(self, system: DestinationSystem) -> None:
        destination = system.open()
        size = destination.capabilities.batch_size
        assert size >= 1
        confirmed(system, destination, creates(system, size))
        assert len(system.stored()) == size

    def test_a_repeated_create_makes_no_twin(self, system: DestinationSystem) -> None:
        first = confirmed(system, system.open(), creates(system, 3))
        destination = system.open()
        if not destination.capabilities.upsert_key:
            pytest.skip("it declares no upsert key")
        second = confirmed(system, destination, creates(system, 3))
        assert len(system.stored()) == 3, "a repeated create made a twin"
        assert second == first, "a repeated create has another remote id"

    def test_a_bad_row_is_rejected_alone(self, system: DestinationSystem) -> None:
        bad = Change("bad", Action.CREATE, system.bad_payload())
        good = creates(system, 2)
        receipts = write(system, system.open(), [good[0], bad, good[1]])
        assert receipts["bad"].outcome is Outcome.REJECTED
        assert all(receipts[change.identity_id].outcome is not Outcome.REJECTED for change in good)
        assert len(system.stored()) == 2, "the good rows are not written, or the bad one is"

    def test_the_changes_handed_in_are_left_alone(self, system: DestinationSystem) -> None:
        changes = creates(system, 2)
        copies = deepcopy(changes)
        write(system, system.open(), changes)
        assert changes == copies

    # Updating

    def test_an_update_changes_only_the_fields_it_names(self, system: DestinationSystem) -> None:
        remote_ids = confirmed(system, system.open(), creates(system, 2))
        name, value = system.changed_field()
        change = Change("id-0", Action.UPDATE, {name: value}, remote_id=remote_ids["id-0"])
        receipts = write(system, system.open(), [change])
        assert receipts["id-0"].outcome in {Outcome.UPDATED, Outcome.PENDING}
        stored = system.stored()
        assert len(stored) == 2
        assert_shows(stored, remote_ids["id-0"], {**system.payload(0), name: value})
        assert_shows(stored, remote_ids["id-1"], system.payload(1))

    def test_an_update_to_null_clears_the_field(self, system: DestinationSystem) -> None:
        remote_ids = confirmed(system, system.open(), creates(system, 1))
        name, _ = system.changed_field()
        confirmed(system, system.open(), [Change("id-0", Action.UPDATE, {name: None}, remote_ids["id-0"])])
        assert system.stored()[remote_ids["id-0"]].get(name) in {None, ""}

    def test_an_update_of_a_record_that_is_gone_is_not_called_updated(
        self, system: DestinationSystem
    ) -> None:
        destination = system.open()
        remote_ids = confirmed(system, destination, creates(system, 1))
        name, value = system.changed_field()
        gone = Change("ghost", Action.UPDATE, {name: value}, remote_id="987654321")
        here = Change("id-0", Action.UPDATE, {name: value}, remote_id=remote_ids["id-0"])
        receipts = write(system, destination, [gone, here])
        assert receipts["ghost"].outcome in {Outcome.REJECTED, Outcome.CREATED, Outcome.PENDING}
        if receipts["ghost"].outcome is Outcome.REJECTED:
            assert receipts["ghost"].code == REMOTE_GONE, "an update of what is gone has another code"
        assert receipts["id-0"].outcome in {Outcome.UPDATED, Outcome.PENDING}

    def test_what_is_updated_under_another_identity_is_that_one_s_from_then_on(
        self, system: DestinationSystem
    ) -> None:
        destination = system.open()
        if not destination.capabilities.moves_key:
            pytest.skip("it does not declare that an update moves the key")
        remote_ids = confirmed(system, destination, creates(system, 2))
        taken = Change("heir", Action.UPDATE, system.payload(0), remote_ids["id-0"])
        assert confirmed(system, destination, [taken]) == {"heir": remote_ids["id-0"]}
        again = confirmed(system, system.open(), [Change("heir", Action.CREATE, system.payload(0))])
        assert again == {"heir": remote_ids["id-0"]}, "a create of the heir does not find what it took over"
        assert len(system.stored()) == 2

    def test_a_ticket_that_is_lost_is_said_to_be(self, system: DestinationSystem) -> None:
        destination = system.open()
        if not destination.capabilities.asynchronous:
            pytest.skip("its receipts are never pending")
        assert isinstance(destination, Collect), "receipts may be pending, but there is no `collect`"
        (found,) = destination.collect({"id-0": "987654321"})
        assert (found.identity_id, found.outcome) == ("id-0", Outcome.REJECTED), "it would wait for ever"
        assert found.unsure, "what became of it is not known"

    # Removing and merging

    def test_an_archived_record_is_no_longer_live(self, system: DestinationSystem) -> None:
        self._remove(system, Action.ARCHIVE, Outcome.ARCHIVED)

    def test_an_erased_record_is_gone(self, system: DestinationSystem) -> None:
        self._remove(system, Action.ERASE, Outcome.ERASED)

    def test_a_merge_leaves_the_survivor(self, system: DestinationSystem) -> None:
        destination = system.open()
        if not destination.capabilities.merge:
            pytest.skip("it declares no merge")
        remote_ids = confirmed(system, destination, creates(system, 3))
        change = Change("id-0", Action.MERGE, {}, remote_ids["id-0"], merged_remote_ids=(remote_ids["id-1"],))
        receipts = write(system, destination, [change])
        assert receipts["id-0"].outcome in {Outcome.MERGED, Outcome.PENDING}
        assert system.stored().keys() == {
            receipts["id-0"].remote_id or remote_ids["id-0"],
            remote_ids["id-2"],
        }

    def test_a_merge_into_a_record_that_is_gone_says_so_and_leaves_the_other(
        self, system: DestinationSystem
    ) -> None:
        destination = system.open()
        if not destination.capabilities.merge:
            pytest.skip("it declares no merge")
        remote_ids = confirmed(system, destination, creates(system, 1))
        change = Change("ghost", Action.MERGE, {}, "987654321", merged_remote_ids=(remote_ids["id-0"],))
        receipts = write(system, destination, [change])
        assert receipts["ghost"].outcome is Outcome.REJECTED
        assert receipts["ghost"].code == REMOTE_GONE, "of a merge that says that its survivor is gone"
        assert_shows(system.stored(), remote_ids["id-0"], system.payload(0))

    def test_a_merge_of_a_record_that_is_gone_is_made(self, system: DestinationSystem) -> None:
        destination = system.open()
        if not destination.capabilities.merge:
            pytest.skip("it declares no merge")
        remote_ids = confirmed(system, destination, creates(system, 1))
        change = Change("id-0", Action.MERGE, {}, remote_ids["id-0"], merged_remote_ids=("987654321",))
        receipts = write(system, destination, [change])
        assert receipts["id-0"].outcome in {Outcome.MERGED, Outcome.PENDING}
        assert_shows(system.stored(), remote_ids["id-0"], system.payload(0))

    def test_what_is_not_declared_is_refused_with_a_receipt(self, system: DestinationSystem) -> None:
        destination = system.open()
        remote_ids = confirmed(system, destination, creates(system, 2))
        declared = destination.capabilities
        deeds = {Action.MERGE: declared.merge, Action.ARCHIVE: declared.archive, Action.ERASE: declared.erase}
        for action in (action for action, can in deeds.items() if not can):
            change = Change("id-0", action, {}, remote_ids["id-0"], merged_remote_ids=(remote_ids["id-1"],))
            assert write(system, destination, [change])["id-0"].outcome is Outcome.REJECTED
        assert len(system.stored()) == 2, "what is not declared was done all the same"

    def _remove(self, system: DestinationSystem, action: Action, outcome: Outcome) -> None:
        """Removes one of two records, and once more, as after a crash between the call and its receipt."""
        destination = system.open()
        declared = destination.capabilities
        if not (declared.archive if action is Action.ARCHIVE else declared.erase):
            pytest.skip(f"it declares no {action}")
        remote_ids = confirmed(system, destination, creates(system, 2))
        change = Change("id-0", action, {}, remote_id=remote_ids["id-0"])
        assert write(system, destination, [change])["id-0"].outcome in {outcome, Outcome.PENDING}
        assert system.stored().keys() == {remote_ids["id-1"]}
        assert write(system, destination, [change])["id-0"].outcome is not Outcome.REJECTED
        if action is Action.ERASE and isinstance(destination, _ReadsBack) and declared.read_back:
            assert destination.read_back([remote_ids["id-0"]])[remote_ids["id-0"]] is None

    # Reading back

    def test_what_was_written_can_be_read_back(self, system: DestinationSystem) -> None:
        destination = system.open()
        if not destination.capabilities.read_back:
            pytest.skip("it declares no read-back")
        assert isinstance(destination, _ReadsBack), "read_back is declared, but there is no such method"
        remote_ids = confirmed(system, destination, creates(system, 2))
        found = destination.read_back([remote_ids["id-1"], "987654321"])
        assert found.keys() == {remote_ids["id-1"], "987654321"}
        assert found["987654321"] is None, "a record was made up"
        assert_shows({"1": found[remote_ids["id-1"]] or {}}, "1", system.payload(1))

    def test_what_was_created_is_found_by_its_identity_while_it_lives(
        self, system: DestinationSystem
    ) -> None:
        destination = system.open()
        declared = destination.capabilities
        if not declared.find:
            pytest.skip("it does not declare that it can be asked by identity")
        assert isinstance(destination, _Finds), "find is declared, but there is no such method"
        assert destination.find(["id-0", "nobody"]) == {}, "a record was made up"
        remote_ids = confirmed(system, destination, creates(system, 3))
        later = system.open()
        assert isinstance(later, _Finds)
        asked = {one: remote_ids[one] for one in ("id-0", "id-2")}
        assert later.find(["id-2", "nobody", "id-0"]) == asked, "not each record under its own identity"
        assert later.find([]) == {}
        if declared.archive:
            confirmed(system, later, [Change("id-0", Action.ARCHIVE, {}, remote_id=remote_ids["id-0"])])
            assert "id-0" not in later.find(["id-0", "id-1"]), "what was archived is found"


def creates(system: DestinationSystem, count: int) -> list[Change]:
    """Creates of the identities id-0, id-1, …"""
    return [Change(f"id-{number}", Action.CREATE, system.payload(number)) for number in range(count)]


def write(
    system: DestinationSystem, destination: DestinationWithCapabilities, changes: Sequence[Change]
) -> dict[str, Receipt]:
    """Writes, lets what is pending finish and collects it, as another run would, and holds the receipts to
    what holds for all of them.
    """
    receipts = _decided(system, destination, list(destination.write(changes)))
    assert Counter(receipt.identity_id for receipt in receipts) == Counter(c.identity_id for c in changes)
    for receipt in receipts:
        if receipt.outcome is Outcome.REJECTED:
            assert _CODE.fullmatch(receipt.code or ""), f"the code {receipt.code!r}"
            assert receipt.sentence, "a rejection without a sentence"
        elif receipt.outcome not in {Outcome.ARCHIVED, Outcome.ERASED}:
            assert receipt.remote_id, f"{receipt.outcome} without a remote id"
    return {receipt.identity_id: receipt for receipt in receipts}


def _decided(
    system: DestinationSystem, destination: DestinationWithCapabilities, receipts: list[Receipt]
) -> list[Receipt]:
    pending = {r.identity_id: r.ticket or "" for r in receipts if r.outcome is Outcome.PENDING}
    system.settle()
    if not pending:
        return receipts
    assert destination.capabilities.asynchronous, "pending, but not declared as asynchronous"
    assert all(pending.values()), "pending without a ticket"
    later = system.open()
    assert isinstance(later, Collect), "receipts may be pending, but there is no `collect`"
    told = {receipt.identity_id: receipt for receipt in later.collect(pending)}
    assert told.keys() == pending.keys(), "not a receipt for each ticket"
    assert not any(r.outcome is Outcome.PENDING for r in told.values()), "it does not come to an end"
    return [told.get(receipt.identity_id, receipt) for receipt in receipts]


def confirmed(
    system: DestinationSystem, destination: DestinationWithCapabilities, changes: Sequence[Change]
) -> dict[str, str]:
    """Writes, and gives the remote id of each change; none may be rejected."""
    receipts = write(system, destination, changes)
    refused = [receipt.sentence for receipt in receipts.values() if receipt.outcome is Outcome.REJECTED]
    assert not refused, f"rejected: {refused[:3]}"
    return {identity: receipt.remote_id or identity for identity, receipt in receipts.items()}


def assert_shows(stored: Mapping[str, Payload], remote_id: str, payload: Payload) -> None:
    """The stored record has every field of the payload."""
    assert remote_id in stored, "the record is not stored under its remote id"
    for name, value in payload.items():
        assert stored[remote_id].get(name) == value, f"another value in {name}"
