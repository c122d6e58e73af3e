"""Parties of a Tryton server as records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from connectors.erp import tryton_cursor
from connectors.erp.tryton_cursor import Pass
from connectors.erp.tryton_party import FIELDS, SHOWN_FIELDS, Party, as_json
from connectors.erp.tryton_server import TrytonServer
from connectors.erp.tryton_settings import TrytonSettings
from connectors.erp.tryton_values import Json, from_typed, to_typed
from connectors.http import BUDGETS, SYSTEM, BudgetBook, Timing, unexpected
from connectors.pagination import chunks, keyset, with_last
from hub.domain.records import REJECT_SCHEMA, Check, Cursor, Page, Stream, page_schema
from hub.errors import ConfigurationError, FatalError, HubError, RecordError

STREAM: Final = "party"
_SCHEMA: Final = page_schema(pa.string())
_ROWS: Final = TypeAdapter(list[dict[str, object]])
_IDS_A_CALL: Final = 5000

# Where a party's changes leave their date, and the field that names the party. Observed on 7.0 and 8.2: a
# mechanism that is added, changed or archived on its own does not move the party's date; one that is changed
# or deleted through the party does.
_WATCHED: Final = {
    "party.party": "id",
    "party.contact_mechanism": "party",
    "party.address": "party",
    "party.identifier": "party",
}

Rows = Sequence[Json]


class TrytonSource:
    """Reads whole parties, page by page in the order of their ids.

    An incremental read gives every party of which a row was added or written. What leaves no trace in
    Tryton is found by a whole read only: parties that were deleted, and mechanisms, addresses or
    identifiers that were deleted on their own and not through their party.
    """

    def __init__(
        self,
        settings: TrytonSettings,
        folder: Path,
        timing: Timing = SYSTEM,
        budgets: BudgetBook = BUDGETS,
    ) -> None:
        self._settings = settings
        self._server = TrytonServer(settings, folder, timing, budgets)

    def __repr__(self) -> str:
        return f"TrytonSource({self._settings.url}, {self._settings.database})"

    def check(self) -> Check:
        try:
            self._parties([], 1)
        except HubError as error:
            return Check(ok=False, sentence=error.sentence, hint=error.hint or "try again later")
        return Check(ok=True, sentence=f"Tryton {self._server.version} answers and shows its parties")

    def discover(self) -> Sequence[Stream]:
        return [Stream(STREAM, SHOWN_FIELDS)]

    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        if stream != STREAM:
            raise ConfigurationError(
                "unknown-stream", f"Tryton has no stream `{stream}`", hint=f"there is one: {STREAM}"
            )
        going = tryton_cursor.interrupted(cursor) if cursor is not None else None
        going = going or self._new_pass(tryton_cursor.since_of(cursor))
        for rows, is_last in with_last(self._pages(going)):
            last_id = _id_of(rows[-1])
            yield _page(rows, going.cursor_at_end() if is_last else going.cursor_after(last_id))

    def _new_pass(self, since: datetime | None) -> Pass:
        newest = self._newest()
        overlap = timedelta(seconds=self._settings.overlap)
        return Pass(since, tryton_cursor.next_since(newest, self._server.now, overlap))

    def _pages(self, going: Pass) -> Iterator[Rows]:
        size = self._settings.page_size
        if going.since is None:
            yield from keyset(
                lambda after: self._parties([["id", ">", after]], size), _id_of, going.after, size
            )
            return
        changed = (party_id for party_id in sorted(self._changed(going.since)) if party_id > going.after)
        for party_ids in chunks(list(changed), size):
            rows = self._parties([["id", "in", party_ids]], size)
            if rows:
                yield rows

    def _changed(self, since: datetime) -> set[int]:
        """Ids of the parties of which any row has a date from `since` on."""
        return {
            _id_of(row, field)
            for model, field in _WATCHED.items()
            for rows in keyset(self._changed_after(model, field, since), _id_of, 0, _IDS_A_CALL)
            for row in rows
            if row.get(field) is not None
        }

    def _changed_after(self, model: str, field: str, since: datetime) -> Callable[[int], Rows]:
        moment = to_typed(since)
        dated = [
            "OR",
            ["write_date", ">=", moment],
            [["write_date", "=", None], ["create_date", ">=", moment]],
        ]

        def fetch(after: int) -> Rows:
            return self._rows(model, [["id", ">", after], dated], _IDS_A_CALL, ["id", "ASC"], [field])

        return fetch

    def _newest(self) -> datetime | None:
        """The newest date of any row that is watched; None in an empty database."""
        dates = (
            self._newest_date(model, date, known)
            for model in _WATCHED
            for date, known in (
                ("write_date", ["write_date", "!=", None]),
                ("create_date", ["write_date", "=", None]),
            )
        )
        return max((date for date in dates if date is not None), default=None)

    def _newest_date(self, model: str, date: str, domain: Sequence[object]) -> datetime | None:
        for row in self._rows(model, [domain], 1, [date, "DESC"], [date]):
            if isinstance(found := from_typed(row.get(date)), datetime):
                return found
        return None

    def _parties(self, domain: Sequence[object], size: int) -> Rows:
        return self._rows("party.party", domain, size, ["id", "ASC"], FIELDS)

    def _rows(
        self, model: str, domain: Sequence[object], size: int, order: Sequence[str], fields: Sequence[str]
    ) -> Rows:
        method = f"model.{model}.search_read"
        try:
            return _ROWS.validate_python(self._server.call(method, domain, 0, size, [order], fields))
        except RecordError as error:
            hint = f"give the user of the hub the right to read {model}"
            raise ConfigurationError(error.code, error.sentence, hint=hint) from error
        except ValidationError as exc:
            raise unexpected(exc, method) from None


def _page(rows: Rows, cursor: Cursor) -> Page:
    parties, rejects = _parsed(rows)
    records = pa.table(
        [
            [str(party.id) for party in parties],
            [party.updated_at for party in parties],
            [False] * len(parties),
            [as_json(party) for party in parties],
        ],
        schema=_SCHEMA,
    )
    return Page(records, pa.Table.from_pylist(rejects, schema=REJECT_SCHEMA), cursor)


def _parsed(rows: Iterable[Json]) -> tuple[list[Party], list[Json]]:
    """Parties, and rejects for rows that are not as documented."""
    parties: list[Party] = []
    rejects: list[Json] = []
    for row in rows:
        try:
            parties.append(Party.model_validate(row))
        except ValidationError as exc:
            rejects.append(_reject(row, exc))
    return parties, rejects


def _reject(row: Json, exc: ValidationError) -> Json:
    key = str(_id_of(row))
    return {
        "key": key,
        "position": f"party {key}",
        "code": "unexpected-party",
        "reason": unexpected(exc, f"party {key}").sentence,
        "payload": json.dumps(row, ensure_ascii=False, sort_keys=True),
    }


def _id_of(row: Json, field: str = "id") -> int:
    value = row.get(field)
    if not isinstance(value, int):
        raise FatalError("unexpected-answer", f"Tryton gives a row without `{field}`")
    return value
