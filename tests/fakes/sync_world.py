"""A company in small: three sources, two destinations, people who edit, calls that fail, machines that die.

The hub's own jobs pull, resolve and push. `crm` is a source as well: what its people make of a lead, the
stage, is theirs. `news` is for marketing and needs a permission.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pyarrow as pa
import sqlalchemy as sa

from hub.domain.matching import Verdict
from hub.domain.plan import Capabilities
from hub.errors import HubError
from hub.golden.survivorship import Criterion, SurvivorshipRules, by
from hub.jobs.decide import Person, judge, undo
from hub.jobs.echoes import Echoes
from hub.jobs.planning import PushRequest, plan_in, plan_push
from hub.jobs.pull import PullRequest, pull
from hub.jobs.push import push
from hub.jobs.resolve import ResolveRequest, resolve
from hub.jobs.resolving import last_seen
from hub.store import at_rest, golden
from hub.store.engine import Store
from hub.store.leases import this_process
from hub.store.planning import redirects
from hub.store.tables import leases, ledger, members, records
from mappings.outbound import PayloadMapper
from mappings.outbound_spec import OutboundSpec
from tests.fakes.small_world import SameMail
from tests.fakes.sync_machine import Died, Power, Time
from tests.fakes.sync_portal import Portal
from tests.fakes.sync_sources import FIELDS, MAPPER, ListedSource, LoggedSource, Said

SOURCES = ("shop", "forms")  # and the CRM
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
        "fields": {
            "mail": "emails[0].value",
            "name": {"value": "name.family", "empty": "clear"},
            "company": {"value": "organization", "empty": "clear"},
        },
    }
)
SPECS = {"crm": CRM, "news": NEWS}
SOMEBODY = Person("ada")
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_STATE = ("time", "sources", "leads", "worked", "unheard", "permitted", "pulled", "_turns")


class SyncWorld:
    """What happens, and what must hold in the end."""

    def __init__(self, store: Store, power: Power) -> None:
        self.store, self.power = store, power
        self.time = Time(datetime(2026, 1, 1, tzinfo=UTC), {})
        able = Capabilities(batch_size=2, upsert_key=True, archive=True, find=True)
        self.crm = Portal(
            replace(able, merge=True, read_back=True, moves_key=True),
            partial(self.time.by, "crm"),
            self._meanwhile,
            theirs=frozenset({"stage"}),
        )
        self.news = Portal(able, partial(self.time.by, "news"), self._meanwhile, may=set())
        self.portals = {"crm": self.crm, "news": self.news}
        self.sources: dict[str, ListedSource] = {"shop": LoggedSource(), "forms": ListedSource()}
        self.leads: dict[str, str] = {}  # CRM records that people worked on: their stages, by remote id
        self.worked: dict[str, datetime] = {}  # when what people made of those was last as new as can be
        self.unheard: set[str] = set()  # those of which the hub has not heard yet
        self.permitted: set[str] = set()  # at the last resolve
        self.pulled: dict[str, list[Said]] = {}  # what was there at the last pull that ended well
        self._turns = 0

    def take_over(self, other: SyncWorld) -> None:
        """Goes on from where another world is, whose store this one's is a copy of."""
        for name in _STATE:
            setattr(self, name, deepcopy(getattr(other, name)))
        for name, portal in self.portals.items():
            portal.take_over(other.portals[name])

    # --- what people do

    def says(
        self, source: str, person: int, name: str | None, consent: str | None, *, mail: int, dated: bool
    ) -> None:
        """A source's record of a person is new, or says something else; `mail` is whose address it has."""
        at = self.time.by(source)
        told = {
            "name": name,
            "mail": f"p{mail}@x.org",
            "news": consent,
            "news_at": at.isoformat() if dated and consent else None,
        }
        self.sources[source].says(Said(str(person), at, told))

    def new_name(self) -> str:
        """One that was not said for a while."""
        self._turns += 1
        return ("Noël", "Ortiz", "Paul", "Quint")[self._turns % 4]

    def deletes(self, source: str, person: int) -> None:
        self.sources[source].deletes(str(person), self.time.by(source))

    def edits_crm(self, place: int, field: str, value: str) -> None:
        """A salesperson changes a record: the stage, which is theirs, or the name, which is not."""
        if (remote := self._remote(self.crm, place)) is None:
            return
        if field == "stage":
            self.leads[remote] = value
        self.unheard.add(remote)
        self.crm.edits_field(remote, field, value)

    def deletes_there(self, name: str, place: int) -> None:
        if (remote := self._remote(self.portals[name], place)) is not None:
            self.portals[name].deletes(remote)

    def merges_there(self, name: str, place: int, other: int) -> None:
        loser, remote = (self._remote(self.portals[name], one) for one in (place, other))
        if loser is not None and remote is not None:
            self.portals[name].merges(loser, remote)

    def judges(self, one: str, other: str, *, same: bool, crash: int | None = None) -> None:
        """Somebody says that two records are of one person, or are not."""
        with self._alive(crash):
            verdict = Verdict.SAME if same else Verdict.DIFFERENT
            judge(self.store, self.time, SOMEBODY, one, other, verdict)

    def takes_back(self, crash: int | None = None) -> None:
        with self._alive(crash):
            undo(self.store, self.time, SOMEBODY)

    def _remote(self, portal: Portal, place: int) -> str | None:
        there = sorted(portal.records)
        return there[place % len(there)] if there else None

    # --- what the hub does

    def pulls(self, name: str, faults: Sequence[str] = (), crash: int | None = None) -> None:
        with self._alive(crash):
            self._pull(name, faults)

    def resolves(self, crash: int | None = None) -> None:
        with self._alive(crash):
            self._resolve()

    def pushes(self, name: str, faults: Sequence[str] = (), crash: int | None = None) -> None:
        self._rest_is_rest(name)
        portal = self.portals[name]
        portal.faults = list(faults)
        with self._alive(crash):
            self._push(name)
        portal.faults = []

    def _rest_is_rest(self, name: str) -> None:
        """Where a push relies on its place in the change feed, a whole plan has nothing to do either."""
        with self.store.reading() as connection:
            if not at_rest.is_at_rest(connection, name, name):
                return
            whole = plan_in(connection, self.request(name))
        short = plan_push(self.store, self.request(name))
        assert (short.hash, short.counts, short.holds) == (whole.hash, whole.counts, whole.holds)

    @contextmanager
    def _alive(self, crash: int | None) -> Iterator[None]:
        """The hub's process, which may die at its n-th commit, and is started again."""
        self.power.left = crash
        try:
            yield
        except (HubError, Died):
            pass
        finally:
            died, self.power.left, self.power.out = self.power.out, None, False
        if died:
            with self.store.writing() as connection:  # whose leases they were is no more
                nobody = f"{this_process().split(':')[0]}:4194305:0"  # no process has such a number
                connection.execute(sa.update(leases).values(owner=nobody))

    def _pull(self, name: str, faults: Sequence[str] = ()) -> None:
        source = self._crm_list() if name == "crm" else self.sources[name]
        echoes = Echoes("crm", frozenset({"name", "mail", "stage"})) if name == "crm" else None
        there = list(source.rows())
        if self.pulled.get(name) == there:
            return  # it would find nothing
        source.faults = list(faults)
        full = not source.by_cursor
        pull(
            self.store,
            self.time,
            PullRequest(
                name, "people", source, MAPPER, "m1", full=full, max_missing_share=None, echoes=echoes
            ),
        )
        self.pulled[name] = there
        if name == "crm":
            self.unheard.clear()

    def _crm_list(self) -> ListedSource:
        """The leads that people worked on, as the CRM shows them now: the hub's own writes come back.

        What people did there counts as of when the hub first hears of it, with all that stands there then.
        """
        self.leads = {remote: stage for remote, stage in self.leads.items() if remote in self.crm.records}
        changed = self.crm.changed
        self.worked |= {remote: changed[remote] for remote in self.unheard if remote in changed}
        shown = {remote: self.crm.records[remote] for remote in self.leads}
        told = {
            remote: {name: None if record.get(name) is None else str(record[name]) for name in FIELDS}
            for remote, record in shown.items()
        }
        return ListedSource({one: Said(one, changed[one], values) for one, values in told.items()})

    def _resolve(self) -> None:
        with self.store.reading() as connection:
            before = last_seen(connection)
        try:
            resolve(self.store, self.time, ResolveRequest(SameMail(), "h", RULES))
        finally:
            self.power.left, out, self.power.out = None, self.power.out, False
            with self.store.reading() as connection:
                if last_seen(connection) != before:  # even if it died in tidying up
                    self.permitted = _permitted(connection)
            self.power.out = out

    def _push(self, name: str) -> None:
        """Permission is what it was when the plan was made."""
        self.news.may = self.permitted
        push(self.store, self.time, self.request(name))

    def request(self, name: str) -> PushRequest:
        return PushRequest(
            name,
            self.portals[name],
            PayloadMapper(SPECS[name]),
            allow_many=True,
            mapping_hash=name,
            owners={"stage": "destination"} if name == "crm" else {},
            look_first=name == "crm",
        )

    def _meanwhile(self, what: str) -> None:
        """While a call is under way somebody edits, or another process of the hub goes on."""
        if what.startswith("dies"):
            self.power.goes()
        if what.startswith("somebody"):
            self.edits_crm(0, "stage", "customer")
            self.edits_crm(1, "name", "Typo")
            return
        source, person = SOURCES[self._turns % 2], self._turns % 3
        consent = ("granted", "denied")[self._turns // 2 % 2]
        self.says(source, person, self.new_name(), consent, mail=person, dated=True)
        try:
            self._pull(source)
            self._resolve()
        except HubError:
            pass

    # --- what must hold in the end

    def settles(self, rounds: int = 6) -> None:
        """Without faults everything arrives, and then nothing is sent any more."""
        for _ in range(rounds):
            for name in (*SOURCES, "crm"):
                self._pull(name)
            self._resolve()
            before = self._writes()
            for name in self.portals:
                self._push(name)
            if self._writes() == before:
                break
        else:
            raise AssertionError("it never goes quiet")
        self._holds()

    def _writes(self) -> int:
        return self.crm.writes + self.news.writes

    def _holds(self) -> None:
        with self.store.reading() as connection:
            held, self.permitted = golden.active(connection), _permitted(connection)
            self._names_are_the_newest(connection, held)
            for name in self.portals:
                self._is_as_wanted(connection, name, held)
        for remote, stage in self.leads.items():
            if remote in self.crm.records:
                assert self.crm.records[remote]["stage"] == stage, "a stage was written over"

    def _is_as_wanted(self, connection: sa.Connection, name: str, held: pa.Table) -> None:
        """Everybody is there once and shows what the hub wants; but for records that people took away."""
        portal = self.portals[name]
        payloads = PayloadMapper(SPECS[name]).to_payloads(held).to_pylist()
        due = [row for row in payloads if row["blocked"] is None]
        wanted = {row["identity_id"]: json.loads(row["payload"]) for row in due}
        chosen = sa.select(ledger.c.identity_id, ledger.c.remote_id, ledger.c.state)
        rows = connection.execute(chosen.where(ledger.c.destination == name)).all()
        confirmed = {row.identity_id: row.remote_id for row in rows if row.state == "confirmed"}
        has = {one: there for one, remote in confirmed.items() if (there := portal.now_at(remote))}
        # who has no record because people took it away, and whose record stays because of them
        left = {
            row.identity_id
            for row in rows
            if row.remote_id in portal.touched or (portal.touched and row.state == "merged")
        } - has.keys()
        onward = dict(self._redirects(connection))
        stays = {one for one, into in onward.items() if into in left}
        assert set(has) <= set(wanted) | stays, "somebody is there who should not be"
        assert set(wanted) <= set(has) | left, "somebody is missing"
        assert set(has.values()) == set(portal.records), "a twin, or one whom nobody knows"
        if name == "news":
            whose = {onward.get(one, one) for one in has}
            assert whose <= self.permitted, "somebody is there without permission"
        for identity in wanted.keys() & has.keys():
            remote = has[identity]
            shares = [one for one, there in has.items() if there == remote]
            assert shares == [identity] or remote in portal.touched, "two have one record"
            if shares == [identity] or confirmed[identity] == remote:
                _shows(portal, remote, wanted[identity])
        parked = {row.identity_id for row in rows if row.state == "parked"}
        assert not parked & (wanted.keys() | confirmed.keys()), "one is parked for ever"
        assert plan_push(self.store, self.request(name)).empty, "there is always something to do"

    def _redirects(self, connection: sa.Connection) -> list[tuple[str, str]]:
        """Who stands for whom today."""
        held = connection.execute(sa.select(ledger.c.identity_id)).scalars().all()
        found = redirects(connection, "crm", sorted(set(held)))
        return list(zip(found["id"].to_pylist(), found["redirect_to"].to_pylist(), strict=True))

    def _names_are_the_newest(self, connection: sa.Connection, held: pa.Table) -> None:
        """Survivorship told once more, from what the sources say; where people of the CRM said something
        later than all of them, that may be.
        """
        told: dict[str, list[tuple[datetime, str]]] = {}
        worked: dict[str, datetime] = {}
        for row in connection.execute(_MEMBERS):
            if row.source == "crm" and row.key in self.worked:
                worked[row.identity_id] = max(self.worked[row.key], worked.get(row.identity_id, FIRST))
            said = self.sources[row.source].held.get(row.key) if row.source in self.sources else None
            if said is not None and (name := said.values["name"]):
                told.setdefault(row.identity_id, []).append((said.at, name))
        for one in held.select(["identity_id", "name"]).to_pylist():
            newest, _ = max(told.get(one["identity_id"], []), default=(FIRST, ""))
            names = {name for at, name in told.get(one["identity_id"], []) if at == newest}
            if len(names) == 1 and worked.get(one["identity_id"], FIRST) < newest:
                assert {(one["name"] or {}).get("family")} == names, "the hub lost what a source says"


def _shows(portal: Portal, remote: str, wanted: dict[str, object]) -> None:
    """What people wrote over stays until the hub has something new to say."""
    shown = portal.records[remote]
    for field, value in wanted.items():
        theirs, before = portal.edits.get((remote, field), (None, ()))
        stays = shown.get(field) == theirs and value in before
        assert shown.get(field) == value or stays, f"a lost update of {field}"


_MEMBERS = sa.select(records.c.source, records.c.key, records.c.payload, members.c.identity_id).join(
    members, members.c.record_id == records.c.id
)


def _permitted(connection: sa.Connection) -> set[str]:
    """Whom `news` may be sent, by what was pulled: the rule of consents told once more, in plain words."""
    told: dict[str, list[tuple[str, str, str | None]]] = {}
    for row in connection.execute(_MEMBERS):
        said = json.loads(row.payload)
        if said.get("news"):
            told.setdefault(row.identity_id, []).append((row.source, said["news"], said.get("news_at")))
    return {identity for identity, said in told.items() if _is_permitted(said)}


def _is_permitted(said: list[tuple[str, str, str | None]]) -> bool:
    grants = [at for source, status, at in said if source == AUTHORITY and status == "granted" and at]
    reopened = max(grants, default="")
    holds = [status for _, status, at in said if status == "granted" or not at or at >= reopened]
    return bool(holds) and all(status == "granted" for status in holds)
