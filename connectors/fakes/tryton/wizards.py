"""The two wizards of module `party` that the hub drives."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.fakes.tryton.errors import missing, user_error, user_warning
from connectors.fakes.tryton.models import MODELS
from connectors.fakes.tryton.store import Row, TrytonStore

_PARTY = MODELS["party.party"]


def replace(store: TrytonStore, form: Mapping[str, object]) -> None:
    """`party.replace`: what hangs on the source moves, archived; the source names its heir."""
    source, destination = _party(store, form["source"]), _party(store, form["destination"])
    if source["name"] != destination["name"]:
        _warn(
            store,
            f"party.replace name {source['id']} {destination['id']}",
            f'Parties have different names: "{source["name"]}" vs "{destination["name"]}".',
        )
    for target in _PARTY.lists.values():
        for row in store.tables[target].values():
            if row.get("party") == source["id"]:
                row.update({"party": destination["id"], "active": 0, "write_date": store.now()})
    store.write(_PARTY, [_id(source)], {"active": False, "replaced_by": destination["id"]})


def erase(store: TrytonStore, form: Mapping[str, object]) -> None:
    """`party.erase`: of an archived party nothing personal stays, and what hangs on it is archived."""
    party = _party(store, form["party"])
    if party["active"]:
        raise user_error(f'Party "{party["name"]}" cannot be erased because they are still active.')
    party["name"] = None
    party["write_date"] = store.now()
    for target in _PARTY.lists.values():
        for row in store.tables[target].values():
            if row.get("party") == party["id"]:
                masked = {"value": "****", "value_compact": "****", "code": "****"}
                row.update({name: text for name, text in masked.items() if name in row})
                row.update(dict.fromkeys({"name", "street", "postal_code", "city", "country"} & row.keys()))
                row.update({"active": 0, "write_date": store.now()})


def _warn(store: TrytonStore, name: str, message: str) -> None:
    """Asks, unless a row of `res.user.warning` has answered; the answer is used up."""
    answers = store.tables["res.user.warning"]
    given = [row_id for row_id, row in answers.items() if row["name"] == name]
    if not given:
        raise user_warning(name, message)
    for row_id in given:
        del answers[row_id]


def _party(store: TrytonStore, party_id: object) -> Row:
    row = store.row("party.party", party_id) if isinstance(party_id, int) else None
    if row is None:
        raise missing("read", [party_id] if isinstance(party_id, int) else [], "Party")
    return row


def _id(row: Row) -> int:
    row_id = row["id"]
    return row_id if isinstance(row_id, int) else 0
