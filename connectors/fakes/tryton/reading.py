"""`search_read`: domains, order, and fields with dots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from connectors.fakes.tryton.errors import Json, crash
from connectors.fakes.tryton.models import MODELS, Model
from connectors.fakes.tryton.store import Row, TrytonStore, typed, untyped

# A comparison with null is false, as in SQL, save for equality.
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": lambda held, asked: held == asked,
    "!=": lambda held, asked: held != asked,
    "in": lambda held, asked: held in asked,
    ">": lambda held, asked: held is not None and held > asked,
    ">=": lambda held, asked: held is not None and held >= asked,
    "<": lambda held, asked: held is not None and held < asked,
    "<=": lambda held, asked: held is not None and held <= asked,
}


def search(
    store: TrytonStore, model: Model, domain: Sequence[object], order: object, *, active_only: bool
) -> list[Row]:
    """The rows that the domain admits, in the order asked for (by id when none is)."""
    _admits(model, domain, dict.fromkeys(model.fields))  # an unknown field is an error without rows, too
    rows = list(store.tables[model.name].values())
    found = [row for row in rows if _admits(model, domain, row) and (row["active"] or not active_only)]
    for part in reversed(order if isinstance(order, list) else [["id", "ASC"]]):
        name, direction = part
        _known(model, name)
        found.sort(key=lambda row: _sortable(row[name]), reverse=direction.startswith("DESC"))
    return found


def read(store: TrytonStore, model: Model, row: Row, fields: Sequence[str]) -> Json:
    """The fields asked for; `list.field` gives rows under `list.`, `link.field` a row or null."""
    shown: Json = {"id": row["id"]}
    nested: dict[str, list[str]] = {}
    for name in fields:
        head, _, rest = name.partition(".")
        _known(model, head)
        if rest:
            nested.setdefault(head, []).append(rest)
        elif name == "_timestamp":
            shown[name] = store.timestamp(row)
        else:
            shown[name] = typed(row[name])
    for head, inner in nested.items():
        shown[f"{head}."] = _nested(store, model, row, head, inner)
    return shown


def _nested(store: TrytonStore, model: Model, row: Row, head: str, inner: Sequence[str]) -> object:
    if head in model.lists:
        target = MODELS[model.lists[head]]
        return [read(store, target, one, inner) for one in store.hanging(model, _id(row), head)]
    target = MODELS[model.links[head]]
    row_id = row[head]
    linked = store.row(target.name, row_id) if isinstance(row_id, int) else None
    return read(store, target, linked, inner) if linked is not None else None


def _admits(model: Model, domain: Sequence[object], row: Row) -> bool:
    if not domain:
        return True
    if isinstance(domain[0], str) and domain[0] not in {"OR", "AND"}:
        name, operator, asked = domain
        _known(model, str(name))
        return _COMPARE[str(operator)](row[str(name)], untyped(asked))
    clauses = domain[1:] if isinstance(domain[0], str) else domain
    verdicts = [_admits(model, clause, row) for clause in clauses if isinstance(clause, list)]
    return any(verdicts) if domain[0] == "OR" else all(verdicts)


def _known(model: Model, name: str) -> None:
    if name not in model.fields:
        raise crash(name)


def _id(row: Row) -> int:
    row_id = row["id"]
    if not isinstance(row_id, int):
        raise crash("id")
    return row_id


def _sortable(value: object) -> tuple[bool, Any]:
    """Nulls first, as SQLite has it."""
    return value is not None, value if isinstance(value, int | str | datetime) else 0
