"""Why records and identities are, or are not, together."""

from __future__ import annotations

import pytest

from hub.errors import ConfigurationError
from hub.jobs.decide import merge
from hub.jobs.explain import explain_identity, explain_pair
from hub.ports import Clock
from hub.store.engine import Store
from tests.fakes.decided_world import anna
from tests.fakes.small_world import SameMail
from tests.unit.hub.jobs.test_decide import company
from tests.unit.hub.jobs.test_resolve import groups, run


def test_explanations_tell_who_judged_what(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])
    run(store, clock)
    pair = explain_pair(store, SameMail(), "crm:1", "crm:3")
    assert (pair.judgement, pair.judged) == ("same", "crm:1 = crm:3 (anna on 2026-01-01, decision 1)")
    assert pair.judged in explain_identity(store, "crm:1").judgements
    assert explain_identity(store, "crm:5").judgements == ()


def test_identities_are_explained_by_the_likeliest_pair_of_their_records(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    told = explain_pair(store, SameMail(), at["crm:1"], at["crm:3"])
    assert (told.together, told.identity_a, told.identity_b) == (False, at["crm:1"], at["crm:3"])
    assert (told.pairs, told.record_a, told.record_b) == (4, "crm:1", "crm:3")
    within = explain_pair(store, SameMail(), "crm:2", at["crm:1"])  # a record against the rest of its own
    assert (within.together, within.pairs, within.record_b) == (True, 1, "crm:1")
    for one in (at["crm:1"], "crm:1"):
        with pytest.raises(ConfigurationError, match="twice"):
            explain_pair(store, SameMail(), one, one)
    with pytest.raises(ConfigurationError) as refused:
        explain_pair(store, SameMail(), at["crm:1"], f"{at['crm:3'][:-2]}zz")
    assert at["crm:3"] in (refused.value.hint or "")


def test_an_id_that_was_merged_away_is_explained_by_the_records_that_it_brought(
    store: Store, clock: Clock
) -> None:
    at = company(store, clock)
    merge(store, clock, anna(), ["crm:1", "crm:3"])
    run(store, clock)
    old, survivor = sorted({at["crm:1"], at["crm:3"]}, key=lambda one: one in groups(store))
    told = explain_pair(store, SameMail(), survivor, old)
    brought = [name for name, one in at.items() if one == old]
    assert (told.together, told.pairs) == (True, 4)
    assert told.record_b in brought
    assert told.record_a not in brought
    assert [one.split(" (")[0] for one in told.judgements] == ["crm:1 = crm:3"]


def test_records_that_are_together_through_others_tell_the_chain(store: Store, clock: Clock) -> None:
    company(store, clock)
    merge(store, clock, anna(), ["crm:1", "crm:3", "crm:5"])
    run(store, clock)
    told = explain_pair(store, SameMail(), "crm:2", "crm:6")
    assert told.together
    assert told.through == (
        ("crm:2", "crm:1", 1.0),
        ("crm:1", "crm:3", 1.0),
        ("crm:3", "crm:5", 1.0),
        ("crm:5", "crm:6", 1.0),
    )
    assert explain_pair(store, SameMail(), "crm:1", "crm:3").through == ()
