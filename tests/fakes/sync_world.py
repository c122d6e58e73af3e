"""A company in small: three sources, two destinations, people who edit, calls that fail, wrong clocks.

Golden records are built by the hub's own survivorship from what the sources say, and pushed by its own jobs.
`crm` is source and destination: it owns the stage. `news` is for marketing and needs a permission.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from hub.domain.contact import CONTACT_RECORD_SCHEMA
from hub.domain.identity import IdentityState
from hub.domain.instants import instant
from hub.domain.plan import Action, Capabilities, Change, Outcome, Payload, Receipt
from hub.domain.records import Check, Stream
from hub.errors import HubError, RetryableError
from hub.golden.build import build_golden
from hub.golden.survivorship import Criterion, SurvivorshipRules, by
from hub.jobs.planning import PushRequest, plan_in, plan_push
from hub.jobs.push import push
from hub.store import golden, golden_writing
from hub.store.engine import Store
from hub.store.tables import identities
from hub.sync.plan import Plan
from mappings.outbound import PayloadMapper
from mappings.outbound_spec import OutboundSpec

SOURCES = ("shop", "forms", "crm")
AUTHORITY = "shop"
RULES = SurvivorshipRules(default=by(Criterion.RECENCY), authorities=frozenset({AUTHORITY}))
CRM = OutboundSpec.model_validate(
    {
        "mapping": 1,
        "fields": {
            "mail": "emails[0].value",
            "name": {"value": "name.family", "empty": "clear"},
            "stage": {"value": "organization", "owner": "destination"},
        },
    }
)
NEWS = OutboundSpec.model_validate(
    {
        "mapping": 1,
        "only": "emails",
        "require": {"channel": "email", "purpose": "marketing"},
        "fields": {"mail": "emails[0].value", "name": "name.family", "company": "organization"},
    }
)


class Died(BaseException):
    """The process ends here."""


@dataclass
class Wrong:
    """A clock that people set."""

    moment: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@dataclass
class Portal:
    """A destination with an upsert key. `faults` are taken one a write; `may` names who may be written."""

    capabilities: Capabilities
    records: dict[str, dict[str, object]] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    may: set[str] | None = None
    writes: int = 0

    def check(self) -> Check:
        return Check(ok=True, sentence="in memory")

    def discover(self) -> Sequence[Stream]:
        return []

    def read_back(self, remote_ids: Sequence[str]) -> Mapping[str, Payload | None]:
        return {one: dict(self.records[one]) if one in self.records else None for one in remote_ids}

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        self.writes += 1
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "429":
            raise RetryableError("rate-limited", "it has had too many requests", retry_after=1)
        if fault == "dies before":
            raise Died
        refused = changes[0] if fault == "refuses" else None
        receipts = [self._write(change, refuse=change is refused) for change in changes]
        if fault == "answer lost":
            raise RetryableError("torn-answer", "the answer did not come")
        if fault == "dies after":
            raise Died
        if fault == "forgets a row":
            return receipts[1:]
        return [*reversed(receipts), *receipts] if fault == "answers twice" else receipts

    def _write(self, change: Change, *, refuse: bool) -> Receipt:
        if refuse:
            return Receipt(change.identity_id, Outcome.REJECTED, code="bad", sentence="not taken")
        match change.action:
            case Action.CREATE:
                return self._create(change)
            case Action.UPDATE:
                return self._update(change)
            case Action.MERGE:
                for loser in change.merged_remote_ids:
                    self._remove(loser)
                return Receipt(change.identity_id, Outcome.MERGED, change.remote_id)
            case _:
                self._remove(change.remote_id or "")
                return Receipt(change.identity_id, Outcome.ARCHIVED, change.remote_id)

    def _create(self, change: Change) -> Receipt:
        assert self.may is None or change.identity_id in self.may, "somebody was sent without permission"
        known = self.by_key.get(change.identity_id)
        remote = known or f"r{len(self.by_key)}-{self.writes}-{change.identity_id}"
        self.by_key[change.identity_id] = remote
        self.records.setdefault(remote, {}).update(change.payload)
        return Receipt(change.identity_id, Outcome.UPDATED if known else Outcome.CREATED, remote)

    def _update(self, change: Change) -> Receipt:
        assert self.may is None or change.identity_id in self.may, "somebody was sent without permission"
        if change.remote_id not in self.records:
            return Receipt(change.identity_id, Outcome.REJECTED, code="remote-gone", sentence="it is gone")
        self.records[change.remote_id].update(change.payload)
        return Receipt(change.identity_id, Outcome.UPDATED, change.remote_id)

    def _remove(self, remote: str) -> None:
        self.records.pop(remote, None)
        self.by_key = {key: one for key, one in self.by_key.items() if one != remote}


class SyncWorld:
    """What happens, and what must hold in the end."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, Wrong()
        self.said: dict[tuple[str, int], dict[str, Any]] = {}
        self.identity: dict[int, str] = {}
        self.run = 0
        able = Capabilities(batch_size=3, upsert_key=True, archive=True)
        self.crm = Portal(replace(able, merge=True, read_back=True))
        self.news = Portal(able, may=set())
        self.stages: dict[str, object] = {}

    # --- what people do

    def says(self, source: str, person: int, name: str | None, consent: str | None, *, dated: bool) -> None:
        """A source's record of a person is new, or says something else."""
        now = instant(self.clock.now())
        self.identity.setdefault(person, f"p{person}")
        told = {"channel": "email", "purpose": "marketing", "status": consent, "at": now if dated else None}
        self.said[source, person] = {
            "name": {"family": name} if name else None,
            "emails": [{"value": f"p{person}@x.org", "match": f"p{person}@x.org"}],
            "consents": [told] if consent else None,
            "updated_at": now,
        }

    def deletes(self, source: str, person: int) -> None:
        self.said.pop((source, person), None)

    def edits_stage(self, person: int, stage: str) -> None:
        """A salesperson sets the field that the CRM owns."""
        remote = self.crm.by_key.get(self.identity.get(person, ""))
        if remote is not None:
            self.crm.records[remote]["stage"] = stage
            self.stages[remote] = stage

    def merges(self, person: int, into: int) -> None:
        """Two people turn out to be one."""
        loser, survivor = self.identity.get(person), self.identity.get(into)
        if loser and survivor and loser != survivor:
            for one, identity in self.identity.items():
                if identity == loser:
                    self.identity[one] = survivor
            with self.store.writing() as connection:
                connection.execute(
                    sa.update(identities)
                    .where(identities.c.id == loser)
                    .values(state="redirected", redirect_to=survivor)
                )

    # --- what the hub does

    def resolve(self) -> None:
        """Builds golden records of what the sources say now; the CRM tells the stage that it owns."""
        self.run += 1
        told = dict(self.said)
        for person, identity in self.identity.items():
            remote = self.crm.by_key.get(identity)
            if remote is not None and remote in self.stages:
                told["crm", person] = {"organization": self.stages[remote], "updated_at": "2030"}
        rows = [
            {"record_id": n, "source": source, "key": str(person), "kind": "person", **values}
            for n, ((source, person), values) in enumerate(sorted(told.items()))
        ]
        owners = [self.identity[person] for _, person in sorted(told)]
        numbers = pa.array(range(len(rows)), pa.int64())
        members = pa.table({"record_id": numbers, "identity_id": pa.array(owners, pa.string())})
        now = instant(self.clock.now())
        with self.store.writing(checked=False) as connection:
            known = set(connection.execute(sa.select(identities.c.id)).scalars())
            for n, identity in enumerate(sorted(set(self.identity.values()) - known)):
                connection.execute(
                    sa.insert(identities).values(
                        id=identity, state="active", born_seq=n, created_at=now, changed_at=now
                    )
                )
            held = set(golden.active(connection)["identity_id"].to_pylist())
            built = build_golden(pa.Table.from_pylist(rows, schema=CONTACT_RECORD_SCHEMA), members, RULES)
            for _ in golden_writing.replace(connection, golden_writing.written([built]), self.run, now):
                pass
            gone = sorted(held - set(owners))
            golden_writing.retire(connection, gone, IdentityState.ARCHIVED, self.run, now)
        self.news.may = {identity for identity in set(owners) if self._permitted(identity)}

    def _permitted(self, identity: str) -> bool:
        """The rule told once more, as plainly as can be."""
        said = [
            (source, one["status"], one["at"])
            for (source, person), values in self.said.items()
            if self.identity[person] == identity
            for one in values["consents"] or []
        ]
        grants = [at for source, status, at in said if source == AUTHORITY and status == "granted" and at]
        reopened = max(grants, default="")
        holds = [status for _, status, at in said if status == "granted" or not at or at >= reopened]
        return bool(holds) and all(status == "granted" for status in holds)

    def request(self, name: str) -> PushRequest:
        portal, spec = (self.crm, CRM) if name == "crm" else (self.news, NEWS)
        return PushRequest(
            name,
            portal,
            PayloadMapper(spec),
            allow_many=True,
            mapping_hash=name,
            owners={"stage": "destination"} if name == "crm" else {},
            look_first=name == "crm",
        )

    def pushes(self, name: str, faults: Sequence[str] = ()) -> None:
        portal = self.crm if name == "crm" else self.news
        self._planned(name)
        portal.faults = list(faults)
        try:
            push(self.store, self.clock, self.request(name))
        except (HubError, Died):
            pass
        finally:
            portal.faults = []

    # --- what must hold in the end

    def settles(self, rounds: int = 8) -> None:
        """Without faults everything arrives, and then nothing is sent any more."""
        for _ in range(rounds):
            self.resolve()
            before = self.crm.writes + self.news.writes
            for name in ("crm", "news"):
                result = push(self.store, self.clock, self.request(name))
                assert not result.tally.parked, "a row is parked for ever"
            if self.crm.writes + self.news.writes == before:
                break
        else:
            raise AssertionError("it never goes quiet")
        for name in ("crm", "news"):
            assert self._planned(name).empty
        self._holds()

    def _planned(self, name: str) -> Plan:
        """The plan, which is the same whether or not the place in the change feed is relied on."""
        plan = plan_push(self.store, self.request(name))
        with self.store.reading() as connection:
            whole = plan_in(connection, self.request(name))
        assert (plan.hash, plan.counts, plan.holds) == (whole.hash, whole.counts, whole.holds)
        assert plan.withheld.sort_by("identity_id") == whole.withheld.sort_by("identity_id")
        return plan

    def _holds(self) -> None:
        with self.store.reading() as connection:
            records = golden.active(connection)
        for portal, spec in ((self.crm, CRM), (self.news, NEWS)):
            wanted = {row["identity_id"]: row for row in PayloadMapper(spec).to_payloads(records).to_pylist()}
            due = {identity for identity, row in wanted.items() if row["blocked"] is None}
            assert set(portal.by_key) == due, "somebody is missing, or should not be there"
            assert len(portal.records) == len(portal.by_key), "a twin, or a record that nobody knows"
            for identity in due:
                shown = portal.records[portal.by_key[identity]]
                for name, value in json.loads(wanted[identity]["payload"]).items():
                    assert shown.get(name) == value, f"a lost update of {name}"
        assert self.news.may is not None
        assert set(self.news.by_key) <= self.news.may
        for remote, stage in self.stages.items():
            if remote in self.crm.records:
                assert self.crm.records[remote]["stage"] == stage, "what the CRM owns was written over"
