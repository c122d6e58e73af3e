"""Rules, relations, deletions and the change feed of the sample company, as people and scripts use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from connectors.fakes.server import FakeServer
from tests.e2e.test_decisions import company, here, told  # noqa: F401 - a fixture
from tests.unit.connectors.alerts.test_alerts import SECRET, Receiver

RULES = """
survivorship:
  fields:
    organization: {priority: [salon, webforms]}
    emails: {limit: 1}
    job_title: {only_from: [salon]}
  groups:
    visit: [attributes.met_on, attributes.comment]
"""


def changed(folder: Path, *changes: tuple[str, str]) -> None:
    path = folder / "hub.yaml"
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path.write_text(text, encoding="utf-8")


def profiles(folder: Path) -> list[dict[str, Any]]:
    """The profiles of the golden records made of most records."""
    found = told(folder, "changes")["changes"]
    most = sorted(found, key=lambda one: -one["record_count"])[:12]
    return [told(folder, "profile", "show", one["id"]) for one in most]


def test_what_a_rule_would_change_is_told_and_then_done_and_explained(
    company: Path,  # noqa: F811
) -> None:
    before = (company / "hub.yaml").read_text(encoding="utf-8")
    (company / "hub.yaml").write_text(before + RULES, encoding="utf-8")
    planned = told(company, "resolve", "--dry-run")
    assert {"emails", "job_title", "organization"} <= planned["fields"].keys()
    done = told(company, "resolve")
    assert done["golden_changed"] == planned["golden_changed"] > 0
    limited = [one for one in profiles(company) if "withheld" in one["provenance"].get("emails", {})]
    shown = here(company, "profile", "show", limited[0]["id"]).stdout
    assert any(line.startswith("emails\t\t\t\tlimit\t") for line in shown.splitlines())
    met = [one for one in profiles(company) if "met_on" in str(one["contact"].get("attributes"))]
    assert "(visit)\t" in here(company, "profile", "show", met[0]["id"]).stdout
    assert told(company, "resolve", "--check")["equal"]
    (company / "hub.yaml").write_text(before, encoding="utf-8")
    told(company, "resolve")


def test_a_person_is_shown_with_organisation_and_household(company: Path) -> None:  # noqa: F811
    found = told(company, "changes")["changes"]
    people = [one["id"] for one in found if one["contact"]["kind"] == "person"]
    every = (told(company, "profile", "show", one) for one in people)
    linked = next(one for one in every if one["relations"]["organization"])
    organisation = linked["relations"]["organization"]
    there = told(company, "profile", "show", organisation["identity_id"])
    assert linked["id"] in {one["identity_id"] for one in there["relations"]["people"]}
    shown = here(company, "profile", "show", linked["id"]).stdout
    assert f"organisation\t{organisation['name']}\t{organisation['identity_id']}\t" in shown


def test_a_consumer_reads_on_from_where_it_is(company: Path) -> None:  # noqa: F811
    first = told(company, "changes", "--consumer", "web", "--limit", "3")
    assert [one["seq"] for one in first["changes"]] == [1, 2, 3]
    assert told(company, "changes", "--consumer", "web", "--limit", "3") == first
    assert told(company, "changes", "--consumer", "web", "--done", "3")["seq"] == 3
    shown = here(company, "changes", "--consumer", "web", "--limit", "1")
    assert shown.stdout.splitlines()[1].split("\t")[0] == "4"
    assert "hub changes --consumer web --done 4" in shown.stderr
    back = here(company, "changes", "--consumer", "web", "--done", "1")
    assert (back.returncode, "web is past change 1" in back.stderr) == (2, True)
    newest = told(company, "changes", "--consumer", "web", "--skip")["seq"]
    (reader,) = told(company, "changes", "--consumers")["consumers"]
    assert (reader["name"], reader["seq"], reader["behind"]) == ("web", newest, 0)
    assert here(company, "changes", "--consumer", "web", "--forget").returncode == 0
    assert here(company, "changes", "--done", "1").returncode == 2


def test_a_deletion_waits_for_a_person_where_the_source_says_so(company: Path) -> None:  # noqa: F811
    changed(company, ("    priority: 1 ", "    deletions: review\n    priority: 1 "))
    path = company / "data" / "erp_export.csv"
    head, first, second, *rest = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([head, *rest]))
    gone = [f"erp:{row.split(b';')[0].decode()}" for row in (first, second)]
    assert here(company, "pull", "erp", "--full").returncode in {0, 3}
    resolved = here(company, "resolve")
    assert "2 records gone from their source wait for a person" in resolved.stderr
    assert [one["record"] for one in told(company, "deletions", "list")] == gone
    owner = told(company, "profile", "show", gone[0])
    assert (owner["gone"][0]["record"], owner["gone"][0]["deletion"]) == (gone[0], "waiting")
    made = told(company, "deletions", "remove", gone[0], "--reason", "closed")
    assert (made["decision"]["kind"], made["golden_changed"]) == ("deletion", 1)
    assert gone[0] not in told(company, "profile", "show", owner["id"])["members"]
    told(company, "undo")
    assert gone[0] in told(company, "profile", "show", owner["id"])["members"]
    told(company, "deletions", "keep", "--source", "erp")
    assert here(company, "deletions", "list").stderr.strip() == "nothing waits"
    refused = here(company, "deletions", "remove", "erp:K10004")
    assert (refused.returncode, "is still at its source" in refused.stderr) == (2, True)
    assert told(company, "resolve", "--check")["equal"]


def test_a_webhook_is_told_each_change_once_in_order_and_goes_on_after_a_failure(
    company: Path,  # noqa: F811
) -> None:
    before = (company / "hub.yaml").read_text(encoding="utf-8")
    receiver = Receiver()
    with FakeServer(receiver) as server:
        webhook = f"webhooks:\n  shop: {{url: '{server.url}/hook', secret: '${{HOOK}}', contact: false}}\n"
        (company / "hub.yaml").write_text(before + webhook, encoding="utf-8")
        with (company / ".env").open("a", encoding="utf-8") as file:
            file.write(f"\nHOOK={SECRET}\n")
        assert told(company, "webhooks", "send")["shop"]["sent"] == 0  # it is told what comes from now on
        told(company, "override", "erp:K10004", "job_title=Director")
        told(company, "override", "erp:K10005", "job_title=Director")
        receiver.status = 410
        failed = here(company, "webhooks", "send")
        assert (failed.returncode, "not all was told" in failed.stderr) == (2, True)
        receiver.status = 204
        assert told(company, "webhooks", "send")["shop"]["sent"] == 2
    ids = [one.headers["webhook-id"] for one in receiver.got]
    assert (ids[0], len(ids), len(set(ids))) == (ids[1], 3, 2)
    bodies = [json.loads(one.body) for one in receiver.got[1:]]
    assert [one["type"] for one in bodies] == ["golden.changed"] * 2
    first, second = (one["data"] for one in bodies)
    assert first["seq"] < second["seq"]
    assert "contact" not in first
    (line,) = told(company, "webhooks", "list")["webhooks"]
    assert (line["name"], line["at"], line["behind"]) == ("shop", second["seq"], 0)
    assert here(company, "changes", "--consumer", "shop", "--forget").returncode == 0
    wrong = here(company, "webhooks", "send", "shp")
    assert (wrong.returncode, "did you mean `shop`?" in wrong.stderr) == (2, True)
    (company / "hub.yaml").write_text(before, encoding="utf-8")
