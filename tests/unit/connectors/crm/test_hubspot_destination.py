"""Beyond the contract: what HubSpot does when things go wrong, and what must not happen then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr, ValidationError

from connectors.base import Context
from connectors.crm.hubspot import CONNECTOR
from connectors.crm.hubspot_destination import HubSpotDestination
from connectors.crm.hubspot_settings import HubSpotSettings
from connectors.fakes.faults import Fault
from connectors.fakes.hubspot import FakeHubSpot, Property
from connectors.fakes.hubspot.properties import UNIQUE_KEY
from connectors.fakes.server import FakeServer
from hub.domain.plan import Action, Change, Outcome, Receipt
from hub.errors import ConfigurationError, FatalError, HubError, RetryableError
from tests.fakes.hubspot_system import FAST
from tests.fakes.timing import StoppedTime


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def fake() -> FakeHubSpot:
    """An account of its own: accounts share a budget in the process."""
    fake = FakeHubSpot(token=f"pat-{uuid4()}")
    fake.store.define(UNIQUE_KEY)
    return fake


@pytest.fixture
def server(fake: FakeHubSpot) -> Iterator[FakeServer]:
    with FakeServer(fake) as running:
        yield running


@pytest.fixture
def time() -> StoppedTime:
    return StoppedTime()


def settings(server: FakeServer, fake: FakeHubSpot, **other: object) -> HubSpotSettings:
    given = {"token": fake.token, "base_url": server.url, "requests_per_10_seconds": FAST, **other}
    return HubSpotSettings.model_validate(given)


@pytest.fixture
def destination(server: FakeServer, fake: FakeHubSpot, time: StoppedTime) -> HubSpotDestination:
    return HubSpotDestination(settings(server, fake), time.timing)


def creates(count: int) -> list[Change]:
    return [
        Change(f"id-{n}", Action.CREATE, {"email": f"p{n}@example.com", "firstname": f"P{n}"})
        for n in range(count)
    ]


def by_id(receipts: list[Receipt] | tuple[Receipt, ...] | object) -> dict[str, Receipt]:
    assert isinstance(receipts, list)
    return {receipt.identity_id: receipt for receipt in receipts}


def test_check_tells_how_to_make_the_property_that_is_missing(server: FakeServer) -> None:
    bare = FakeHubSpot(token="pat-bare")
    with FakeServer(bare) as running:
        check = HubSpotDestination(settings(running, bare)).check()
    assert not check.ok
    assert "hub_id" in check.sentence
    assert "unique" in (check.hint or "")


def test_check_tells_that_a_property_without_unique_values_is_of_no_use(
    fake: FakeHubSpot, destination: HubSpotDestination
) -> None:
    fake.store.define(Property("hub_id", "Hub id"))
    check = destination.check()
    assert not check.ok
    assert "unique" in check.sentence


def test_nothing_is_written_by_a_property_that_is_not_unique(
    fake: FakeHubSpot, destination: HubSpotDestination
) -> None:
    fake.store.define(Property("hub_id", "Hub id"))
    with pytest.raises(ConfigurationError) as caught:
        destination.write(creates(1))
    assert caught.value.code == "id-property-not-unique"
    assert fake.store.contacts == {}


@pytest.mark.parametrize("name", ["email", "hs_object_id", "Hub Id", ""])
def test_an_id_property_that_hubspot_fills_is_refused_in_the_settings(name: str) -> None:
    with pytest.raises(ValidationError):
        HubSpotSettings(token=SecretStr("x"), id_property=name)


def test_values_travel_as_text_and_null_clears(fake: FakeHubSpot, destination: HubSpotDestination) -> None:
    for name in ("visits", "vip", "tags", "more"):
        fake.store.define(Property(name, name))
    payload = {"visits": 7, "vip": True, "tags": ["a", "b"], "more": {"k": 1}, "city": "Lyon", "zip": None}
    (receipt,) = destination.write([Change("id-0", Action.CREATE, payload)])
    contact = fake.store.contacts[receipt.remote_id or ""]
    assert contact.values == {
        "hub_id": "id-0",
        "visits": "7",
        "vip": "true",
        "tags": "a;b",
        "more": '{"k": 1}',
        "city": "Lyon",
    }
    destination.write([Change("id-0", Action.UPDATE, {"city": None}, receipt.remote_id)])
    assert "city" not in contact.values


@pytest.mark.parametrize("partial", [True, False], ids=["row by row", "all or none"])
def test_each_bad_row_has_its_own_reason_and_repeats_no_value(
    fake: FakeHubSpot, destination: HubSpotDestination, partial: bool
) -> None:
    fake.partial_failures = partial
    fake.store.create({"email": "taken@example.com"})
    bad = {
        "invalid-email": {"email": "ada-at-example.com"},
        "unknown-property": {"shoe_size": "43", "firstname": "Grace"},
        "exists-already": {"email": "taken@example.com"},
        "value-too-long": {"firstname": "x" * 70_000},
        "read-only-value": {"createdate": "2026-01-01"},
        "invalid-option": {"lifecyclestage": "royalty"},
    }
    rows = [Change(code, Action.CREATE, payload) for code, payload in bad.items()]
    receipts = by_id(destination.write([*creates(20), *rows]))
    for code in bad:
        receipt = receipts.pop(code)
        assert (receipt.outcome, receipt.code, receipt.retryable) == (Outcome.REJECTED, code, False)
        for value in ("ada", "43", "Grace", "taken", "royalty"):
            assert value not in (receipt.sentence or "")
    assert {receipt.outcome for receipt in receipts.values()} == {Outcome.CREATED}


def test_a_property_that_is_missing_costs_two_calls_however_many_rows_name_it(
    fake: FakeHubSpot, server: FakeServer, destination: HubSpotDestination
) -> None:
    bad = [Change(f"bad-{n}", Action.CREATE, {"shoe_size": "43"}) for n in range(80)]
    receipts = destination.write([*creates(20), *bad])
    assert sum(receipt.outcome is Outcome.REJECTED for receipt in receipts) == 80
    assert server.requests.count("POST /crm/v3/objects/contacts/batch/upsert") == 2


def test_rows_that_the_answer_leaves_out_are_rejected_and_may_pass_later(
    fake: FakeHubSpot, destination: HubSpotDestination
) -> None:
    fake.faults.plan(Fault.MISSING_ROWS, on="upsert")
    receipts = destination.write(creates(10))
    missing = [receipt for receipt in receipts if receipt.outcome is Outcome.REJECTED]
    assert [(r.code, r.retryable) for r in missing] == [("no-answer-for-row", True)]
    assert len(receipts) == 10
    again = destination.write(creates(10))
    assert {receipt.outcome for receipt in again} == {Outcome.UPDATED}
    assert len(fake.store.contacts) == 10


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.TORN_BODY, Fault.SERVER_ERROR])
def test_a_batch_that_was_lost_on_the_way_makes_no_twins(
    fake: FakeHubSpot, destination: HubSpotDestination, fault: Fault
) -> None:
    fake.faults.plan(fault, times=2, on="upsert")
    receipts = destination.write(creates(5))
    assert {receipt.outcome for receipt in receipts} <= {Outcome.CREATED, Outcome.UPDATED}
    assert len(fake.store.contacts) == 5


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (Fault.HTML, ConfigurationError, "html-instead-of-json"),
        (Fault.REDIRECT, ConfigurationError, "redirect-to-other-host"),
        (Fault.HUGE_BODY, FatalError, "answer-too-large"),
        (Fault.EXPIRED_TOKEN, ConfigurationError, "unauthorized"),
        (Fault.DAILY_LIMIT, RetryableError, "daily-limit"),
    ],
)
def test_what_makes_no_sense_ends_the_batch_with_its_own_code(
    fake: FakeHubSpot, destination: HubSpotDestination, fault: Fault, kind: type[HubError], code: str
) -> None:
    fake.faults.plan(fault, times=99, on="upsert")
    with pytest.raises(kind) as caught:
        destination.write(creates(3))
    assert caught.value.code == code
    assert fake.token not in f"{caught.value}{caught.value.hint}"


def test_the_daily_limit_is_not_waited_for(
    fake: FakeHubSpot, destination: HubSpotDestination, time: StoppedTime
) -> None:
    fake.faults.plan(Fault.DAILY_LIMIT, on="upsert")
    with pytest.raises(RetryableError) as caught:
        destination.write(creates(1))
    assert (time.slept, caught.value.retry_after) == ([], 3600.0)


@pytest.mark.parametrize(("asked", "waited"), [("3", 3.0), ("0", 0.0), ("9000", 10.0)])
def test_a_busy_account_is_waited_for_as_asked_but_no_longer_than_its_window(
    fake: FakeHubSpot, destination: HubSpotDestination, time: StoppedTime, asked: str, waited: float
) -> None:
    fake.faults.seconds = asked
    fake.faults.plan(Fault.RATE_LIMIT, on="upsert")
    destination.write(creates(1))
    assert time.passed == waited


def test_the_settings_limit_keeps_requests_within_the_window(
    fake: FakeHubSpot, server: FakeServer, time: StoppedTime
) -> None:
    destination = HubSpotDestination(settings(server, fake, requests_per_10_seconds=2), time.timing)
    for _ in range(3):
        destination.write(creates(1))
    assert time.passed == 10.0  # the definition and the first batch, then a window for two more


def test_an_account_that_is_nearly_spent_slows_down_to_its_rate(
    fake: FakeHubSpot, destination: HubSpotDestination, time: StoppedTime
) -> None:
    fake.limits.requests = 2
    destination.write(creates(1))  # the definition, then the batch: nothing remains
    fake.limits.requests = None
    destination.write(creates(1))
    assert time.passed == 5.0


def test_a_token_that_ends_in_the_middle_keeps_what_was_written(
    fake: FakeHubSpot, destination: HubSpotDestination
) -> None:
    first = by_id(destination.write(creates(2)))
    fake.faults.plan(Fault.EXPIRED_TOKEN, times=99, on="archive")
    new = Change("new", Action.CREATE, {"email": "new@example.com"})
    gone = Change("id-0", Action.ARCHIVE, {}, first["id-0"].remote_id)
    receipts = by_id(destination.write([new, gone]))
    assert receipts["new"].outcome is Outcome.CREATED
    assert (receipts["id-0"].code, receipts["id-0"].retryable) == ("unauthorized", True)


def test_an_update_by_record_id_makes_nothing_anew_when_the_record_is_gone(
    fake: FakeHubSpot, destination: HubSpotDestination
) -> None:
    (created,) = destination.write(creates(1))
    fake.store.archive(created.remote_id or "")
    (receipt,) = destination.write([Change("id-0", Action.UPDATE, {"city": "Lyon"}, created.remote_id)])
    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, "remote-gone")


def test_an_update_puts_the_hub_s_id_on_a_record_that_has_none(
    fake: FakeHubSpot, destination: HubSpotDestination
) -> None:
    linked = fake.store.create({"email": "linked@example.com"})
    destination.write([Change("id-9", Action.UPDATE, {"city": "Lyon"}, linked.id)])
    (receipt,) = destination.write([Change("id-9", Action.CREATE, {"city": "Paris"})])
    assert (receipt.outcome, receipt.remote_id) == (Outcome.UPDATED, linked.id)


def test_an_identity_that_comes_twice_in_a_batch_is_written_once(
    fake: FakeHubSpot, destination: HubSpotDestination
) -> None:
    twice = [Change("id-0", Action.CREATE, {"city": city}) for city in ("Lyon", "Paris")]
    receipts = destination.write([*twice, *creates(3)[1:]])
    assert len(receipts) == 4
    assert len(fake.store.contacts) == 3


@pytest.mark.parametrize("partial", [True, False], ids=["row by row", "all or none"])
def test_a_contact_that_is_there_already_is_taken_over_only_when_that_is_wanted(
    fake: FakeHubSpot, server: FakeServer, partial: bool
) -> None:
    fake.partial_failures = partial
    there = fake.store.create({"email": "p0@example.com", "city": "Lyon"})
    theirs = fake.store.create({"email": "p1@example.com", "hub_id": "somebody-else"})
    careful = HubSpotDestination(settings(server, fake))
    assert {receipt.code for receipt in careful.write(creates(2))} == {"exists-already"}
    adopting = HubSpotDestination(settings(server, fake, adopt_existing=True))
    receipts = by_id(adopting.write(creates(2)))
    assert (receipts["id-0"].outcome, receipts["id-0"].remote_id) == (Outcome.UPDATED, there.id)
    assert there.values["city"] == "Lyon"
    assert receipts["id-1"].code == "exists-already"
    assert theirs.values["hub_id"] == "somebody-else"


def test_more_than_one_call_s_worth_is_found_by_identity_and_what_was_archived_there_is_not(
    fake: FakeHubSpot, server: FakeServer, destination: HubSpotDestination
) -> None:
    made = {receipt.identity_id: receipt.remote_id or "" for receipt in destination.write(creates(130))}
    fake.store.archive(made.pop("id-7"))
    before = len(server.requests)
    assert destination.find([*made, "id-7", "ID-8", "nobody"]) == made
    assert server.requests[before:] == ["POST /crm/v3/objects/contacts/batch/read"] * 2


def test_a_merge_folds_all_and_may_be_repeated(fake: FakeHubSpot, destination: HubSpotDestination) -> None:
    ids = [receipt.remote_id or "" for receipt in destination.write(creates(3))]
    numbers = {fake.store.contacts[remote].values["hub_id"]: remote for remote in ids}
    survivor, first, second = (numbers[f"id-{n}"] for n in range(3))
    merge = Change("id-1", Action.MERGE, {"into": "id-0"}, survivor, merged_remote_ids=(first, second))
    for _ in range(2):
        (receipt,) = destination.write([merge])
        assert (receipt.outcome, receipt.remote_id) == (Outcome.MERGED, survivor)
    assert fake.store.contacts.keys() == {survivor}
    assert fake.store.contacts[survivor].values["hub_id"] == "id-0"
    assert destination.read_back([first])[first] is None


def test_a_merge_whose_answer_is_lost_is_not_sent_again_blindly(
    fake: FakeHubSpot, server: FakeServer, destination: HubSpotDestination
) -> None:
    receipts = by_id(destination.write(creates(2)))
    survivor, other = receipts["id-0"].remote_id, receipts["id-1"].remote_id
    merge = Change("id-1", Action.MERGE, {}, survivor, merged_remote_ids=(other or "",))
    fake.faults.plan(Fault.DROP_AFTER, on="merge")
    with pytest.raises(RetryableError):
        destination.write([merge])
    assert server.requests.count("POST /crm/v3/objects/contacts/merge") == 1
    (receipt,) = destination.write([merge])
    assert receipt.outcome is Outcome.MERGED


def test_a_merge_into_a_contact_that_is_gone_is_rejected(
    fake: FakeHubSpot, destination: HubSpotDestination
) -> None:
    receipts = by_id(destination.write(creates(2)))
    survivor, other = receipts["id-0"].remote_id or "", receipts["id-1"].remote_id or ""
    fake.store.archive(survivor)
    (receipt,) = destination.write([Change("id-1", Action.MERGE, {}, survivor, merged_remote_ids=(other,))])
    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, "remote-gone")


@pytest.mark.parametrize("action", [Action.ARCHIVE, Action.ERASE, Action.MERGE])
def test_a_removal_that_names_no_record_is_rejected(
    fake: FakeHubSpot, destination: HubSpotDestination, action: Action
) -> None:
    (receipt,) = destination.write([Change("id-0", action, {})])
    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, "no-remote-id")


def test_erasing_goes_by_record_id_so_that_no_stranger_s_address_is_blocked(
    fake: FakeHubSpot, destination: HubSpotDestination
) -> None:
    (created,) = destination.write(creates(1))
    for _ in range(2):
        (receipt,) = destination.write([Change("id-0", Action.ERASE, {}, created.remote_id)])
        assert receipt.outcome is Outcome.ERASED
    assert fake.store.blocked_emails == {"p0@example.com"}
    (again,) = destination.write(creates(1))
    assert again.outcome is Outcome.REJECTED


def test_a_change_that_is_no_write_is_not_made(fake: FakeHubSpot, destination: HubSpotDestination) -> None:
    (receipt,) = destination.write([Change("id-0", Action.BLOCKED, {"email": "p0@example.com"})])
    assert receipt.code == "not-a-write"
    assert fake.store.contacts == {}


def test_a_wrong_base_url_is_a_configuration_error(server: FakeServer, fake: FakeHubSpot) -> None:
    wrong = HubSpotDestination(settings(server, fake, base_url=f"{server.url}/wrong"))
    check = wrong.check()
    assert not check.ok


def test_nothing_shows_the_token(server: FakeServer, fake: FakeHubSpot) -> None:
    given = settings(server, fake)
    assert fake.token not in f"{given!r} {HubSpotDestination(given)!r}"


def test_the_registry_s_entry_opens_it(server: FakeServer, fake: FakeHubSpot) -> None:
    assert CONNECTOR.open_destination is not None
    assert CONNECTOR.open_source is None
    context = Context(folder=Path(), clock=RealClock(), name="crm")
    opened = CONNECTOR.open_destination(settings(server, fake), context)
    assert opened.check().ok
    assert opened.capabilities == CONNECTOR.capabilities
