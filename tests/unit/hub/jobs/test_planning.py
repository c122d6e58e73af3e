"""Plans look only where something may be to do, and are the same as if they had looked everywhere."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pyarrow as pa

from hub.domain.plan import Action, Capabilities
from hub.domain.runs import PushTally
from hub.jobs.planning import PushRequest, plan_push
from hub.jobs.push import push
from hub.ports import Clock
from hub.store import ledger
from hub.store.engine import Store
from mappings.outbound import PayloadMapper
from mappings.outbound_spec import OutboundSpec
from tests.fakes.push_world import hold, identity_with, people, request, send, take
from tests.fakes.small_world import MailPayloads, MemoryDestination, Row


@dataclass
class Counting:
    """The mapping of these tests, with how many golden records it was asked for."""

    asked: list[int] = field(default_factory=list)

    def to_payloads(self, golden: pa.Table) -> pa.Table:
        self.asked.append(golden.num_rows)
        return MailPayloads().to_payloads(golden)

    @property
    def total(self) -> int:
        total = sum(self.asked)
        self.asked.clear()
        return total


def counted(destination: MemoryDestination, mapping: Counting, mapping_hash: str = "m1") -> PushRequest:
    return replace(request(destination), mapper=mapping, mapping_hash=mapping_hash)


def test_only_changed_golden_records_are_mapped_until_the_mapping_changes(store: Store, clock: Clock) -> None:
    destination, mapping = MemoryDestination(), Counting()
    rows = [Row(str(n), {"first": f"Ada{n}", "mail": f"a{n}@x.org"}) for n in range(6)]
    rows.append(Row("6", {"first": "Eve", "mail": "eve@x.org", "news": "no"}))
    take(store, clock, rows)
    asking = counted(destination, mapping)
    assert push(store, clock, asking).tally == PushTally(created=6, blocked=1)
    assert mapping.total == 7
    assert push(store, clock, asking).tally == PushTally(unchanged=6, blocked=1)
    assert mapping.total == 0, "what is withheld need not be worked out again either"
    take(store, clock, [Row("0", {"first": "Zoé", "mail": "a0@x.org"}), *rows[1:]])
    plan = plan_push(store, asking)
    assert (len(plan.changes), plan.counts[Action.UNCHANGED], plan.counts[Action.BLOCKED]) == (1, 5, 1)
    assert mapping.total == 1
    push(store, clock, asking)
    mapping.asked.clear()
    other = counted(destination, mapping, "m2")
    assert push(store, clock, other).tally == PushTally(unchanged=6, blocked=1)
    assert mapping.total == 7
    assert plan_push(store, other).empty
    assert mapping.total == 0


def test_who_leaves_the_scope_is_taken_out_and_comes_back_with_it(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    spec = {"mapping": 1, "fields": {"mail": "emails[0].value", "name": "name.given"}}
    everyone = PayloadMapper(OutboundSpec.model_validate(spec))
    few = PayloadMapper(OutboundSpec.model_validate({**spec, "only": "name.given != 'Ada1'"}))
    hold(store, clock, *people(3))
    wide = replace(request(destination), mapper=everyone, mapping_hash="wide")
    narrow = replace(wide, mapper=few, mapping_hash="narrow")
    push(store, clock, wide)
    assert push(store, clock, narrow).tally == PushTally(unchanged=2, archived=1)
    assert push(store, clock, narrow).tally == PushTally(unchanged=2)
    assert push(store, clock, wide).tally == PushTally(unchanged=2, created=1)
    assert len(destination.held) == 3


def test_the_plan_tells_old_new_and_owner_of_every_field(store: Store, clock: Clock) -> None:
    spec = OutboundSpec.model_validate(
        {
            "mapping": 1,
            "fields": {
                "mail": "emails[0].value",
                "name": {"value": "name.given", "owner": "first"},
                "phone": {"value": "phones[0].value", "empty": "clear"},
                "stage": {"value": "organization", "empty": "lead"},
            },
        }
    )
    destination = MemoryDestination()
    asking = replace(
        request(destination), mapper=PayloadMapper(spec), mapping_hash="m", owners={"name": "first"}
    )
    hold(store, clock, ("1", "Ada", "a@x.org"))
    (change,) = plan_push(store, asking).changes
    assert [(f.field, f.old, f.new, f.owner) for f in change.fields] == [
        ("mail", None, "a@x.org", "hub"),
        ("name", None, "Ada", "first"),
        ("stage", None, "lead", "hub"),
    ]
    push(store, clock, asking)
    hold(store, clock, ("1", "Eve", "a@x.org"))
    assert plan_push(store, asking).empty, "what others own is written only on create"


def test_the_same_state_gives_the_same_hash_and_another_state_another(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(5))
    first = plan_push(store, request(destination)).hash
    assert plan_push(store, request(destination)).hash == first
    hold(store, clock, *people(4), ("4", "Zoé", "a4@x.org"))
    assert plan_push(store, request(destination)).hash != first


def test_a_row_that_passes_in_another_way_is_no_longer_parked(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(2))
    send(store, clock, destination)
    bad = identity_with(store, "a1@x.org")
    hold(store, clock, ("0", "Ada0", "a0@x.org"), ("1", "Zoé", "a1@x.org"))
    destination.refuses[bad] = "not-today"
    asking = replace(request(destination), mapping_hash="m")
    push(store, clock, asking)
    hold(store, clock, *people(2))  # the change is taken back before it passed
    push(store, clock, asking)
    with store.reading() as connection:
        assert ledger.parked(connection) == []


def test_a_destination_that_cannot_archive_withholds_it(store: Store, clock: Clock) -> None:
    destination = MemoryDestination(Capabilities(batch_size=4, upsert_key=True))
    hold(store, clock, *people(2))
    send(store, clock, destination)
    hold(store, clock, *people(1))
    plan = plan_push(store, request(destination))
    assert (plan.counts[Action.BLOCKED], plan.withheld["reason"].to_pylist()) == (1, ["no longer in scope"])
