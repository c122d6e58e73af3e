"""Builds golden records: those of one record are that record, those of several by survivorship."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import coded, joined
from hub.domain.contact import CONTACT_RECORD_SCHEMA, CONTACT_SCHEMA
from hub.domain.golden import GOLDEN_SCHEMA
from hub.domain.judgement import Override
from hub.golden.many.build import by_column
from hub.golden.many.tellers import origins
from hub.golden.overrides import overridden
from hub.golden.removals import shortened
from hub.golden.several import of_few, one_by_one, put_together
from hub.golden.survivorship import SurvivorshipRules
from hub.ranking import Flags, Numbers, first_of, in_order, last_of

_FEW: Final = 200  # records; with more, all at once by column is faster
_AT_ONCE: Final = 100_000  # records whose golden records are in memory at a time


@dataclass(frozen=True, slots=True)
class ToBuild:
    """Golden records that are yet to be built; see `build_golden` and `golden_in_parts`. `said` are people's
    values by identity, to be laid over what survives.
    """

    contacts: pa.Table
    members: pa.Table
    rules: SurvivorshipRules
    said: Mapping[str, Sequence[Override]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return int(pc.count_distinct(self.members["identity_id"]).as_py())

    @property
    def few(self) -> bool:
        """Whether they are built one after the other."""
        return int(self.contacts.num_rows) <= _FEW

    def parts(self) -> Iterator[pa.Table]:
        behind = self._behind() if self.said else {}
        for part in golden_in_parts(self.contacts, self.members, self.rules):
            yield overridden(part, self.said, behind) if self.said else part

    def _behind(self) -> dict[str, dict[str, Any]]:
        """By identity all values of lists with a limit out of which a person takes something: what the limit
        kept out comes up then.
        """
        limited = self.rules.limits().keys()
        wanted = {one: shortened(told) & limited for one, told in self.said.items()}
        ids = pa.array([one for one, fields in wanted.items() if fields], pa.string())
        if len(ids) == 0:
            return {}
        members = self.members.filter(pc.is_in(self.members["identity_id"], value_set=ids))
        mine = pc.is_in(self.contacts["record_id"], value_set=members["record_id"].combine_chunks())
        built = build_golden(self.contacts.filter(mine), members, self.rules.without_limits())
        rows = {row["identity_id"]: row for row in built.to_pylist()}
        return {one: {field: row[field] for field in wanted[one]} for one, row in rows.items()}


def build_golden(contacts: pa.Table, members: pa.Table, rules: SurvivorshipRules) -> pa.Table:
    """Golden records (`GOLDEN_SCHEMA`, by identity id) of the identities in `members`.

    `contacts` has `CONTACT_RECORD_SCHEMA` and holds at least the members' records; `members` has record_id
    and identity_id. Pure, and independent of the order of both. A field of an identity with one record is
    that record's; nothing is computed for it.
    """
    return put_together([_by_id(part) for part in golden_in_parts(contacts, members, rules)])


def _by_id(part: pa.Table) -> pa.Table:
    golden = part.select(GOLDEN_SCHEMA.names)
    return golden if part.num_rows == 1 else golden.take(pc.sort_indices(part["identity_id"]))


def golden_in_parts(contacts: pa.Table, members: pa.Table, rules: SurvivorshipRules) -> Iterator[pa.Table]:
    """The same, some ten thousand at a time, so that a million need not be in memory at once; of a part those
    of one record come first.

    Contacts that have their JSON text beside them, in a column `contact`, give it to the golden records
    made of them alone; the others' is null.
    """
    if contacts.num_rows <= _FEW:
        yield of_few(contacts, members, rules)
        return
    place, group, ids = _order(contacts, members)
    low = 0
    while low < len(place):
        high = int(np.searchsorted(group, group[min(low + _AT_ONCE, len(group)) - 1], "right"))
        yield _built(contacts, place[low:high], group[low:high], ids, rules)
        low = high


def _limited(contacts: pa.Table, place: Numbers, rules: SurvivorshipRules) -> Flags:
    """Which contacts do not make a golden record as they are: something of theirs is not taken."""
    found = np.zeros(len(place), np.bool_)
    for name, sources in rules.only_from():
        allowed = pc.is_in(contacts["source"], value_set=pa.array(sorted(sources), pa.string()))
        withheld = pc.and_not(pc.is_valid(contacts[name]), allowed)
        found |= withheld.to_numpy()[place]
    for name, limit in rules.limits().items():
        lengths = pc.fill_null(pc.list_value_length(contacts[name]), 0).to_numpy()
        found |= lengths[place] > limit
    return found


def _order(contacts: pa.Table, members: pa.Table) -> tuple[Numbers, Numbers, pa.Array]:
    """The members by identity, source and key: where each is among the contacts, and the number of its
    identity, by id; with the ids.
    """
    at = pc.index_in(members["record_id"], value_set=contacts["record_id"].combine_chunks())
    held = members["identity_id"].filter(pc.is_valid(at))
    place = at.drop_null().to_numpy().astype(np.int64)
    told = coded(held)
    group = told.rank[told.codes]
    order = np.argsort(group, kind="stable")
    place, group = place[order], group[order]
    several = np.flatnonzero(~_alone(group))
    names = [coded(contacts[name].take(pa.array(place[several]))) for name in ("source", "key")]
    place[several] = place[several][in_order(group[several], *(one.rank[one.codes] for one in names))]
    return place, group, told.texts.take(pc.sort_indices(told.texts))


def _alone(group: Numbers) -> Flags:
    """Which rows are the only one of their group."""
    return first_of(group) & last_of(group)


def _built(
    contacts: pa.Table, place: Numbers, group: Numbers, ids: pa.Array, rules: SurvivorshipRules
) -> pa.Table:
    alone = _alone(group) & ~_limited(contacts, place, rules)
    parts = []
    if alone.any():
        parts.append(_of_one(_taken(contacts, place[alone], group[alone], ids)))
    if not alone.all():
        joined_ = _taken(contacts.select(CONTACT_RECORD_SCHEMA.names), place[~alone], group[~alone], ids)
        few = joined_.num_rows <= _FEW
        sizes = np.unique(group[~alone], return_counts=True)[1]
        parts.append(one_by_one(joined_, sizes.tolist(), rules) if few else by_column(joined_, rules))
    if len(parts) == 2 and "contact" in parts[0].column_names:
        unknown = pa.nulls(parts[1].num_rows, pa.string())
        parts[1] = parts[1].append_column("contact", unknown)
    return pa.concat_tables(parts).combine_chunks()


def _taken(contacts: pa.Table, place: Numbers, group: Numbers, ids: pa.Array) -> pa.Table:
    return contacts.take(pa.array(place)).append_column("identity_id", ids.take(pa.array(group)))


def _of_one(told: pa.Table) -> pa.Table:
    n = told.num_rows
    source, key, at = (coded(told[name]) for name in ("source", "key", "updated_at"))
    arrays = {
        "sources": pa.ListArray.from_arrays(
            pa.array(np.arange(n + 1), pa.int32()), told["source"].combine_chunks()
        ),
        "record_count": pa.repeat(1, n),
        "provenance": joined(['{"only":', origins(source, key, at), "}"]),
    }
    for name in ("identity_id", *CONTACT_SCHEMA.names):
        arrays[name] = told[name]
    fields = [*GOLDEN_SCHEMA]
    if "contact" in told.column_names:
        arrays["contact"] = told["contact"]
        fields.append(pa.field("contact", pa.string()))
    schema = pa.schema(fields)
    return pa.table([arrays[field.name].cast(field.type) for field in schema], schema=schema)
