"""Golden records in the input's own columns, as somebody wants them back who brought a file.

A column that a field is read from gets the golden record's value: the first column of several (e-mail, e-mail
2) the best one, the last of them all that is left. A column that is only a part of a field (a birth date's
day), or none, is as it stands in the first of the records that fills it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from cli.dedupe_inputs import Opened
from hub import columns
from hub.domain.contact import LIST_FIELDS, NAME_PARTS
from hub.golden.flat import SEPARATOR
from hub.jobs.dedupe import Deduped
from mappings.spec import MappingSpec, Rule

_GOLDEN_ID: Final = "golden_id"
_WHOLE_NAME: Final = "coalesce(g.name.\"full\", nullif(concat_ws(' ', {}), ''))".format(
    ", ".join(f'g.name."{part}"' for part in ("prefix", "given", "additional", "family", "suffix"))
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Of one input: SQL over the golden record `g` by column, and sets of columns that are taken as they
    stand, each set from one record.
    """

    golden: dict[str, str]
    as_they_stand: tuple[tuple[str, ...], ...]


def keep_what_is_needed(inputs: Sequence[Opened]) -> None:
    """Has the columns kept, while the files are read, that `like_input` will take as they stand."""
    for one in inputs:
        one.keeping.extend(column for columns in plan(one).as_they_stand for column in columns)


def like_input(found: Deduped, inputs: Sequence[Opened]) -> pa.Table:
    """`golden_id`, then all columns of the files in their order but those that were ignored; all text."""
    tables = {"golden": found.golden}
    joins = ""
    values: dict[str, list[str]] = {}
    for place, one in enumerate(inputs):
        planned = plan(one)
        tables[f"kept_{place}"] = _standing(found, one, planned)
        joins += f" LEFT JOIN kept_{place} USING (identity_id)"
        standing = {
            column: f"kept_{place}.set_{n}.column_{m}"
            for n, names in enumerate(planned.as_they_stand)
            for m, column in enumerate(names)
        }
        for column in one.columns:
            if column not in one.ignored:
                values.setdefault(column, []).append(planned.golden.get(column) or standing[column])
    chosen = [f"coalesce({', '.join(sql)})::VARCHAR AS c{n}" for n, sql in enumerate(values.values())]
    table = columns.query(
        f"SELECT g.identity_id AS id, {', '.join(chosen)} FROM golden g {joins} ORDER BY g.identity_id",
        **tables,
    )
    return table.rename_columns([_GOLDEN_ID, *_free(values)])


def plan(one: Opened) -> Plan:
    """Which columns of an input the golden record fills; the others come as they stand."""
    golden: dict[str, str] = {}
    sets: list[tuple[str, ...]] = []
    for path in one.spec.fields:
        for column, sql in _filled(one.spec, path):
            golden.setdefault(column, sql)
    if one.spec.updated_at is not None and one.spec.updated_at.column:
        golden.setdefault(one.spec.updated_at.column, 'g."updated_at"')
    readable = set(one.columns) - set(one.ignored)
    taken = set(golden)
    for rule in (rule for rules in one.spec.fields.values() for rule in rules):
        for part in rule.parts.values():
            together = tuple(sorted((part.reads & readable) - taken))
            if together and part.column is None:
                sets.append(together)
                taken |= set(together)
    alone = ((column,) for column in one.columns if column in readable - taken)
    return Plan({column: sql for column, sql in golden.items() if column in readable}, (*sets, *alone))


def _filled(spec: MappingSpec, path: str) -> Iterator[tuple[str, str]]:
    """Columns and their values, of one field."""
    rules = [rule for rule in spec.fields[path] if rule.each is None]
    head, _, name = path.partition(".")
    if head == "attributes":
        column = rules[0].parts["value"].column if rules else None
        if column:
            text = name.replace("'", "''")
            yield column, f"list_filter(g.attributes, lambda x: x.name = '{text}')[1].value"
    elif path == "consents":
        yield from (one for rule in rules for one in _consent(rule))
    elif path == "tags":
        yield from ((c, _joined("g.tags", "x")) for rule in rules[:1] if (c := rule.parts["value"].column))
    elif path in LIST_FIELDS:
        yield from _listed(path, rules)
    elif rules and (column := rules[0].parts["value"].column):
        yield column, _translated(rules[0], _single(head, name))


def _single(head: str, part: str) -> str:
    if head != "name":
        return f'g."{head}"'
    return _WHOLE_NAME if part == NAME_PARTS[0] else f'g.name."{part}"'


def _listed(path: str, rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Of each kind (work, home, none told) the first value to its first column, what is left to its last."""
    kinds = [rule.literals.get("type") for rule in rules]
    named = sorted({kind for kind in kinds if kind is not None})
    for place, (rule, kind) in enumerate(zip(rules, kinds, strict=True)):
        mine = [at for at, other in enumerate(kinds) if other == kind]
        takes_others = kind is None or (None not in kinds and place == len(rules) - 1)
        values = f"list_filter(g.{path}, lambda x: {_of_kind(kind, named, others=takes_others)})"
        number, is_last = mine.index(place) + 1, place == mine[-1]
        for part, expression in rule.parts.items():
            if expression.column:
                item = f'x."{part}"'
                picked = _joined(f"{values}[{number}:]", item) if is_last else f"{values}[{number}].{part}"
                yield expression.column, picked


def _of_kind(kind: str | None, named: Sequence[str], *, others: bool) -> str:
    if others and not named:
        return "true"
    told = [f"x.type = {_text(kind)}"] if kind is not None else []
    if others:
        told.append(f"x.type IS NULL OR x.type NOT IN ({', '.join(map(_text, named))})")
    return " OR ".join(told)


def _consent(rule: Rule) -> Iterator[tuple[str, str]]:
    column = rule.parts["status"].column if "status" in rule.parts else None
    if column:
        about = " AND ".join(
            f"x.{part} IS NOT DISTINCT FROM {_text(rule.literals.get(part))}"
            for part in ("channel", "purpose")
        )
        yield column, _translated(rule, f"list_filter(g.consents, lambda x: {about})[1].status")


def _translated(rule: Rule, value: str) -> str:
    """What stands in the file for a value that the mapping translates."""
    words: dict[str, str] = {}
    for written, meant in (rule.values or {}).items():
        if meant is not None:
            words.setdefault(meant, written)
    cases = " ".join(f"WHEN {_text(meant)} THEN {_text(written)}" for meant, written in words.items())
    return f"CASE {value} {cases} ELSE {value} END" if cases else value


def _joined(values: str, item: str) -> str:
    """Several values in one cell; parts that are missing keep their place, as in golden.csv."""
    texts = f"list_transform({values}, lambda x: coalesce({item}, ''))"
    return f"nullif(trim(list_aggregate({texts}, 'string_agg', '{SEPARATOR}'), ' |'), '')"


def _standing(found: Deduped, one: Opened, planned: Plan) -> pa.Table:
    """By identity the sets of columns, each as in the first record that fills one of them."""
    if not one.kept:
        return pa.table({"identity_id": pa.array([], pa.string())})
    sets, place = [], 0
    for number, names in enumerate(planned.as_they_stand):
        held = [f"column_{place + n}" for n in range(len(names))]
        place += len(names)
        struct = ", ".join(f"column_{n}: {column}" for n, column in enumerate(held))
        filled = " OR ".join(f"trim({column}) <> ''" for column in held)
        sets.append(f"arg_min({{{struct}}}, m.record_id) FILTER ({filled}) AS set_{number}")
    return columns.query(
        f"SELECT m.identity_id, {', '.join(sets)} FROM kept k JOIN members m USING (key)"
        f" WHERE m.source = {_text(one.name)} GROUP BY 1",
        kept=pa.concat_tables(one.kept),
        members=found.members.select(["record_id", "source", "key", "identity_id"]),
    )


def _free(names: Sequence[str] | dict[str, list[str]]) -> list[str]:
    """The columns' names; one that is called as ours gets a number."""
    return [f"{name}_2" if name == _GOLDEN_ID else name for name in names]


def _text(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
