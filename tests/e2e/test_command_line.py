"""The command as people and scripts use it: its output, its exit code; as a process where that shows more."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from cli import main
from cli.demo.project import make_project
from tests.fakes.command import Done, called

COMMANDS = [
    "demo",
    "dedupe",
    "init",
    "connectors",
    "source",
    "destination",
    "mapping",
    "pull",
    "resolve",
    "push",
    "sync",
    "quality",
    "lookup",
    "profile",
    "explain",
    "review",
    "merge",
    "split",
    "override",
    "undo",
    "deletions",
    "changes",
    "judgements",
    "model",
    "export",
    "evaluate",
    "runs",
    "rejects",
    "schedule",
    "doctor",
]
PEOPLE = """id,first name,last name,e-mail,phone
1,Zoé,Martin,zoe@courrier.example,06 39 98 00 12
2,ZOE,MARTIN,zoe@courrier.example,+33639980012
3,Jean,Dupuis,jean.dupuis@boite.example,
4,,,,
5,Anne,Leroy,anne@postfach.example,+33639980077
"""


def hub(
    *arguments: str, folder: Path, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the command in a folder, as a pipe: no colour, no progress bar."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", "from cli.main import run; run()", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2]), **(environ or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def project(folder: Path, command: Callable[..., subprocess.CompletedProcess[str] | Done] = hub) -> Path:
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    settings = (
        "defaults: {country: FR}\nsources:\n  people: {type: file, path: people.csv, key: id}\n"
        "destinations:\n  crm: {type: file, path: crm.csv}\n"
    )
    (folder / "hub.yaml").write_text(settings, encoding="utf-8")
    assert command("mapping", "suggest", "people", "--write", folder=folder).returncode == 0
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_whole_way_and_a_second_time_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path)
    first = hub("sync", "--json", folder=folder)
    assert first.returncode == 3, first.stderr  # a row without anybody was set aside
    told = json.loads(first.stdout)
    assert (told["pull"]["people"]["stored"], told["pull"]["people"]["rejected"]) == (4, 1)
    assert (told["resolve"]["identities"], told["push"]["crm"]["created"]) == (3, 3)
    assert {row["family_name"] for row in rows(folder / "crm.csv")} == {"Martin", "Dupuis", "Leroy"}
    again = json.loads(hub("sync", "--json", folder=folder).stdout)
    assert again["push"]["crm"] == {**told["push"]["crm"], "created": 0, "unchanged": 3, **_of_run(again)}


def _of_run(told: dict[str, dict[str, dict[str, object]]]) -> dict[str, object]:
    return {name: told["push"]["crm"][name] for name in ("run", "plan")}


def test_a_source_that_was_added_and_mapped_as_the_hints_say_is_pulled(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    assert called("init", ".", folder=tmp_path).returncode == 0
    assert called("source", "add", "people", "file", "path=people.csv", folder=tmp_path).returncode == 0
    assert called("mapping", "suggest", "people", "--write", folder=tmp_path).returncode == 0
    assert "key: id" in (tmp_path / "mappings" / "people.yaml").read_text(encoding="utf-8")
    told = json.loads(called("pull", "--json", folder=tmp_path).stdout)
    assert (told["people"]["stored"], told["people"]["rejected"]) == (4, 1)
    assert called("resolve", folder=tmp_path).returncode == 0
    assert called("profile", "show", "people:1", folder=tmp_path).returncode == 0
    mapping = (tmp_path / "mappings" / "people.yaml").read_text(encoding="utf-8")
    joined = mapping.replace("key: id", "key: \"join('-', [id, first_name])\"")
    (tmp_path / "mappings" / "people.yaml").write_text(joined, encoding="utf-8")
    refused = called("pull", folder=tmp_path)
    assert refused.returncode == 2
    assert "`key: [a, b]` under people" in refused.stderr


def test_what_was_found_can_be_looked_up_explained_and_exported(tmp_path: Path) -> None:
    folder = project(tmp_path, called)
    called("sync", folder=folder)
    (hit,) = json.loads(called("lookup", "06 39 98 00 12", "--json", folder=folder).stdout)
    assert (hit["reason"], hit["record_count"]) == ("phone", 2)
    assert json.loads(called("lookup", "zoe martn", "--json", folder=folder).stdout)[0]["id"] == hit["id"]
    shown = json.loads(called("profile", "show", "people:2", "--json", folder=folder).stdout)
    assert (shown["id"], shown["members"]) == (hit["id"], ["people:1", "people:2"])
    pair = json.loads(called("explain", "people:1", "people:2", "--json", folder=folder).stdout)
    assert pair["together"]
    assert pair["evidence"]["probability"] > 0.9
    apart = json.loads(called("explain", "people:1", "people:3", "--json", folder=folder).stdout)
    assert not apart["together"]
    assert called("export", "members", "--out", "m.parquet", folder=folder).returncode == 0
    members = pyarrow.parquet.read_table(folder / "m.parquet")
    assert members.column_names == ["source", "key", "golden_id"]
    assert members.num_rows == 4
    rejected = json.loads(called("rejects", "list", "--json", folder=folder).stdout)["rejects"]
    assert [(one["key"], one["code"]) for one in rejected] == [("4", "nothing-identifying")]


def test_the_dry_run_is_the_plan_and_writes_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path, called)
    called("pull", folder=folder)
    called("resolve", folder=folder)
    (plan,) = json.loads(called("push", "--dry-run", "--json", folder=folder).stdout)
    assert plan["counts"]["create"] == 3
    assert not (folder / "crm.csv").exists()
    pushed = json.loads(called("push", "--json", folder=folder).stdout)
    assert pushed["crm"]["plan"] == plan["hash"]


def test_dedupe_writes_the_files_that_scripts_depend_on(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    done = hub("dedupe", "people.csv", "--key", "id", "--out", "out", "--json", folder=tmp_path)
    assert done.returncode == 3
    told = json.loads(done.stdout)
    assert list(told) == [
        "records",
        "rejected",
        "golden",
        "review",
        "merged_records",
        "seconds",
        "peak_memory_mb",
    ]
    assert list(told["seconds"]) == ["read", "map", "match", "golden", "write"]
    assert (told["records"], told["rejected"], told["golden"]) == (4, 1, 3)
    members = rows(tmp_path / "out" / "members.csv")
    assert list(members[0]) == ["source", "key", "golden_id"]
    assert {row["key"] for row in members} == {"1", "2", "3", "5"}
    assert list(rows(tmp_path / "out" / "golden.csv")[0])[:2] == ["golden_id", "kind"]
    head = (tmp_path / "out" / "review.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head.replace('"', "") == "source_a,key_a,source_b,key_b,probability,reason"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "http" not in page.replace("http-equiv", "")
    truth = "key,entity\n1,a\n2,a\n3,b\n5,c\n"
    (tmp_path / "truth.csv").write_text(truth, encoding="utf-8")
    scored = hub(
        "evaluate", "--members", "out/members.csv", "--truth", "truth.csv", "--json", folder=tmp_path
    )
    assert json.loads(scored.stdout)["pairwise"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_dedupe_reads_and_writes_other_formats(tmp_path: Path, suffix: str) -> None:
    table = pa.table({"name": ["Zoé Martin", "Zoe Martin"], "email": ["z@x.org", "z@x.org"]})
    if suffix == "parquet":
        pyarrow.parquet.write_table(table, tmp_path / "in.parquet")
    else:
        lines = [json.dumps(row) for row in table.to_pylist()]
        (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = called("dedupe", f"in.{suffix}", "--out", "out", "--format", suffix, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / f"golden.{suffix}").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param(["pull"], 2, ["hub.yaml", "hub init"], id="no project"),
        pytest.param(["dedupe", "nowhere.csv", "--out", "out"], 2, ["nowhere.csv"], id="a missing file"),
        pytest.param(["dedupe", "empty.csv", "--out", "out"], 2, ["empty"], id="an empty file"),
        pytest.param(["dedupe", "torn.xlsx", "--out", "out"], 2, ["torn.xlsx"], id="a truncated workbook"),
        pytest.param(
            ["dedupe", "people.csv", "--out", "o", "--map", "fone=phones"], 2, ["fone"], id="a column"
        ),
        pytest.param(
            ["dedupe", "people.csv", "--out", "o", "--map", "phone=fones"], 2, ["phones"], id="a field"
        ),
        pytest.param(
            ["dedupe", "people.csv", "--out", "o", "--delimiter", ";;"], 2, ["--delimiter"], id="a delimiter"
        ),
        pytest.param(["frobnicate"], 2, ["frobnicate"], id="a command that is none"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    tmp_path: Path, arguments: list[str], code: int, words: list[str]
) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "torn.xlsx").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    done = called(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.csv", "people.csv", "torn.xlsx"]
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_a_broken_settings_file_is_told_with_its_line(tmp_path: Path) -> None:
    folder = project(tmp_path, called)
    (folder / "hub.yaml").write_text("version: 1\nsorces: {}\n", encoding="utf-8")
    done = called("pull", folder=folder)
    assert done.returncode == 2
    assert "hub.yaml:2:1" in done.stderr
    assert "hint:" in done.stderr


def test_a_mapping_that_names_a_missing_column_stops_before_anything_is_read(tmp_path: Path) -> None:
    folder = project(tmp_path, called)
    mapping = "mapping: 1\nfields:\n  name.given: '\"frist name\"'\n"
    (folder / "mappings" / "people.yaml").write_text(mapping, encoding="utf-8")
    done = called("pull", folder=folder)
    assert done.returncode == 2
    assert "people.yaml:3:3" in done.stderr
    assert "first name" in done.stderr


def test_an_unknown_id_is_a_failure_that_says_how_to_find_people(tmp_path: Path) -> None:
    folder = project(tmp_path, called)
    called("sync", folder=folder)
    done = called("profile", "show", "nobody", folder=folder)
    assert done.returncode == 1
    assert "hub lookup" in done.stderr


def test_one_bad_row_in_a_hundred_thousand_is_set_aside_alone(tmp_path: Path) -> None:
    lines = [f"{n},P{n % 997},F{n % 1009},p{n}@x.org" for n in range(100_000)]
    lines[54_321] = "54321,torn,row,with,too,many,cells"
    (tmp_path / "people.csv").write_text(
        "id,first_name,last_name,email\n" + "\n".join(lines), encoding="utf-8"
    )
    settings = "sources:\n  people: {type: file, path: people.csv, key: id}\n"
    (tmp_path / "hub.yaml").write_text(settings, encoding="utf-8")
    hub("mapping", "suggest", "people", "--write", folder=tmp_path)
    done = hub("pull", "--json", folder=tmp_path)
    assert done.returncode == 3, done.stderr
    told = json.loads(done.stdout)["people"]
    assert (told["read"], told["stored"], told["rejected"]) == (100_000, 99_999, 1)
    (rejected,) = json.loads(hub("rejects", "list", "--json", folder=tmp_path).stdout)["rejects"]
    assert "54323" in (rejected["position"] or "")


def test_the_demo_goes_the_whole_way_and_tells_the_truth_about_it(tmp_path: Path) -> None:
    done = hub("demo", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert 380 <= told["records"] <= 420
    assert 210 <= told["customers"] <= 230
    assert all(pull["stored"] > 0 for pull in told["pull"].values())
    assert told["pull"]["webforms"]["rejected"] > 0
    assert told["push"]["newsletter"]["blocked"] > 0
    assert told["evaluation"]["pairwise"]["precision"] > 0.95
    assert told["evaluation"]["pairwise"]["recall"] > 0.8
    again = json.loads(hub("-C", "hub-demo", "sync", "--json", folder=tmp_path).stdout)
    assert {(push["created"], push["updated"], push["archived"]) for push in again["push"].values()} == {
        (0, 0, 0)
    }
    assert all(pull["stored"] == 0 for pull in again["pull"].values())
    assert hub("demo", folder=tmp_path).returncode == 0


def test_the_demo_touches_no_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "hub-demo").mkdir()
    (tmp_path / "hub-demo" / "mine.txt").write_text("mine", encoding="utf-8")
    done = called("demo", folder=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "hub-demo" / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_the_sample_company_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_project(tmp_path / name)
    for path in (tmp_path / "a").rglob("*.*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes(), (
                path.name
            )


def test_every_command_explains_itself(tmp_path: Path) -> None:
    top = hub("--help", folder=tmp_path)
    assert top.returncode == 0
    assert set(COMMANDS) <= set(main.COMMANDS)
    for command in main.COMMANDS:
        assert f" {command} " in top.stdout
        assert main.main(["-C", str(tmp_path), command, "--help"]) == 0
    assert main.main(["lok"]) == 2  # which is none: all are there to be shown


@pytest.mark.parametrize("where", [[], ["-C", "."]])
def test_the_version_needs_no_command(tmp_path: Path, where: list[str]) -> None:
    done = hub(*where, "--version", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{version('customer-hub')}\n", "")


def test_what_looks_something_up_loads_neither_mappings_nor_matching(tmp_path: Path) -> None:
    project(tmp_path, called)
    script = (
        "import sys; from cli.main import main; main(sys.argv[1:]);"
        "print([one for one in ('mappings.apply', 'matching.pipeline', 'stdnum') if one in sys.modules])"
    )
    for command in (["runs", "list"], ["lookup", "Anne"], ["rejects", "list"], ["changes"]):
        done = subprocess.run(
            [sys.executable, "-c", script, "-C", str(tmp_path), *command],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines()[-1] == "[]", command


def test_dedupe_needs_no_store(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    script = "import sys; from cli.main import main; main(sys.argv[1:]); print('sqlalchemy' in sys.modules)"
    command = [sys.executable, "-c", script, "-C", str(tmp_path), "dedupe", "people.csv", "--out", "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
