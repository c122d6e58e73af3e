"""Beyond the contract: lost answers, twins, and people who write at the same moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Context
from connectors.erp.tryton import open_destination, open_source
from connectors.erp.tryton_destination import TrytonDestination
from connectors.erp.tryton_settings import TrytonDestinationSettings, TrytonSettings
from connectors.fakes.faults import Fault, Faults
from connectors.fakes.server import FakeServer, Reply, Request
from connectors.fakes.tryton import FakeTryton
from connectors.fakes.tryton.models import MODELS
from connectors.http import Unlimited
from hub.domain.plan import Action, Change, Outcome
from hub.errors import HubError, RetryableError
from tests.fakes.files import FixedClock
from tests.fakes.timing import StoppedTime

PARTY = MODELS["party.party"]


@dataclass
class Meddled:
    """A fake Tryton with somebody between: `before` sees each call's method before it is made, a call whose
    method ends in `twice` is delivered twice.
    """

    fake: FakeTryton
    before: Callable[[str], None] = lambda _method: None
    twice: str = "nothing"
    faults: Faults = field(default_factory=Faults)

    def answer(self, request: Request) -> Reply:
        method = json.loads(request.body)["method"]
        self.before(method)
        if method.endswith(self.twice):
            self.fake.answer(request)
        return self.fake.answer(request)

    def answer_with(self, fault: Fault, request: Request) -> Reply:
        return self.fake.answer_with(fault, request)


@pytest.fixture(params=["8.2", "7.0"])
def fake(request: pytest.FixtureRequest) -> FakeTryton:
    return FakeTryton(version=request.param)


@pytest.fixture
def meddled(fake: FakeTryton) -> Meddled:
    return Meddled(fake)


@pytest.fixture
def server(meddled: Meddled) -> Iterator[FakeServer]:
    with FakeServer(meddled) as running:
        yield running


@pytest.fixture
def destination(server: FakeServer, fake: FakeTryton) -> TrytonDestination:
    given: dict[str, Any] = {
        "url": server.url,
        "database": fake.database,
        "user": "admin",
        "password": fake.password,
    }
    return TrytonDestination(TrytonDestinationSettings(**given), Path(), StoppedTime().timing)


def creates(count: int) -> list[Change]:
    return [
        Change(f"id-{n}", Action.CREATE, {"name": f"P{n}", "email": f"p{n}@example.com"})
        for n in range(count)
    ]


def live(fake: FakeTryton) -> list[dict[str, object]]:
    return [row for row in fake.store.tables["party.party"].values() if row["active"]]


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.TORN_BODY, Fault.SERVER_ERROR])
def test_a_create_whose_answer_is_lost_makes_no_twin(
    fake: FakeTryton, meddled: Meddled, destination: TrytonDestination, fault: Fault
) -> None:
    meddled.faults.plan(fault, on="party.party.create")
    receipts = destination.write(creates(5))
    assert {receipt.outcome for receipt in receipts} <= {Outcome.CREATED, Outcome.UNCHANGED}
    assert {receipt.remote_id for receipt in receipts} == {str(row["id"]) for row in live(fake)}
    assert len(fake.store.tables["party.party"]) == 5


def test_a_server_that_loses_every_answer_ends_the_batch(
    fake: FakeTryton, meddled: Meddled, destination: TrytonDestination
) -> None:
    meddled.faults.plan(Fault.DROP_BEFORE, times=99, on="party.party.create")
    with pytest.raises(RetryableError):
        destination.write(creates(2))
    assert fake.store.tables["party.party"] == {}


def test_a_twin_that_came_through_after_all_is_archived_and_the_elder_reported(
    fake: FakeTryton, meddled: Meddled, destination: TrytonDestination
) -> None:
    meddled.twice = "party.party.create"
    (receipt,) = destination.write(creates(1))
    assert [row["id"] for row in live(fake)] == [1]
    assert (receipt.outcome, receipt.remote_id) == (Outcome.CREATED, "1")
    (again,) = destination.write(creates(1))
    assert again.remote_id == "1"


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.TORN_BODY])
def test_an_update_whose_answer_is_lost_is_made_once(
    fake: FakeTryton, meddled: Meddled, destination: TrytonDestination, fault: Fault
) -> None:
    (created,) = destination.write(creates(1))
    meddled.faults.plan(fault, on="party.party.write")
    change = Change("id-0", Action.UPDATE, {"phone": "+33199000001"}, created.remote_id)
    (receipt,) = destination.write([change])
    assert receipt.outcome in {Outcome.UPDATED, Outcome.UNCHANGED}
    phones = [row for row in fake.store.tables["party.contact_mechanism"].values() if row["type"] == "phone"]
    assert len(phones) == 1


def test_what_somebody_changes_at_the_same_moment_is_not_overwritten(
    fake: FakeTryton, meddled: Meddled, destination: TrytonDestination
) -> None:
    receipts = destination.write(creates(3))
    ids = [receipt.remote_id for receipt in receipts]
    ticks = count(1)
    now = fake.store.now()
    fake.store.now = lambda: now + timedelta(seconds=next(ticks))  # 7.0 counts whole seconds

    def meddle(method: str) -> None:
        if method == "model.party.party.write":
            fake.store.write(PARTY, [int(ids[1] or 0)], {"name": "By hand"})

    meddled.before = meddle
    changes = [Change(f"id-{n}", Action.UPDATE, {"name": f"Hub {n}"}, ids[n]) for n in range(3)]
    found = {receipt.identity_id: receipt for receipt in destination.write(changes)}
    assert [found[f"id-{n}"].outcome for n in range(3)] == [
        Outcome.UPDATED,
        Outcome.REJECTED,
        Outcome.UPDATED,
    ]
    assert (found["id-1"].code, found["id-1"].retryable) == ("conflict", True)
    assert [row["name"] for row in live(fake)] == ["Hub 0", "By hand", "Hub 2"]


def test_one_row_that_tryton_cannot_digest_does_not_stop_the_others(
    fake: FakeTryton, destination: TrytonDestination
) -> None:
    fake.store.create(PARTY, [{"name": "First", "code": "TAKEN"}])
    bad = Change("bad", Action.CREATE, {"name": "Bad", "code": "TAKEN"})
    receipts = {r.identity_id: r for r in destination.write([*creates(30), bad])}
    assert receipts.pop("bad").code == "tryton-refused"
    assert {receipt.outcome for receipt in receipts.values()} == {Outcome.CREATED}


def test_an_identity_that_comes_twice_in_a_batch_is_made_once(
    fake: FakeTryton, destination: TrytonDestination
) -> None:
    twice = [Change("id-0", Action.CREATE, {"name": name}) for name in ("Ada", "Grace")]
    receipts = destination.write(twice)
    assert [receipt.outcome for receipt in receipts] == [Outcome.CREATED, Outcome.UPDATED]
    assert [row["name"] for row in live(fake)] == ["Grace"]


def test_of_two_parties_with_a_marker_the_oldest_that_lives_is_found(
    fake: FakeTryton, destination: TrytonDestination
) -> None:
    first, second = (receipt.remote_id or "" for receipt in destination.write(creates(2)))
    markers = fake.store.tables["party.identifier"].values()
    marker = next(row for row in markers if row["party"] == int(second) and row["type"] is None)
    marker["code"] = str(marker["code"]).replace("id-1", "id-0")
    assert destination.find(["id-0", "id-1"]) == {"id-0": first}
    fake.store.write(PARTY, [int(first)], {"active": False})
    assert destination.find(["id-0"]) == {"id-0": second}


def test_an_update_without_a_record_id_goes_by_the_marker(
    fake: FakeTryton, destination: TrytonDestination
) -> None:
    (created,) = destination.write(creates(1))
    updates = [Change(i, Action.UPDATE, {"name": "Ada"}) for i in ("id-0", "id-unknown")]
    found = {receipt.identity_id: receipt for receipt in destination.write(updates)}
    assert (found["id-0"].outcome, found["id-0"].remote_id) == (Outcome.UPDATED, created.remote_id)
    assert found["id-unknown"].code == "remote-gone"


@pytest.mark.parametrize("remote_id", ["999", "not-a-number", "0", "-1"])
@pytest.mark.parametrize("action", [Action.UPDATE, Action.MERGE])
def test_a_party_that_is_not_there_is_said_to_be_gone(
    destination: TrytonDestination, remote_id: str, action: Action
) -> None:
    (receipt,) = destination.write([Change("id-0", action, {"name": "x"}, remote_id)])
    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, "remote-gone")
    assert destination.read_back([remote_id]) == {remote_id: None}


def test_a_merge_confirms_what_tryton_asks_and_may_be_repeated(
    fake: FakeTryton, destination: TrytonDestination
) -> None:
    survivor, *others = (receipt.remote_id or "" for receipt in destination.write(creates(3)))
    merge = Change("id-1", Action.MERGE, {"into": "id-0"}, survivor, merged_remote_ids=tuple(others))
    for _ in range(2):
        (receipt,) = destination.write([merge])
        assert (receipt.outcome, receipt.remote_id) == (Outcome.MERGED, survivor)
    assert [str(row["id"]) for row in live(fake)] == [survivor]
    assert {row["replaced_by"] for row in fake.store.tables["party.party"].values()} == {None, int(survivor)}


def replaced(fake: FakeTryton, party: str | None, by: str | int | None) -> None:
    """Somebody in Tryton replaces a party; it archives the markers of the one that is replaced."""
    fake.store.write(PARTY, [int(party or 0)], {"active": False, "replaced_by": int(by or 0)})


def test_parties_that_were_replaced_by_one_the_hub_does_not_know_are_followed_by_the_first(
    fake: FakeTryton, destination: TrytonDestination
) -> None:
    first, second, third = (receipt.remote_id for receipt in destination.write(creates(3)))
    (theirs,) = fake.store.create(PARTY, [{"name": "Theirs"}])
    replaced(fake, second, by=first)
    replaced(fake, first, by=theirs)
    updates = [
        Change(f"id-{n}", Action.UPDATE, {"name": f"Hub {n}"}, i) for n, i in ((0, first), (1, second))
    ]
    found = {
        r.identity_id: r
        for r in destination.write([*updates, Change("id-2", Action.UPDATE, {"name": "Hub 2"}, third)])
    }
    assert (found["id-0"].outcome, found["id-0"].remote_id) == (Outcome.UPDATED, str(theirs))
    assert (found["id-1"].outcome, found["id-1"].code) == (Outcome.REJECTED, "merged-there")
    assert found["id-2"].outcome is Outcome.UPDATED
    assert [row["name"] for row in live(fake)] == ["Hub 2", "Hub 0"]
    (again,) = destination.write([Change("id-0", Action.CREATE, {"name": "Hub 0"})])
    assert again.remote_id == str(theirs)


def test_a_party_that_somebody_archived_is_gone_until_it_is_to_be_made_again(
    fake: FakeTryton, destination: TrytonDestination
) -> None:
    (created,) = destination.write(creates(1))
    fake.store.write(PARTY, [int(created.remote_id or 0)], {"active": False})
    (update,) = destination.write([Change("id-0", Action.UPDATE, {"name": "Ada"}, created.remote_id)])
    assert (update.outcome, update.code) == (Outcome.REJECTED, "remote-gone")
    (again,) = destination.write([Change("id-0", Action.CREATE, {"name": "Ada"}, created.remote_id)])
    assert (again.remote_id, [row["name"] for row in live(fake)]) == (created.remote_id, ["Ada"])


def test_pulls_and_pushes_of_one_user_share_the_account_s_budget(
    server: FakeServer, fake: FakeTryton
) -> None:
    asked: list[tuple[str, int, float]] = []

    def share(account: str, requests: int, seconds: float) -> Unlimited:
        asked.append((account, requests, seconds))
        return Unlimited()

    given = {"url": server.url, "database": fake.database, "user": "admin", "password": fake.password}
    context = Context(Path(), FixedClock(), "erp", share)
    source = open_source(TrytonSettings.model_validate({**given, "requests_per_10_seconds": 70}), context)
    target = open_destination(TrytonDestinationSettings.model_validate(given), context)
    assert source.check().ok
    assert target.check().ok
    assert {account for account, _, _ in asked} == {asked[0][0]}
    assert [limit for _, *limit in asked] == [[70, 10.0], [500, 10.0]]
    assert fake.password not in asked[0][0]


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER])
@pytest.mark.parametrize("action", [Action.MERGE, Action.ERASE])
def test_a_dialogue_that_is_cut_off_is_finished(
    fake: FakeTryton, meddled: Meddled, destination: TrytonDestination, action: Action, fault: Fault
) -> None:
    first, second = (receipt.remote_id or "" for receipt in destination.write(creates(2)))
    meddled.faults.plan(fault, on="execute")
    merge = Change("id-1", Action.MERGE, {}, first, merged_remote_ids=(second,))
    (receipt,) = destination.write([merge if action is Action.MERGE else Change("id-1", action, {}, second)])
    assert receipt.outcome in {Outcome.MERGED, Outcome.ERASED}
    assert [str(row["id"]) for row in live(fake)] == [first]


def test_an_erased_party_keeps_nothing_of_the_person(
    fake: FakeTryton, destination: TrytonDestination
) -> None:
    (created,) = destination.write(creates(1))
    destination.write([Change("id-0", Action.ERASE, {}, created.remote_id)])
    assert "p0@example.com" not in repr(fake.store.tables)
    (update,) = destination.write([Change("id-0", Action.UPDATE, {"name": "Ada"}, created.remote_id)])
    assert update.code == "remote-gone"
    (again,) = destination.write(creates(1))
    assert (again.outcome, again.remote_id) == (Outcome.CREATED, "2")


def test_a_session_that_ends_between_two_calls_is_renewed(
    fake: FakeTryton, destination: TrytonDestination
) -> None:
    destination.write(creates(1))
    fake.expire_sessions()
    (receipt,) = destination.write(creates(1))
    assert (receipt.outcome, fake.logins) == (Outcome.UNCHANGED, 2)


def test_what_was_done_before_the_server_went_away_is_told(
    fake: FakeTryton, meddled: Meddled, destination: TrytonDestination
) -> None:
    (created,) = destination.write(creates(1))
    meddled.faults.plan(Fault.DROP_BEFORE, times=99, on="party.party.write")
    archive = Change("id-0", Action.ARCHIVE, {}, created.remote_id)
    found = {r.identity_id: r for r in destination.write([creates(2)[1], archive])}
    assert found["id-1"].outcome is Outcome.CREATED
    assert (found["id-0"].outcome, found["id-0"].retryable) == (Outcome.REJECTED, True)


def test_check_says_when_no_country_is_known(fake: FakeTryton, destination: TrytonDestination) -> None:
    assert "no countries" in destination.check().sentence
    fake.store.create(MODELS["country.country"], [{"name": "France", "code": "FR"}])
    assert "countries" not in destination.check().sentence


def test_a_change_that_is_no_write_is_not_made(fake: FakeTryton, destination: TrytonDestination) -> None:
    (receipt,) = destination.write([Change("id-0", Action.CONFLICT, {"name": "Ada"})])
    assert receipt.code == "not-a-write"
    assert live(fake) == []


def test_a_wrong_password_is_raised_before_anything_is_written(server: FakeServer, fake: FakeTryton) -> None:
    settings = TrytonDestinationSettings(
        url=server.url,
        database=fake.database,
        user="admin",
        password="wrong",  # type: ignore[arg-type]
    )
    with pytest.raises(HubError) as caught:
        TrytonDestination(settings, Path(), StoppedTime().timing).write(creates(1))
    assert caught.value.code == "login-refused"
    assert live(fake) == []
