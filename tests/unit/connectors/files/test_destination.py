from __future__ import annotations

import csv
import json
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Context
from connectors.files.destination import ARCHIVED_AT, FileDestination
from connectors.files.settings import FileDestinationSettings
from connectors.registry import load
from hub.domain.plan import Action, Change, Outcome, Receipt
from hub.errors import ConfigurationError, FatalError
from tests.fakes.files import FixedClock

Put = Callable[[str, bytes | str], Path]


def destination(folder: Path, path: str = "crm.csv", **settings: Any) -> FileDestination:
    found = FileDestinationSettings.model_validate({"path": path, **settings})
    return FileDestination(found, folder, FixedClock())


def create(identity: str, **fields: object) -> Change:
    return Change(identity, Action.CREATE, fields)


def update(identity: str, **fields: object) -> Change:
    return Change(identity, Action.UPDATE, fields, remote_id=identity)


def outcomes(receipts: Sequence[Receipt]) -> list[str]:
    return [receipt.outcome.value for receipt in receipts]


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_registry_knows_files_as_destination(tmp_path: Path) -> None:
    connector = load("file")
    assert connector.open_destination is not None
    settings = connector.settings_for("destination")(path="crm.csv")  # type: ignore[call-arg] # the model has it
    opened = connector.open_destination(settings, Context(tmp_path, FixedClock(), "crm"))
    assert outcomes(opened.write([create("i1", name="Ada")])) == ["created"]
    assert table(tmp_path / "crm.csv") == [["id", "name"], ["i1", "Ada"]]


def test_a_csv_file_ends_lines_with_cr_lf_and_has_columns_in_order_of_appearance(tmp_path: Path) -> None:
    destination(tmp_path).write(
        [create("i1", name="Ada", email="ada@example.com"), create("i2", phone="+33199001234")]
    )
    assert (tmp_path / "crm.csv").read_bytes() == (
        b"id,name,email,phone\r\ni1,Ada,ada@example.com,\r\ni2,,,+33199001234\r\n"
    )


def test_columns_may_be_put_in_order(tmp_path: Path) -> None:
    opened = destination(tmp_path, key="hub_id", columns=["email", "name"])
    assert [field.name for field in opened.discover()[0].fields] == ["hub_id", "email", "name"]
    opened.write([create("i1", name="Ada", phone="1")])
    assert table(tmp_path / "crm.csv")[0] == ["hub_id", "email", "name", "phone"]


def test_rows_and_columns_of_others_are_kept(tmp_path: Path, put: Put) -> None:
    path = put("crm.csv", 'id,owner,name\r\nx1,"Sam, Sales",Zoë\r\ni1,Kim,Ada\r\n')
    receipts = destination(tmp_path).write([create("i1", name="Ada E"), create("i2", name="Bob")])
    assert outcomes(receipts) == ["updated", "created"]
    assert table(path) == [
        ["id", "owner", "name"],
        ["x1", "Sam, Sales", "Zoë"],
        ["i1", "Kim", "Ada E"],
        ["i2", "", "Bob"],
    ]


def test_a_batch_that_changes_nothing_does_not_touch_the_file(tmp_path: Path) -> None:
    opened = destination(tmp_path)
    opened.write([create("i1", name="Ada", tags=["a", "b"])])
    before = (tmp_path / "crm.csv").stat()
    receipts = destination(tmp_path).write(
        [create("i1", name="Ada", tags=["a", "b"]), update("i1", name="Ada")]
    )
    assert outcomes(receipts) == ["unchanged", "unchanged"]
    assert (tmp_path / "crm.csv").stat() == before


@pytest.mark.parametrize("name", ["crm.csv", "crm.jsonl"])
def test_formulas_phones_and_line_breaks_come_back_as_they_went(tmp_path: Path, name: str) -> None:
    fields = {"a": "=1+1", "b": "+33199001234", "c": "x\r\ny", "d": "'=1", "e": '"', "f": " ", "g": "Zoë"}
    destination(tmp_path, name).write([create("i1", **fields)])
    assert destination(tmp_path, name).read_back(["i1"]) == {"i1": fields}


def test_formulas_are_kept_from_running_unless_raw_is_asked_for(tmp_path: Path) -> None:
    destination(tmp_path, "safe.csv").write([create("i1", a="=1+1", b="+33199001234")])
    destination(tmp_path, "raw.csv", raw=True).write([create("i1", a="=1+1", b="'=1")])
    assert table(tmp_path / "safe.csv")[1] == ["i1", "'=1+1", "+33199001234"]
    assert table(tmp_path / "raw.csv")[1] == ["i1", "=1+1", "'=1"]
    assert destination(tmp_path, "raw.csv", raw=True).read_back(["i1"])["i1"] == {"a": "=1+1", "b": "'=1"}


def test_json_lines_keep_types(tmp_path: Path) -> None:
    fields = {"n": 1, "f": 1.5, "t": True, "none": None, "list": ["é", {"a": 1}]}
    destination(tmp_path, "crm.jsonl").write([create("i1", **fields)])
    assert json.loads((tmp_path / "crm.jsonl").read_text(encoding="utf-8")) == {"id": "i1", **fields}
    assert destination(tmp_path, "crm.jsonl").read_back(["i1"]) == {"i1": fields}


def test_a_mark_for_excel_is_written_when_asked_and_read_again(tmp_path: Path) -> None:
    destination(tmp_path, bom=True).write([create("i1", name="Zoë")])
    assert (tmp_path / "crm.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")
    assert outcomes(destination(tmp_path, bom=True).write([create("i1", name="Zoë")])) == ["unchanged"]


def test_a_tsv_file_has_tabs_and_a_delimiter_may_be_set(tmp_path: Path) -> None:
    destination(tmp_path, "crm.tsv").write([create("i1", name="Ada")])
    destination(tmp_path, "crm.csv", delimiter=";").write([create("i1", name="Ada")])
    assert (tmp_path / "crm.tsv").read_text().startswith("id\tname")
    assert (tmp_path / "crm.csv").read_text().startswith("id;name")


def test_an_archived_row_is_marked_once_and_lives_again_when_created(tmp_path: Path) -> None:
    opened = destination(tmp_path, archive="mark")
    opened.write([create("i1", name="Ada"), create("i2", name="Bob")])
    archive = Change("i1", Action.ARCHIVE, {}, remote_id="i1")
    assert outcomes(opened.write([archive])) == outcomes(opened.write([archive])) == ["archived"]
    rows = table(tmp_path / "crm.csv")
    assert rows == [
        ["id", "name", ARCHIVED_AT],
        ["i1", "Ada", "2026-05-01T12:00:00.000000Z"],
        ["i2", "Bob", ""],
    ]
    assert opened.read_back(["i1"]) == {"i1": None}
    assert outcomes(opened.write([create("i1", name="Ada")])) == ["updated"]
    assert opened.read_back(["i1"])["i1"] == {"name": "Ada", ARCHIVED_AT: ""}


def test_a_merge_folds_rows_into_the_survivor(tmp_path: Path) -> None:
    opened = destination(tmp_path)
    opened.write([create("i1", name="Ada"), create("i2", name="A."), create("i3", name="Bob")])
    merge = Change("i1", Action.MERGE, {"phone": "1"}, "i1", merged_remote_ids=("i2", "gone", "i1"))
    assert outcomes(opened.write([merge])) == ["merged"]
    assert table(tmp_path / "crm.csv")[1:] == [["i1", "Ada", "1"], ["i3", "Bob", ""]]


REFUSED = {
    "no id": (create(" ", name="x"), "no-id"),
    "another id in the payload": (create("i9", id="i8"), "other-id"),
    "not a number": (create("i9", name=float("nan")), "not-storable"),
    "no JSON value": (create("i9", name=b"x"), "not-storable"),
    "a NUL": (create("i9", name="a\0b"), "not-storable"),
    "a row that is gone": (update("i9", name="x"), "remote-gone"),
    "no write": (Change("i1", Action.BLOCKED, {}), "not-supported"),
}


@pytest.mark.parametrize("name", ["crm.csv", "crm.jsonl"])
@pytest.mark.parametrize(("change", "code"), REFUSED.values(), ids=REFUSED)
def test_a_bad_change_is_refused_alone(tmp_path: Path, name: str, change: Change, code: str) -> None:
    opened = destination(tmp_path, name)
    receipts = opened.write([create("i1", name="Ada"), change, create("i2", name="Bob")])
    assert outcomes(receipts) == ["created", "rejected", "created"]
    assert (receipts[1].code, bool(receipts[1].sentence)) == (code, True)
    assert destination(tmp_path, name).read_back(["i1", "i9"]) == {"i1": {"name": "Ada"}, "i9": None}


DAMAGED = {
    "a torn row": ("id,name\ni1,Ada\ni2\n", "damaged-destination"),
    "an id twice": ("id,name\ni1,Ada\ni1,Bob\n", "damaged-destination"),
    "a row without id": ("id,name\n,Ada\n", "damaged-destination"),
    "no column of ids": ("name\nAda\n", "unknown-column"),
    "not in UTF-8": ("id,name\ni1,Hélène\ni2,Benoît\n".encode("cp1252"), "not-utf-8"),
}


@pytest.mark.parametrize(("content", "code"), DAMAGED.values(), ids=DAMAGED)
def test_a_file_that_would_lose_something_is_left_alone(
    tmp_path: Path, put: Put, content: bytes | str, code: str
) -> None:
    path = put("crm.csv", content)
    before = path.read_bytes()
    with pytest.raises(ConfigurationError) as caught:
        destination(tmp_path).write([create("i9", name="x")])
    assert (caught.value.code, bool(caught.value.hint)) == (code, True)
    check = destination(tmp_path).check()
    assert (check.ok, bool(check.hint)) == (False, True)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("path", "code"), [("crm.xlsx", "unknown-format"), ("no/crm.csv", "no-such-folder"), (".", "is-a-folder")]
)
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, path: str, code: str) -> None:
    opened = destination(tmp_path, path, format=None if path.endswith("xlsx") else "csv")
    with pytest.raises(ConfigurationError) as caught:
        opened.write([create("i1", name="x")])
    assert caught.value.code == code
    check = opened.check()
    assert (check.ok, bool(check.hint)) == (False, True)


def test_an_empty_file_is_filled(tmp_path: Path, put: Put) -> None:
    put("crm.csv", "")
    assert outcomes(destination(tmp_path).write([create("i1", name="Ada")])) == ["created"]


def test_check_before_the_first_push_makes_nothing(tmp_path: Path) -> None:
    assert destination(tmp_path).check().ok
    assert list(tmp_path.iterdir()) == []


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """The system refuses to write more, as it does on a full disk (EFBIG instead of ENOSPC)."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        signal.signal(signal.SIGXFSZ, before)


@pytest.mark.parametrize("name", ["crm.csv", "crm.jsonl"])
def test_a_full_disk_leaves_the_old_file_intact(tmp_path: Path, name: str) -> None:
    opened = destination(tmp_path, name)
    opened.write([create("i1", name="Ada")])
    before = (tmp_path / name).read_bytes()
    many = [create(f"n{number}", name="x" * 100) for number in range(1_000)]
    with no_file_larger_than(20_000), pytest.raises(FatalError) as caught:
        opened.write(many)
    assert (caught.value.code, bool(caught.value.hint)) == ("disk-full", True)
    assert (tmp_path / name).read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {name, f".{name}.lock"}
    assert set(outcomes(opened.write(many))) == {"created"}, (
        "when there is room again, nothing is taken for written"
    )
    assert len((tmp_path / name).read_bytes()) > 100_000


def test_what_another_process_wrote_in_between_is_seen(tmp_path: Path) -> None:
    first, second = destination(tmp_path), destination(tmp_path)
    first.write([create("i1", name="Ada")])
    second.write([create("i2", name="Bob")])
    assert outcomes(first.write([create("i2", name="Bob"), create("i3", name="Eve")])) == [
        "unchanged",
        "created",
    ]
    assert [row[0] for row in table(tmp_path / "crm.csv")] == ["id", "i1", "i2", "i3"]


def test_the_repr_names_the_file_only(tmp_path: Path) -> None:
    opened = destination(tmp_path)
    opened.write([create("i1", name="Ada")])
    assert repr(opened) == f"FileDestination('{tmp_path}/crm.csv')"


def test_a_pending_outcome_never_comes(tmp_path: Path) -> None:
    receipts = destination(tmp_path).write([create("i1", name="Ada"), update("i1", name="Eve")])
    assert [receipt.outcome for receipt in receipts] == [Outcome.CREATED, Outcome.UPDATED]
    assert {receipt.remote_id for receipt in receipts} == {"i1"}
