"""Taking people's decisions to another hub, and taking in those of another or of a labelling tool."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.engine import Connection

from hub.domain.instants import instant
from hub.domain.judgement import Decision, DecisionKind, Judgement, Override, RecordName, in_force
from hub.domain.portable import ToldJudgement, ToldOverride
from hub.jobs.decide import Deciding, Person, deciding
from hub.ports import Clock
from hub.store import decisions, identities, overrides, record_names, records
from hub.store.engine import Store

JUDGEMENT: Final = "judgement"
OVERRIDE: Final = "override"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: new judgements and overrides, how many said what stands already, how many
    judgements name records that are not here (they count as soon as those come), and lines of overrides
    whose record is in no identity. `decision` is None when nothing was new.
    """

    decision: Decision | None
    judgements: int
    overrides: int
    known: int
    absent: int
    homeless: tuple[int, ...] = ()


def exported(store: Store, clock: Clock) -> list[dict[str, Any]]:
    """Every judgement and override in force, as one object a line of a JSONL file."""
    with store.reading() as connection:
        judged = in_force(decisions.judged(connection))
        lines = [_judgement_line(one) for one in judged]
        for identity, told in sorted(overrides.by_owner(connection, instant(clock.now())).items()):
            members = [RecordName(*name) for name in records.of_identity(connection, identity)]
            lines += [_override_line(members[0], one) for one in told if members]
    return lines


def import_told(
    store: Store,
    clock: Clock,
    person: Person,
    judged: Sequence[ToldJudgement],
    said: Sequence[ToldOverride] = (),
) -> Imported:
    """Takes decisions in as one decision, all of them or, where they contradict what stands, none.

    What stands already is not stored again, so an import that runs twice changes nothing the second time.
    """
    with store.writing() as connection:
        decisions.queue_up(connection)
        standing = {one.pair: one.verdict for one in in_force(decisions.judged(connection))}
        fresh = [one for one in judged if standing.get(_pair(one)) != one.verdict]
        homes = {one.record: _home(connection, one.record) for one in said}
        new = [one for one in said if homes[one.record] is not None]
        values = _standing_values(connection, instant(clock.now()))
        new = [one for one in new if values.get((homes[one.record], one.field)) != _text(one.value)]
        homeless = tuple(one.line for one in said if homes[one.record] is None)
        known = len(judged) - len(fresh) + len(said) - len(new) - len(homeless)
        absent = _absent(connection, fresh)
        if not fresh and not new:
            return Imported(None, 0, 0, known, absent, homeless)
        act = deciding(connection, clock, person)
        made = act.keep(
            DecisionKind.IMPORT,
            f"{len(fresh)} judgements and {len(new)} overrides imported",
            [_judgement(act, one) for one in fresh],
        )
        if new:
            overrides.add(connection, [_override(act, one, str(homes[one.record])) for one in new])
        return Imported(made.decision, len(fresh), len(new), known, absent, homeless)


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


def _home(connection: Connection, record: RecordName) -> str | None:
    for number in records.find_ids(connection, [record]).values():
        return identities.of_record(connection, number)
    return None


def _standing_values(connection: Connection, now: str) -> dict[tuple[str | None, str], str]:
    return {
        (identity, one.field): _text(one.value)
        for identity, told in overrides.by_owner(connection, now).items()
        for one in told
    }


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
