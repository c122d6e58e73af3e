"""Resolving only what changed: the records that came, changed or went, and what hangs together with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from hub.domain.identity import MEMBER_SCHEMA, assign
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.resolving import Resolved, Seen, aged, counts, to_build, touched
from hub.jobs.surroundings import StoredSurroundings
from hub.ports import Matcher
from hub.store import blocks, contacts, identities, overrides, records

_FEW: Final = 1_000  # changes that are always matched by themselves
_SHARE: Final = 0.1  # of all records; when more changed, matching everything is faster


@dataclass(frozen=True, slots=True)
class Change:
    """Records that changed (or are judged otherwise), and those that are gone. `anew`: the rules of
    survivorship are others, so that every golden record is built anew.
    """

    changed: list[int]
    gone: list[int]
    anew: bool = False


def may_be_partial(
    connection: Connection,
    before: Seen,
    now: Seen,
    around: StoredSurroundings,
    matcher: Matcher,
    model: str,
    rules: SurvivorshipRules,
) -> Change | None:
    """The change since the last resolve, when it can be matched by itself, against what is `around` it: with
    the same settings and model, a model that still fits, and not too much of it.
    """
    same = (before.matcher, before.model) == (now.matcher, now.model)
    if not same or not blocks.kept(connection):
        return None
    changed = set(records.changed_since(connection, before.change)) | _judged_otherwise(before, now)
    changed.update(overrides.records_of(connection, now.overridden_otherwise(before)))
    changed.update(aged(connection, rules, before, now))
    total = counts(connection).records
    if len(changed) > max(_FEW, _SHARE * total):
        return None
    live = records.live_among(connection, sorted(changed))
    total += len(live) - identities.memberships(connection, sorted(changed)).num_rows
    if not matcher.fits(model, total, around.contacts(pa.array(live, pa.int64()))):
        return None
    return Change(live, sorted(changed - set(live)), before.rules != now.rules)


def _judged_otherwise(before: Seen, now: Seen) -> set[int]:
    then, today = ({tuple(row) for row in seen.judgements} for seen in (before, now))
    return {number for row in then ^ today for number in row[:2] if isinstance(number, int)}


def part(
    connection: Connection,
    change: Change,
    around: StoredSurroundings,
    matcher: Matcher,
    model: str,
    rules: SurvivorshipRules,
    now: Seen,
) -> Resolved:
    """The change matched against what is stored around it: what matching everything would have come to."""
    changed, gone = pa.array(change.changed, pa.int64()), pa.array(change.gone, pa.int64())
    found = matcher.update(changed, gone, around, model=model)
    clusters = found.matching.clusters
    concerned = [*clusters["record_id"].to_pylist(), *change.gone]
    members = identities.memberships(connection, concerned)
    merged = identities.merged_with(connection, concerned)
    known = pc.unique(pa.concat_arrays([t["identity_id"].combine_chunks() for t in (members, merged)]))
    assignment = assign(
        clusters,
        records.names_of(connection, clusters["record_id"].to_pylist()),
        members,
        identities.some(connection, known.to_pylist()),
        merged,
        taken=lambda ids: set(identities.some(connection, ids)["id"].to_pylist()),
    )
    if change.anew:
        moved = _everybody(connection, assignment.members, members)
        held = contacts.live_contacts_with_texts(connection)
    else:
        moved = touched(assignment.members, members, changed)
        held = around.contacts(moved["record_id"].combine_chunks())
    built = to_build(connection, held, moved, rules, assignment, now)
    return Resolved(found.matching, assignment, members, built, found)


def _everybody(connection: Connection, after: pa.Table, before: pa.Table) -> pa.Table:
    """The members of all identities, of which those concerned were those of `before` and are those of
    `after`.
    """
    told = identities.all_members(connection)
    stay = pc.invert(pc.is_in(told["record_id"], value_set=before["record_id"].combine_chunks()))
    parts = [one.select(MEMBER_SCHEMA.names) for one in (after, told.filter(stay))]
    return pa.concat_tables(parts).sort_by("record_id")
