"""What `hub dedupe` says of the columns of a file, and what it takes for a column."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.dedupe_inputs import Told, open_inputs
from cli.output import Output

ROWS = "\n".join(f"{name},{name.lower()}@example.com" for name in ("Roy", "Lee", "Ida", "Max"))
NOTHING_TOLD = Told({}, (), None, None)
HEADER = '"Nom de\nfamille","Adresse\ne-mail"'


def test_a_header_over_two_lines_is_told_on_one_and_may_be_named_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "members.csv").write_text(f"{HEADER}\n{ROWS}\n", encoding="utf-8")
    told = Told({"Nom de famille": "name.given"}, ("Adresse e-mail",), None, None)
    (opened,) = open_inputs(Output(), tmp_path, [tmp_path / "members.csv"], told, {})
    assert "members: Nom de famille → name.given" in capsys.readouterr().err
    assert opened.ignored == ("Adresse\ne-mail",)
    assert [path for path, _ in opened.spec.fields.items()] == ["name.given"]


def test_of_many_columns_that_are_no_fields_some_are_named_and_the_rest_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = ",".join(["E-mail", *(f"Q{number}" for number in range(300))])
    rows = "\n".join(",".join([f"a{row}@example.com", *["3"] * 300]) for row in range(4))
    (tmp_path / "survey.csv").write_text(f"{head}\n{rows}\n", encoding="utf-8")
    open_inputs(Output(), tmp_path, [tmp_path / "survey.csv"], NOTHING_TOLD, {})
    said = capsys.readouterr().err.replace("\n", " ")
    assert "Q0, Q1" in said
    assert "Q19 and 280 more" in said
