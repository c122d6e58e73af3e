"""What is stored around a change, for the matcher to ask."""

from __future__ import annotations

from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from hub.domain.contact import CONTACT_RECORD_SCHEMA
from hub.domain.matching import Verdict
from hub.store import contacts, edges, identities, records
from hub.store.blocks import StoredBlocks


class StoredSurroundings(StoredBlocks):
    """Fulfils `hub.ports.Surroundings` from one snapshot of the store; a contact is read once."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._store = connection
        self._told_of: set[int] = set()
        self._contacts = CONTACT_RECORD_SCHEMA.empty_table()

    @cached_property
    def _judged(self) -> pa.Table:
        return edges.judged(self._store)

    @cached_property
    def _same(self) -> pa.Table:
        return self._judged.filter(pc.equal(self._judged["verdict"], Verdict.SAME.value))

    def contacts(self, record_ids: pa.Array) -> pa.Table:
        fresh = set(record_ids.to_pylist()) - self._told_of
        if fresh:
            read = contacts.live_contacts_of(self._store, sorted(fresh))
            self._contacts = pa.concat_tables([self._contacts, read]).combine_chunks()
            self._told_of |= fresh
        wanted = pc.is_in(self._contacts["record_id"], value_set=record_ids)
        return self._contacts if pc.all(wanted).as_py() else self._contacts.filter(wanted)

    def names(self, record_ids: pa.Array) -> pa.Table:
        return records.names_of(self._store, record_ids.to_pylist())

    def linked(self, record_ids: pa.Array) -> pa.Array:
        found = pc.unique(record_ids)
        fresh = found
        while len(fresh):
            held = identities.memberships(self._store, fresh.to_pylist())["identity_id"].unique()
            together = identities.members_of(self._store, held.to_pylist())["record_id"].combine_chunks()
            reached = [edges.neighbours(self._store, fresh), together, *self._judged_with(fresh)]
            every = pc.unique(pa.concat_arrays(reached))
            fresh = every.filter(pc.invert(pc.is_in(every, value_set=found)))
            found = pa.concat_arrays([found, fresh])
        return found

    def judgements(self, record_ids: pa.Array) -> pa.Table:
        both = (pc.is_in(self._judged[side], value_set=record_ids) for side in ("record_a", "record_b"))
        return self._judged.filter(pc.and_(*both))

    def _judged_with(self, record_ids: pa.Array) -> list[pa.Array]:
        """The records judged the same as these."""
        a, b = self._same["record_a"], self._same["record_b"]
        return [
            other.filter(pc.is_in(one, value_set=record_ids)).combine_chunks()
            for one, other in ((a, b), (b, a))
        ]
