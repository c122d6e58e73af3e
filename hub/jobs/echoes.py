"""Echoes in a pull: what the hub itself wrote into a system is not that system's own news."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from hub import columns
from hub.domain.records import TIME, Mapped, Page
from hub.ports import Mapper
from hub.store import echoes as stored
from hub.store.engine import Store
from hub.store.record_pages import incoming
from hub.sync.echoes import PULLED_SCHEMA, are_echoes

# When records changed by themselves, of those that are echoes: `updated_at` as pages have it, `told_at` as
# contacts do (text).
TIMES_SCHEMA: Final = pa.schema([("key", pa.string()), ("updated_at", TIME), ("told_at", pa.string())])


@dataclass(frozen=True, slots=True)
class Echoes:
    """The destination that is the same system as a source, and the source's fields that hold values (not
    times).
    """

    destination: str
    fields: frozenset[str]


def without_echoes(store: Store, source: str, page: Page, echoes: Echoes) -> tuple[Page, pa.Table]:
    """The page with the times at which its records were changed by others than the hub, and the times of
    those of which that is another time than told (`TIMES_SCHEMA`).

    A push makes a record newer there without anybody having said anything. If that counted, what was sent
    would win over what its own source says later. So an echo keeps the time that it had when it was last
    pulled, and has none when the hub has made it. What people change there together with it counts as new
    as a whole.
    """
    found = _echoes(store, source, incoming(page.records), echoes)
    if found.num_rows == 0:
        return page, found
    place = pc.index_in(page.records["key"], value_set=found["key"].combine_chunks())
    at = pc.if_else(pc.is_valid(place), found["updated_at"].take(place), page.records["updated_at"])
    at = at.cast(page.records.schema.field("updated_at").type)
    spot = page.records.schema.get_field_index("updated_at")
    return replace(page, records=page.records.set_column(spot, "updated_at", at)), found


@dataclass(frozen=True, slots=True)
class Timed:
    """A mapper whose contacts have these times (`TIMES_SCHEMA`), whatever their records tell."""

    mapper: Mapper
    times: pa.Table

    def columns(self) -> frozenset[str]:
        return self.mapper.columns()

    def to_contacts(self, records: pa.Table) -> Mapped:
        mapped = self.mapper.to_contacts(records)
        contacts = mapped.contacts
        place = pc.index_in(contacts["key"], value_set=self.times["key"].combine_chunks())
        at = pc.if_else(pc.is_valid(place), self.times["told_at"].take(place), contacts["updated_at"])
        spot = contacts.schema.get_field_index("updated_at")
        return replace(mapped, contacts=contacts.set_column(spot, "updated_at", at))


def _echoes(store: Store, source: str, told: pa.Table, echoes: Echoes) -> pa.Table:
    told = told.filter(pc.invert(told["deleted"])).select(["key", "payload", "position"])
    with store.reading() as connection:
        sent = stored.sent_to(connection, echoes.destination, told["key"].to_pylist())
        before = stored.pulled_before(connection, source, sent["key"].to_pylist())
    if sent.num_rows == 0:
        return TIMES_SCHEMA.empty_table()
    pulled = columns.query(
        """
        SELECT key, identity_id, payload, before, sent, updated_at, contact->>'$.updated_at' AS told_at
        FROM told JOIN sent USING (key) LEFT JOIN before USING (key)
        QUALIFY row_number() OVER (PARTITION BY key ORDER BY position DESC, identity_id) = 1
        """,
        told=told,
        sent=sent,
        before=before,
    )
    asked = pulled.select(PULLED_SCHEMA.names).cast(PULLED_SCHEMA)
    echo = are_echoes(asked, echoes.fields)
    kept = pulled.filter(echo)
    return pa.table(
        [kept["key"], kept["updated_at"].cast(TIME), kept["told_at"].cast(pa.string())], schema=TIMES_SCHEMA
    )
