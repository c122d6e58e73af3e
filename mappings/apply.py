"""Applies a mapping to a page: by column, once a distinct value. A refused value never refuses its row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.columns import json_text
from hub.domain.contact import CONTACT_SCHEMA
from hub.domain.records import MAPPED_SCHEMA, REFUSAL, REJECT_SCHEMA, Mapped
from mappings.encoded import Encoded, Records
from mappings.expressions import Expression
from mappings.fill import MANY, Filling
from mappings.fill_lists import LIST_FILLERS
from mappings.fill_names import fill_name
from mappings.fill_single import fill_attributes, fill_single
from mappings.guess import understood
from mappings.json_text import as_text
from mappings.normalise.dates import normalise_instant
from mappings.normalise.kinds import kind_of
from mappings.ragged import FEW, lists
from mappings.spec import MappingSpec
from mappings.usual import usual_instants

_IDENTIFYING: Final = ("organization", "emails", "phones", "addresses", "identifiers")
_TRUE: Final = frozenset({"true", "1", "yes", "y", "oui", "o", "ja", "j", "x", "vrai", "si", "deleted"})


class ContactMapper:
    """One source's mapping at work (`hub.ports.Mapper`). `latest` is the last day that a birth can lie on."""

    # Grows when the same mapping reads the same values otherwise than before: then what is stored is mapped
    # anew.
    VERSION: ClassVar[int] = 6

    def __init__(self, spec: MappingSpec, latest: date = date.max) -> None:
        self.spec = spec
        self.latest = latest
        self._by_column = spec.by_column()

    def columns(self) -> frozenset[str]:
        return self.spec.reads()

    def to_contacts(self, records: pa.Table) -> Mapped:
        """Every record is in the contacts (`MAPPED_SCHEMA`) or in the rejects, with its payload."""
        return _sorted_out(self.mapped(records), records)

    def mapped(self, records: pa.Table) -> pa.Table:
        """What each record says (`MAPPED_SCHEMA`), also where that tells nobody."""
        page = Records(records["payload"], self._object, by_column=self._by_column)
        filling = Filling(self.spec, page, self.latest)
        fields = self._fields(filling)
        key, updated_at, deleted = self._about(records, page)
        if fields["updated_at"] is None:
            fields["updated_at"] = updated_at
        refusals = lists(filling.refused, page.rows, REFUSAL)
        return pa.table([key, deleted, *fields.values(), refusals], schema=MAPPED_SCHEMA)

    def _object(self, payload: str | Mapping[str, Any]) -> Mapping[str, Any]:
        found = json.loads(payload) if isinstance(payload, str) else payload
        record = found if isinstance(found, dict) else {}
        if self.spec.labels is None:
            return record
        answers = self.spec.labels.value(record)
        return {**record, "said": understood(answers) if isinstance(answers, dict) else {}}

    def _fields(self, filling: Filling) -> dict[str, Any]:
        found: dict[str, Any] = {"name": fill_name(filling)}
        for path in ("organization", "job_title", "birth_date", "gender", "language", "created_at"):
            found[path] = fill_single(filling, path)
        for path, fill in LIST_FILLERS.items():
            found[path] = fill(filling)
        found["attributes"] = fill_attributes(filling)
        found["updated_at"] = None
        found["kind"] = self._kind(filling.records, found)
        return {name: found[name] for name in CONTACT_SCHEMA.names}

    def _kind(self, page: Records, found: Mapping[str, Any]) -> pa.Array:
        """The declared kind; where none is given, what the record itself shows."""
        named = pc.or_(
            pc.is_valid(pc.struct_field(found["name"], "given")),
            pc.is_valid(pc.struct_field(found["name"], "family")),
        )
        named = pc.or_(named, pc.is_valid(pc.struct_field(found["name"], "full")))
        company = pc.and_(pc.invert(named), pc.is_valid(found["organization"]))
        shown = pc.if_else(company, "organization", "person")
        if self.spec.kind is None:
            return shown
        if not isinstance(self.spec.kind, Expression):
            return pa.array([self.spec.kind] * page.rows, pa.string())
        told = page.evaluate(self.spec.kind)
        return pc.coalesce(told.take([kind_of(as_text(value)) for value in told.values], pa.string()), shown)

    def _about(self, records: pa.Table, page: Records) -> tuple[pa.Array, pa.Array, pa.Array]:
        key, deleted = records["key"], pc.fill_null(records["deleted"], fill_value=False)
        updated_at = pc.strftime(records["updated_at"], format="%Y-%m-%dT%H:%M:%SZ")
        if self.spec.key is not None:
            key = _texts(page.evaluate(self.spec.key))
        if self.spec.updated_at is not None:
            told = page.evaluate(self.spec.updated_at)
            updated_at = pc.coalesce(_instants(told), updated_at)
        if self.spec.deleted is not None:
            told = page.evaluate(self.spec.deleted)
            gone = told.take([as_text(value).strip().lower() in _TRUE for value in told.values], pa.bool_())
            deleted = pc.or_(deleted, pc.fill_null(gone, fill_value=False))
        return key, updated_at, deleted


def _instants(column: Encoded) -> pa.Array:
    """Each row's moment, null for what is none."""
    if len(column) < MANY:
        return column.take(_instant_texts(column.values), pa.string())
    mask, clean = usual_instants(column.texts)
    others = pa.array(_instant_texts(column.only(~mask).values), pa.string())
    return column.take(pc.replace_with_mask(clean, pa.array(~mask), others), pa.string())


def _instant_texts(values: Sequence[Any]) -> list[str | None]:
    told = [normalise_instant(as_text(value)) for value in values]
    return [one if isinstance(one, str) else None for one in told]


def _texts(column: Encoded) -> pa.Array:
    if len(column) >= MANY and column.texts.null_count == 0:
        return column.take(column.texts, pa.string())
    return column.take([as_text(value) for value in column.values], pa.string())


def _sorted_out(table: pa.Table, records: pa.Table) -> Mapped:
    """Rows without a key, or with nothing that could tell anyone, are rejected."""
    known = np.zeros(table.num_rows, bool)
    telling = [table[name] for name in _IDENTIFYING]
    telling += [pc.struct_field(table["name"], part) for part in ("full", "given", "family")]
    for column in telling:
        if column.null_count == 0:  # most often so of a page with one row
            known[:] = True
            break
        if column.null_count < table.num_rows:
            known |= column.is_valid().to_numpy(zero_copy_only=False)
    if len(known) <= FEW and known.all() and all(key and key.strip() for key in table["key"].to_pylist()):
        return Mapped(table, REJECT_SCHEMA.empty_table())  # quickly told of a submission
    gone = table["deleted"].to_numpy(zero_copy_only=False).astype(bool)
    nobody = pa.array(~known & ~gone)
    no_key = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(table["key"]), ""), fill_value=True)
    rejected = pc.or_(no_key, nobody)
    if not pc.any(rejected).as_py():
        return Mapped(table, REJECT_SCHEMA.empty_table())
    codes = pc.if_else(no_key, "no-key", "nothing-identifying")
    reasons = pc.if_else(
        no_key,
        "the record has no key",
        "the record has no name, e-mail, phone, organisation, address or identifier",
    )
    columns = [pc.coalesce(table["key"], records["key"]).filter(rejected)]
    columns += [pa.nulls(len(columns[0]), pa.string()), codes.filter(rejected), reasons.filter(rejected)]
    columns.append(_payload_text(records["payload"].filter(rejected)))
    return Mapped(table.filter(pc.invert(rejected)), pa.table(columns, schema=REJECT_SCHEMA))


def _payload_text(payload: pa.ChunkedArray) -> pa.ChunkedArray:
    """As the store keeps payloads: JSON, without what is null."""
    if pa.types.is_string(payload.type):
        return payload
    flat = pa.Table.from_struct_array(payload)
    return json_text(flat, flat.column_names)
