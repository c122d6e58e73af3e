"""Beyond the contract: sessions that end, crowds at one moment, late rows, odd rows, wrong servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.reading import Reading, collect, read_all
from connectors.erp.tryton import CONNECTOR
from connectors.erp.tryton_settings import TrytonSettings
from connectors.erp.tryton_source import TrytonSource
from connectors.fakes.faults import Fault
from connectors.fakes.server import FakeServer, Reply
from connectors.fakes.tryton import FakeTryton
from connectors.fakes.tryton.models import MODELS
from hub.errors import ConfigurationError, FatalError, HubError, RetryableError
from tests.fakes.scripted import Scripted
from tests.fakes.timing import StoppedTime
from tests.fakes.tryton_systems import clock_at

PARTY = MODELS["party.party"]
MECHANISM = MODELS["party.contact_mechanism"]
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(params=["8.2", "7.0"])
def fake(request: pytest.FixtureRequest) -> FakeTryton:
    return FakeTryton(version=request.param)


@pytest.fixture
def server(fake: FakeTryton) -> Iterator[FakeServer]:
    with FakeServer(fake) as running:
        yield running


def source(server: FakeServer, fake: FakeTryton, **other: Any) -> TrytonSource:
    given: dict[str, Any] = {
        "url": server.url,
        "database": fake.database,
        "user": "admin",
        "password": fake.password,
        **other,
    }
    return TrytonSource(TrytonSettings(**given), Path(), StoppedTime().timing)


def parties(fake: FakeTryton, count: int, moment: datetime = YESTERDAY) -> list[int]:
    now, fake.store.now = fake.store.now, clock_at(moment)
    made = fake.store.create(PARTY, [{"name": f"Person {n}"} for n in range(count)])
    fake.store.now = now
    return made


def test_a_session_that_ends_in_the_middle_is_renewed_once(fake: FakeTryton, server: FakeServer) -> None:
    parties(fake, 9)
    pages = iter(source(server, fake, page_size=3).read("party", None))
    reading = collect([next(pages)])
    fake.expire_sessions()
    for page in pages:
        reading.take(page)
    assert (len(reading.held), fake.logins) == (9, 2)


def test_one_session_serves_a_whole_read(fake: FakeTryton, server: FakeServer) -> None:
    parties(fake, 9)
    read_all(source(server, fake, page_size=2), "party")
    assert (fake.logins, server.connections) == (1, 2)  # one to find the version, one for the rest


def test_ten_thousand_parties_of_one_moment_are_all_read_and_not_again(
    fake: FakeTryton, server: FakeServer
) -> None:
    made = parties(fake, 10_000)
    whole = read_all(source(server, fake, page_size=2000), "party")
    assert whole.held.keys() == {str(party_id) for party_id in made}
    fake.store.write(PARTY, made[:1], {"name": "Changed"})
    changed = read_all(source(server, fake), "party", whole.last_cursor)
    assert changed.held.keys() == {str(made[0])}
    quiet = Reading()
    for page in source(server, fake).read("party", {"since": (YESTERDAY - timedelta(days=1)).isoformat()}):
        quiet.take(page)
    assert len(quiet.held) == 10_000  # from before that moment, all of them come, page by page


def test_a_party_that_changes_while_it_is_paged_comes_in_the_next_read(
    fake: FakeTryton, server: FakeServer
) -> None:
    first, *_ = parties(fake, 6)
    pages = iter(source(server, fake, page_size=2).read("party", None))
    reading = collect([next(pages)])
    fake.store.write(PARTY, [first], {"name": "Changed"})
    for page in pages:
        reading.take(page)
    following = read_all(source(server, fake), "party", reading.last_cursor)
    assert json.loads(following.held[str(first)])["name"] == "Changed"


def test_a_row_that_appears_with_a_date_that_has_passed_is_not_missed(
    fake: FakeTryton, server: FakeServer
) -> None:
    now = datetime.now(UTC)
    parties(fake, 2, now)
    cursor = read_all(source(server, fake, overlap=300), "party").last_cursor
    (late,) = parties(fake, 1, now - timedelta(seconds=250))  # a transaction that took that long
    assert str(late) in read_all(source(server, fake, overlap=300), "party", cursor).held


@pytest.mark.parametrize(
    "fault",
    [Fault.DROP_BEFORE, Fault.TORN_BODY, Fault.UNFRAMED_TORN_BODY, Fault.SERVER_ERROR, Fault.RATE_LIMIT],
)
def test_a_page_that_is_lost_on_the_way_is_asked_for_again(
    fake: FakeTryton, server: FakeServer, fault: Fault
) -> None:
    parties(fake, 6)
    fake.faults.plan(fault, times=2, on="party.party.search_read", after=4)
    assert len(read_all(source(server, fake, page_size=2), "party").held) == 6


def test_a_row_that_is_not_as_documented_is_set_aside_and_the_rest_is_read(
    fake: FakeTryton, server: FakeServer
) -> None:
    good, odd = parties(fake, 2)
    fake.store.tables["party.party"][odd]["name"] = {"given": "Ada"}
    reading = read_all(source(server, fake), "party")
    assert reading.held.keys() == {str(good)}
    assert reading.rejects == {(str(odd), f"party {odd}", "unexpected-party")}


def test_a_user_who_may_not_read_is_told_what_to_do(server: FakeServer) -> None:
    refusal = {"id": 1, "error": ["UserError", ['You are not allowed to access "Party".', "", None]]}
    replies = [Reply(200, {"id": 0, "result": "8.2"}), Reply(200, {"id": 0, "result": [1, "s", None]})]
    scripted = Scripted([*replies, Reply(200, refusal)])
    with FakeServer(scripted) as running:
        check = source(running, FakeTryton()).check()
    assert not check.ok
    assert check.hint == "give the user of the hub the right to read party.party"


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (Reply(404), ConfigurationError, "not-tryton"),
        (Reply(200, b"<html>Welcome</html>"), ConfigurationError, "html-instead-of-json"),
        (Reply(200, [1, 2]), FatalError, "unexpected-answer"),
        (Reply(503), RetryableError, "unavailable"),
    ],
)
def test_a_server_that_is_no_tryton_is_named(reply: Reply, kind: type[HubError], code: str) -> None:
    with FakeServer(Scripted([reply])) as running:
        opened = source(running, FakeTryton())
        check = opened.check()
        assert not check.ok
        assert check.hint
        with pytest.raises(kind) as caught:
            list(opened.read("party", None))
    assert caught.value.code == code


@pytest.mark.parametrize("result", [None, {}, [1], ["x", "y", "z"], "session"])
def test_a_login_that_gives_no_session_is_fatal(result: object) -> None:
    replies = [Reply(200, {"id": 0, "result": "8.2"}), Reply(200, {"id": 0, "result": result})]
    with FakeServer(Scripted(replies)) as running, pytest.raises(FatalError) as caught:
        list(source(running, FakeTryton()).read("party", None))
    assert caught.value.code == "unexpected-answer"


def test_a_database_name_may_hold_anything(server: FakeServer, fake: FakeTryton) -> None:
    fake.database = "my base ü"
    parties(fake, 1)
    assert len(read_all(source(server, fake), "party").held) == 1


def test_too_many_logins_are_waited_for(fake: FakeTryton, server: FakeServer) -> None:
    fake.faults.plan(Fault.RATE_LIMIT, times=2, on="common.db.login")
    assert source(server, fake).check().ok


def test_neither_the_password_nor_the_session_is_in_a_cursor_or_a_repr(
    fake: FakeTryton, server: FakeServer
) -> None:
    parties(fake, 2)
    opened = source(server, fake)
    pages = list(opened.read("party", None))
    assert fake.password not in f"{opened!r} {pages[-1].cursor!r}"


def test_the_registry_s_entry_names_what_it_can_do() -> None:
    assert CONNECTOR.open_source is not None
    assert CONNECTOR.open_destination is not None
    assert CONNECTOR.settings_for("source") is not CONNECTOR.settings_for("destination")
