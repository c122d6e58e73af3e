"""What the simulator found, told as stories: each ended in a lost update, a twin or somebody missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store import golden
from tests.fakes.sync_world import SyncWorld
from tests.property.test_sync_simulation import Stage


@pytest.fixture(scope="module")
def stage(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Everybody (0, 1, 2; each known to shop and forms) is at both destinations."""
    found = Stage(empty_file, tmp_path_factory.mktemp("stage"))
    yield found
    found.store.close()


@pytest.fixture
def world(stage: Stage) -> SyncWorld:
    return stage.world(empty=False)


def sync(world: SyncWorld, **faults: list[str]) -> None:
    for source in ("shop", "forms", "crm"):
        world.pulls(source)
    world.resolves()
    for portal in ("crm", "news"):
        world.pushes(portal, faults.get(portal, ()))


def test_what_a_push_writes_over_is_sent_anew_though_its_plan_found_it_as_it_should_be(
    world: SyncWorld,
) -> None:
    world.merges_there("news", 1, 0)
    world.judges("shop:1", "forms:1", same=False)  # the first has another golden record, and the same payload
    world.judges("shop:2", "forms:0", same=True)  # the second is updated, and lands on the first's record
    world.settles()


def test_what_somebody_wrote_before_the_hub_could_is_as_good_as_sent(world: SyncWorld) -> None:
    world.edits_crm(1, "name", "Noël")
    world.says("forms", 0, "Noël", "granted", mail=0, dated=True)
    sync(world)  # nothing has to be sent
    world.edits_crm(1, "name", "Typo")
    world.settles()
    assert [r["name"] for r in world.crm.records.values()].count("Typo") == 1  # until the hub has news
    world.says("forms", 0, "Ortiz", "granted", mail=0, dated=True)
    world.settles()
    assert "Typo" not in [record["name"] for record in world.crm.records.values()]


def test_a_record_that_people_merged_into_another_is_taken_over_once(world: SyncWorld) -> None:
    world.says("shop", 2, world.new_name(), "granted", mail=0, dated=True)  # one person with the first
    sync(world, crm=["429"], news=["429"])
    world.merges_there("crm", 2, 0)
    world.deletes_there("crm", 1)
    world.settles()


def test_what_the_hub_wrote_into_another_s_record_is_no_news_of_that_one(stage: Stage) -> None:
    world = stage.world(empty=True)
    world.says("shop", 1, "Ortiz", "granted", mail=1, dated=True)
    sync(world)
    world.says("shop", 0, "Martin", "granted", mail=0, dated=True)
    sync(world)
    world.edits_crm(1, "stage", "lead")  # the CRM is a source for that record
    sync(world)
    world.says("forms", 0, "Paul", "granted", mail=1, dated=True)  # a name for the first's record
    world.merges_there("crm", 0, 1)  # which people made one with the other's
    world.settles()
    with world.store.reading() as connection:
        names = golden.active(connection)["name"].to_pylist()
    assert sorted(name["family"] for name in names) == ["Martin", "Paul"]


def test_what_one_push_wrote_over_and_then_wrote_in_part_is_sent_anew(world: SyncWorld) -> None:
    world.edits_crm(0, "name", "Łęcki")
    world.edits_crm(1, "stage", "lead")
    world.edits_crm(2, "stage", "lead")
    world.merges_there("news", 0, 2)  # the first's update lands on the third's record, whose own follows
    world.edits_crm(0, "stage", "lead")
    world.settles()


def test_a_merge_that_was_not_made_leaves_the_loser_its_own_record(world: SyncWorld) -> None:
    world.judges("shop:1", "forms:1", same=False)
    sync(world)
    assert len(world.crm.records) == 4
    world.takes_back()
    sync(world, crm=["429"])
    world.settles()
    assert len(world.crm.records) == 3


@pytest.mark.parametrize(("loser", "winner"), [(0, 1), (1, 0)])
@pytest.mark.parametrize("noticed", [False, True])
def test_two_that_people_merged_there_and_here_have_one_record(
    world: SyncWorld, loser: int, winner: int, *, noticed: bool
) -> None:
    for portal in ("crm", "news"):
        world.merges_there(portal, loser, winner)
    if noticed:
        for person in (0, 1):
            world.says("shop", person, "Noël", "granted", mail=person, dated=True)
        sync(world)
    world.judges("shop:1", "forms:0", same=True)
    world.settles()
    assert [len(portal.records) for portal in world.portals.values()] == [2, 2]


@pytest.mark.parametrize("fault", ["dies after", "answer lost"])
def test_who_was_removed_by_the_hub_without_an_answer_comes_back_when_wanted_again(
    world: SyncWorld, fault: str
) -> None:
    world.judges("shop:0", "forms:2", same=True)
    sync(world, crm=["", fault], news=["", fault])
    world.takes_back()
    world.settles()
    assert [len(portal.records) for portal in world.portals.values()] == [3, 3]


def test_of_several_that_people_made_one_record_only_one_has_it(world: SyncWorld) -> None:
    world.merges_there("crm", 1, 0)
    world.merges_there("crm", 1, 0)
    for person in range(3):
        world.says("shop", person, "Noël", "granted", mail=person, dated=True)
    world.settles()
    assert len(world.crm.records) == 1


def test_what_a_merge_filled_at_the_survivor_is_cleared_anew(world: SyncWorld) -> None:
    world.says("shop", 0, None, "granted", mail=0, dated=True)
    world.says("forms", 0, None, "granted", mail=0, dated=True)
    sync(world)
    world.judges("shop:0", "forms:2", same=True)
    for source in ("shop", "forms"):
        world.says(source, 2, None, "granted", mail=2, dated=True)
    world.settles()


@pytest.mark.parametrize("fault", ["dies after", "answer lost"])
def test_who_was_sent_without_an_answer_and_is_no_longer_wanted_is_removed(stage: Stage, fault: str) -> None:
    world = stage.world(empty=True)
    world.says("shop", 0, "Martin", "granted", mail=0, dated=True)
    sync(world, news=[fault])
    world.says("shop", 0, "Martin", "denied", mail=0, dated=True)
    sync(world)
    assert not world.news.records
    world.settles()


def test_what_a_source_says_once_more_is_the_newest(world: SyncWorld) -> None:
    world.says("forms", 0, "Noël", "granted", mail=0, dated=False)
    world.says("shop", 0, "Ortiz", "granted", mail=0, dated=True)
    sync(world)
    world.says("forms", 0, "Noël", "granted", mail=0, dated=False)
    world.settles()


def test_who_was_merged_into_one_that_may_not_be_there_goes_though_that_one_was_refused_once(
    world: SyncWorld,
) -> None:
    for consent, fault in (("denied", ""), ("granted", "refuses one"), ("denied", "")):
        world.says("shop", 0, "Martin", consent, mail=0, dated=True)
        sync(world, news=[fault])
    for source in ("shop", "forms"):
        world.says(source, 1, "Martin", None, mail=0, dated=True)  # one person with the first
    world.settles()
    assert [record["mail"] for record in world.news.records.values()] == ["p2@x.org"]


def test_a_survivor_whose_record_people_merged_into_the_one_that_was_to_go_is_written_anew(
    world: SyncWorld,
) -> None:
    for crash, crm, news in ((0, [], []), (None, ["429", "the hub goes on before"], ["429"])):
        for name in ("Martin", "Łęcki", "Martin"):
            failing = name == "Łęcki"
            world.says("shop", 0, name, "granted", mail=0, dated=True)
            world.pulls("shop")
            world.resolves()
            world.pushes("crm", crm if failing else (), crash if failing else None)
            world.pushes("news", news if failing else ())
    world.merges_there("crm", 1, 2)
    world.says("shop", 2, None, "granted", mail=0, dated=False)
    world.edits_crm(0, "stage", "lead")
    world.settles()


def test_a_loser_whose_survivor_people_deleted_while_its_merge_was_open_is_taken_over(
    world: SyncWorld,
) -> None:
    world.says("shop", 1, "Ortiz", "granted", mail=0, dated=True)  # one person with the first
    for source in ("shop", "forms"):
        world.pulls(source)
    world.resolves()
    world.pushes("crm", ["", "dies before"])  # the merge is not known to have arrived
    world.deletes_there("crm", 1)  # its survivor
    world.settles()
    assert "p0@x.org" in [record["mail"] for record in world.crm.records.values()]


@pytest.mark.parametrize(("consent", "stays"), [("granted", True), ("denied", False)])
def test_a_record_whose_survivor_people_deleted_stays_only_with_permission(
    world: SyncWorld, consent: str, *, stays: bool
) -> None:
    world.deletes_there("news", 0)
    world.says("forms", 1, "Noël", None, mail=2, dated=True)  # goes over; who has the address is somebody new
    sync(world)
    world.says("forms", 1, None, None, mail=1, dated=False)  # and comes back: that one is merged
    world.says("shop", 1, "Martin", consent, mail=1, dated=True)
    world.settles()
    assert ("p1@x.org" in [record["mail"] for record in world.news.records.values()]) == stays
