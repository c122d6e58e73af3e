"""Plans, profiles and explanations as people read them, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, tzinfo
from typing import Any, Final

from cli.moments import day_shown, time_shown
from cli.output import Output
from hub.domain.deletions import Deletion, Gone
from hub.domain.identity import IdentityState
from hub.domain.instants import told
from hub.domain.plan import Action, Change
from hub.errors import HubError
from hub.golden.explain import Told, full_name
from hub.jobs.explain import IdentityExplained, PairExplained
from hub.jobs.profile import Profile, Version
from hub.jobs.relations import Relations
from hub.sync.plan import Plan

FEW = 2  # records named beside a value; JSON has all
SAMPLE = 20  # changes shown of a plan; JSON has all


def show_plan(
    output: Output, plan: Plan, names: Mapping[str, str] | None = None, stopped_by: HubError | None = None
) -> None:
    """Counts, then the first changes field by field: whose, old → new and who owns the field; what would stop
    the plan from being applied.
    """
    counts = ", ".join(
        f"{action.mark} {plan.counts[action]} {action.value}" for action in Action if plan.counts[action]
    )
    output.show(f"{plan.destination}: {counts or 'nothing to do'}  (plan {plan.hash})", style="bold")
    if plan.cleared:
        output.show(f"  {plan.cleared} fields lose their value")
    for change in plan.changes[:SAMPLE]:
        told = [change.identity_id, (names or {}).get(change.identity_id), change.reason]
        output.show(f"  {change.action.mark} {'  '.join(part for part in told if part)}")
        for field in change.fields:
            output.show(
                f"      {field.field}: {shown_value(field.old)} → {shown_value(field.new)}  ({field.owner})"
            )
    if len(plan.changes) > SAMPLE:
        output.show(f"  … and {len(plan.changes) - SAMPLE} more; --json lists all")
    reasons: dict[str, int] = {}
    for reason in plan.withheld["reason"].to_pylist():
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in sorted(reasons.items()):
        output.show(f"  ! {count} withheld: {reason}")
    if stopped_by is not None:
        output.show(f"  ! the push would be stopped: {stopped_by.sentence}", style="yellow")


def plan_as_json(plan: Plan) -> dict[str, Any]:
    return {
        "destination": plan.destination,
        "hash": plan.hash,
        "counts": {action.value: count for action, count in plan.counts.items()},
        "cleared_fields": plan.cleared,
        "holds": plan.holds,
        "changes": [change_as_json(change) for change in plan.changes],
        "withheld": plan.withheld.to_pylist(),
    }


def change_as_json(change: Change) -> dict[str, Any]:
    return {
        "identity_id": change.identity_id,
        "action": change.action.value,
        "remote_id": change.remote_id,
        "reason": change.reason,
        "fields": [asdict(field) for field in change.fields],
    }


def show_profile(output: Output, profile: Profile, zone: tzinfo = UTC) -> None:
    record = profile.record
    title = full_name(record.contact.get("name")) or record.contact.get("organization") or record.identity_id
    output.show(f"{title}", style="bold")
    output.show(
        f"{record.identity_id} · {record.state} · version {record.version}"
        f" · since {time_shown(record.valid_from, zone)}"
    )
    if profile.as_of:
        output.show(f"as it was at {told(profile.as_of, zone)}", style="yellow")
    if profile.former_ids:
        output.show(f"formerly {', '.join(profile.former_ids)}")
    output.show()
    show_values(output, profile, zone)
    output.show()
    count = len(profile.members)
    listed = f": {', '.join(profile.members)}" if count else ""
    output.show(f"{count} record{'s' if count != 1 else ''}{listed}")
    for one in () if profile.as_of else profile.gone:
        state = "waits for `hub deletions`" if one.deletion is Deletion.WAITING else "is kept"
        since = time_shown(one.gone_at, zone)
        output.show(f"{one} is gone from its source since {since} and {state}", style="yellow")
    _show_relations(output, profile.relations)
    if profile.destinations and not profile.as_of:
        output.show()
        output.table(
            ("destination", "state", "remote id", "confirmed", "problem"),
            [
                (one["destination"], one["state"], one["remote_id"], confirmed, one["sentence"])
                for one in profile.destinations
                for confirmed in [time_shown(one["confirmed_at"], zone)]
            ],
        )
    if len(profile.versions) > 1:
        output.show()
        output.table(
            ("version", "since", "state", "records", "what changed"),
            [
                (one.version, time_shown(one.valid_from, zone), one.state.value, one.record_count, step)
                for before, v in zip((None, *profile.versions), profile.versions, strict=False)
                for one, step in [(v.record, _step(v, before))]
            ],
        )


def show_values(output: Output, profile: Profile, zone: tzinfo = UTC) -> None:
    """Each golden value, the records it came from and when their source last changed one of them, why it won,
    and what it won against.
    """
    output.table(
        ("field", "value", "from", "when", "why", "instead of"),
        [_told_row(told, zone) for told in profile.values],
    )


def _show_relations(output: Output, found: Relations) -> None:
    told = [("organisation", one) for one in (found.organization,) if one]
    told += [("organisation?", one) for one in found.possible]
    told += [("household", one) for one in found.household] + [("person", one) for one in found.people]
    if told:
        output.show()
        rows = [(what, one.name, one.identity_id, ", ".join(one.by)) for what, one in told]
        output.table(("related", "name", "id", "by"), rows)
    if found.possible:
        output.say("several organisations fit equally well, so none is taken", style="yellow")
    if found.more:
        output.say(f"there may be more than these {len(found.people)} people")


def relations_as_json(found: Relations) -> dict[str, Any]:
    return {
        "organization": asdict(found.organization) if found.organization else None,
        "possible": [asdict(one) for one in found.possible],
        "household": [asdict(one) for one in found.household],
        "people": [asdict(one) for one in found.people],
        "more": found.more,
    }


def profile_as_json(profile: Profile) -> dict[str, Any]:
    record = profile.record
    return {
        "id": record.identity_id,
        "state": record.state.value,
        "version": record.version,
        "valid_from": record.valid_from,
        "contact": record.contact,
        "provenance": record.provenance,
        "members": list(profile.members),
        "former_ids": list(profile.former_ids),
        "destinations": list(profile.destinations),
        "gone": [gone_as_json(one) for one in profile.gone],
        "relations": relations_as_json(profile.relations),
        "as_of": profile.as_of,
        "versions": [_version_as_json(version) for version in profile.versions],
    }


def gone_as_json(one: Gone) -> dict[str, Any]:
    return {
        "record": str(one),
        "gone_at": one.gone_at,
        "deletion": one.deletion.value if one.deletion else None,
        "identity": one.identity_id,
    }


def _version_as_json(version: Version) -> dict[str, Any]:
    record = version.record
    return {
        "version": record.version,
        "valid_from": record.valid_from,
        "valid_to": version.until,
        "state": record.state.value,
        "contact": record.contact,
        "provenance": record.provenance,
        "changed": list(version.changed),
        "gained": list(version.gained),
        "lost": list(version.lost),
    }


_BECAME: Final = {
    IdentityState.REDIRECTED: "merged away",
    IdentityState.ARCHIVED: "no records any more",
    IdentityState.ACTIVE: "there again",
}


def _step(version: Version, before: Version | None) -> str:
    """What a version changed, in one line: what became of the identity, + records that came, - that went,
    then the fields.
    """
    if before is None:
        return ""
    state = version.record.state
    became = [_BECAME[state]] if state is not before.record.state else []
    came = [f"+{_few(version.gained)}"] if version.gained else []
    went = [f"-{_few(version.lost)}"] if version.lost else []
    told = [*became, *came, *went, *([", ".join(version.changed)] if version.changed else [])]
    return "; ".join(told) or "only who says so"


def show_pair(output: Output, pair: PairExplained) -> None:
    verdict = "together" if pair.together else "not together"
    probability = float(pair.evidence.get("probability", 0.0))
    output.show(f"{' and '.join(pair.asked)} are {verdict}", style="bold")
    if pair.pairs > 1:
        output.show(
            f"of {pair.pairs} pairs of their records the likeliest: {pair.record_a} and {pair.record_b}"
        )
    if pair.judgement:
        output.show(f"a person judged them {pair.judgement}; that decides: {pair.judged}")
    elif pair.judgements:
        output.show(f"people judged of others: {'; '.join(pair.judgements)}")
    if pair.through:
        steps = [f"{one} – {other} ({strength:.2f})" for one, other, strength in pair.through]
        output.show(f"they are together through others: {', '.join(steps)}")
    how = "as stored by the last resolve" if pair.stored else "scored now; the last resolve did not keep it"
    output.show(f"probability {probability:.4f} ({how})")
    output.show()
    rows = [("prior", "", f"{float(pair.evidence.get('prior', 0.0)):+.2f}", "how rare a match is")]
    rows += [
        (one["field"], one["level"], f"{float(one['weight']):+.2f}", str(one.get("detail") or ""))
        for one in pair.evidence.get("fields", [])
    ]
    total = sum(float(row[2]) for row in rows)
    output.table(("field", "level", "bits", "detail"), [*rows, ("total", "", f"{total:+.2f}", "")])


def show_identity(output: Output, identity: IdentityExplained) -> None:
    n = len(identity.members)
    output.show(f"{identity.identity}: {n} record{'' if n == 1 else 's'}", style="bold")
    for member in identity.members:
        output.show(f"  {member}")
    if identity.links:
        output.show()
        output.table(("record", "record", "probability"), identity.links)
    if identity.judgements:
        output.show()
        output.show("people judged: " + "; ".join(identity.judgements))


def _told_row(told: Told, zone: tzinfo) -> tuple[str, ...]:
    lost = "; ".join(f"{value} ({_few(origins)})" if origins else value for value, origins in told.lost)
    when = day_shown(max((one.at for one in told.origins if one.at), default=None), zone)
    why = f"{told.rule} ({told.group})" if told.group else told.rule
    return told.field, told.value, told.by or _few(told.origins), when, why, lost


def _few(origins: Sequence[object]) -> str:
    """The first records, and how many more."""
    more = f" +{len(origins) - FEW}" if len(origins) > FEW else ""
    return ", ".join(map(str, origins[:FEW])) + more


def shown_value(value: object) -> str:
    if isinstance(value, dict) and "hub:unknown" in value:
        return "?"  # a run ended before it was known
    return "∅" if value is None else str(value)
