"""The fake HubSpot keeps the documented rules, also those that the destination does not happen to meet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from connectors.fakes.hubspot import FakeHubSpot
from connectors.fakes.hubspot.properties import UNIQUE_KEY
from connectors.fakes.server import FakeServer

CONTACTS = "/crm/v3/objects/contacts"
ROOT = Path(__file__).parents[4]


@pytest.fixture
def fake() -> FakeHubSpot:
    fake = FakeHubSpot(token="pat-fake")
    fake.store.define(UNIQUE_KEY)
    return fake


@pytest.fixture
def http(fake: FakeHubSpot) -> Iterator[httpx.Client]:
    headers = {"Authorization": "Bearer pat-fake"}
    with FakeServer(fake) as server, httpx.Client(base_url=server.url, headers=headers) as client:
        yield client


def upserts(*ids: str, **properties: object) -> dict[str, object]:
    return {"inputs": [{"id": i, "idProperty": "hub_id", "properties": properties} for i in ids]}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (upserts("a"), 201),
        (upserts(*(str(n) for n in range(100))), 201),
        (upserts(*(str(n) for n in range(101))), 400),
        (upserts("a", "a"), 400),
        (upserts("a", firstname=7), 400),
        (upserts("a", firstname=None), 400),
        ({"inputs": []}, 400),
        ({"inputs": [{"id": "a", "idProperty": "firstname", "properties": {}}]}, 400),
        ({"inputs": [{"id": "a", "properties": {}}]}, 400),
    ],
    ids=["one", "a hundred", "too many", "twice", "a number", "a null", "none", "not unique", "no property"],
)
def test_a_batch_is_taken_or_refused_as_documented(
    http: httpx.Client, body: dict[str, object], status: int
) -> None:
    assert http.post(f"{CONTACTS}/batch/upsert", json=body).status_code == status


def test_a_repeated_upsert_answers_200_and_says_that_nothing_is_new(http: httpx.Client) -> None:
    http.post(f"{CONTACTS}/batch/upsert", json=upserts("a"))
    again = http.post(f"{CONTACTS}/batch/upsert", json=upserts("a"))
    assert (again.status_code, again.json()["results"][0]["new"]) == (200, False)


def test_no_token_is_401(http: httpx.Client) -> None:
    assert http.get(CONTACTS, headers={"Authorization": "Bearer other"}).status_code == 401


def test_the_list_is_paged_and_leaves_archived_contacts_to_their_own_list(
    fake: FakeHubSpot, http: httpx.Client
) -> None:
    ids = [fake.store.create({"firstname": f"P{n}"}).id for n in range(5)]
    fake.store.archive(ids[2])
    seen: list[str] = []
    after = "0"
    while after:
        page = http.get(CONTACTS, params={"limit": "2", "after": after}).json()
        seen += [row["id"] for row in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after", "")
    assert seen == [*ids[:2], *ids[3:]]
    archived = http.get(CONTACTS, params={"archived": "true"}).json()["results"]
    assert [row["id"] for row in archived] == [ids[2]]


def test_a_search_sorts_filters_and_ends_at_ten_thousand(fake: FakeHubSpot, http: httpx.Client) -> None:
    for n in range(30):
        moment = datetime(2026, 1, 1, 0, n // 10, tzinfo=UTC)
        fake.store.now = lambda moment=moment: moment  # type: ignore[misc]
        fake.store.create({"firstname": f"P{n}"})
    since = str(int(datetime(2026, 1, 1, 0, 1, tzinfo=UTC).timestamp() * 1000))
    body = {
        "filterGroups": [
            {"filters": [{"propertyName": "lastmodifieddate", "operator": "GTE", "value": since}]}
        ],
        "sorts": [{"propertyName": "lastmodifieddate", "direction": "DESCENDING"}],
        "properties": ["firstname"],
        "limit": 15,
        "after": "0",
    }
    page = http.post(f"{CONTACTS}/search", json=body).json()
    assert (page["total"], page["paging"]["next"]["after"]) == (20, "15")
    assert page["results"][0]["properties"]["firstname"] == "P20"
    beyond = http.post(f"{CONTACTS}/search", json={**body, "limit": 100, "after": "9901"})
    assert beyond.status_code == 400


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("EQ", "Ada", 1),
        ("NEQ", "Ada", 1),
        ("HAS_PROPERTY", None, 1),
        ("NOT_HAS_PROPERTY", None, 1),
        ("LT", "B", 1),
    ],
)
def test_a_search_knows_the_operators(
    fake: FakeHubSpot, http: httpx.Client, operator: str, value: str | None, found: int
) -> None:
    fake.store.create({"firstname": "Ada"})
    fake.store.create({"lastname": "Nobody"})
    asked = {"propertyName": "firstname", "operator": operator, **({"value": value} if value else {})}
    body = {"filterGroups": [{"filters": [asked]}], "sorts": [], "properties": [], "limit": 10, "after": "0"}
    assert http.post(f"{CONTACTS}/search", json=body).json()["total"] == found


def test_too_many_requests_are_refused_with_the_policy_and_the_headers(
    fake: FakeHubSpot, http: httpx.Client
) -> None:
    fake.limits.requests = 2
    answers = [http.get(CONTACTS) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[1].headers["X-HubSpot-RateLimit-Remaining"] == "0"
    assert answers[2].json()["policyName"] == "TEN_SECONDLY_ROLLING"


def test_an_unknown_address_that_is_erased_can_never_be_used(http: httpx.Client) -> None:
    asked = {"objectId": "stranger@example.com", "idProperty": "email"}
    assert http.post(f"{CONTACTS}/gdpr-delete", json=asked).status_code == 204
    body = upserts("a", email="stranger@example.com")
    assert http.post(f"{CONTACTS}/batch/upsert", json=body).status_code == 400


def test_a_property_is_made_and_found(http: httpx.Client) -> None:
    made = {
        "name": "loyalty_id",
        "label": "Loyalty id",
        "type": "string",
        "fieldType": "text",
        "groupName": "contactinformation",
        "hasUniqueValue": True,
    }
    assert http.post("/crm/v3/properties/contacts", json=made).status_code == 201
    assert http.get("/crm/v3/properties/contacts/loyalty_id").json()["hasUniqueValue"] is True


@pytest.mark.parametrize(
    ("module", "path", "status"),
    [("hubspot", "/crm/v3/objects/contacts", 401), ("tryton", "/erp/rpc/", 405)],
)
def test_a_fake_can_be_started_on_a_port(module: str, path: str, status: int) -> None:
    command = [sys.executable, "-m", f"connectors.fakes.{module}", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert httpx.get(f"{url}{path}").status_code == status
        finally:
            process.terminate()
