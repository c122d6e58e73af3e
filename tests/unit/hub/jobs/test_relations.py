"""People are linked to their organisation and to who lives with them; nobody is merged for that."""

from __future__ import annotations

import time
from typing import Any

import pytest

from hub.domain.organisations import core, domain_of, own_domain
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.decide import Person, merge, undo
from hub.jobs.profile import profile
from hub.jobs.pull import PullRequest, pull
from hub.jobs.relations import Relations
from hub.jobs.resolve import ResolveRequest, resolve
from hub.store import lookup
from hub.store.engine import Store
from mappings.spec import MappingSpec
from mappings.words import word_set
from tests.conftest import SteppingClock
from tests.fakes import small_world
from tests.fakes.small_world import MemorySource, Row, SameMail, mapper

SPEC = MappingSpec.model_validate(
    {
        "mapping": 1,
        "defaults": {"country": "FR"},
        "kind": "kind",
        "fields": {
            "name.given": "first",
            "name.family": "last",
            "organization": "org",
            "emails": "mail",
            "urls": "url",
            "identifiers": [{"type": "siren", "value": "siren"}],
            "addresses": [{"street": "street", "postal_code": "code", "locality": "town"}],
        },
    }
)
FIELDS = ("kind", "first", "last", "org", "mail", "url", "siren", "street", "code", "town")
ACME = {
    "kind": "organization",
    "org": "Acme SAS",
    "url": "https://www.acme-fictive.fr/",
    "siren": "732829320",
}
ANN = Person("ann")


class World:
    """A source of people and organisations, resolved."""

    def __init__(self, store: Store, clock: SteppingClock) -> None:
        self.store, self.clock = store, clock
        self.rows: dict[str, dict[str, str]] = {}

    def hold(self, **rows: dict[str, str]) -> None:
        self.rows |= rows
        self.rows = {key: one for key, one in self.rows.items() if one}
        read = MemorySource([Row(key, one) for key, one in self.rows.items()], page=1000)
        request = PullRequest("crm", "rows", read, mapper(SPEC), "m", full=True, max_missing_share=None)
        pull(self.store, self.clock, request)
        self.resolve()

    def resolve(self) -> None:
        resolve(self.store, self.clock, ResolveRequest(SameMail(), "h", SurvivorshipRules()))

    def of(self, key: str) -> Relations:
        return profile(self.store, f"crm:{key}").relations

    def id(self, key: str) -> str:
        return profile(self.store, f"crm:{key}").record.identity_id


@pytest.fixture
def world(store: Store, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(small_world, "FIELDS", FIELDS)
    return World(store, clock)


def person(**told: str) -> dict[str, str]:
    return {"kind": "person", "first": "Ann", "last": "Martin", **told}


def linked(found: Relations) -> tuple[str, tuple[str, ...]] | None:
    return (found.organization.name, found.organization.by) if found.organization else None


@pytest.mark.parametrize(
    ("told", "by"),
    [
        pytest.param({"mail": "ann@acme-fictive.fr"}, ("domain",), id="by the domain of her mail"),
        pytest.param({"org": "ACME S.A.S."}, ("name",), id="by the name, whatever the legal form"),
        pytest.param({"siren": "732 829 320"}, ("identifier",), id="by an identifier"),
        pytest.param({"org": "acme", "mail": "ann@acme-fictive.fr"}, ("domain", "name"), id="by several"),
    ],
)
def test_a_persons_organisation_is_found(world: World, told: dict[str, str], by: tuple[str, ...]) -> None:
    world.hold(o=ACME, other={"kind": "organization", "org": "Acme Robotics"}, p=person(**told))
    assert linked(world.of("p")) == ("Acme SAS", by)
    assert [(one.identity_id, one.by) for one in world.of("o").people] == [(world.id("p"), by)]


def test_a_mailbox_at_a_large_provider_says_nothing(world: World) -> None:
    world.hold(
        o={"kind": "organization", "org": "Bakery", "mail": "bakery@gmail.com"},
        p=person(mail="ann@gmail.com"),
    )
    assert world.of("p") == Relations()


def test_what_tells_more_decides_and_of_equals_none_is_taken(world: World) -> None:
    world.hold(o=ACME, twin={"kind": "organization", "org": "Acme Ltd"}, p=person(org="Acme"))
    found = world.of("p")
    assert (found.organization, [one.name for one in found.possible]) == (None, ["Acme Ltd", "Acme SAS"])
    world.hold(p=person(org="Acme", mail="ann@acme-fictive.fr"))
    assert linked(world.of("p")) == ("Acme SAS", ("domain", "name"))


def test_the_link_survives_merges_and_splits(world: World) -> None:
    world.hold(
        a={"kind": "organization", "org": "Acme SAS"},
        z={"kind": "organization", "org": "Zenith", "url": "https://zenith-fictive.fr"},
        p=person(mail="ann@zenith-fictive.fr"),
        q=person(first="Ann", mail="ann@home.example"),
    )
    acme, zenith, ann, other = (world.id(key) for key in "azpq")
    assert world.of("p").organization.identity_id == zenith  # type: ignore[union-attr]
    together = merge(world.store, world.clock, ANN, [acme, zenith])
    world.resolve()
    survivor = world.id("a")
    assert survivor in {acme, zenith}
    assert world.of("p").organization.identity_id == survivor  # type: ignore[union-attr]
    assert [one.identity_id for one in profile(world.store, zenith).relations.people] == [ann]
    people = merge(world.store, world.clock, ANN, [ann, other])
    world.resolve()
    assert world.of("q").organization.identity_id == survivor  # type: ignore[union-attr]
    for decision in (people, together):
        undo(world.store, world.clock, ANN, decision.decision.number)
    world.resolve()
    assert world.of("p").organization.identity_id == zenith  # type: ignore[union-attr]
    assert (world.of("q").organization, world.of("a").people) == (None, ())


HOME = {"street": "12, rue de l'Été", "code": "69001", "town": "Lyon"}


def test_a_household_shares_family_name_and_address_and_stays_apart(world: World) -> None:
    world.hold(
        p=person(**HOME),
        q=person(first="Paul", **{**HOME, "street": "12 RUE DE L'ETE", "town": "LYON"}),
        r=person(first="Rita", last="Durand", **HOME),
        s=person(first="Sam", **{**HOME, "code": "69002"}),
        o={"kind": "organization", "org": "Martin", **HOME},
    )
    assert [(one.identity_id, one.name) for one in world.of("p").household] == [
        (world.id("q"), "Paul Martin")
    ]
    assert world.of("q").household[0].identity_id == world.id("p")
    assert [world.of(key).household for key in "rso"] == [(), (), ()]
    world.hold(q=person(first="Paul", **{**HOME, "street": "3 quai Perrache"}))
    assert world.of("p").household == ()


def test_a_household_is_found_in_spite_of_slips_and_short_forms(world: World) -> None:
    home = {**HOME, "street": "12 avenue de la Paix"}
    written = {"q": "12 av. de la Paix", "r": "12, avenue de la Paxi", "s": "12 rue de la Paix"}
    others = {key: person(first=key, **{**home, "street": street}) for key, street in written.items()}
    double = person(first="d", last="Durand-Martin", **{**home, "street": "12 Av de la Paix"})
    world.hold(p=person(**home), **others, d=double)
    before = [[one.name for one in world.of(key).household] for key in "psd"]
    assert before[0] == ["D Durand-Martin", "Q Martin", "R Martin"]
    assert before[1] == []
    assert len({world.id(key) for key in "pqrsd"}) == 5
    with world.store.writing() as connection:
        lookup.index_all(connection)
    assert [[one.name for one in world.of(key).household] for key in "psd"] == before


def test_relations_are_found_in_lists_as_in_rows(world: World) -> None:
    world.hold(o=ACME, p=person(mail="ann@acme-fictive.fr", **HOME), q=person(first="Paul", **HOME))
    before = [world.of(key) for key in "opq"]
    with world.store.writing() as connection:
        lookup.index_all(connection)
    assert [world.of(key) for key in "opq"] == before
    world.hold(q=person(first="Paula", **HOME))
    assert [one.name for one in world.of("p").household] == ["Paula Martin"]


def test_of_a_large_organisation_some_people_are_told_and_that_there_are_more(world: World) -> None:
    crowd = {f"p{n:03}": person(first=f"N{n:03}", mail=f"n{n}@acme-fictive.fr") for n in range(70)}
    world.hold(o=ACME, **crowd)
    found = world.of("o")
    assert (len(found.people), found.more) == (20, True)
    started = time.perf_counter()
    world.of("o")
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ACME Ltd.", "acme"),
        ("Boulangerie Martin S.A.R.L.", "boulangerie martin"),
        ("Müller GmbH & Co. KG", "muller"),
        ("SA", "sa"),
        ("***", ""),
    ],
)
def test_the_core_of_a_name_has_no_legal_form(name: str, told: str) -> None:
    assert core(name) == told


def test_no_provider_that_mappings_know_is_an_organisations_domain() -> None:
    assert {own_domain(one) for one in word_set("email_providers")} == {""}


def test_domains_are_read_from_mails_and_web_addresses() -> None:
    told: dict[str, Any] = {
        "ann@Acme.example": "acme.example",
        "https://www.acme.example:8080/x": "acme.example",
        "acme.example/x": "acme.example",
        "x@yahoo.co.uk": "",
        "x@localhost": "",
    }
    assert {text: own_domain(domain_of(text)) for text in told} == told
