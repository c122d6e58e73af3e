"""Working out what resolving comes to: what the last one saw, and matching everything anew."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from hub.domain.contact import CONTACT_RECORD_SCHEMA
from hub.domain.identity import MEMBER_SCHEMA, Assignment, assign
from hub.domain.matching import Matching, MatchingChange
from hub.golden.build import ToBuild
from hub.golden.survivorship import SurvivorshipRules
from hub.ports import Matcher
from hub.store import contacts, edges, facts, golden, identities, models, overrides, records

_COUNTS: Final = "counts"  # the fact that holds the counts after the last resolve
_RESOLVED: Final = "resolved"  # the fact that names the state of things the last resolve saw


@dataclass(frozen=True)
class Seen:
    """The state of things a resolve saw: the last change of a contact, survivorship rules and matcher
    settings by their hashes, the number of the model, people's judgements, the overrides in force, the day
    where rules look at ages. `at` is when it saw that.
    """

    change: int
    rules: str
    matcher: str
    model: int
    judgements: list[list[object]]
    overrides: list[int] = field(default_factory=list)
    day: str = ""
    at: str = field(default="", compare=False)

    def overridden_otherwise(self, then: Seen | None) -> list[int]:
        """The overrides that came into force since then, or ended."""
        return sorted(set(self.overrides) ^ set(then.overrides if then else ()))


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a resolve came to. `before` is the membership until now of the records that it concerns, `golden`
    what is to be built anew; `part` is the change that was matched, None when everything was.
    """

    matching: Matching
    assignment: Assignment
    before: pa.Table
    golden: ToBuild
    part: MatchingChange | None = None


def last_seen(connection: Connection) -> Seen | None:
    text = facts.get(connection, _RESOLVED)
    try:
        return Seen(**json.loads(text)) if text else None
    except (ValueError, TypeError):
        return None  # written by an earlier version: everything is resolved once


def seen_now(connection: Connection, matcher_hash: str, rules: SurvivorshipRules, now: str) -> Seen:
    judged = edges.judged(connection)
    rows = sorted(map(list, zip(*(column.to_pylist() for column in judged.columns), strict=True)))
    change = records.last_change(connection)
    model, told = models.active_number(connection), overrides.numbers_in_force(connection, now)
    return Seen(change, rules.fingerprint(), matcher_hash, model, rows, told, rules.day(now), now)


def aged(connection: Connection, rules: SurvivorshipRules, before: Seen, now: Seen) -> list[int]:
    """The records that became too old for a rule since then (or, with a clock set back, are no longer)."""
    if not before.day or before.day == now.day:
        return []
    days = sorted(date.fromisoformat(seen.day) for seen in (before, now))
    spans = ([rules.oldest(day, age) for day in days] for age in sorted(rules.ages))
    return [number for since, until in spans for number in contacts.told_between(connection, since, until)]


@dataclass(frozen=True)
class Counts:
    """Records, identities and pairs that wait for a person after the last resolve: counting a million takes
    longer than a small change.
    """

    records: int
    identities: int
    review: int


def counts(connection: Connection) -> Counts:
    known = json.loads(facts.get(connection, _COUNTS) or "{}")
    if "identities" not in known:
        known["records"], known["identities"] = (
            identities.count_members(connection),
            golden.count_active(connection),
        )
    if "review" not in known:
        known["review"] = edges.count_review(connection)
    return Counts(**known)


def remember_counts(connection: Connection, found: Counts) -> None:
    facts.put(connection, _COUNTS, json.dumps(asdict(found)))


def remember(connection: Connection, seen: Seen) -> None:
    facts.put(connection, _RESOLVED, json.dumps(asdict(seen)))


def whole(
    connection: Connection,
    before: Seen | None,
    now: Seen,
    matcher: Matcher,
    model: str | None,
    rules: SurvivorshipRules,
    *,
    rebuild: bool,
) -> Resolved:
    """Everything matched with the `model`, as long as it fits; golden records built anew where something
    changed, or all of them.
    """
    held, members = contacts.live_contacts_with_texts(connection), identities.all_members(connection)
    bare = held.select(CONTACT_RECORD_SCHEMA.names)
    if model is not None and not matcher.fits(model, held.num_rows, bare):
        model = None
    matching = matcher.match(bare, edges.judged(connection), model=model, index=True)
    with ThreadPoolExecutor(1) as thread:  # edges are put together meanwhile
        told = thread.submit(matching.told)
        assignment = assign(
            matching.clusters,
            held.select(["record_id", "source", "key"]),
            members,
            identities.all_identities(connection),
            identities.all_merged(connection),
        )
        told.result()
    same_rules = before is not None and before.rules == now.rules and not rebuild
    if before is not None and same_rules:
        found = records.changed_since(connection, before.change)
        found += overrides.records_of(connection, now.overridden_otherwise(before))
        found += aged(connection, rules, before, now)
        changed = pa.array(found, pa.int64())
    else:
        changed = held["record_id"].combine_chunks()
    moved = touched(assignment.members, members, changed)
    return Resolved(matching, assignment, members, to_build(connection, held, moved, rules, assignment, now))


def to_build(
    connection: Connection,
    held: pa.Table,
    members: pa.Table,
    rules: SurvivorshipRules,
    assignment: Assignment,
    now: Seen,
) -> ToBuild:
    """The golden records of these members, people's values over what survives."""
    said = overrides.by_owner(connection, now.at, assignment) if now.overrides else {}
    return ToBuild(held, members, rules.on(rules.day(now.at)), said)


def touched(after: pa.Table, before: pa.Table, changed: pa.Array) -> pa.Table:
    """The members of every identity that gained, lost or changed a record."""
    if not before.num_rows:
        return after.select(MEMBER_SCHEMA.names).sort_by("record_id")
    then = before["identity_id"].take(pc.index_in(after["record_id"], value_set=_whole(before["record_id"])))
    stayed = pc.fill_null(pc.equal(after["identity_id"], then), fill_value=False)
    told = pc.is_in(after["record_id"], value_set=changed)
    moved = pc.or_(pc.invert(stayed), told)
    gone = pc.invert(pc.is_in(before["record_id"], value_set=_whole(after["record_id"])))
    touched_ids = [after["identity_id"].filter(moved), then.filter(moved), before["identity_id"].filter(gone)]
    chosen = pa.chunked_array([chunk for ids in touched_ids for chunk in ids.chunks], pa.string())
    found = after.filter(pc.is_in(after["identity_id"], value_set=_whole(chosen)))
    return found.select(MEMBER_SCHEMA.names).sort_by("record_id")


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()
