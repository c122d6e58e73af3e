"""Golden records of identities with several records each, all at once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import Coded, coded, joined, joined_told
from hub.domain.golden import GOLDEN_SCHEMA
from hub.domain.provenance import TOLD_BY
from hub.golden.many.attributes import Attributes, bests, told_attributes
from hub.golden.many.consents import strictest
from hub.golden.many.grouped import Said, Together, survive_together
from hub.golden.many.multi import unions
from hub.golden.many.single import measured, survivors
from hub.golden.many.tellers import Tellers, extreme, tellers
from hub.golden.many.tellers import origins as in_full
from hub.golden.survivorship import ATTRIBUTES, MULTI_FIELDS, SINGLE_FIELDS, SurvivorshipRules
from hub.ranking import Numbers, first_of, lists


def by_column(joined_: pa.Table, rules: SurvivorshipRules) -> pa.Table:
    """The golden records (`GOLDEN_SCHEMA`) of contacts that are sorted by identity_id, source and key."""
    ids = coded(joined_["identity_id"])  # numbered as they come, which is sorted
    group, groups = ids.codes, len(ids.texts)
    source, key, at = (coded(joined_[name]) for name in ("source", "key", "updated_at"))
    told = tellers(group, groups, source, at)
    values: dict[str, pa.Array] = {"identity_id": ids.texts}
    origins: dict[str, pa.Array] = {}
    attributes = told_attributes(_whole(joined_[ATTRIBUTES]), told)
    together = _together(joined_, attributes, told, rules)
    for name in (*SINGLE_FIELDS, *MULTI_FIELDS, ATTRIBUTES, "consents"):
        column = _whole(joined_[name])
        if column.null_count == len(column):
            values[name] = pa.nulls(groups, column.type)
        elif name in together:
            found = together[name]
            said = _said(column)
            silent = found.nobody | ~np.isin(found.winner, said.row)
            values[name] = column.take(pa.array(found.winner, mask=silent))
            origins[name] = found.origin(said, told)
        elif name in SINGLE_FIELDS:
            values[name], origins[name] = survivors(column, told, rules.of(name))
        elif name == ATTRIBUTES:
            values[name], origins[name] = bests(attributes, told, rules, together)
        elif name == "consents":
            values[name], origins[name] = strictest(column, told, source, key, rules.authorities)
        else:
            values[name], origins[name] = unions(name, column, told, rules.of(name))
    values["created_at"] = extreme(group, groups, joined_["created_at"], latest=False)
    values["updated_at"] = extreme(group, groups, joined_["updated_at"], latest=True)
    values["sources"] = _sources(source, group, groups)
    values["record_count"] = pa.array(np.bincount(group, minlength=groups), pa.int64())
    values["provenance"] = _provenance(in_full(source, key, at), group, origins, groups)
    return pa.table([values[field.name] for field in GOLDEN_SCHEMA], schema=GOLDEN_SCHEMA)


def _together(
    joined_: pa.Table, attributes: Attributes, told: Tellers, rules: SurvivorshipRules
) -> dict[str, Together]:
    """By field what survives of the group that it is in."""
    found = dict[str, Together]()
    for name, group in rules.groups.items():
        fields = {}
        for field in group.fields:
            root, _, attribute = field.partition(".")
            fields[field] = attributes.said(attribute) if attribute else _said(_whole(joined_[root]))
        if (mine := survive_together(name, fields, told, rules.of_group(name))) is not None:
            found |= dict.fromkeys(group.fields, mine)
    return found


def _said(column: pa.Array) -> Said:
    """What records say of a field with one value."""
    texts = coded(measured(column)[0])
    row = np.flatnonzero(texts.codes < len(texts.texts))
    return Said(row, Coded(texts.codes[row], texts.texts))


def _sources(names: Coded, group: Numbers, groups: int) -> pa.Array:
    once = np.flatnonzero(first_of(group, names.codes))  # within a group they are sorted
    return lists(group[once], groups, names.texts.take(names.codes[once]))


def _provenance(records: pa.Array, group: Numbers, origins: dict[str, pa.Array], groups: int) -> pa.Array:
    told_by = pc.binary_join(lists(group, groups, records), ",")
    told = [joined([f'"{name}":', origins[name]]) for name in sorted(origins)]
    return joined([f'{{"{TOLD_BY}":[', joined_told([joined([told_by, "]"]), *told], ","), "}"])


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()
