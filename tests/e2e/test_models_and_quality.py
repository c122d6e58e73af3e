"""`hub model` and `hub evaluate` as people use them, on the sample company."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from cli.demo.project import make_project, write_truth
from tests.fakes.command import called


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, pulled and resolved, with its truth."""
    folder = tmp_path_factory.mktemp("company")
    project = make_project(folder)
    assert called("pull", folder=folder).returncode in {0, 3}
    assert called("resolve", folder=folder).returncode == 0
    called("export", "members", "--out", "members.csv", folder=folder)
    with (folder / "members.csv").open(encoding="utf-8", newline="") as file:
        write_truth(project, [(row["source"], row["key"]) for row in csv.DictReader(file)])
    return folder


def told(folder: Path, *arguments: str) -> object:
    done = called(*arguments, "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_model_is_shown_made_compared_and_chosen(company: Path) -> None:
    shown = called("model", "show", folder=company).stdout.splitlines()
    assert shown[1].split("\t") == ["kind", "field", "agreement", "bits", "of the same", "by chance"]
    assert any(line.startswith("person\temail\tequal\t+") for line in shown)
    assert "kinds" in told(company, "model", "show")  # type: ignore[operator]
    assert "nothing changed" in called("model", "train", folder=company).stdout
    listed = told(company, "model", "list")
    assert [row["decides"] for row in listed] == [True]  # type: ignore[attr-defined]
    found = told(company, "model", "diff")
    assert found["differences"] == []  # type: ignore[index]
    assert found["effect"]["merges"] == []  # type: ignore[index]
    assert called("model", "use", "1", folder=company).returncode == 0
    refused = called("model", "use", "7", folder=company)
    assert refused.returncode == 2
    assert "there is no model 7" in refused.stderr
    refused = called("model", "train", "--from-judgements", folder=company)
    assert refused.returncode == 2
    assert "nobody has judged" in refused.stderr


def test_quality_is_estimated_without_truth_and_measured_with_it(company: Path) -> None:
    estimate = told(company, "evaluate")
    for measure in ("precision", "recall", "blocking_recall"):
        found = estimate["person"][measure]  # type: ignore[index]
        assert 0 <= found["low"] <= found["value"] <= found["high"] <= 1
    truth = "truth.csv"
    scores = told(company, "evaluate", "--truth", truth)
    assert sorted(scores) == ["b3", "clusters", "pairwise", "records", "truth_clusters"]  # type: ignore[call-overload]
    curve = told(company, "evaluate", "--truth", truth, "--curve")
    recalls = [row["recall"] for row in curve]  # type: ignore[attr-defined]
    assert recalls == sorted(recalls, reverse=True)
    assert recalls[0] > 0.9
    by_rule = told(company, "evaluate", "--truth", truth, "--rules")
    assert {row["kind"] for row in by_rule} == {"person", "organization"}  # type: ignore[attr-defined]
    assert max(row["cumulative_recall"] for row in by_rule) > 0.9  # type: ignore[attr-defined]


def test_two_results_are_compared(company: Path) -> None:
    called("export", "members", "--out", "before.csv", folder=company)
    with (company / "before.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    alone = next(row for row in rows if sum(r["golden_id"] == row["golden_id"] for r in rows) > 1)
    alone["golden_id"] = "somebody else"
    with (company / "after.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    found = told(company, "evaluate", "--members", "after.csv", "--against", "before.csv")
    assert (len(found["splits"]), len(found["merges"])) == (1, 0)  # type: ignore[index]


@pytest.mark.parametrize("option", ["--curve", "--rules"])
def test_without_truth_there_is_nothing_to_compare_with(company: Path, option: str) -> None:
    done = called("evaluate", option, folder=company)
    assert done.returncode == 2
    assert "--truth FILE" in done.stderr
