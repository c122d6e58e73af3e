"""`hub review`, `merge`, `split`, `override` and `undo` as people and scripts use them."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cli.demo.project import make_project
from tests.e2e.test_command_line import hub
from tests.fakes.command import Done, called

ANNA = {"HUB_AUTHOR": "anna"}


def here(folder: Path, *arguments: str) -> Done:
    return called(*arguments, folder=folder, environ=ANNA)


def told(folder: Path, *arguments: str) -> Any:
    done = here(folder, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, pulled, resolved and pushed."""
    folder = tmp_path_factory.mktemp("company")
    make_project(folder)
    assert here(folder, "sync").returncode in {0, 3}
    return folder


def exported(folder: Path) -> list[str]:
    files = [folder / f"{what}.csv" for what in ("golden", "members")]
    for file in files:
        assert here(folder, "export", file.stem, "--out", str(file)).returncode == 0
    return [file.read_text(encoding="utf-8") for file in files]


def test_the_queue_begins_with_what_has_most_consequence(company: Path) -> None:
    listed = told(company, "review", "list")
    consequences = [pair["consequence"] for pair in listed["pairs"]]
    assert listed["waiting"] == len(consequences) > 1
    assert consequences == sorted(consequences, reverse=True)
    assert all(pair["records"] >= 2 and pair["destinations"] >= 1 for pair in listed["pairs"])
    first = listed["pairs"][0]
    why = told(company, "explain", first["identity_a"], first["identity_b"])
    assert not why["together"]
    assert why["stored"]
    assert why["evidence"]["probability"] >= first["probability"]
    lines = hub("review", "list", "--limit", "1", folder=company).stdout.splitlines()
    assert lines[0].split("\t")[-1] == "consequence"
    assert len(lines) == 2


def test_the_next_pair_comes_with_all_that_is_needed_to_decide(company: Path) -> None:
    found = told(company, "review", "next")
    first = told(company, "review", "list")["pairs"][0]
    assert (found["a"]["record"], found["b"]["record"]) == (first["a"], first["b"])
    assert found["evidence"]["fields"]
    assert len(found["members_a"]) + len(found["members_b"]) == first["records"]
    assert found["golden"]["name"]
    shown = here(company, "review", "next").stdout
    assert f"\t{first['a']}\t{first['b']}\ttogether" in shown
    assert "Starting point" in shown


@pytest.mark.parametrize("verdict", ["same", "different", "unsure"])
def test_a_pair_is_decided_by_a_script_and_taken_back(company: Path, verdict: str) -> None:
    before, pair = exported(company), told(company, "review", "list")["pairs"][0]
    (done,) = told(company, "review", "decide", pair["a"], pair["b"], verdict, "--reason", "known to us")
    assert (done["decision"]["author"], done["decision"]["reason"]) == ("anna", "known to us")
    assert len(done["merges"]) == (verdict == "same")
    left = told(company, "review", "list")["pairs"]
    assert (pair["a"], pair["b"]) not in [(one["a"], one["b"]) for one in left]
    taken = told(company, "undo", str(done["decision"]["number"]))
    assert taken["decision"]["undone_by"] == "anna"
    assert exported(company) == before
    assert told(company, "review", "list")["pairs"][0] == pair


def test_identities_are_merged_and_split_and_all_is_as_it_was(company: Path) -> None:
    before, pair = exported(company), told(company, "review", "list")["pairs"][-1]
    ids = [pair["identity_a"], pair["identity_b"]]
    done = told(company, "merge", *ids, "--reason", "the same shop")
    assert "people judged: " in here(company, "explain", ids[0]).stdout
    (gone,) = done["merges"]
    (kept,) = {*ids} - {gone}
    why = told(company, "explain", gone, kept)
    assert (why["together"], why["identity_a"]) == (True, kept)
    assert why["judgements"]
    assert f"{gone} and {kept} are together" in here(company, "explain", gone, kept).stdout
    assert told(company, "profile", "show", gone)["id"] == done["merges"][gone]
    rows = csv.DictReader(io.StringIO(before[1]))
    records = [f"{row['source']}:{row['key']}" for row in rows if row["golden_id"] == pair["identity_b"]]
    told(company, "split", ids[0], *records)
    assert exported(company) == before
    told(company, "undo")
    told(company, "undo", str(done["decision"]["number"]))
    assert exported(company) == before
    steps = [line.split("\t")[-1] for line in here(company, "profile", "show", gone).stdout.splitlines()]
    assert [step for step in steps if step in {"merged away", "there again"}][:2] == [
        "merged away",
        "there again",
    ]


def test_a_field_is_set_seen_with_who_said_so_and_pushed(company: Path) -> None:
    identity = told(company, "review", "list")["pairs"][0]["identity_a"]
    made = told(
        company,
        "override",
        identity,
        "job_title=Head of sales",
        "--reason",
        "by phone",
        "--until",
        "2099-01-31",
    )
    assert made["expires_at"] == "2099-01-31T23:00:00.000000Z"  # the end of the day in Paris
    shown = here(company, "profile", "show", identity).stdout
    (line,) = (line for line in shown.splitlines() if line.startswith("job_title"))
    assert "Head of sales" in line
    assert "anna on" in line
    assert "until 2099-01-31: by phone" in line
    told(company, "override", identity, "--pin", "kind")
    lines = here(company, "profile", "show", identity).stdout.splitlines()
    assert lines[-1].endswith("\tonly who says so")
    told(company, "undo")
    told(company, "override", identity, "--pin", "name", "job_title=")
    assert "job_title" not in told(company, "profile", "show", identity)["contact"]
    until = here(company, "override", identity, "job_title=Buyer", "--until", "2099-06-30").stdout
    assert "it holds until the end of 2099-06-30 (Europe/Paris)" in until
    told(company, "undo")
    told(company, "undo")
    told(company, "undo")


def test_one_more_value_stands_beside_those_of_the_sources(company: Path) -> None:
    identity = told(company, "review", "list")["pairs"][0]["identity_a"]
    before = told(company, "profile", "show", identity)["contact"]
    made = told(company, "override", identity, "emails+=one.more@x.example", "addresses+.locality=Lyon")
    assert made["decision"]["sentence"] == f"addresses, emails of {identity} added to"
    after = told(company, "profile", "show", identity)["contact"]
    assert after["emails"][:-1] == before["emails"]
    assert after["addresses"][-1]["locality"] == "Lyon"
    assert [hit["id"] for hit in told(company, "lookup", "one.more@x.example")] == [identity]
    told(company, "undo")
    assert told(company, "profile", "show", identity)["contact"] == before


def test_one_value_is_taken_out_of_a_list_and_the_profile_says_who_did(company: Path) -> None:
    identity = told(company, "review", "list")["pairs"][0]["identity_a"]
    before = told(company, "profile", "show", identity)["contact"]
    first = before["emails"][0]["value"]
    made = told(company, "override", identity, f"emails-={first.upper()}", "--reason", "it bounces")
    assert made["decision"]["sentence"] == f"emails of {identity} shortened"
    after = told(company, "profile", "show", identity)["contact"]
    assert first not in [one["value"] for one in after.get("emails") or ()]
    lines = here(company, "profile", "show", identity).stdout.splitlines()
    (line,) = (line for line in lines if line.startswith("emails") and "it bounces" in line)
    assert first in line
    told(company, "undo")
    assert told(company, "profile", "show", identity)["contact"] == before


def test_a_profile_is_shown_as_it_was_at_a_time(company: Path) -> None:
    pair = told(company, "review", "list")["pairs"][0]
    then = told(company, "profile", "show", pair["identity_a"])
    done = told(company, "merge", pair["identity_a"], pair["identity_b"])
    found = told(
        company, "profile", "show", pair["identity_a"], "--as-of", then["versions"][-1]["valid_from"]
    )
    assert (found["id"], found["contact"], found["members"]) == (then["id"], then["contact"], then["members"])
    late = here(company, "profile", "show", pair["identity_a"], "--as-of", "1999-12-31")
    assert (late.returncode, late.stdout) == (1, "")
    assert "the first version of" in late.stderr
    bad = here(company, "profile", "show", pair["identity_a"], "--as-of", "yesterday")
    assert bad.returncode == 2
    assert "--as-of yesterday is no time" in bad.stderr
    told(company, "undo", str(done["decision"]["number"]))
    assert "as it was at" in here(company, "profile", "show", then["id"], "--as-of", "2999-01-01").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param(["merge", "nobody", "erp:K10015"], 1, ["nobody"], id="an id that is not there"),
        pytest.param(["merge", "erp:K10015"], 2, ["at least two"], id="one identity"),
        pytest.param(["merge", "erp:K1001", "erp:K10015"], 1, ["did you mean"], id="a key misspelt"),
        pytest.param(["split", "erp:K10015", "erp:K10052"], 2, ["is no record of"], id="no member"),
        pytest.param(["override", "erp:K10015"], 2, ["--pin name"], id="no field"),
        pytest.param(["override", "erp:K10015", "emails"], 2, ["emails=VALUE"], id="no value"),
        pytest.param(["override", "erp:K10015", "emails=junk"], 2, ["no e-mail address"], id="a bad value"),
        pytest.param(["override", "erp:K10015", "emails+="], 2, ["nothing to add"], id="nothing more"),
        pytest.param(
            ["override", "erp:K10015", "gender+=f"], 2, ["one value", "gender"], id="one more of one"
        ),
        pytest.param(
            ["override", "erp:K10015", "emails-=nobody@x.example"],
            2,
            ["no such value", "profile show"],
            id="less of what is not there",
        ),
        pytest.param(["override", "erp:K10015", "mails=a@b.example"], 2, ["emails"], id="a field misspelt"),
        pytest.param(["override", "erp:K10015", "gender=f", "--until", "soon"], 2, ["soon"], id="no day"),
        pytest.param(
            ["override", "erp:K10015", "gender=f", "--until", "1999-01-01"], 2, ["end"], id="a past day"
        ),
        pytest.param(["override", "erp:K10015", "=x"], 2, ["`=x` names no field"], id="nothing named"),
        pytest.param(["undo", "999"], 1, ["decision 999"], id="no such decision"),
        pytest.param(
            ["review", "decide", "erp:K10015", "erp:K10052", "maybe"], 2, ["maybe"], id="no verdict"
        ),
        pytest.param(["review", "decide", "erp:K10015"], 2, ["--exclude"], id="half a pair"),
    ],
)
def test_what_cannot_be_decided_is_said_with_what_to_do(
    company: Path, arguments: list[str], code: int, words: list[str]
) -> None:
    done = here(company, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize(
    ("command", "code"),
    [("undo", 1), ("runs show", 1), ("rejects show", 1), ("model show", 2), ("model use", 2)],
)
def test_a_number_beyond_all_that_a_store_counts_to_is_of_nothing(
    company: Path, command: str, code: int
) -> None:
    done = here(company, *command.split(), "9" * 20)
    assert (done.returncode, done.stdout) == (code, "")
    assert "there is no" in done.stderr or "does not exist" in done.stderr


def test_contradicting_judgements_are_refused_with_the_chain(company: Path) -> None:
    a, b, c = "erp:K10015", "erp:K10052", "erp:K10068"
    numbers = [
        told(company, "review", "decide", *pair, "--later")[0]["decision"]["number"]
        for pair in ((a, b, "same"), (b, c, "different"))
    ]
    done = here(company, "review", "decide", c, a, "same", "--later")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{b} ≠ {c} (anna on" in done.stderr
    for number in reversed(numbers):
        told(company, "undo", str(number), "--later")
    assert told(company, "resolve")["redirected"] == 0


def test_on_a_terminal_a_key_decides_and_every_decision_is_kept_at_once(company: Path) -> None:
    before, waiting = exported(company), told(company, "review", "list")["waiting"]
    seen = _typed(company, ["x", "nobody\r", "n", "d", "z", "u", "q"])
    assert "nobody is none of them; nothing was decided" in seen
    assert "[s]ame" in seen
    assert "kept as decision" in seen
    assert "taken back:" in seen
    assert "1 decision kept" in seen
    assert told(company, "review", "list")["waiting"] == waiting - 1
    told(company, "undo")
    assert exported(company) == before


def test_at_the_end_of_the_queue_the_last_decision_can_be_taken_back(company: Path) -> None:
    before, waiting = exported(company), told(company, "review", "list")["waiting"]
    seen = _typed(company, ["n"] * (waiting - 1) + ["u", "z", "d", "y"])
    assert f"nothing else waits; {waiting - 1} were passed over" in seen
    assert seen.count("[z] take the last decision back") == 2
    assert seen.count("kept as decision") == 2
    assert "taken back:" in seen
    assert "1 decision kept" in seen
    assert told(company, "review", "list")["waiting"] == waiting - 1
    told(company, "undo")
    assert exported(company) == before


def _typed(folder: Path, keys: list[str]) -> str:
    """What a terminal shows while these keys are typed, each when the question has come."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-c", "from cli.main import run; run()", "review", "next"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm", **ANNA},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen, asked, until = "", 0, time.monotonic() + 100
    while time.monotonic() < until:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                seen += os.read(ours, 65536).decode("utf-8", "replace")
            except OSError:  # the other side is gone
                break
        if seen.count("[q]uit") + seen.count("empty: none") + seen.count("any other key") > asked and keys:
            asked += 1
            time.sleep(0.3)  # until the key is waited for
            os.write(ours, keys.pop(0).encode())
        if running.poll() is not None and not select.select([ours], [], [], 0)[0]:
            break
    os.close(ours)
    assert running.wait(10) == 0
    return seen


def test_decisions_are_listed_taken_to_another_hub_and_taken_in_from_tools(
    company: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    a, b, c = "erp:K10015", "erp:K10052", "erp:K10068"
    first = told(company, "review", "decide", a, b, "different", "--reason", "asked them", "--later")[0]
    listed = told(company, "judgements", "list", "--limit", "1")
    assert [one["number"] for one in listed] == [first["decision"]["number"]]
    assert here(company, "judgements", "export", "--out", "j.jsonl").returncode == 0
    line = {
        "type": "judgement",
        "a": {"source": "erp", "key": "K10015"},
        "b": {"source": "erp", "key": "K10052"},
    }
    assert line.items() <= json.loads(here(company, "judgements", "export").stdout).items()
    other = tmp_path_factory.mktemp("other")
    make_project(other)
    assert here(other, "pull").returncode in {0, 3}
    done = told(other, "judgements", "import", str(company / "j.jsonl"))
    assert (done["format"], done["judgements"], done["absent"]) == ("hub", 1, 0)
    assert told(other, "judgements", "import", str(company / "j.jsonl"))["known"] == 1
    (other / "key.csv").write_text(
        f"CLUSTER_ID,DATA_SOURCE,RECORD_ID\n1,SAP,{a[4:]}\n1,SAP,{c[4:]}\n", encoding="utf-8"
    )
    refused = here(other, "judgements", "import", "key.csv")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--source-as SAP=" in refused.stderr
    taken = told(other, "judgements", "import", "key.csv", "--source-as", "SAP=erp")
    assert (taken["format"], taken["judgements"], taken["carried_out"]) == ("clusters", 1, True)
    (other / "bad.csv").write_text(
        f"unique_id_l,unique_id_r,clerical_match_score\n{c[4:]},{b[4:]},1\n", encoding="utf-8"
    )
    refused = here(other, "judgements", "import", "bad.csv", "--source", "erp")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"{b} = {c} (said now)" in refused.stderr
    told(company, "undo", "--later")


def test_a_change_of_rules_and_mapping_is_a_plan_before_anything_moves(
    tmp_path: Path,
) -> None:
    make_project(tmp_path)
    settings = (tmp_path / "hub.yaml").read_text(encoding="utf-8")
    settings = settings.replace("out/crm.csv", "out/crm.csv\n    empty: {job_title: clear}")
    (tmp_path / "hub.yaml").write_text(settings, encoding="utf-8")
    assert here(tmp_path, "sync").returncode in {0, 3}
    assert told(tmp_path, "resolve", "--check")["equal"] is True
    assert "priority: 1" in settings
    (tmp_path / "hub.yaml").write_text(settings.replace("priority: 1", "priority: 9"), encoding="utf-8")
    salon = tmp_path / "mappings" / "salon.yaml"
    lines = salon.read_text(encoding="utf-8").splitlines(keepends=True)
    salon.write_text("".join(line for line in lines if "job_title" not in line), encoding="utf-8")
    early = here(tmp_path, "resolve", "--check")
    assert (early.returncode, early.stdout) == (1, "")
    assert "hub resolve" in early.stderr
    before = exported(tmp_path)
    plan = told(tmp_path, "resolve", "--dry-run")
    assert exported(tmp_path) == before
    assert plan["remapped"]["salon"]["stored"] > 0
    assert plan["fields"]["job_title"] > 0
    assert {change["field"] for change in plan["values"]} == plan["fields"].keys()
    shown = here(tmp_path, "resolve", "--dry-run")
    assert "salon: " in shown.stdout
    crm = next(line for line in shown.stdout.splitlines() if line.startswith("crm: "))
    assert "~ 16 update" in crm  # whose title goes; who is told apart without it is created besides
    assert "nothing was changed" in shown.stderr
    done = told(tmp_path, "resolve")
    assert {name: done[name] for name in ("golden_changed", "merges", "splits")} == {
        name: plan[name] for name in ("golden_changed", "merges", "splits")
    }
    pushed = told(tmp_path, "push", "--dry-run")
    assert [one["hash"] for one in pushed] == [one["hash"] for one in plan["plans"]]
    assert "what a full rebuild comes to" in here(tmp_path, "resolve", "--check").stdout
