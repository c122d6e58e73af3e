"""Match models: made from the contacts, chosen, compared; people's judgements survive them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hub.domain.instants import instant
from hub.errors import ConfigurationError
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.pull import PullRequest, pull
from hub.jobs.resolve import ResolveRequest, resolve
from hub.jobs.train import effect, stored_model, train, use, versions
from hub.ports import Clock
from hub.store import contacts, identities
from hub.store.decision_tables import judgements
from hub.store.engine import Store
from hub.store.models import StoredModel
from hub.store.tables import models
from matching import LocalMatcher
from matching.describe import differences, weights
from matching.model import VERSION
from tests.fakes.small_world import MemorySource, Row, mapper

PEOPLE = [("Ann", "Martin"), ("Anna", "Martin"), ("Lee", "Okafor"), ("Marc", "Wolff"), ("Olga", "Petrov")]
TWINS = ("Ann Martin", "Anna Martin")


def fill(store: Store, clock: Clock) -> None:
    rows = [
        Row(
            f"{copy}-{first}",
            {"first": first, "last": last, "mail": f"{first}.{last}@example.com".lower() if copy else None},
        )
        for copy in range(3)
        for first, last in PEOPLE
    ]
    pull(store, clock, PullRequest("crm", "rows", MemorySource(rows), mapper(), "m1"))


def judge(store: Store, clock: Clock, a: str, b: str, verdict: str, number: int = 1) -> None:
    with store.writing() as connection:
        connection.execute(
            sa.insert(judgements).values(
                id=number,
                source_a="crm",
                key_a=a,
                source_b="crm",
                key_b=b,
                verdict=verdict,
                author="a tester",
                judged_at=instant(clock.now()),
            )
        )


def run(store: Store, clock: Clock) -> bool:
    return resolve(store, clock, ResolveRequest(LocalMatcher(), "h", SurvivorshipRules())).partial


def test_a_model_stays_until_another_is_made_or_chosen(store: Store, clock: Clock) -> None:
    fill(store, clock)
    run(store, clock)
    assert versions(store)["decides"].to_pylist() == [True]
    judge(store, clock, "1-Ann", "1-Anna", "same")
    made = train(store, clock, LocalMatcher(), from_judgements=True)
    assert (made.labels, made.before.number if made.before else None, made.model.number) == (1, 1, 2)
    assert versions(store)["decides"].to_pylist() == [True, False]
    assert not run(store, clock), "another model matches everything anew"
    use(store, clock, 1)
    assert versions(store)["decides"].to_pylist() == [False, True]


def test_labels_move_the_weights_their_way(store: Store, clock: Clock) -> None:
    fill(store, clock)
    worth = {}
    for verdict in ("same", "different"):
        with store.writing() as connection:
            connection.execute(sa.delete(judgements))
        for copy in range(3):
            judge(store, clock, f"{copy}-Ann", f"{copy}-Anna", verdict, copy + 1)
        model = train(store, clock, LocalMatcher(), from_judgements=True).model.text
        with store.reading() as connection:
            pair = [_id(connection, key) for key in ("1-Ann", "1-Anna")]
            held = contacts.live_contacts(connection)
        worth[verdict] = LocalMatcher().explain(held, *pair, model=model)["weight"]
        assert weights(model).num_rows
    assert worth["same"] > worth["different"] + 1  # type: ignore[operator]


def test_judgements_win_and_survive_a_new_model(store: Store, clock: Clock) -> None:
    fill(store, clock)
    judge(store, clock, "1-Ann", "1-Lee", "same")
    judge(store, clock, "0-Marc", "1-Marc", "different", 2)
    for _ in range(2):
        run(store, clock)
        with store.reading() as connection:
            members = identities.all_members(connection).to_pydict()
        who = dict(zip(members["record_id"], members["identity_id"], strict=True))
        with store.reading() as connection:
            number = {
                key: identity
                for key in ("1-Ann", "1-Lee", "0-Marc", "1-Marc")
                for identity in [who[_id(connection, key)]]
            }
        assert number["1-Ann"] == number["1-Lee"]
        assert number["0-Marc"] != number["1-Marc"]
        train(store, clock, LocalMatcher(), from_judgements=True)


def _id(connection: sa.Connection, key: str) -> int:
    return int(
        connection.execute(sa.text("SELECT id FROM records WHERE key = :key"), {"key": key}).scalar_one()
    )


def test_what_another_model_would_merge_and_split_is_told_and_not_done(store: Store, clock: Clock) -> None:
    fill(store, clock)
    run(store, clock)
    with store.reading() as connection:
        model = stored_model(connection, None)
        before = identities.all_members(connection)
    same = effect(store, LocalMatcher(), model)
    assert (same.merges, same.splits, same.identities) == ([], [], same.identities_after)
    shy = model.text.replace('"threshold": 0.5', '"threshold": 0.999999999999')
    would = effect(store, LocalMatcher(), StoredModel(9, shy, ""))
    assert would.identities_after > would.identities
    assert would.splits
    assert [one.what for one in differences(model.text, shy)] == ["threshold"]
    with store.reading() as connection:
        assert identities.all_members(connection).equals(before)


def test_without_contacts_or_judgements_there_is_nothing_to_learn(store: Store, clock: Clock) -> None:
    with pytest.raises(ConfigurationError, match="contacts to learn from"):
        train(store, clock, LocalMatcher(), from_judgements=False)
    fill(store, clock)
    with pytest.raises(ConfigurationError, match="nobody has judged"):
        train(store, clock, LocalMatcher(), from_judgements=True)


def test_an_unknown_model_is_told_with_those_there_are(store: Store, clock: Clock) -> None:
    fill(store, clock)
    run(store, clock)
    with pytest.raises(ConfigurationError, match="no model 9") as caught:
        use(store, clock, 9)
    assert "there are 1" in str(caught.value.hint)


def test_after_an_upgrade_that_changes_models_the_next_resolve_makes_a_new_one(
    store: Store, clock: Clock
) -> None:
    fill(store, clock)
    run(store, clock)
    with store.writing() as connection:
        text = sa.func.replace(models.c.model, f'"version": {VERSION}', '"version": 1')
        connection.execute(sa.update(models).values(model=text, model_hash="of another text"))
    judge(store, clock, "1-Ann", "1-Anna", "same")
    assert not run(store, clock)
    assert versions(store)["decides"].to_pylist() == [True, False]
    judge(store, clock, "2-Ann", "2-Anna", "same", 2)
    assert run(store, clock), "the new model stays"
