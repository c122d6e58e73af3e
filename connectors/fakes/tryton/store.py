"""The rows of a fake Tryton database, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from itertools import count

from connectors.fakes.tryton.errors import Json, TrytonError, changed_meanwhile, crash, missing, user_error
from connectors.fakes.tryton.models import MECHANISM_TYPES, MODELS, WRITTEN_AT_CREATE, Model

Row = dict[str, object]


class TrytonStore:
    """Tables by model name; rows by id. Not thread-safe: the app holds a lock around each call.

    `now` gives naive UTC, as Tryton's database does.
    """

    def __init__(self, version: str, now: Callable[[], datetime] | None = None) -> None:
        self.now = now or (lambda: datetime.now(UTC).replace(tzinfo=None))
        self.tables: dict[str, dict[int, Row]] = {name: {} for name in MODELS}
        self._major = version[0]
        self._ids = {name: count(1) for name in MODELS}
        self._numbers = count(1)
        self._holders: dict[object, int] = {}  # code → party
        self._frozen: set[tuple[str, int]] = set()  # archived when the call began

    def all_or_nothing(self, deed: Callable[[], object]) -> object:
        """Does it, or takes it back when it fails half way: a call is one transaction."""
        before = deepcopy(self.tables), dict(self._holders)
        self._frozen = {
            (name, row_id)
            for name, rows in self.tables.items()
            for row_id, row in rows.items()
            if not row["active"]
        }
        try:
            return deed()
        except TrytonError:
            self.tables, self._holders = before
            raise

    def row(self, model: str, row_id: int) -> Row | None:
        return self.tables[model].get(row_id)

    def hanging(self, model: Model, row_id: int, name: str) -> list[Row]:
        """The rows of a list, in Tryton's order: those without a sequence first."""
        rows = [row for row in self.tables[model.lists[name]].values() if row.get("party") == row_id]
        return sorted(
            rows, key=lambda row: (row.get("sequence") is not None, row.get("sequence") or 0, row["id"])
        )

    def create(self, model: Model, values: Sequence[Mapping[str, object]]) -> list[int]:
        return [self._create_one(model, one) for one in values]

    def write(self, model: Model, row_ids: Sequence[int], values: Mapping[str, object]) -> None:
        gone = [row_id for row_id in row_ids if row_id not in self.tables[model.name]]
        if gone:
            raise missing("write to", gone, model.label)
        for row_id in row_ids:
            row = self.tables[model.name][row_id]
            self._refuse_read_only(model, row, values)
            self._set(model, row, values)
            row["write_date"] = self.now()

    def delete(self, model: Model, row_ids: Sequence[int]) -> None:
        """Deletes rows and what hangs on them; those that are gone already are no error."""
        for row_id in row_ids:
            gone = self.tables[model.name].pop(row_id, {})
            if model.name == "party.party":
                self._holders.pop(gone.get("code"), None)
            for target in model.lists.values():
                table = self.tables[target]
                for hanging in [key for key, row in table.items() if row.get("party") == row_id]:
                    del table[hanging]

    def check_timestamps(self, stamps: Mapping[str, str], model: Model, row_ids: Sequence[int]) -> None:
        """Refuses to write rows that are newer than their stamp; only rows of this call are looked at."""
        for row_id in row_ids:
            row = self.row(model.name, row_id)
            stamp = stamps.get(f"{model.name},{row_id}")
            if row is not None and stamp is not None and self.timestamp(row) > stamp:
                raise changed_meanwhile()

    def timestamp(self, row: Row) -> str:
        """`_timestamp`: seconds since 1970, whole ones on 7.0 (observed with SQLite)."""
        moment = row.get("write_date") or row["create_date"]
        if not isinstance(moment, datetime):
            raise crash("_timestamp")
        seconds = moment.replace(tzinfo=UTC).timestamp()
        return str(int(seconds)) if self._major == "7" else f"{seconds:.5f}"

    def _refuse_read_only(self, model: Model, row: Row, values: Mapping[str, object]) -> None:
        """8.2 holds callers to what its forms show as read-only: the code of a party, and all own fields of
        a row that was archived before the call, but `active`.
        """
        changed = {
            name for name, value in values.items() if name not in model.lists and value != row.get(name)
        }
        strange = changed - {"active"} if (model.name, row["id"]) in self._frozen else set()
        strange |= changed & {"code"} if model.name == "party.party" else set()
        if self._major != "7" and strange:
            name = min(strange).title()
            raise user_error(
                f'You are not allowed to modify the field "{name}" in record "…" of "{model.label}".'
            )

    def _create_one(self, model: Model, values: Mapping[str, object]) -> int:
        row_id = next(self._ids[model.name])
        now = self.now()
        written = model.name in WRITTEN_AT_CREATE[self._major]
        row: Row = dict.fromkeys(model.fields - model.lists.keys() - {"_timestamp"})
        row |= {"id": row_id, "active": 1, "create_date": now, "write_date": now if written else None}
        if model.name == "party.party":
            row["code"] = values.get("code") or self._next_code()
        self.tables[model.name][row_id] = row
        self._set(model, row, values)
        if self._major != "7" and not row["active"]:
            raise user_error(
                f'You are not allowed to modify the field "Name" in record "…" of "{model.label}".'
            )
        return row_id

    def _next_code(self) -> str:
        return next(code for number in self._numbers if (code := str(number)) not in self._holders)

    def _set(self, model: Model, row: Row, values: Mapping[str, object]) -> None:
        for name, value in values.items():
            if name not in model.fields:
                raise crash(name)
            if name in model.lists:
                self._command(MODELS[model.lists[name]], row, value)
            else:
                row[name] = int(value) if isinstance(value, bool) else value
        self._validate(model, row)

    def _command(self, model: Model, party: Row, commands: object) -> None:
        for command in commands if isinstance(commands, list) else []:
            match command:
                case ["create", list(values)]:
                    self.create(model, [{**one, "party": party["id"]} for one in values])
                case ["write", list(row_ids), dict(values)]:
                    self.write(model, row_ids, values)
                case ["delete", list(row_ids)]:
                    self.delete(model, row_ids)
                case _:
                    raise crash("command")

    def _validate(self, model: Model, row: Row) -> None:
        for name in model.required:
            if not row.get(name):
                raise user_error(
                    f'A value is required for field "{name.title()}" in record of "{model.label}".'
                )
        if model.name == "party.contact_mechanism":
            if row["type"] not in MECHANISM_TYPES:
                named = f'The value "{row["type"]}" for field "Type" of "{model.label}"'
                raise user_error(f"{named} is not one of the allowed options.")
            row["value"] = str(row["value"]).strip()
            row["value_compact"] = row["value"]
        if model.name == "party.party" and self._holders.setdefault(row["code"], _id(row)) != row["id"]:
            raise user_error("The code on party must be unique.")


def _id(row: Row) -> int:
    row_id = row["id"]
    return row_id if isinstance(row_id, int) else 0


def typed(value: object) -> object:
    """A value as JSON-RPC carries it."""
    if not isinstance(value, datetime):
        return value
    parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    shown: Json = {"__class__": "datetime", **{part: getattr(value, part) for part in parts}}
    return shown


def untyped(value: object) -> object:
    """A value of a request as it is stored and compared."""
    if isinstance(value, dict) and value.get("__class__") == "datetime":
        return datetime(**{name: part for name, part in value.items() if name != "__class__"})  # noqa: DTZ001
    return value
