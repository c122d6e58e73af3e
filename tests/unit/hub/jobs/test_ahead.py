"""A pull that reads and maps ahead leaves what one leaves that does a page after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import current_thread
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from hub.domain.records import Mapped, Page
from hub.domain.runs import PullTally
from hub.errors import RetryableError
from hub.jobs.ahead import pages_ahead
from hub.jobs.mapped_beside import mapped_beside
from hub.jobs.pull import PullRequest, pull
from hub.ports import Clock
from hub.store import cursors
from hub.store.engine import Store
from hub.store.metadata import metadata
from hub.store.opening import open_store
from tests.conftest import SteppingClock
from tests.fakes.small_world import MemorySource, Row, mapper

NEVER = 10**9


def request(source: MemorySource, ahead_from: int, *, full: bool = False) -> PullRequest:
    return PullRequest("crm", "rows", source, mapper(), "m1", full=full, ahead_from=ahead_from)


def log(random: Random, count: int) -> list[Row]:
    """Rows of every kind; some keys come again, on the same page or a later one."""
    found = []
    for number in range(count):
        key = str(number if random.random() < 0.9 else random.randrange(number + 1))
        mail = random.choice([f"{key}@x.org", "torn@", None])
        gone = random.choice([None, None, None, "yes"]) if number > 12 else None
        values = {"first": random.choice([f"Ada {key}", None]), "mail": mail, "gone": gone}
        found.append(
            Row(key, values, deleted=number > 12 and random.random() < 0.05, bad=random.random() < 0.05)
        )
    return found


def left(store: Store) -> dict[str, list[Any]]:
    """All that is stored but leases, whose times tell how often the clock was asked."""
    with store.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table))))
            for table in metadata.sorted_tables
            if table.name != "leases"
        }


def pulled_twice(folder: Path, seed: int, ahead_from: int) -> tuple[list[PullTally], dict[str, list[Any]]]:
    """Tallies and store of a first pull, and of a whole one after some rows changed."""
    random, clock = Random(seed), SteppingClock()
    store = open_store(f"sqlite:///{folder / f'{ahead_from}.db'}")
    source = MemorySource(log(random, 60), page=random.choice([3, 4, 7]))
    tallies = [pull(store, clock, request(source, ahead_from)).tally]
    source.rows = source.rows[:40] + log(random, 70)[40:]
    tallies.append(pull(store, clock, request(source, ahead_from, full=True)).tally)
    found = left(store)
    store.close()
    return tallies, found


@pytest.mark.parametrize("seed", range(6))
def test_reading_ahead_changes_nothing_of_what_is_stored(tmp_path: Path, seed: int) -> None:
    assert pulled_twice(tmp_path, seed, 1) == pulled_twice(tmp_path, seed, NEVER)


def test_a_source_that_fails_ahead_keeps_the_pages_before_and_goes_on_from_there(
    store: Store, clock: Clock
) -> None:
    rows = [Row(str(number), {"mail": f"{number}@x.org"}) for number in range(9)]
    source = MemorySource(rows, fails_after=2, failure=RetryableError("away", "the source is away"))
    with pytest.raises(RetryableError):
        pull(store, clock, request(source, 1))
    with store.reading() as connection:
        assert cursors.get(connection, "crm", "rows") == {"at": 6}
    source.fails_after = None
    assert pull(store, clock, request(source, 1)).tally == PullTally(read=3, stored=3)


def test_a_pull_that_is_stopped_keeps_no_page_that_was_only_read_ahead(store: Store, clock: Clock) -> None:
    rows = [Row(str(number), {"mail": f"{number}@x.org"}) for number in range(9)]
    pull(store, clock, request(MemorySource(rows), 1), stopping=lambda: True)
    with store.reading() as connection:
        assert cursors.get(connection, "crm", "rows") == {"at": 3}
    assert pull(store, clock, request(MemorySource(rows), 1)).tally == PullTally(read=6, stored=6)


class Seen:
    """A mapper that notes where it worked."""

    def __init__(self) -> None:
        self.threads: list[str] = []

    def columns(self) -> frozenset[str]:
        return mapper().columns()

    def to_contacts(self, records: pa.Table) -> Mapped:
        self.threads.append(current_thread().name)
        return mapper().to_contacts(records)


def pages(count: int) -> Iterator[Page]:
    rows = [Row(str(number), {"mail": f"{number}@x.org"}) for number in range(3 * count)]
    return MemorySource(rows).read("rows", None)


def test_the_next_page_is_made_ready_in_another_thread_where_that_is_worth_it() -> None:
    seen = Seen()
    found = list(pages_ahead(pages(4), seen, lambda page: page.cursor == {"at": 3}))
    assert [page.cursor for page, _ in found] == [{"at": 3}, {"at": 6}, {"at": 9}, {"at": 12}]
    assert [ready is not None for _, ready in found] == [False, True, False, False]
    assert len(seen.threads) == 1
    assert seen.threads[0] != current_thread().name
    assert found[1][1] is not None
    assert found[1][1].written["key"].to_pylist() == ["3", "4", "5"]


def test_pages_mapped_beside_keep_their_order() -> None:
    found = list(mapped_beside(pages(5), Seen()))
    assert [page.records["key"].to_pylist() for page, _ in found] == [
        mapped.contacts["key"].to_pylist() for _, mapped in found
    ]
    assert len(found) == 5
    assert list(mapped_beside(iter([]), Seen())) == []
