"""Records that tell little: a name and a town, a name and a country."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Final

import pyarrow as pa
import pytest

from hub.domain.matching import Matching
from matching import LocalMatcher, blocking, evaluate
from matching.classes import told_apart
from matching.defaults import shipped
from matching.engines import local
from matching.features import extract
from matching.rule_choice import Known
from tests.fakes.people import contact, table

ORGANISATION: Final = "organization"
SYLLABLES: Final = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]
TRADES: Final = ("Foods", "Motors", "Steel", "Media", "Hotels", "Trading", "Energy", "Software")
FORMS: Final = ("GmbH", "AG", "Ltd", "SARL", "")
TOWNS: Final = tuple(
    f"{name}{end}" for name in ("Kirch", "Ober", "Neu", "Alt", "Wald") for end in ("heim", "dorf", "au")
)


def companies(count: int, **told: bool) -> tuple[pa.Table, pa.Table]:
    """Each company once to three times, with another legal form each time; and the truth."""
    draw = random.Random(4)
    rows: list[Mapping[str, object]] = []
    truth: dict[str, list[str]] = {"key": [], "entity": []}
    for company in range(count):
        name = "".join(draw.choices(SYLLABLES, k=3)).capitalize() + " " + draw.choice(TRADES)
        place = {"town": draw.choice(TOWNS), "country": draw.choice(("DE", "FR", "GB"))}
        for copy in range(draw.choice((1, 2, 3))):
            full = f"{name} {FORMS[(company + copy) % len(FORMS)]}".strip()
            shown = {part: value for part, value in place.items() if told.get(part)}
            rows.append(contact(len(rows) + 1, full=full, kind=ORGANISATION, **shown))
            truth["key"].append(str(len(rows)))
            truth["entity"].append(str(company))
    return table(rows), pa.table(truth)


def f1(contacts: pa.Table, truth: pa.Table) -> float:
    found = LocalMatcher().match(contacts).clusters
    return evaluate(found.set_column(0, "key", found["record_id"].cast(pa.string())), truth).pairwise.f1


@pytest.mark.parametrize("told", [("town",), ("country",), ("town", "country"), ()], ids=" and ".join)
def test_companies_of_one_name_are_one_whatever_little_else_is_told(told: tuple[str, ...]) -> None:
    assert f1(*companies(400, **dict.fromkeys(told, True))) > 0.95


Trades = Mapping[str, tuple[int, tuple[str, ...]]]


def trading(seed: int, trades: Trades, *, each: int, letters: int) -> float:
    """F1 of `each` companies a country, some of them told twice. They are called by one of so many brands and
    a trade of their country.
    """
    draw = random.Random(seed)
    rows: list[Mapping[str, object]] = []
    truth: list[str] = []
    for country, (brands, words) in trades.items():
        known = ["".join(draw.choices(SYLLABLES, k=letters // 2)).capitalize() for _ in range(brands)]
        for _ in range(each):
            name = f"{draw.choice(known)} {draw.choice(words)}".strip()
            for _ in range(draw.choice((1, 1, 2, 2, 3))):
                told = country if draw.random() < 0.7 else None
                rows.append(contact(len(rows) + 1, full=name, kind=ORGANISATION, country=told))
                truth.append(name)
    keys = [str(number + 1) for number in range(len(rows))]
    return f1(table(rows), pa.table({"key": keys, "entity": truth}))


@pytest.mark.parametrize("seed", range(4))
def test_a_word_and_a_country_in_common_do_not_come_to_mean_one_company(seed: int) -> None:
    """In a small file they are met together far too often for chance."""
    words = ("Servis", "Invest", "Grupp", "Treyd", "Stroy", "Plyus", "")
    trades = {"RU": (30, words), "GB": (900, ("Foods", "Motors", "Media"))}
    assert trading(seed, trades, each=100, letters=6) > 0.85


@pytest.mark.parametrize("seed", range(4))
def test_a_name_within_a_longer_one_does_not_come_to_mean_one_company(seed: int) -> None:
    """Where nothing but names is told it may be a subsidiary's."""
    trades = {"RU": (90, ("", "Invest")), "DE": (90, ("", "Bau"))}
    assert trading(seed, trades, each=120, letters=6) > 0.95


@pytest.mark.parametrize("seed", range(4))
def test_short_names_beside_a_long_word_in_common_are_no_slips_of_one_another(seed: int) -> None:
    trades = {
        "RU": (900, ("Servis", "Invest")),
        "FR": (900, ("Conseil", "Transports")),
        "DE": (900, ("Technik", "Bau")),
    }
    assert trading(seed, trades, each=60, letters=4) > 0.9


def kept(**fields: str) -> Iterator[tuple[str, bool]]:
    """Which classes of others are kept for organisations with these fields, and whether they learn places."""
    features = extract(table([contact(1, full="Harbour Foods", kind=ORGANISATION, **fields)]))
    model = told_apart(shipped(ORGANISATION), features, features.organisations.nonzero()[0])
    return ((c.name, c.may_learn("place")) for c in model.classes if not c.same)


def test_branches_are_known_by_their_streets_else_by_their_towns_else_not_at_all() -> None:
    assert dict(kept(street="12 Elm Street", town="Leeds"))["branch"] is True
    assert dict(kept(town="Leeds"))["branch"] is False
    assert "branch" not in dict(kept())
    assert "neighbour" in dict(kept())


def names_and_birth_dates(*times: int) -> tuple[pa.Table, pa.Table]:
    """Each person so many times, every other time without the date."""
    draw = random.Random(5)
    rows: list[Mapping[str, object]] = []
    truth: dict[str, list[str]] = {"key": [], "entity": []}
    for person, copies in enumerate(times):
        given, family = ("".join(draw.choices(SYLLABLES, k=3)).capitalize() for _ in range(2))
        born = f"19{draw.randint(30, 99)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        for copy in range(copies):
            told = {"birth_date": born} if copy % 2 else {}
            rows.append(contact(len(rows) + 1, given=given, family=family, **told))
            truth["key"].append(str(len(rows)))
            truth["entity"].append(str(person))
    return table(rows), pa.table(truth)


def recall(matching: Matching, truth: pa.Table) -> float:
    records = matching.clusters.set_column(0, "key", matching.clusters["record_id"].cast(pa.string()))
    return evaluate(records, truth).pairwise.recall


def test_where_matches_would_be_missed_larger_blocks_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_MANY", 100)
    monkeypatch.setattr(blocking, "_CHEAP", 0)
    contacts, truth = names_and_birth_dates(*[16] * 20, *[1] * 2000)
    matching = LocalMatcher().match(contacts)
    assert recall(matching, truth) > 0.99
    again = LocalMatcher(matching.model).match(contacts)
    assert again.clusters == matching.clusters  # the model knows how large its blocks are

    monkeypatch.setattr(local, "known", lambda *_: Known(1.0, enough=True))
    assert recall(LocalMatcher().match(contacts), truth) < 0.6
