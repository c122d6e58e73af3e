"""Pull: nothing is lost quietly, the cursor moves with its page, deletions are certain or asked about."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from hub.domain.runs import PullTally, RunState
from hub.errors import ConflictError, RetryableError
from hub.jobs.intake import Intake
from hub.jobs.pull import PullRequest, pull
from hub.jobs.remap import remap
from hub.jobs.retry import retry
from hub.ports import Clock
from hub.store import contacts as stored_contacts
from hub.store import cursors, records, rejects, runs
from hub.store.engine import Store
from hub.store.rejects import RejectState
from hub.store.tables import contacts
from hub.store.tables import records as records_table
from mappings.spec import MappingSpec
from tests.fakes.small_world import MemorySource, Row, mapper


def request(
    source: MemorySource, *, full: bool = False, mapping: str = "m1", **options: object
) -> PullRequest:
    return PullRequest("crm", "rows", source, mapper(), mapping, full=full, **options)  # type: ignore[arg-type]


def row(key: str, mail: str | None = None, **values: str | None) -> Row:
    return Row(key, {"first": f"Ada {key}", "mail": mail or f"{key}@x.org", **values})


def people(count: int) -> list[Row]:
    return [row(str(number)) for number in range(count)]


def stored_keys(store: Store) -> list[str]:
    with store.reading() as connection:
        return sorted(stored_contacts.live_contacts(connection)["key"].to_pylist())


def test_every_record_read_is_counted_once(store: Store, clock: Clock) -> None:
    rows = [
        *people(4),
        Row("torn", bad=True),
        Row("nobody", {}),
        row("0", "new@x.org"),
        Row("gone", deleted=True),
    ]
    tally = pull(store, clock, request(MemorySource(rows))).tally
    assert tally.balanced
    assert tally == PullTally(read=8, stored=5, unchanged=0, rejected=2, deleted=1)
    assert stored_keys(store) == ["0", "1", "2", "3"]


def test_a_second_pull_reads_nothing_and_a_whole_one_finds_nothing_new(store: Store, clock: Clock) -> None:
    source = MemorySource(people(7))
    pull(store, clock, request(source))
    assert pull(store, clock, request(source)).tally == PullTally()
    assert pull(store, clock, request(source, full=True)).tally == PullTally(read=7, unchanged=7)


def test_only_what_changed_for_the_mapping_is_resolved_again(store: Store, clock: Clock) -> None:
    source = MemorySource(people(3))
    pull(store, clock, request(source))
    with store.reading() as connection:
        before = records.last_change(connection)
        first_seen = connection.execute(sa.select(records_table.c.first_seen_at)).scalars().all()
    source.rows = [row("0", gone=" "), row("1", "other@x.org"), row("2")]
    tally = pull(store, clock, request(source, full=True)).tally
    assert (tally.stored, tally.unchanged) == (2, 1)
    with store.reading() as connection:
        changed = connection.execute(
            sa.select(records_table.c.key)
            .join(contacts, contacts.c.record_id == records_table.c.id)
            .where(contacts.c.changed_seq > before)
        ).scalars()
        assert list(changed) == ["1"]
        assert connection.execute(sa.select(records_table.c.first_seen_at)).scalars().all() == first_seen


def test_a_source_that_fails_keeps_the_pages_before_and_goes_on_from_there(
    store: Store, clock: Clock
) -> None:
    source = MemorySource(people(9), fails_after=2, failure=RetryableError("away", "the source is away"))
    with pytest.raises(RetryableError):
        pull(store, clock, request(source))
    assert len(stored_keys(store)) == 6
    (run,) = runs.newest(store)
    assert (run.state, run.code, run.tallies["stored"]) == (RunState.FAILED, "away", 6)
    source.fails_after = None
    assert pull(store, clock, request(source)).tally.read == 3
    assert len(stored_keys(store)) == 9


def test_a_whole_read_finds_deletions(store: Store, clock: Clock) -> None:
    source = MemorySource(people(6))
    pull(store, clock, request(source))
    source.rows = people(4)
    assert pull(store, clock, request(source, full=True)).tally.missing == 2
    assert stored_keys(store) == ["0", "1", "2", "3"]


def test_a_file_that_was_rewritten_is_read_whole_without_being_told(store: Store, clock: Clock) -> None:
    source = MemorySource(people(6))
    pull(store, clock, request(source))
    source.rows, source.starts_over = people(5), True
    assert pull(store, clock, request(source)).tally.missing == 1


def test_a_whole_read_that_was_cut_off_finds_its_deletions_when_it_ends(store: Store, clock: Clock) -> None:
    source = MemorySource(people(9))
    pull(store, clock, request(source))
    source.rows = people(8)
    source.fails_after, source.failure = 1, RetryableError("away", "away")
    with pytest.raises(RetryableError):
        pull(store, clock, request(source, full=True))
    assert len(stored_keys(store)) == 9  # what was not read yet is not gone
    source.fails_after = None
    assert pull(store, clock, request(source)).tally.missing == 1
    assert len(stored_keys(store)) == 8


def test_an_empty_source_empties_nothing(store: Store, clock: Clock) -> None:
    source = MemorySource(people(5))
    pull(store, clock, request(source))
    source.rows = []
    pull(store, clock, request(source, full=True))
    assert len(stored_keys(store)) == 5


def test_too_many_missing_records_stop_and_ask(store: Store, clock: Clock) -> None:
    source = MemorySource(people(60), page=50)
    pull(store, clock, request(source))
    source.rows = people(10)
    with pytest.raises(ConflictError) as asked:
        pull(store, clock, request(source, full=True))
    assert asked.value.code == "too-many-missing"
    assert len(stored_keys(store)) == 60
    allowed = request(source, full=True, max_missing_share=None)
    assert pull(store, clock, allowed).tally.missing == 50


def test_a_deleted_record_that_comes_back_lives_again(store: Store, clock: Clock) -> None:
    source = MemorySource([row("1"), Row("1", row("1").values, deleted=True)], page=1)
    pull(store, clock, request(source))
    assert stored_keys(store) == []
    source.rows.append(row("1"))
    assert pull(store, clock, request(source)).tally.stored == 1
    assert stored_keys(store) == ["1"]


def test_the_mapping_can_say_that_a_record_is_gone(store: Store, clock: Clock) -> None:
    source = MemorySource([row("1"), row("2")])
    pull(store, clock, request(source))
    source.rows.append(row("1", gone="yes"))
    assert pull(store, clock, request(source)).tally.deleted == 1
    assert stored_keys(store) == ["2"]


def test_a_reject_is_one_however_often_it_comes_and_settled_when_it_passes(
    store: Store, clock: Clock
) -> None:
    source = MemorySource([Row("1", {})])
    pull(store, clock, request(source))
    pull(store, clock, request(source, full=True))
    with store.reading() as connection:
        (waiting,) = rejects.listed(connection)
    assert (waiting.code, waiting.attempts, waiting.payload[0]) == ("nothing-identifying", 2, "{")
    source.rows = [row("1")]
    pull(store, clock, request(source, full=True))
    with store.reading() as connection:
        assert rejects.listed(connection) == []
        (settled,) = rejects.listed(connection, state=None)
    assert settled.state is RejectState.RESOLVED


def test_a_record_whose_new_form_is_rejected_keeps_its_last_good_form(store: Store, clock: Clock) -> None:
    source = MemorySource([row("1"), row("2")])
    pull(store, clock, request(source))
    source.rows = [Row("1", {}), row("2")]
    tally = pull(store, clock, request(source, full=True)).tally
    assert (tally.rejected, tally.missing) == (1, 0)
    assert stored_keys(store) == ["1", "2"]


def test_a_new_mapping_maps_what_is_stored_anew_without_pulling(store: Store, clock: Clock) -> None:
    pull(store, clock, request(MemorySource(people(5))))
    other = MappingSpec.model_validate({"mapping": 1, "fields": {"name.family": "first", "emails": "mail"}})
    intake = Intake("crm", mapper(other), "m2")
    assert remap(store, clock, intake).stored == 5
    assert remap(store, clock, intake) == PullTally()
    with store.reading() as connection:
        names = stored_contacts.live_contacts(connection)["name"].to_pylist()
    assert {name["given"] for name in names} == {None}


def test_retry_replays_what_can_be_replayed(store: Store, clock: Clock) -> None:
    pull(store, clock, request(MemorySource([Row("1", {"news": "yes"}), Row("torn", bad=True)])))
    lenient = MappingSpec.model_validate({"mapping": 1, "fields": {"name.given": "news"}})
    tally, torn = retry(store, clock, Intake("crm", mapper(lenient), "m2"))
    assert (tally.stored, torn) == (1, 1)
    with store.reading() as connection:
        assert [one.code for one in rejects.listed(connection)] == ["torn"]


def test_the_cursor_stands_where_the_last_stored_page_ended(store: Store, clock: Clock) -> None:
    source = MemorySource(people(8))
    asked = iter([False, True])
    pull(store, clock, request(source), stopping=lambda: next(asked))
    with store.reading() as connection:
        assert cursors.get(connection, "crm", "rows") == {"at": 6}
    assert Counter(stored_keys(store)) == Counter(str(number) for number in range(6))


def test_a_torn_row_may_be_any_record_so_nothing_is_marked_deleted(store: Store, clock: Clock) -> None:
    source = MemorySource(people(5))
    pull(store, clock, request(source))
    source.rows = [*people(4), Row("torn", bad=True)]
    source.rows[4].key = ""  # nobody can tell whose row that was
    assert pull(store, clock, request(source, full=True)).tally.missing == 0
    assert len(stored_keys(store)) == 5


def test_a_row_that_turned_bad_is_not_gone_where_its_key_is_known(store: Store, clock: Clock) -> None:
    source = MemorySource(people(5))
    pull(store, clock, request(source))
    source.rows = [*people(3), Row("3", bad=True)]
    assert pull(store, clock, request(source, full=True)).tally.missing == 1
    assert stored_keys(store) == ["0", "1", "2", "3"]
