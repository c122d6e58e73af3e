"""Tryton as a source and as a destination, against real servers of both versions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from connectors.contract import DestinationContract, DestinationSystem, SourceContract, SourceSystem
from connectors.contract.reading import read_all
from connectors.erp.tryton_destination import TrytonDestination
from connectors.erp.tryton_settings import TrytonDestinationSettings, TrytonSettings
from connectors.erp.tryton_source import TrytonSource
from hub.domain.plan import Action, Change, FieldChange, Outcome
from hub.errors import ConfigurationError
from tests.fakes.tryton_client import PASSWORD, TrytonClient
from tests.fakes.tryton_facts import TrytonFacts
from tests.fakes.tryton_systems import TrytonDestinationSystem, TrytonSourceSystem, good, parties
from tests.servers.tryton import RELEASES, running_tryton

pytestmark = pytest.mark.server

HERE = Path()


class Servers:
    """Servers by release, each started when first asked for."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._running: dict[str, TrytonClient] = {}

    def of(self, release: str) -> TrytonClient:
        if release not in self._running:
            folder = self._folder / release
            folder.mkdir()
            self._running[release] = self._stack.enter_context(running_tryton(release, folder))
        return self._running[release]


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(tmp_path_factory.mktemp("tryton"), stack)


@pytest.fixture(params=RELEASES)
def server(request: pytest.FixtureRequest, servers: Servers) -> TrytonClient:
    """A server without parties."""
    running = servers.of(request.param)
    running.empty()
    return running


class TestFacts(TrytonFacts):
    pass


class TestTrytonSource(SourceContract):
    @pytest.fixture
    def system(self, server: TrytonClient) -> SourceSystem:
        """Ten parties of this moment; without an overlap they may all come again, but no more than they."""
        return TrytonSourceSystem(server, boundary=10, overlap=0)


class TestTrytonDestination(DestinationContract):
    @pytest.fixture
    def system(self, server: TrytonClient) -> DestinationSystem:
        return TrytonDestinationSystem(server)


def source(server: TrytonClient) -> TrytonSource:
    return TrytonSource(TrytonSettings(**good(server), overlap=0), HERE)


def destination(server: TrytonClient) -> TrytonDestination:
    return TrytonDestination(TrytonDestinationSettings(**good(server)), HERE)


@pytest.mark.parametrize(
    ("model", "values", "shown"),
    [
        ("contact_mechanism", {"type": "phone", "value": "+33199000007"}, "+33199000007"),
        ("address", {"city": "Grenoble"}, "Grenoble"),
        ("identifier", {"code": "LOYAL-7"}, "LOYAL-7"),
    ],
    ids=["a phone", "an address", "an identifier"],
)
def test_what_is_added_to_an_old_party_brings_it_in_the_next_read(
    server: TrytonClient, model: str, values: dict[str, object], shown: str
) -> None:
    old, last = server.create(name="Old"), server.create(name="Last")
    cursor = read_all(source(server), "party").last_cursor
    assert cursor is not None
    server.call(f"model.party.{model}.create", [{**values, "party": old}])
    held = read_all(source(server), "party", cursor).held
    assert shown in held[str(old)]
    assert held.keys() <= {str(old), str(last)}


def test_an_archived_party_is_read_and_says_so(server: TrytonClient) -> None:
    party_id = server.create(name="Left")
    server.call("model.party.party.write", [party_id], {"active": False})
    assert '"active": false' in read_all(source(server), "party").held[str(party_id)]


def test_archived_mechanisms_are_left_out_of_the_payload(server: TrytonClient) -> None:
    party_id = server.create(name="Moved")
    way = {"type": "email", "value": "gone@example.com", "party": party_id}
    way_ids = server.call("model.party.contact_mechanism.create", [way])
    server.call("model.party.contact_mechanism.write", way_ids, {"active": False})
    assert "gone@example.com" not in read_all(source(server), "party").held[str(party_id)]


def test_a_wrong_password_is_found_by_check(server: TrytonClient) -> None:
    settings = TrytonSettings(**{**good(server), "password": "wrong"})
    check = TrytonSource(settings, HERE).check()
    assert not check.ok
    assert check.hint == "check `user` and `password`"


def test_a_missing_database_stops_a_read(server: TrytonClient) -> None:
    settings = TrytonSettings(**good(server, "no such base"))
    with pytest.raises(ConfigurationError) as caught:
        list(TrytonSource(settings, HERE).read("party", None))
    assert caught.value.code == "no-such-database"


def test_a_new_email_replaces_the_one_sent_before_and_keeps_the_others(server: TrytonClient) -> None:
    hub = destination(server)
    (created,) = hub.write([Change("id-1", Action.CREATE, {"name": "Ada", "email": "first@example.com"})])
    party_id = int(created.remote_id or 0)
    own = {"type": "email", "value": "private@example.com", "party": party_id}
    server.call("model.party.contact_mechanism.create", [own])
    for old, new in (("first@example.com", "second@example.com"), ("second@example.com", None)):
        fields = (FieldChange("email", old, new),)
        hub.write([Change("id-1", Action.UPDATE, {"email": new}, created.remote_id, fields)])
    ways = server.one(party_id, "contact_mechanisms.value", "contact_mechanisms.active")[
        "contact_mechanisms."
    ]
    assert {way["value"]: bool(way["active"]) for way in ways} == {
        "second@example.com": False,
        "private@example.com": True,
    }


def test_an_email_that_the_hub_did_not_send_is_not_overwritten(server: TrytonClient) -> None:
    theirs = {"type": "email", "value": "theirs@example.com"}
    party_id = server.create(name="Linked", contact_mechanisms=[["create", [theirs]]])
    hub = destination(server)
    (receipt,) = hub.write([Change("id-1", Action.UPDATE, {"email": "ours@example.com"}, str(party_id))])
    assert receipt.outcome is Outcome.UPDATED
    ways = server.one(party_id, "contact_mechanisms.value")["contact_mechanisms."]
    assert [way["value"] for way in ways] == ["ours@example.com", "theirs@example.com"]
    assert hub.read_back([str(party_id)])[str(party_id)] is not None


def test_a_party_linked_by_an_update_is_found_by_a_later_create(server: TrytonClient) -> None:
    party_id = server.create(name="Linked")
    hub = destination(server)
    hub.write([Change("id-1", Action.UPDATE, {"name": "Ada"}, str(party_id))])
    (receipt,) = hub.write([Change("id-1", Action.CREATE, {"name": "Ada"})])
    assert (receipt.outcome, receipt.remote_id) == (Outcome.UNCHANGED, str(party_id))
    assert len(parties(server)) == 1


def test_a_code_that_is_taken_is_refused_alone_in_a_batch(server: TrytonClient) -> None:
    server.create(name="First", code="TAKEN")
    changes = [Change(f"id-{n}", Action.CREATE, {"name": f"Person {n}"}) for n in range(9)]
    changes.insert(4, Change("bad", Action.CREATE, {"name": "Bad", "code": "TAKEN"}))
    receipts = {receipt.identity_id: receipt for receipt in destination(server).write(changes)}
    assert receipts.pop("bad").code == "tryton-refused"
    assert {receipt.outcome for receipt in receipts.values()} == {Outcome.CREATED}
    assert len(parties(server)) == 10


def test_a_party_that_was_replaced_by_another_identity_s_is_not_written(server: TrytonClient) -> None:
    hub = destination(server)
    created = hub.write([Change(f"id-{n}", Action.CREATE, {"name": f"Person {n}"}) for n in range(2)])
    first, second = (receipt.remote_id for receipt in created)
    assert second is not None
    hub.write([Change("id-1", Action.MERGE, {"into": "id-0"}, first, merged_remote_ids=(second,))])
    (receipt,) = hub.write([Change("id-1", Action.UPDATE, {"name": "Again"}, second)])
    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, "merged-there")
    (again,) = hub.write([Change("id-1", Action.CREATE, {"name": "Split off"})])
    assert again.outcome is Outcome.CREATED
    assert again.remote_id not in {first, second}


def test_an_archived_party_comes_back_by_a_create_and_not_by_an_update(server: TrytonClient) -> None:
    hub = destination(server)
    created = Change("id-1", Action.CREATE, {"name": "Ada", "email": "ada@example.com"})
    (first,) = hub.write([created])
    hub.write([Change("id-1", Action.ARCHIVE, {}, first.remote_id)])
    (update,) = hub.write([Change("id-1", Action.UPDATE, {"name": "Ada King"}, first.remote_id)])
    assert (update.outcome, update.code) == (Outcome.REJECTED, "remote-gone")
    (again,) = hub.write([Change("id-1", Action.CREATE, {"name": "Ada King", "email": "king@example.com"})])
    assert (again.outcome, again.remote_id) == (Outcome.UPDATED, first.remote_id)
    assert hub.read_back([first.remote_id or ""])[first.remote_id or ""] == {
        **dict.fromkeys(("phone", "mobile", "website", "street", "postal_code", "city", "country")),
        "name": "Ada King",
        "email": "king@example.com",
        "code": server.one(int(first.remote_id or 0), "code")["code"],
        "active": True,
    }


def test_a_party_can_be_created_archived(server: TrytonClient) -> None:
    hub = destination(server)
    for outcome in (Outcome.CREATED, Outcome.UNCHANGED):
        (receipt,) = hub.write([Change("id-1", Action.CREATE, {"name": "Ada", "active": False})])
        assert receipt.outcome is outcome
    assert [row["active"] for row in parties(server)] == [0]


def test_values_that_come_and_go_leave_one_active_mechanism(server: TrytonClient) -> None:
    hub = destination(server)
    (created,) = hub.write([Change("id-1", Action.CREATE, {"name": "Ada", "phone": "+33199000001"})])
    sent: str | None = "+33199000001"
    for new in (None, "+33199000001", "+33199000002", None, "+33199000001", "+33199000002", "+33199000001"):
        change = Change(
            "id-1", Action.UPDATE, {"phone": new}, created.remote_id, (FieldChange("phone", sent, new),)
        )
        (receipt,) = hub.write([change])
        assert receipt.outcome is Outcome.UPDATED, receipt.sentence
        shown = hub.read_back([created.remote_id or ""])[created.remote_id or ""] or {}
        assert shown["phone"] == new
        sent = new
    ways = server.one(int(created.remote_id or 0), "contact_mechanisms.active")["contact_mechanisms."]
    assert sum(way["active"] for way in ways) == 1


def test_nothing_of_the_password_is_kept_in_the_source(server: TrytonClient) -> None:
    opened = source(server)
    opened.check()
    assert PASSWORD not in repr(opened)
    assert PASSWORD not in repr(TrytonSettings(**good(server)))
