"""A contact's text beside its columns is what its columns would be written as."""

from __future__ import annotations

import pyarrow as pa
import pytest

from hub import columns
from hub.domain.contact import CONTACT_SCHEMA
from hub.jobs.pull import PullRequest, pull
from hub.ports import Clock
from hub.store import contacts
from hub.store.engine import Store
from tests.fakes.small_world import MemorySource, Row, mapper

TIME = "2024-05-06T07:08:09.000000Z"


def test_the_text_tells_what_the_columns_tell(store: Store, clock: Clock) -> None:
    rows = [Row(str(n), {"first": 'A"\\ \u00c9', "mail": f"{n}@x.org"}) for n in range(3)]
    pull(store, clock, PullRequest("crm", "rows", MemorySource(rows, page=2), mapper(), "m1"))
    with store.reading() as connection:
        held = contacts.live_contacts_with_texts(connection)
    written = columns.json_text(held, CONTACT_SCHEMA.names)
    assert held["contact"].to_pylist() == written.to_pylist()


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("{}", f'{{"updated_at":"{TIME}"}}'),
        ('{"kind":"person"}', f'{{"kind":"person","updated_at":"{TIME}"}}'),
        ('{"tags":["\\"updated_at\\":"]}', f'{{"tags":["\\"updated_at\\":"],"updated_at":"{TIME}"}}'),
        ('{"updated_at":"2020"}', '{"updated_at":"2020"}'),
    ],
)
def test_a_time_is_the_last_member_of_a_text(text: str, whole: str) -> None:
    rows = pa.table(
        {
            "record_id": pa.array([1], pa.int64()),
            "source": ["crm"],
            "key": ["1"],
            "source_updated_at": [TIME],
            "contact": [text],
        }
    )
    found = contacts.with_texts(rows)
    assert found["contact"].to_pylist() == [whole]
    assert columns.json_text(found, CONTACT_SCHEMA.names).to_pylist() == [whole]
