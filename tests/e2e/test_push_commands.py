"""`hub push` as people and scripts use it: plans saved and applied, taken back, rows that were not taken,
alerts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.clock import SystemClock
from cli.exits import exit_for
from cli.main import app_for
from connectors.fakes.hubspot.properties import UNIQUE_KEY
from connectors.fakes.server import FakeServer
from hub.errors import HubError
from hub.store.leases import hold
from hub.store.opening import open_store
from tests.fakes.killed_push import CountingHubSpot
from tests.servers.smtp import Mailbox, mailbox

PEOPLE = "id,first,last,mail,news\n1,Zoé,Martin,zoe@x.example,yes\n2,Jean,Dupuis,jean@x.example,no\n"
MAPPING_IN = """
mapping: 1
fields:
  name.given: first
  name.family: last
  emails: mail
  consents: [{channel: email, purpose: marketing, status: news}]
"""
OUT = "mapping: 1\nfields:\n  email: emails[0].value\n  lastname: name.family\n"


@dataclass(frozen=True)
class Ran:
    exit_code: int
    stdout: str
    stderr: str


def told(error: HubError) -> str:
    return f"{error.sentence} {error.hint}"


class World:
    """A project of one file that pushes to a file and to a fake HubSpot, with alerts."""

    def __init__(self, folder: Path, hubspot: CountingHubSpot, url: str, box: Mailbox) -> None:
        self.folder, self.hubspot, self.box = folder, hubspot, box
        self.environ = {"TOKEN": hubspot.token, "HOOK_SECRET": "whsec_" + "QUFB" * 8}
        self.settings: dict[str, Any] = {
            "sources": {"people": {"type": "file", "path": "people.csv", "key": "id"}},
            "destinations": {
                "sheet": {"type": "file", "path": "out.csv"},
                "hubspot": {"type": "hubspot", "token": "${TOKEN}", "base_url": url},
            },
            "alerts": {
                "email": {
                    "host": "127.0.0.1",
                    "port": box.port,
                    "security": "none",
                    "from": "hub@x.example",
                    "to": ["ops@x.example"],
                }
            },
        }
        (folder / "mappings").mkdir()
        for name, text in {"people": MAPPING_IN, "sheet": OUT, "hubspot": OUT}.items():
            (folder / "mappings" / f"{name}.yaml").write_text(text, encoding="utf-8")
        self.write()
        self.hold(PEOPLE)

    def write(self) -> None:
        text = json.dumps(self.settings, indent=1)  # JSON is YAML
        (self.folder / "hub.yaml").write_text(text, encoding="utf-8")

    def hold(self, people: str) -> None:
        (self.folder / "people.csv").write_text(people, encoding="utf-8")
        assert self("pull").exit_code == 0
        assert self("resolve").exit_code == 0

    def __call__(self, *arguments: str) -> Ran:
        asked = ["-C", str(self.folder), *arguments]
        found = CliRunner().invoke(app_for(asked), asked, env=self.environ)
        if isinstance(found.exception, HubError):  # `cli.main.run` ends the process by it
            return Ran(exit_for(found.exception), found.stdout, f"{found.stderr}{told(found.exception)}")
        return Ran(found.exit_code, found.stdout, found.stderr)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    fake = CountingHubSpot()
    fake.begin()
    fake.store.define(UNIQUE_KEY)
    with FakeServer(fake) as server, mailbox() as box:
        yield World(tmp_path, fake, server.url, box)


def data(result: Ran) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_plan_is_saved_looked_at_and_applied_unless_something_moved(world: World) -> None:
    plan = world.folder / "plan.jsonl"
    assert world("push", "sheet", "--dry-run", "--out", str(plan)).exit_code == 0
    assert plan.stat().st_mode & 0o077 == 0
    *changes, head = [json.loads(line) for line in plan.read_text(encoding="utf-8").splitlines()]
    assert [one["action"] for one in changes] == ["create", "create"]
    (shown,) = data(world("push", "sheet", "--dry-run", "--json"))
    assert (shown["hash"], shown["counts"]["create"]) == (head["hash"], 2)
    assert not (world.folder / "out.csv").exists()

    world.hold(PEOPLE + "3,Eve,Leroy,eve@x.example,yes\n")
    moved = world("push", "--plan", str(plan))
    assert moved.exit_code == 4
    assert "have changed; nothing was sent" in moved.stderr
    world("push", "sheet", "--dry-run", "--out", str(plan))
    assert data(world("push", "--plan", str(plan), "--json"))["sheet"]["created"] == 3

    plan.write_text(plan.read_text(encoding="utf-8").replace("Leroy", "Leroi"), encoding="utf-8")
    assert world("push", "--plan", str(plan)).exit_code == 2


def test_a_dry_run_says_whose_records_change_and_what_would_stop_the_push(world: World) -> None:
    shown = world("push", "sheet", "--dry-run")
    assert "Zoé Martin" in shown.stdout
    assert "would be stopped" not in shown.stdout
    assert data(world("push", "sheet", "--dry-run", "--json"))[0]["stopped_by"] is None
    world.settings["destinations"]["sheet"]["guards"] = {"max_changes": 1}
    world.write()
    shown = world("push", "sheet", "--dry-run")
    assert shown.exit_code == 0
    assert "! the push would be stopped: the push would make 2 changes" in shown.stdout
    assert data(world("push", "sheet", "--dry-run", "--json"))[0]["stopped_by"] == "too-many-changes"
    assert "would be stopped" not in world("push", "sheet", "--dry-run", "--allow-many").stdout
    assert world("push", "sheet").exit_code == 4


def test_a_run_is_shown_field_by_field_exported_and_taken_back(world: World) -> None:
    world("push", "sheet")
    world.hold(PEOPLE.replace("Martin", "Durand"))
    run = data(world("push", "sheet", "--json"))["sheet"]["run"]
    shown = world("runs", "show", str(run)).stdout
    assert "lastname: Martin → Durand" in shown
    (told,) = data(world("runs", "show", str(run), "--json"))["deliveries"]
    (field,) = told["fields"]
    assert (field["field"], field["old"], field["new"]) == ("lastname", "Martin", "Durand")
    out = world.folder / "changes.csv"
    assert world("runs", "show", str(run), "--out", str(out)).exit_code == 0
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2
    assert world("export", "deliveries", "--out", str(world.folder / "all.jsonl")).exit_code == 0

    (plan,) = data(world("push", "--undo", str(run), "--dry-run", "--json"))
    (change,) = plan["changes"]
    assert [(f["field"], f["old"], f["new"]) for f in change["fields"]] == [("lastname", "Durand", "Martin")]
    assert world("push", "--undo", str(run)).exit_code == 0
    assert "Martin" in (world.folder / "out.csv").read_text(encoding="utf-8")
    identity = change["identity_id"]
    assert data(world("push", "sheet", "--json"))["sheet"]["blocked"] == 1
    record = data(world("profile", "show", identity, "--json"))["members"][0]  # names the identity as well
    assert world("rejects", "take-up", "--destination", "sheet", record).exit_code == 0
    assert data(world("push", "sheet", "--json"))["sheet"]["updated"] == 1


def test_a_row_that_is_not_taken_is_never_called_done_and_somebody_is_told(world: World) -> None:
    world.hubspot.store.block("jean@x.example")
    pushed = world("push", "hubspot")
    assert pushed.exit_code == 5
    assert "\tpartly" in pushed.stdout
    assert "\tdone" not in pushed.stdout
    (message,) = world.box.messages
    assert "1 rows of the push to hubspot were not taken" in message["Subject"]
    assert "jean" not in message.as_string()
    (parked,) = data(world("rejects", "list", "--json"))["parked"]
    assert parked["next_try_at"] > parked["tried_at"]
    assert world("push", "hubspot").exit_code == 5
    assert world("rejects", "drop", "--destination", "hubspot", parked["identity_id"]).exit_code == 0
    assert world("push", "hubspot").exit_code == 0
    assert len(world.box.messages) == 2
    refused = world("rejects", "drop", "--destination", "hubspot", parked["identity_id"][:-1])
    assert (refused.exit_code, parked["identity_id"] in refused.stderr) == (1, True)


def test_an_alert_that_cannot_be_sent_is_said_and_changes_nothing(world: World) -> None:
    world.box.refuses["MAIL"] = "550 no"
    world.hubspot.store.block("jean@x.example")
    pushed = world("push", "hubspot")
    assert pushed.exit_code == 5
    assert "an alert could not be sent" in pushed.stderr


def test_what_a_destination_wants_otherwise_stands_in_hub_yaml(world: World) -> None:
    sheet = world.settings["destinations"]["sheet"]
    sheet |= {
        "only": "name.family != 'Nobody'",
        "require": {"channel": "email", "purpose": "marketing"},
        "owners": {"lastname": "destination"},
    }
    world.write()
    (plan,) = data(world("push", "sheet", "--dry-run", "--json"))
    assert (plan["counts"]["create"], plan["counts"]["blocked"]) == (1, 1)
    (change,) = plan["changes"]
    assert {f["field"]: f["owner"] for f in change["fields"]} == {"email": "hub", "lastname": "destination"}
    sheet["owners"] = {"last_name": "hub"}
    world.write()
    refused = world("push", "sheet", "--dry-run")
    assert refused.exit_code == 2
    assert "did you mean `lastname`?" in refused.stderr


def test_a_marketing_destination_without_a_required_permission_is_refused(world: World) -> None:
    world.settings["destinations"]["hubspot"]["marketing"] = True
    world.write()
    refused = world("push", "hubspot")
    assert refused.exit_code == 2
    assert "requires no permission" in refused.stderr
    assert "requires no permission" in world("destination", "check", "hubspot").stdout
    assert world.hubspot.writes.total() == 0


def test_a_secret_of_the_alerts_must_not_stand_in_the_file(world: World) -> None:
    world.settings["alerts"]["webhook"] = {"url": "https://x.example/h", "secret": "whsec_" + "QUFB" * 8}
    world.write()
    refused = world("push", "sheet")
    assert refused.exit_code == 2
    assert "is a secret" in refused.stderr
    world.settings["alerts"]["webhook"]["secret"] = "${HOOK_SECRET}"
    world.write()
    assert world("push", "sheet").exit_code == 0


def test_somebody_is_told_of_pulls_and_resolves_that_failed_or_left_something_behind(world: World) -> None:
    torn = 'id,first,last,mail,news\n1,Zoé,Martin,zoe@x.example,yes\n2,"Jean,Dupuis\n'
    (world.folder / "people.csv").write_text(torn, encoding="utf-8")
    assert world("pull").exit_code == 3
    (world.folder / "people.csv").unlink()
    assert world("pull").exit_code == 2
    with (
        closing(open_store(f"sqlite:///{world.folder / 'hub.db'}")) as store,
        hold(store, SystemClock(), "resolve"),
    ):
        assert world("resolve").exit_code == 1  # one is going on: that is nothing to be told of
    (world.folder / "mappings" / "people.yaml").rename(world.folder / "away.yaml")
    assert world("resolve").exit_code == 2
    (world.folder / "away.yaml").rename(world.folder / "mappings" / "people.yaml")
    partly, failed, stopped = world.box.messages
    assert partly["Subject"] == "hub: 1 records of the pull of people were not taken"
    assert failed["Subject"] == "hub: the pull of people failed"
    assert stopped["Subject"] == "hub: a resolve failed"
    assert not any(name in m.as_string() for m in world.box.messages for name in ("Dupuis", "Martin"))
    world.hold(PEOPLE)
    assert len(world.box.messages) == 3
