"""Taking people's decisions to another hub, and taking in those of another or of a labelling tool."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.engine import Connection

from hub.domain.deletions import DeletionVerdict, Gone
from hub.domain.instants import instant
from hub.domain.judgement import Decision, DecisionKind, Judgement, Override, RecordName, in_force
from hub.domain.portable import ToldDeletion, ToldJudgement, ToldOverride
from hub.jobs.decide import Deciding, Person, deciding
from hub.ports import Clock
from hub.store import decisions, deletions, identities, overrides, record_names, records
from hub.store.engine import Store

JUDGEMENT: Final = "judgement"
OVERRIDE: Final = "override"
DELETION: Final = "deletion"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: new judgements, overrides and words on deletions, how many said what stands
    already, how many judgements name records that are not here (they count as soon as those come), the lines
    of overrides whose record is in no identity, and of deletions whose record is not gone here. `decision`
    is None when nothing was new.
    """

    decision: Decision | None
    judgements: int
    overrides: int
    known: int
    absent: int
    homeless: tuple[int, ...] = ()
    deletions: int = 0
    not_gone: tuple[int, ...] = ()


def exported(store: Store, clock: Clock) -> list[dict[str, Any]]:
    """Every judgement, override and word on a deletion in force, as one object a line of a JSONL file."""
    with store.reading() as connection:
        judged = in_force(decisions.judged(connection))
        lines = [_judgement_line(one) for one in judged]
        for identity, told in sorted(overrides.by_owner(connection, instant(clock.now())).items()):
            members = [RecordName(*name) for name in records.of_identity(connection, identity)]
            lines += [_override_line(members[0], one) for one in told if members]
        lines += [_deletion_line(one) for one in deletions.standing(connection)]
    return lines


def import_told(
    store: Store,
    clock: Clock,
    person: Person,
    judged: Sequence[ToldJudgement],
    said: Sequence[ToldOverride] = (),
    gone: Sequence[ToldDeletion] = (),
) -> Imported:
    """Takes decisions in as one decision, all of them or, where they contradict what stands, none.

    What stands already is not stored again, so an import that runs twice changes nothing the second time. A
    word on a deletion is on the one that stands here, whenever that was.
    """
    with store.writing() as connection:
        decisions.queue_up(connection)
        standing = {one.pair: one.verdict for one in in_force(decisions.judged(connection))}
        fresh = [one for one in judged if standing.get(_pair(one)) != one.verdict]
        homes = {one.record: _home(connection, one.record) for one in said}
        new = [one for one in said if homes[one.record] is not None]
        new = list(_not_standing(connection, new, homes, instant(clock.now())))
        homeless = tuple(one.line for one in said if homes[one.record] is None)
        there = _gone(connection, gone)
        words = {(one.source, one.key): one.verdict for one in deletions.standing(connection)}
        verdicts = [one for one in gone if one.record in there and words.get(one.record) != one.verdict]
        not_gone = tuple(one.line for one in gone if one.record not in there)
        known = len(judged) - len(fresh) + len(said) - len(new) - len(homeless)
        known += len(gone) - len(verdicts) - len(not_gone)
        absent = _absent(connection, fresh)
        if not fresh and not new and not verdicts:
            return Imported(None, 0, 0, known, absent, homeless, not_gone=not_gone)
        act = deciding(connection, clock, person)
        made = act.keep(
            DecisionKind.IMPORT,
            f"{len(fresh)} judgements, {len(new)} overrides, {len(verdicts)} deletions imported",
            [_judgement(act, one) for one in fresh],
        )
        if new:
            overrides.add(connection, [_override(act, one, str(homes[one.record])) for one in new])
        deletions.judge(connection, act.number, [_verdict(act, one, there[one.record]) for one in verdicts])
        told = len(fresh), len(new), known, absent, homeless, len(verdicts), not_gone
        return Imported(made.decision, *told)


def _pair(one: ToldJudgement) -> tuple[RecordName, RecordName]:
    first, second = sorted((one.a, one.b))
    return first, second


def _judgement(act: Deciding, one: ToldJudgement) -> Judgement:
    said = act.says(one.a, one.b, one.verdict)
    return replace(
        said, author=one.author or said.author, judged_at=one.at or said.judged_at, reason=one.reason
    )


def _override(act: Deciding, one: ToldOverride, identity: str) -> Override:
    author, at = one.author or act.person.name, one.at or act.at
    reason = one.reason or act.person.reason
    return Override(0, identity, one.field, one.value, author, reason, at, one.expires_at, act.number)


def _verdict(act: Deciding, one: ToldDeletion, gone: Gone) -> DeletionVerdict:
    author, at = one.author or act.person.name, one.at or act.at
    return DeletionVerdict(*one.record, gone.gone_at, one.verdict, author, at, one.reason)


def _gone(connection: Connection, told: Sequence[ToldDeletion]) -> dict[RecordName, Gone]:
    """Those of the records that are gone from their source."""
    numbers = records.find_ids(connection, [one.record for one in told])
    found = deletions.of_records(connection, list(numbers.values()))
    return {RecordName(one.source, one.key): one for one in found}


def _home(connection: Connection, record: RecordName) -> str | None:
    for number in records.find_ids(connection, [record]).values():
        return identities.of_record(connection, number)
    return None


_Field = tuple[str | None, str]  # of which identity


def _not_standing(
    connection: Connection, said: Sequence[ToldOverride], homes: Mapping[RecordName, str | None], now: str
) -> Iterator[ToldOverride]:
    """What is to be stored: of each field all that is said of it, unless it is what was said last already.

    Of what stands on one field the last counts, and what is under it comes back when that ends: so neither
    may be stored again alone. What ended before now is nothing to store.
    """
    stands: dict[_Field, list[tuple[str, str | None]]] = {}
    for identity, held in overrides.by_owner(connection, now).items():
        for stood in held:
            what = _text(stood.value), stood.expires_at
            stands.setdefault((identity, stood.field), []).append(what)
    told: dict[_Field, list[ToldOverride]] = {}
    for one in said:
        if one.expires_at is None or one.expires_at > now:
            told.setdefault((homes[one.record], one.field), []).append(one)
    for field, mine in told.items():
        if stands.get(field, [])[-len(mine) :] != [(_text(one.value), one.expires_at) for one in mine]:
            yield from mine


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _absent(connection: Connection, judged: Sequence[ToldJudgement]) -> int:
    names = {name for one in judged for name in (one.a, one.b)}
    here = record_names.stored(connection, names)
    return sum(not {one.a, one.b} <= here for one in judged)


def _judgement_line(one: Judgement) -> dict[str, Any]:
    return {
        "type": JUDGEMENT,
        "a": one.a._asdict(),
        "b": one.b._asdict(),
        "verdict": one.verdict.value,
        "author": one.author,
        "at": one.judged_at,
        "reason": one.reason,
    }


def _override_line(record: RecordName, one: Override) -> dict[str, Any]:
    return {
        "type": OVERRIDE,
        "record": record._asdict(),
        "field": one.field,
        "value": one.value,
        "author": one.author,
        "at": one.set_at,
        "reason": one.reason,
        "expires_at": one.expires_at,
    }


def _deletion_line(one: DeletionVerdict) -> dict[str, Any]:
    return {
        "type": DELETION,
        "record": {"source": one.source, "key": one.key},
        "verdict": one.verdict.value,
        "author": one.author,
        "at": one.judged_at,
        "reason": one.reason,
    }
