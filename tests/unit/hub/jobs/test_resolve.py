"""Resolve: permanent ids, golden records of exactly what changed, people's word above all."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.identity import IdentityState
from hub.domain.instants import instant
from hub.domain.matching import Verdict
from hub.domain.runs import ResolveTally
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.lookup import Wanted, look_up
from hub.jobs.profile import profile
from hub.jobs.pull import PullRequest, pull
from hub.jobs.resolve import ResolveRequest, ResolveResult, resolve
from hub.ports import Clock
from hub.store import facts, golden, identities
from hub.store.decision_tables import judgements
from hub.store.engine import Store
from hub.store.metadata import metadata
from hub.store.opening import open_store
from hub.store.tables import golden as golden_table
from hub.store.tables import review
from tests.conftest import SteppingClock
from tests.fakes.small_world import MemorySource, Row, SameMail, mapper


def take(store: Store, clock: Clock, *rows: tuple[str, str], source: str = "crm") -> None:
    """Makes a source hold exactly these (key, mail)."""
    found = [Row(key, {"first": f"N{key}", "mail": mail}) for key, mail in rows]
    pull(
        store,
        clock,
        PullRequest(source, "rows", MemorySource(found), mapper(), "m1", full=True, max_missing_share=None),
    )


def run(store: Store, clock: Clock, *, full: bool = False) -> ResolveResult:
    return resolve(store, clock, ResolveRequest(SameMail(), "h", SurvivorshipRules(), full=full))


def groups(store: Store) -> dict[str, list[str]]:
    """Identity → the keys of its records."""
    with store.reading() as connection:
        return {
            record.identity_id: sorted(f"{p['source']}:{p['key']}" for p in _origins(record.provenance))
            for identity in golden.active(connection)["identity_id"].to_pylist()
            if (record := golden.find(connection, identity)) is not None
        }


def _origins(provenance: dict[str, object]) -> list[dict[str, str]]:
    if "only" in provenance:
        return [provenance["only"]]  # type: ignore[list-item]
    kind: dict[str, list[dict[str, str]]] = provenance["kind"]  # type: ignore[assignment]
    return kind["records"]


def test_nothing_new_means_nothing_done(store: Store, clock: Clock) -> None:
    take(store, clock, ("1", "a@x.org"), ("2", "a@x.org"), ("3", "b@x.org"))
    first = run(store, clock).tally
    assert (first.identities, first.merged_records, first.created, first.golden_changed) == (2, 1, 2, 2)
    second = run(store, clock)
    assert second.run_id is None
    assert second.tally == ResolveTally(records=3, identities=2, merged_records=1)


@pytest.mark.parametrize("known", [None, '{"records": 3, "identities": 2}'], ids=["nothing", "no queue"])
def test_what_an_earlier_hub_did_not_remember_is_counted(
    store: Store, clock: Clock, known: str | None
) -> None:
    take(store, clock, ("1", "a@x.org"), ("2", "a@x.org"), ("3", "b@x.org"))
    run(store, clock)
    with store.writing() as connection:
        facts.put(connection, "counts", known)
        waiting = {"probability": 0.5, "reason": "close", "importance": 1.0}
        connection.execute(sa.insert(review).values(record_a=1, record_b=3, **waiting))
    assert run(store, clock).tally == ResolveTally(records=3, identities=2, merged_records=1, review=1)


def test_on_a_merge_the_older_id_survives_and_the_other_leads_to_it(store: Store, clock: Clock) -> None:
    take(store, clock, ("9", "old@x.org"))
    run(store, clock)
    (older,) = groups(store)
    take(store, clock, ("9", "old@x.org"), ("1", "new@x.org"))
    run(store, clock)
    (younger,) = set(groups(store)) - {older}
    take(store, clock, ("9", "old@x.org"), ("1", "old@x.org"))
    run(store, clock)
    assert groups(store) == {older: ["crm:1", "crm:9"]}
    assert profile(store, younger).record.identity_id == older
    assert profile(store, older).former_ids == (younger,)


def test_merge_then_split_gives_everything_back(store: Store, clock: Clock) -> None:
    apart = (("1", "a@x.org"), ("2", "b@x.org"), ("3", "b@x.org"))
    take(store, clock, *apart)
    run(store, clock)
    before = groups(store)
    take(store, clock, ("1", "b@x.org"), ("2", "b@x.org"), ("3", "b@x.org"))
    run(store, clock)
    assert len(groups(store)) == 1
    take(store, clock, *apart)
    run(store, clock)
    assert groups(store) == before


def test_a_deleted_record_leaves_and_an_identity_without_records_is_archived(
    store: Store, clock: Clock
) -> None:
    take(store, clock, ("1", "a@x.org"), ("2", "a@x.org"), ("3", "b@x.org"))
    run(store, clock)
    lonely = next(identity for identity, keys in groups(store).items() if keys == ["crm:3"])
    take(store, clock, ("1", "a@x.org"))
    tally = run(store, clock).tally
    assert (tally.archived, list(groups(store).values())) == (1, [["crm:1"]])
    with store.reading() as connection:
        kept = golden.find(connection, lonely)
    assert kept is not None
    assert kept.state is IdentityState.ARCHIVED
    assert look_up(store, Wanted(email="b@x.org")) == []


def test_only_touched_identities_get_a_new_version(store: Store, clock: Clock) -> None:
    take(store, clock, ("1", "a@x.org"), ("2", "b@x.org"))
    run(store, clock)
    take(store, clock, ("1", "a@x.org"), ("2", "b@x.org"), ("3", "b@x.org"))
    run(store, clock)
    with store.reading() as connection:
        versions = connection.execute(
            sa.select(golden_table.c.version).order_by(golden_table.c.version)
        ).scalars()
        assert list(versions) == [1, 2]


def test_a_golden_record_can_be_seen_as_it_was(store: Store, clock: SteppingClock) -> None:
    take(store, clock, ("1", "a@x.org"))
    run(store, clock)
    (identity,) = groups(store)
    then = instant(clock.now())
    take(store, clock, ("1", "other@x.org"))
    run(store, clock)
    mails = [profile(store, identity, as_of).record.contact["emails"][0]["value"] for as_of in (then, None)]
    assert mails == ["a@x.org", "other@x.org"]


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.DIFFERENT])
def test_a_persons_word_wins(store: Store, clock: Clock, verdict: Verdict) -> None:
    mails = ("a@x.org", "b@x.org") if verdict is Verdict.SAME else ("a@x.org", "a@x.org")
    take(store, clock, ("1", mails[0]), ("2", mails[1]))
    run(store, clock)
    with store.writing() as connection:
        connection.execute(
            sa.insert(judgements).values(
                id=1,
                source_a="crm",
                key_a="1",
                source_b="crm",
                key_b="2",
                verdict=verdict,
                author="me",
                judged_at="now",
            )
        )
    run(store, clock)
    assert len(groups(store)) == (1 if verdict is Verdict.SAME else 2)


MAILS = st.sampled_from(["a@x.org", "b@x.org", "c@x.org", "d@x.org"])
WORLD = st.dictionaries(st.sampled_from("12345"), MAILS, min_size=1, max_size=5)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORLD, min_size=1, max_size=4))
def test_step_by_step_equals_a_full_rebuild_and_every_id_ever_given_resolves(
    store_url: str, worlds: list[dict[str, str]]
) -> None:
    store, clock = open_store(store_url), SteppingClock()
    with store.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))
    given_out: set[str] = set()
    for world in worlds:
        take(store, clock, *sorted(world.items()))
        run(store, clock)
        given_out |= set(groups(store))
    step_by_step = groups(store)
    expected: dict[str, list[str]] = {}
    for key, mail in worlds[-1].items():
        expected.setdefault(mail, []).append(f"crm:{key}")
    assert sorted(step_by_step.values()) == sorted(sorted(keys) for keys in expected.values())
    assert run(store, clock, full=True).tally.golden_changed == 0
    assert groups(store) == step_by_step
    with store.reading() as connection:
        assert all(identities.resolve_id(connection, identity) is not None for identity in given_out)
    store.close()
