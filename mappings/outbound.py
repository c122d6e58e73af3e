"""Applies an outbound mapping: golden records become a destination's payloads, by column where it can."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final

import pyarrow as pa
import pyarrow.compute as pc

from hub import columns, few_rows
from hub.domain.contact import ConsentStatus
from mappings.by_column import truth_sql, value_sql
from mappings.expressions import Expression
from mappings.outbound_spec import OutboundSpec, OutField, Owner

PAYLOAD_SCHEMA: Final = pa.schema(
    [
        ("identity_id", pa.string()),
        ("payload", pa.string()),
        ("initial", pa.string()),
        ("blocked", pa.string()),
    ]
)


class PayloadMapper:
    """One destination's mapping at work (`hub.ports.OutboundMapper`).

    An expression sees the golden record as the catalogue names it, with `id`, `sources`, `record_count`, and
    `attributes` as an object by name. At most `few` records are mapped one by one, as that is quicker than
    planning queries; a property test holds both ways to the same bytes.
    """

    # Grows when the same mapping gives other payloads than before: then what was confirmed is worked out
    # anew.
    VERSION: ClassVar[int] = 1

    def __init__(self, spec: OutboundSpec, *, few: int = few_rows.FEW) -> None:
        self.spec, self._few = spec, few

    def to_payloads(self, golden: pa.Table) -> pa.Table:
        """`payload` holds the hub's own fields, `initial` those written only on create (JSON)."""
        few = golden.num_rows <= self._few
        wanted = golden
        if self.spec.only is not None:
            wanted = golden.filter(_Golden(golden, few=few).holds(self.spec.only))
        seen = _Golden(wanted, few=few)
        cells = {name: _cell(seen, field) for name, field in sorted(self.spec.fields.items())}
        ours = {n: c for n, c in cells.items() if self.spec.fields[n].owner is Owner.HUB}
        theirs = {n: c for n, c in cells.items() if n not in ours}
        return pa.table(
            [
                wanted["identity_id"],
                _objects(ours, wanted.num_rows, few=few),
                _objects(theirs, wanted.num_rows, few=few),
                self._blocked(wanted, few=few),
            ],
            schema=PAYLOAD_SCHEMA,
        )

    def _blocked(self, golden: pa.Table, *, few: bool) -> pa.ChunkedArray | pa.Array:
        """Why a record must not be pushed: the permission that it does not have."""
        if self.spec.require is None:
            return pa.nulls(golden.num_rows, pa.string())
        channel, purpose = self.spec.require.channel, self.spec.require.purpose
        reason = f"no permission for {purpose} by {channel}"
        if few:
            held = [_permits(consents, channel, purpose) for consents in golden["consents"].to_pylist()]
            return pa.array([None if permitted else reason for permitted in held], pa.string())
        given = columns.query(
            f"""
            SELECT len(list_filter(coalesce(consents, []), lambda x: x.channel = {_text(channel)}
                AND x.purpose = {_text(purpose)} AND x.status = '{ConsentStatus.GRANTED}')) > 0 AS given
            FROM golden
            """,
            golden=golden.select(["consents"]),
        )["given"]
        return pc.if_else(given, pa.scalar(None, pa.string()), reason)


def _permits(consents: list[Mapping[str, Any] | None] | None, channel: str, purpose: str) -> bool:
    wanted = (channel, purpose, ConsentStatus.GRANTED)
    return any((one["channel"], one["purpose"], one["status"]) == wanted for one in consents or [] if one)


class _Golden:
    """Golden records, to be asked for expressions. Plain paths are read off the columns; `few` are asked one
    by one for the rest.
    """

    def __init__(self, golden: pa.Table, *, few: bool) -> None:
        self.table, self._few = golden, few
        self._rows: dict[frozenset[str], list[Mapping[str, Any]]] = {}

    def evaluate(self, expression: Expression) -> pa.Array:
        """The expression's value for each row as JSON text, null for none."""
        column = _path(self.table, expression.steps) if expression.steps is not None else None
        if column is not None:
            if self._few and few_rows.is_plain(column.type):
                texts = [None if value is None else few_rows.text(value) for value in column.to_pylist()]
                return pa.array(texts, pa.string())
            found = columns.query(
                "SELECT CASE WHEN v IS NOT NULL THEN to_json(v)::VARCHAR END AS json FROM t",
                t=pa.table({"v": column}),
            )
            return found["json"].combine_chunks()
        if (sql := value_sql(expression.tree, self.table.schema)) is not None:
            if self._few:
                told = [expression.value(row) for row in self._rows_for(expression)]
                return pa.array([few_rows.text(value) if value else None for value in told], pa.string())
            return self._asked(f"CASE WHEN {sql} IS NOT NULL THEN to_json({sql})::VARCHAR END", expression)
        values = [expression.value(row) for row in self._rows_for(expression)]
        return pa.array(
            [None if v in (None, "", [], {}) else json.dumps(v, ensure_ascii=False) for v in values],
            pa.string(),
        )

    def holds(self, condition: Expression) -> pa.Array:
        """Whether the condition is true, for each row."""
        if (sql := truth_sql(condition.tree, self.table.schema)) is not None:
            if self._few:
                return pa.array([bool(condition.value(row)) for row in self._rows_for(condition)], pa.bool_())
            return self._asked(sql, condition)
        return _true(self.evaluate(condition))

    def _asked(self, sql: str, expression: Expression) -> pa.Array:
        read = [name for name in self.table.column_names if name in expression.reads]
        if not read:
            read = ["identity_id"]
        found = columns.query(f"SELECT {sql} AS told FROM t", t=self.table.select(read))
        return found["told"].combine_chunks()

    def _rows_for(self, expression: Expression) -> list[Mapping[str, Any]]:
        """The golden records as objects, of which only what the expression reads: the rest costs the most."""
        names = frozenset(self.table.column_names)
        if not expression.whole:
            names &= {"identity_id" if name == "id" else name for name in expression.reads}
        if names not in self._rows:
            wanted = [name for name in self.table.column_names if name in names]
            rows = self.table.select(wanted).to_pylist() if wanted else [{}] * self.table.num_rows
            self._rows[names] = [_record(row) for row in rows]
        return self._rows[names]


def _cell(golden: _Golden, field: OutField) -> pa.Array:
    """The field's JSON text a row: null leaves it out, the word null clears it."""
    value = golden.evaluate(field.value)
    match field.empty:
        case "keep":
            return value
        case "clear":
            return pc.fill_null(value, "null")
        case default:
            return pc.fill_null(value, json.dumps(default, ensure_ascii=False))


def _objects(cells: Mapping[str, pa.Array], rows: int, *, few: bool) -> pa.Array | pa.ChunkedArray:
    """One JSON object a row from cells of JSON text, in the order given."""
    if not cells:
        return pa.array(["{}"] * rows, pa.string())
    if few:
        heads = [json.dumps(name) + ":" for name in cells]
        told = zip(*(cell.to_pylist() for cell in cells.values()), strict=True)
        texts = (
            ",".join(head + value for head, value in zip(heads, row, strict=True) if value is not None)
            for row in told
        )
        return pa.array([f"{{{text}}}" for text in texts], pa.string())
    # concat_ws leaves out what is null, and gives an empty text where everything is
    parts = [f"{_text(json.dumps(name) + ':')} || c{place}" for place, name in enumerate(cells)]
    table = pa.table({f"c{place}": cell for place, cell in enumerate(cells.values())})
    return columns.query(
        f"SELECT '{{' || concat_ws(',', {', '.join(parts)}) || '}}' AS json FROM t", t=table
    )["json"]


def _path(table: pa.Table, steps: tuple[str | int, ...]) -> pa.Array | None:
    """The column at a path of names and list places; None where the columns do not have it."""
    first, *rest = steps
    name = "identity_id" if first == "id" else first
    if not isinstance(name, str) or name not in table.column_names or name == "attributes":
        return None
    column: Any = table[name].combine_chunks()
    for step in rest:
        if isinstance(step, int):
            if step < 0 or not pa.types.is_list(column.type):
                return None
            column = _item(column, step)
        elif pa.types.is_struct(column.type) and column.type.get_field_index(step) >= 0:
            column = pc.struct_field(column, step)
        else:
            return None
    return column


def _item(column: pa.ListArray, place: int) -> pa.Array:
    """The list's item at a place, null where the list is shorter."""
    cut = pc.list_slice(column, place, place + 1)
    lengths = pc.fill_null(pc.list_value_length(cut), 0)
    filled = pc.equal(lengths, 1)
    positions = pc.if_else(filled, pc.subtract(pc.cumulative_sum(lengths), 1), pa.scalar(None, pa.int32()))
    return pc.list_flatten(cut).take(positions)


def _record(row: Mapping[str, Any]) -> Mapping[str, Any]:
    attributes = {one["name"]: one["value"] for one in row.get("attributes") or []}
    return {**row, "id": row.get("identity_id"), "attributes": attributes}


def _true(value: pa.Array) -> pa.Array:
    """JMESPath's truth: null, false and what is empty are not."""
    return pc.and_(pc.is_valid(value), pc.not_equal(pc.fill_null(value, "null"), "false"))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
