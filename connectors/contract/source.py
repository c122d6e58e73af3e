# ruff: noqa: S101 - the suite is made of assertions
"""What every source must do, one clause a test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice

import pyarrow as pa
import pytest

from connectors.contract.gaps import Contract
from connectors.contract.reading import (
    MOST_PAGES,
    Reading,
    as_text,
    assert_sorted_object,
    assert_well_formed,
    collect,
    read_all,
    read_pages,
    round_trip,
)
from connectors.contract.systems import SourceSystem
from hub.domain.records import Check, Page
from hub.errors import ConfigurationError, FatalError, HubError, RetryableError


class SourceContract(Contract):
    """Inherit, and give a fixture `system`."""

    @pytest.fixture
    def system(self) -> SourceSystem:
        """The other side, freshly made for each test."""
        raise NotImplementedError("override the fixture `system`")

    # Checking and discovering

    def test_check_is_content_with_good_settings(self, system: SourceSystem) -> None:
        check = system.open().check()
        assert check.ok, f"check says: {check.sentence}"
        assert check.sentence, "check says nothing"

    def test_check_says_what_is_wrong_with_bad_settings(self, system: SourceSystem) -> None:
        check = system.open_broken().check()
        assert not check.ok, "check found nothing wrong with bad settings"
        assert check.sentence, "a failed check needs a sentence"
        assert check.hint, "a failed check needs a hint"

    def test_check_shows_no_secret(self, system: SourceSystem) -> None:
        for source in (system.open(), system.open_broken()):
            assert_no_secret(_shown(source.check()), system)

    def test_discover_names_the_stream_and_its_fields(self, system: SourceSystem) -> None:
        streams = {stream.name: stream for stream in system.open().discover()}
        assert system.stream in streams, f"discover does not name {system.stream}"
        names = [field.name for field in streams[system.stream].fields]
        assert names, "a stream without fields"
        assert len(set(names)) == len(names), "a field is named twice"

    def test_discover_names_every_field_of_the_first_page(self, system: SourceSystem) -> None:
        source = system.open()
        fields = {
            f.name for stream in source.discover() if stream.name == system.stream for f in stream.fields
        }
        missing = _field_names(next(iter(source.read(system.stream, None)))) - fields
        assert not missing, f"discover leaves out {sorted(missing)}"

    # Failing

    def test_bad_settings_stop_a_read_with_an_error_of_the_hub(self, system: SourceSystem) -> None:
        with pytest.raises(HubError) as caught:
            read_pages(system.open_broken(), system.stream)
        assert isinstance(caught.value, ConfigurationError | RetryableError | FatalError)
        assert_no_secret(f"{caught.value} {caught.value.hint}", system)

    def test_an_unknown_stream_is_a_configuration_error(self, system: SourceSystem) -> None:
        with pytest.raises(ConfigurationError):
            read_pages(system.open(), "no-such-stream")

    # Reading everything

    def test_every_page_has_the_columns_and_unique_keys_of_a_page(self, system: SourceSystem) -> None:
        pages = read_pages(system.open(), system.stream)
        assert len(pages) > 1, "the system under test must hold more than one page"
        for page in pages:
            assert_well_formed(page)

    def test_a_whole_read_loses_nothing_and_makes_nothing_up(self, system: SourceSystem) -> None:
        reading = read_all(system.open(), system.stream)
        assert_holds(reading, system)
        assert len(reading.rejects) == system.rejected(), "other rejects than expected"

    def test_two_reads_give_the_same_payloads_to_the_byte(self, system: SourceSystem) -> None:
        first, second = (read_all(system.open(), system.stream).held for _ in range(2))
        assert first == second

    def test_json_payloads_are_objects_with_sorted_members(self, system: SourceSystem) -> None:
        for page in read_pages(system.open(), system.stream):
            if page.records.schema.field("payload").type == pa.string():
                for text in page.records["payload"].to_pylist():
                    assert_sorted_object(text)

    def test_updated_at_is_the_instant_that_the_system_knows(self, system: SourceSystem) -> None:
        found = {
            key: instant
            for page in read_pages(system.open(), system.stream)
            for key, instant in zip(
                page.records["key"].to_pylist(), page.records["updated_at"].to_pylist(), strict=True
            )
        }
        expected = system.updated_at()
        assert {key: found.get(key) for key in expected} == expected

    # Going on from a cursor

    def test_cursors_survive_json_and_hold_no_secret(self, system: SourceSystem) -> None:
        cursors = [page.cursor for page in read_pages(system.open(), system.stream)]
        assert [round_trip(cursor) for cursor in cursors] == cursors
        assert_no_secret(json.dumps(cursors), system)

    def test_a_read_from_the_last_cursor_gives_nothing_new(self, system: SourceSystem) -> None:
        whole = read_all(system.open(), system.stream)
        assert not system.incremental or whole.last_cursor is not None, "the last page has no cursor"
        if whole.last_cursor is None:
            pytest.skip("it can only be read whole")
        again = read_all(system.open(), system.stream, round_trip(whole.last_cursor))
        assert again.held.items() <= whole.held.items(), "something came that was not there before"
        assert not again.deleted, "something was called deleted"
        assert len(again.held) <= system.boundary, f"{len(again.held)} records came again"

    def test_a_read_resumes_from_the_cursor_of_any_page(self, system: SourceSystem) -> None:
        pages = read_pages(system.open(), system.stream)
        whole = collect(pages)
        for number, page in enumerate(pages, start=1):
            if page.cursor is not None:
                rest = read_pages(system.open(), system.stream, round_trip(page.cursor))
                resumed = collect([*pages[:number], *rest])
                assert resumed.held == whole.held, f"resuming after page {number} is not a whole read"
                assert resumed.rejects == whole.rejects, f"resuming after page {number} changes the rejects"

    # Changes

    def test_an_added_record_comes_in_the_next_read(self, system: SourceSystem) -> None:
        before = read_all(system.open(), system.stream)
        key = system.add_record()
        assert_tells(_next_read(system, before), key, system)

    def test_a_changed_record_comes_in_the_next_read(self, system: SourceSystem) -> None:
        before = read_all(system.open(), system.stream)
        key = min(system.expected())
        system.change_record(key)
        after = _next_read(system, before)
        assert_tells(after, key, system)
        assert after.held[key] != before.held[key], "the changed record has its old payload"

    def test_a_deleted_record_is_told_or_left_out(self, system: SourceSystem) -> None:
        before = read_all(system.open(), system.stream)
        key = max(system.expected())
        system.delete_record(key)
        if system.deletes:
            after = read_all(system.open(), system.stream, round_trip(before.last_cursor))
            assert key in after.deleted, "the deleted record is not told"
        assert key not in read_all(system.open(), system.stream).held, "the deleted record still comes"

    def test_a_record_added_while_reading_is_not_lost(self, system: SourceSystem) -> None:
        pages = system.open().read(system.stream, None)
        reading = collect([next(pages)])
        key = system.add_record()
        for page in islice(pages, MOST_PAGES):
            reading.take(page)
        rest = _next_read(system, reading)
        assert key in reading.held or key in rest.held, "a record added while reading is lost"

    # Showing

    def test_the_source_shows_no_secret_and_no_value(self, system: SourceSystem) -> None:
        source = system.open()
        read_pages(source, system.stream)
        assert_no_secret(repr(source), system)
        for record in system.expected().values():
            for value in record.values():
                assert len(str(value)) < 6 or str(value) not in repr(source), "the repr shows a value"


def assert_holds(reading: Reading, system: SourceSystem) -> None:
    """The reading has exactly the expected keys, with the expected values."""
    expected = system.expected()
    assert reading.held.keys() == expected.keys()
    for key in expected:
        assert_tells(reading, key, system)


def assert_tells(reading: Reading, key: str, system: SourceSystem) -> None:
    """The reading has that record as it is now."""
    assert key in reading.held, "the record did not come"
    fields = json.loads(reading.held[key])
    for name, value in system.expected()[key].items():
        assert fields.get(name) == value, f"another value in {name}"


def assert_no_secret(text: str, system: SourceSystem) -> None:
    for secret in system.secrets:
        assert secret not in text, "a secret is shown"


def _next_read(system: SourceSystem, before: Reading) -> Reading:
    cursor = round_trip(before.last_cursor) if system.incremental else None
    return read_all(system.open(), system.stream, cursor)


def _shown(check: Check) -> str:
    return f"{check.sentence} {check.hint} {check!r}"


def _field_names(page: Page) -> set[str]:
    payload = page.records["payload"]
    if pa.types.is_struct(payload.type):
        return {field.name for field in payload.type}
    objects: list[Mapping[str, object]] = [json.loads(as_text(text)) for text in payload.to_pylist()]
    return {name for found in objects for name in found}
