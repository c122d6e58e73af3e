"""Golden records of identities with several records each, one identity after the other: quick for a few."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from hub.domain.contact import CONTACT_SCHEMA
from hub.domain.golden import GOLDEN_SCHEMA
from hub.domain.provenance import TOLD_BY
from hub.golden.attributes import Decided, best, by_name
from hub.golden.grouped import survive_together
from hub.golden.multi import consents, union
from hub.golden.said import Teller, recencies
from hub.golden.single import measured, survivor
from hub.golden.survivorship import ATTRIBUTES, MULTI_FIELDS, SINGLE_FIELDS, Rule, SurvivorshipRules

_NONE: Final = GOLDEN_SCHEMA.empty_table()
_OF_RECORDS: Final = ("record_id", "source", "key", "updated_at")
_FIELDS: Final = (*SINGLE_FIELDS, *MULTI_FIELDS, ATTRIBUTES, "consents")


def of_few(contacts: pa.Table, members: pa.Table, rules: SurvivorshipRules) -> pa.Table:
    """The golden records of a few identities; see `hub.golden.build.golden_in_parts`."""
    identity_of = dict(zip(members["record_id"].to_pylist(), members["identity_id"].to_pylist(), strict=True))
    names = zip(*(contacts[name].to_pylist() for name in ("record_id", "source", "key")), strict=True)
    order = sorted(
        (identity_of[number], source, key, place)
        for place, (number, source, key) in enumerate(names)
        if number in identity_of
    )
    sizes = Counter(identity for identity, *_ in order)
    limited = _limited(contacts, rules)
    alone = [told for told in order if sizes[told[0]] == 1 and not limited[told[3]]]
    apart = {identity for identity, *_ in alone}
    several = [told for told in order if told[0] not in apart]
    parts = []
    if alone:
        parts.append(_each(_taken(contacts, alone)))
    if several:
        told = [size for identity, size in sizes.items() if identity not in apart]
        ids = [identity for identity, *_ in several]
        parts.append(_one_by_one(_columns(contacts, [place for *_, place in several]), ids, told, rules))
    return put_together(parts)


def put_together(parts: Sequence[pa.Table]) -> pa.Table:
    """Golden records in one table; one table is left as it is, for to put Arrow's tables together, or to make
    one of no rows, takes as long as a golden record.
    """
    return parts[0] if len(parts) == 1 else pa.concat_tables([_NONE, *parts])


def _limited(contacts: pa.Table, rules: SurvivorshipRules) -> list[bool]:
    """Which contacts do not make a golden record as they are: something of theirs is not taken."""
    found = [False] * contacts.num_rows
    for name, allowed in rules.only_from():
        told = zip(contacts["source"].to_pylist(), contacts[name].is_valid().to_pylist(), strict=True)
        for place, (source, there) in enumerate(told):
            found[place] |= there and source not in allowed
    for name, limit in rules.limits().items():
        for place, held in enumerate(contacts[name].to_pylist()):
            found[place] |= held is not None and len(held) > limit
    return found


def _taken(contacts: pa.Table, told: list[tuple[str, str, str, int]]) -> pa.Table:
    ids = pa.array([identity for identity, *_ in told], pa.string())
    places = [place for *_, place in told]
    if places != list(range(contacts.num_rows)):
        contacts = contacts.take(pa.array(places))
    return contacts.append_column("identity_id", ids)


def _each(told: pa.Table) -> pa.Table:
    """Of each contact, which is all there is of its identity."""
    names = list(zip(*(told[name].to_pylist() for name in ("source", "key", "updated_at")), strict=True))
    arrays = {name: told[name] for name in ("identity_id", *CONTACT_SCHEMA.names)} | {
        "sources": [[source] for source, _, _ in names],
        "record_count": [1] * len(names),
        "provenance": [_text({"only": {"source": s, "key": key, "at": at}}) for s, key, at in names],
    }
    return pa.table([arrays[name] for name in GOLDEN_SCHEMA.names], schema=GOLDEN_SCHEMA)


def one_by_one(joined: pa.Table, sizes: Sequence[int], rules: SurvivorshipRules) -> pa.Table:
    """The golden records (`GOLDEN_SCHEMA`) of identities that have so many consecutive records each, which
    are sorted by source and key.
    """
    return _one_by_one(_columns(joined), joined["identity_id"].to_pylist(), sizes, rules)


def _columns(contacts: pa.Table, places: Sequence[int] | None = None) -> dict[str, list[Any]]:
    """What is said, by column, of these rows or all: for Arrow to take them takes longer than to read all."""
    found = {
        name: contacts[name].to_pylist()
        for name in (*_OF_RECORDS, *_FIELDS, "created_at")
        if name in _OF_RECORDS or contacts[name].null_count < contacts.num_rows
    }
    if places is None or places == list(range(contacts.num_rows)):
        return found
    return {name: [held[place] for place in places] for name, held in found.items()}


def _one_by_one(
    said: Mapping[str, list[Any]], ids: Sequence[str], sizes: Sequence[int], rules: SurvivorshipRules
) -> pa.Table:
    tellers = _tellers(said, sizes)
    named = [f"{ATTRIBUTES}.{name}" for name in rules.named_attributes()] if ATTRIBUTES in said else []
    how = {name: rules.of(name) for name in (*_FIELDS, *named) if name in said or name in named}
    kept: dict[str, list[Any]] = {name: [] for name in GOLDEN_SCHEMA.names}
    kept["identity_id"] = list(dict.fromkeys(ids))
    low = 0
    for size in sizes:
        mine, origins = tellers[low : low + size], {}
        told = {name: lists[low : low + size] for name, lists in said.items()}
        together = _together(told, mine, rules) if rules.groups else {}
        for name in _FIELDS:
            value, origin = None, None
            if name in together:
                place, origin = together[name]
                value = None if place is None or _says_nothing(told[name][place]) else told[name][place]
            elif name == ATTRIBUTES and name in told:
                value, origin = best(told[name], mine, how, _attributes(together, mine))
            elif name in told:
                value, origin = _survived(name, told[name], mine, how[name], rules.authorities)
            kept[name].append(value)
            if origin is not None:
                origins[name] = origin
        for name, choose in (("created_at", min), ("updated_at", max)):
            times = [time for time in told.get(name, ()) if time is not None]
            kept[name].append(choose(times, default=None))
        kept["sources"].append(sorted({teller.source for teller in mine}))
        kept["record_count"].append(size)
        told_by = [{"source": one.source, "key": one.key, "at": one.at} for one in mine]
        kept["provenance"].append(_text({TOLD_BY: told_by, **dict(sorted(origins.items()))}))
        low += size
    return pa.Table.from_arrays([_array(kept[f.name], f.type) for f in GOLDEN_SCHEMA], schema=GOLDEN_SCHEMA)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """A column; of most fields nothing is told, and Arrow has that at once."""
    if values.count(None) == len(values):
        return pa.nulls(len(values), kind)
    return pa.array(values, kind)


def _survived(
    name: str, said: list[Any], tellers: list[Teller], rule: Rule, authorities: frozenset[str]
) -> tuple[Any, Any]:
    if name in SINGLE_FIELDS:
        place, origin = survivor(said, tellers, rule)
        return None if place is None else said[place], origin
    if name == "consents":
        return consents(said, tellers, authorities)
    return union(name, said, tellers, rule)


# By field (`job_title`, `attributes.NAME`) the place of the record of which it survives, and its origin.
_Together = Mapping[str, tuple[int | None, Any]]


def _together(said: Mapping[str, list[Any]], tellers: list[Teller], rules: SurvivorshipRules) -> _Together:
    """What survives of the fields that are declared to survive together, as far as anybody says something."""
    found: dict[str, tuple[int | None, Any]] = {}
    for name, group in rules.groups.items():
        texts = {field: _texts(field, said, tellers) for field in group.fields}
        place, origins = survive_together(name, texts, tellers, rules.of_group(name))
        found |= {field: (place, origin) for field, origin in origins.items()}
    return found


def _says_nothing(value: Any) -> bool:
    """A name that is there, of which no part is, is none: it survives with others as an absent one does."""
    return measured(value)[0] is None


def _texts(field: str, said: Mapping[str, list[Any]], tellers: list[Teller]) -> list[list[str]]:
    """What each record says of a field with one value, as text."""
    root, _, attribute = field.partition(".")
    if root not in said:
        return [[] for _ in tellers]
    if not attribute:
        texts = (measured(value)[0] for value in said[field])
        return [[] if text is None else [text] for text in texts]
    told: dict[int, list[str]] = {}
    for item, teller in by_name(said[root], tellers).get(attribute, ()):
        told.setdefault(teller.record_id, []).append(item["value"])
    return [told.get(teller.record_id, []) for teller in tellers]


def _attributes(together: _Together, tellers: list[Teller]) -> Decided:
    begin = f"{ATTRIBUTES}."
    return {
        field.removeprefix(begin): (None if place is None else tellers[place], origin)
        for field, (place, origin) in together.items()
        if field.startswith(begin)
    }


def _tellers(said: Mapping[str, list[Any]], sizes: Sequence[int]) -> list[Teller]:
    number, source, key, at = (said[name] for name in _OF_RECORDS)
    recency, place, low = list[int](), list[int](), 0
    for size in sizes:
        recency += recencies(at[low : low + size])
        place += range(size)
        low += size
    return [Teller(*one) for one in zip(number, source, key, at, recency, place, strict=True)]


_text: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
