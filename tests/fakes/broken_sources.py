"""Sources built to break one clause of the contract suite each; the table says which clauses they break.

Where a fault cannot break one clause without another (a lost record cannot come in an incremental read
either), the table names them all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pyarrow as pa

from hub.domain.records import Check, Cursor, Page, SourceField, Stream
from hub.errors import FatalError
from tests.fakes.memory_connectors import (
    SECRET,
    MemorySource,
    Row,
)


class NeverContent(MemorySource):
    def check(self) -> Check:
        return Check(ok=False, sentence="something is wrong", hint="call us")


class ContentWithAnything(MemorySource):
    def check(self) -> Check:
        return Check(ok=True, sentence="it answers")


class ChecksByRaising(MemorySource):
    def check(self) -> Check:
        if self.password != SECRET:
            raise FatalError("wrong-password", "the password is wrong")
        return super().check()


class GivesNoHint(MemorySource):
    def check(self) -> Check:
        check = super().check()
        return Check(check.ok, check.sentence)


class ShowsTheSecretInItsCheck(MemorySource):
    def check(self) -> Check:
        check = super().check()
        return Check(check.ok, f"{check.sentence} (the right one is {SECRET})", check.hint)


class DiscoversNothing(MemorySource):
    def discover(self) -> Sequence[Stream]:
        return []


class DiscoversAFieldTwice(MemorySource):
    def discover(self) -> Sequence[Stream]:
        fields = super().discover()[0].fields
        return [Stream("people", (*fields, fields[0]))]


class DiscoversHalf(MemorySource):
    def discover(self) -> Sequence[Stream]:
        return [Stream("people", (SourceField("name", "text"),))]


class RaisesAForeignError(MemorySource):
    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        if self.password != SECRET:
            raise PermissionError("wrong password")
        return super().read(stream, cursor)


class ReadsNothingWhenBroken(MemorySource):
    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        return super().read(stream, cursor) if self.password == SECRET else iter(())


class ReadsAnyStream(MemorySource):
    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        return super().read("people", cursor)


class GivesAKeyTwiceInAPage(MemorySource):
    def tables(self, rows: list[Row]) -> tuple[pa.Table, pa.Table]:
        records, rejects = super().tables(rows)
        return pa.concat_tables([records, records.slice(0, 1)]), rejects


class GivesAnEmptyKey(MemorySource):
    def tables(self, rows: list[Row]) -> tuple[pa.Table, pa.Table]:
        for row in rows:
            row.key = "" if row.number == 1 else row.key
        return super().tables(rows)


class GivesMilliseconds(MemorySource):
    def tables(self, rows: list[Row]) -> tuple[pa.Table, pa.Table]:
        records, rejects = super().tables(rows)
        column = records["updated_at"].cast(pa.timestamp("ms", tz="UTC"))
        return records.set_column(1, "updated_at", column), rejects


class LosesTheRejects(MemorySource):
    def tables(self, rows: list[Row]) -> tuple[pa.Table, pa.Table]:
        records, rejects = super().tables(rows)
        return records, rejects.slice(0, 0)


class LosesTheLastRecordOfAPage(MemorySource):
    def tables(self, rows: list[Row]) -> tuple[pa.Table, pa.Table]:
        return super().tables(rows[:2])


class MixesTheFields(MemorySource):
    def text(self, row: Row) -> str:
        return json.dumps({"name": row.fields.get("town"), "town": row.fields.get("name")})


class WritesPayloadsAnew(MemorySource):
    def text(self, row: Row) -> str:
        if row.number != 1:
            return super().text(row)
        self.system.reads += 1
        return json.dumps(row.fields, sort_keys=True, indent=self.system.reads)


class LeavesMembersUnsorted(MemorySource):
    def text(self, row: Row) -> str:
        return json.dumps(row.fields)


class ShiftsTheInstants(MemorySource):
    def instant(self, row: Row) -> datetime:
        return super().instant(row) + timedelta(hours=1)


class GivesACursorThatJsonChanges(MemorySource):
    def cursor_at(self, at: int) -> Cursor:
        return {"at": at, "tie": (at, "p")}


class PutsTheSecretIntoTheCursor(MemorySource):
    def cursor_at(self, at: int) -> Cursor:
        return {"at": at, "password": self.password}


class ReadsTheBoundaryAgain(MemorySource):
    def cursor_at(self, at: int) -> Cursor:
        return {"at": at - 1}


class NeverEnds(MemorySource):
    """Gives the last page again and again, as a server does that ignores the page number."""

    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        for page in super().read(stream, cursor):
            yield page
        while True:
            yield page


class SkipsFromEveryCursorToTheEnd(MemorySource):
    def cursor_at(self, at: int) -> Cursor:
        return {"at": self.system.rows[-1].number}


class HasNoLastCursor(MemorySource):
    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        for page in super().read(stream, cursor):
            yield Page(page.records, page.rejects)


class TellsNoAddition(MemorySource):
    def rows_after(self, at: int, cursor: Cursor | None) -> list[Row]:
        rows = super().rows_after(at, cursor)
        return [row for row in rows if cursor is None or row.number <= 8 or row.version > 1 or row.deleted]


class TellsNoChange(MemorySource):
    def rows_after(self, at: int, cursor: Cursor | None) -> list[Row]:
        return [row for row in super().rows_after(at, cursor) if cursor is None or row.version == 1]


class TellsNoDeletion(MemorySource):
    def rows_after(self, at: int, cursor: Cursor | None) -> list[Row]:
        return [row for row in super().rows_after(at, cursor) if not row.deleted]


class KeepsGivingWhatIsDeleted(MemorySource):
    def tables(self, rows: list[Row]) -> tuple[pa.Table, pa.Table]:
        records, rejects = super().tables(rows)
        return records.set_column(2, "deleted", pa.array([False] * len(records))), rejects


class TakesTheCursorFromTheClock(MemorySource):
    """Reads what was there at the start, and says it has read what is there at the end."""

    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        pages = list(super().read(stream, cursor))
        yield from pages[:-1]
        for page in pages[-1:]:
            yield Page(page.records, page.rejects, self.cursor_at(self.system.rows[-1].number))


class ShowsTheSecret(MemorySource):
    def __repr__(self) -> str:
        return f"MemorySource({self.password})"


class ShowsAValue(MemorySource):
    def __repr__(self) -> str:
        return f"MemorySource({self.system.rows[0].fields})"


_ADDED = "test_an_added_record_comes_in_the_next_read"
_CHANGED = "test_a_changed_record_comes_in_the_next_read"
_DELETED = "test_a_deleted_record_is_told_or_left_out"
_PAGE = "test_every_page_has_the_columns_and_unique_keys_of_a_page"
_WHOLE = "test_a_whole_read_loses_nothing_and_makes_nothing_up"
_AGAIN = "test_a_read_from_the_last_cursor_gives_nothing_new"
_WHILE = "test_a_record_added_while_reading_is_not_lost"
_BAD_READ = "test_bad_settings_stop_a_read_with_an_error_of_the_hub"
_GOOD_CHECK = "test_check_is_content_with_good_settings"
_BAD_CHECK = "test_check_says_what_is_wrong_with_bad_settings"
_DISCOVER = "test_discover_names_the_stream_and_its_fields"
_FIRST_PAGE = "test_discover_names_every_field_of_the_first_page"
_JSON = "test_json_payloads_are_objects_with_sorted_members"
_INSTANTS = "test_updated_at_is_the_instant_that_the_system_knows"
_SHOWN = "test_the_source_shows_no_secret_and_no_value"

BROKEN_SOURCES: dict[type[MemorySource], set[str]] = {
    NeverContent: {_GOOD_CHECK},
    ContentWithAnything: {_BAD_CHECK},
    ChecksByRaising: {_BAD_CHECK, "test_check_shows_no_secret"},
    GivesNoHint: {_BAD_CHECK},
    ShowsTheSecretInItsCheck: {"test_check_shows_no_secret"},
    DiscoversNothing: {_DISCOVER, _FIRST_PAGE},
    DiscoversAFieldTwice: {_DISCOVER},
    DiscoversHalf: {_FIRST_PAGE},
    RaisesAForeignError: {_BAD_READ},
    ReadsNothingWhenBroken: {_BAD_READ},
    ReadsAnyStream: {"test_an_unknown_stream_is_a_configuration_error"},
    GivesAKeyTwiceInAPage: {_PAGE},
    GivesMilliseconds: {_PAGE},
    GivesAnEmptyKey: {_PAGE},
    LosesTheRejects: {_WHOLE},
    LosesTheLastRecordOfAPage: {_WHOLE, _WHILE, _INSTANTS},
    MixesTheFields: {_WHOLE, _ADDED, _CHANGED},
    WritesPayloadsAnew: {"test_two_reads_give_the_same_payloads_to_the_byte"},
    LeavesMembersUnsorted: {_JSON},
    ShiftsTheInstants: {_INSTANTS},
    GivesACursorThatJsonChanges: {"test_cursors_survive_json_and_hold_no_secret"},
    PutsTheSecretIntoTheCursor: {"test_cursors_survive_json_and_hold_no_secret"},
    ReadsTheBoundaryAgain: {_AGAIN},
    SkipsFromEveryCursorToTheEnd: {"test_a_read_resumes_from_the_cursor_of_any_page"},
    HasNoLastCursor: {_AGAIN},
    TellsNoAddition: {_ADDED},
    TellsNoChange: {_CHANGED},
    TellsNoDeletion: {_DELETED},
    KeepsGivingWhatIsDeleted: {_DELETED},
    TakesTheCursorFromTheClock: {_WHILE},
    ShowsTheSecret: {_SHOWN},
    ShowsAValue: {_SHOWN},
}
