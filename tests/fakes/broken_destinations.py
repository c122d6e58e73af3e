"""Destinations built to break one clause of the contract suite each; the table says which clauses they break.

Where a fault cannot break one clause without another, the table names them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hub.domain.plan import REMOTE_GONE, Action, Capabilities, Change, Outcome, Payload, Receipt
from hub.domain.records import Check, SourceField, Stream
from tests.fakes.memory_connectors import CAN_LITTLE, SECRET, AnswersLater, MemoryDestination


class DestinationNeverContent(MemoryDestination):
    def check(self) -> Check:
        return Check(ok=False, sentence="something is wrong", hint="call us")


class DestinationContentWithAnything(MemoryDestination):
    def check(self) -> Check:
        return Check(ok=True, sentence="it answers")


class WritesToCheck(MemoryDestination):
    def check(self) -> Check:
        if self.password == SECRET:
            self.held.live["probe"] = {}
        return super().check()


class DestinationShowsTheSecret(MemoryDestination):
    def __repr__(self) -> str:
        return f"MemoryDestination({self.password})"


class DestinationDiscoversHalf(MemoryDestination):
    def discover(self) -> Sequence[Stream]:
        return [Stream("people", (SourceField("name", "text"),))]


class WriteRaisesAForeignError(MemoryDestination):
    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        if self.password != SECRET:
            raise PermissionError("wrong password")
        return super().write(changes)


class AnswersAnEmptyBatch(MemoryDestination):
    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        return super().write(changes) or [Receipt("", Outcome.UNCHANGED, "r0")]


class CallsANewRecordUnchanged(MemoryDestination):
    def create(self, change: Change) -> Receipt:
        receipt = super().create(change)
        outcome = Outcome.UNCHANGED if receipt.outcome is Outcome.CREATED else receipt.outcome
        return Receipt(receipt.identity_id, outcome, receipt.remote_id, receipt.code, receipt.sentence)


class ForgetsTheEndOfABatch(MemoryDestination):
    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        return super().write(changes[:5])


class MakesTwins(MemoryDestination):
    def create(self, change: Change) -> Receipt:
        self.held.remote_ids[f"was {change.identity_id}"] = self.held.remote_ids.pop(change.identity_id, "")
        return super().create(change)


class GivesUpAtTheBadRow(MemoryDestination):
    def create(self, change: Change) -> Receipt:
        receipt = super().create(change)
        if receipt.outcome is Outcome.REJECTED:
            self.create = self.give_up  # type: ignore[method-assign] # everything after it
        return receipt

    def give_up(self, change: Change) -> Receipt:
        return self.refused(change, "batch-refused", "an earlier row is bad")


class RejectsWithoutACode(MemoryDestination):
    def refused(self, change: Change, code: str, sentence: str) -> Receipt:
        code = "Empty Name!" if code == "empty-name" else code
        return super().refused(change, code, sentence)


class ChangesThePayload(MemoryDestination):
    def create(self, change: Change) -> Receipt:
        receipt = super().create(change)
        if isinstance(change.payload, dict):
            change.payload["id"] = receipt.remote_id
        return receipt


class ReplacesOnUpdate(MemoryDestination):
    def update(self, change: Change) -> Receipt:
        receipt = super().update(change)
        if receipt.outcome is Outcome.UPDATED:
            self.held.live[str(change.remote_id)] = dict(change.payload)
        return receipt


class IgnoresNull(MemoryDestination):
    def update(self, change: Change) -> Receipt:
        kept = {name: value for name, value in change.payload.items() if value is not None}
        return super().update(Change(change.identity_id, change.action, kept, change.remote_id))


class CallsGoneUpdated(MemoryDestination):
    def update(self, change: Change) -> Receipt:
        super().update(change)
        return Receipt(change.identity_id, Outcome.UPDATED, change.remote_id)


class LeavesTheKeyWhereItIs(MemoryDestination):
    def move_key(self, change: Change) -> None:
        pass


class WaitsForLostTickets(AnswersLater):
    def lost(self, identity: str, ticket: str) -> Receipt:
        return Receipt(identity, Outcome.PENDING, ticket=ticket)


class OnlySaysArchived(MemoryDestination):
    def remove(self, change: Change, outcome: Outcome) -> Receipt:
        if outcome is Outcome.ARCHIVED:
            return Receipt(change.identity_id, outcome, change.remote_id)
        return super().remove(change, outcome)


class RefusesToEraseWhatIsGone(MemoryDestination):
    def remove(self, change: Change, outcome: Outcome) -> Receipt:
        if outcome is Outcome.ERASED and change.remote_id not in self.held.live:
            return self.refused(change, "gone", "there is no such record")
        return super().remove(change, outcome)


class LeavesTheLoserOfAMerge(MemoryDestination):
    def merge(self, change: Change) -> Receipt:
        return Receipt(change.identity_id, Outcome.MERGED, change.remote_id)


class MergesIntoWhatIsGone(MemoryDestination):
    def merge(self, change: Change) -> Receipt:
        for remote_id in change.merged_remote_ids:
            self.held.live.pop(remote_id, None)
        return Receipt(change.identity_id, Outcome.MERGED, change.remote_id)


class RefusesToMergeWhatIsGone(MemoryDestination):
    def merge(self, change: Change) -> Receipt:
        if any(remote_id not in self.held.live for remote_id in change.merged_remote_ids):
            return self.refused(change, REMOTE_GONE, "it is gone")
        return super().merge(change)


class DoesWhatItDoesNotDeclare(MemoryDestination):
    capabilities: Capabilities = CAN_LITTLE

    def one(self, change: Change) -> Receipt:
        if change.action is Action.ARCHIVE:
            return self.remove(change, Outcome.ARCHIVED)
        return super().one(change)


class MakesUpARecord(MemoryDestination):
    def read_back(self, remote_ids: Sequence[str]) -> Mapping[str, Payload | None]:
        found = super().read_back(remote_ids)
        return {key: {} if fields is None and key.isdigit() else fields for key, fields in found.items()}


class FindsEverybody(MemoryDestination):
    def find(self, identity_ids: Sequence[str]) -> Mapping[str, str]:
        return {one: f"r{number}" for number, one in enumerate(identity_ids)}


class FindsWhatWasArchived(MemoryDestination):
    def find(self, identity_ids: Sequence[str]) -> Mapping[str, str]:
        known = self.held.remote_ids
        return {one: known[one] for one in identity_ids if one in known}


_GOOD_CHECK = "test_check_is_content_with_good_settings"
_BAD_CHECK = "test_check_says_what_is_wrong_with_bad_settings"
_FOUND = "test_what_was_created_is_found_by_its_identity_while_it_lives"
_SURVIVOR_GONE = "test_a_merge_into_a_record_that_is_gone_says_so_and_leaves_the_other"
_TAKEN_OVER = "test_what_is_updated_under_another_identity_is_that_one_s_from_then_on"
BROKEN_DESTINATIONS: dict[type[MemoryDestination], set[str]] = {
    DestinationNeverContent: {_GOOD_CHECK},
    WaitsForLostTickets: {"test_a_ticket_that_is_lost_is_said_to_be"},
    LeavesTheKeyWhereItIs: {_TAKEN_OVER},
    DestinationContentWithAnything: {_BAD_CHECK},
    WritesToCheck: {"test_check_writes_nothing"},
    DestinationShowsTheSecret: {"test_nothing_shows_a_secret"},
    DestinationDiscoversHalf: {"test_discover_names_fields"},
    WriteRaisesAForeignError: {"test_bad_settings_stop_a_write_with_an_error_of_the_hub"},
    AnswersAnEmptyBatch: {"test_an_empty_batch_gives_no_receipts"},
    CallsANewRecordUnchanged: {"test_a_created_record_shows_its_fields"},
    ForgetsTheEndOfABatch: {"test_a_full_batch_is_written_with_one_receipt_a_change"},
    MakesTwins: {"test_a_repeated_create_makes_no_twin", _TAKEN_OVER},
    GivesUpAtTheBadRow: {"test_a_bad_row_is_rejected_alone"},
    RejectsWithoutACode: {"test_a_bad_row_is_rejected_alone"},
    ChangesThePayload: {"test_the_changes_handed_in_are_left_alone"},
    ReplacesOnUpdate: {"test_an_update_changes_only_the_fields_it_names"},
    IgnoresNull: {"test_an_update_to_null_clears_the_field"},
    CallsGoneUpdated: {"test_an_update_of_a_record_that_is_gone_is_not_called_updated"},
    OnlySaysArchived: {"test_an_archived_record_is_no_longer_live", _FOUND},
    RefusesToEraseWhatIsGone: {"test_an_erased_record_is_gone"},
    LeavesTheLoserOfAMerge: {"test_a_merge_leaves_the_survivor", _SURVIVOR_GONE},
    MergesIntoWhatIsGone: {_SURVIVOR_GONE},
    RefusesToMergeWhatIsGone: {"test_a_merge_of_a_record_that_is_gone_is_made"},
    DoesWhatItDoesNotDeclare: {"test_what_is_not_declared_is_refused_with_a_receipt"},
    MakesUpARecord: {"test_what_was_written_can_be_read_back"},
    FindsEverybody: {_FOUND},
    FindsWhatWasArchived: {_FOUND},
}
