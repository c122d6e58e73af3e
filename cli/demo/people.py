"""The customers who really are: people and companies, households, namesakes and movers."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from cli.demo.names import FAMILY, FREE_MAIL, GIVEN, JOBS, LEGAL, PHONES, STREETS, TOWNS, TRADES

PEOPLE: Final = 178
COMPANIES: Final = 42


@dataclass(frozen=True, slots=True)
class Address:
    number: int
    street: str
    postal_code: str
    town: str
    country: str


@dataclass(frozen=True, slots=True)
class Entity:
    """One person or company of the truth. `nicknames` are other forms of the given name; `second_email`,
    `second_phone` and `old_address` are what some records still say.
    """

    id: str
    kind: str
    country: str
    given: str = ""
    family: str = ""
    nicknames: tuple[str, ...] = ()
    organization: str = ""
    job: str = ""
    email: str = ""
    second_email: str = ""
    phone: str = ""
    second_phone: str = ""
    address: Address | None = None
    old_address: Address | None = None
    birth: str = ""
    vat: str = ""
    consents: dict[str, str] = field(default_factory=dict)


def make_entities(random: Random) -> list[Entity]:
    """The same seed gives the same customers."""
    phones = _Phones(random)
    companies = [_company(random, phones, number) for number in range(COMPANIES)]
    people: list[Entity] = []
    taken: set[tuple[str, str]] = set()
    while len(people) < PEOPLE:
        one = _person(random, phones, companies, len(people), taken)
        people.append(one)
        if random.random() < 0.14 and len(people) < PEOPLE:
            people.append(_relative(random, phones, one, len(people), taken))
    return [*companies, *_namesakes(people)]


class _Phones:
    """Fictional numbers, each given once."""

    def __init__(self, random: Random) -> None:
        self._left = {
            (country, kind): random.sample(range(100), 100)
            for country, forms in PHONES.items()
            for kind in range(len(forms))
        }
        self._round: dict[tuple[str, int], int] = {}

    def give(self, country: str, kind: int) -> str:
        left = self._left[country, kind]
        turn = self._round.get((country, kind), 0)
        self._round[country, kind] = turn + 1
        return PHONES[country][kind].format(left[turn % 100], (left[turn % 100] * 7 + turn // 100) % 100)


def _company(random: Random, phones: _Phones, number: int) -> Entity:
    country = random.choices(list(LEGAL), [60, 12, 10, 10, 8])[0]
    first, second = random.choice(TRADES)
    family = random.choice(FAMILY[country])
    name = f"{random.choice((first, second))} {family}" if country in {"FR", "BE"} else f"{family} {second}"
    domain = f"{plain(name).replace(' ', '-')}-{number}.example"
    return Entity(
        id=f"C{number:03d}",
        kind="organization",
        country=country,
        organization=f"{name} {random.choice(LEGAL[country])}",
        email=f"{random.choice(('contact', 'info', 'office'))}@{domain}",
        phone=phones.give(country, 1),
        address=_address(random, country),
        vat=_french_vat(random) if country == "FR" else "",
    )


def _person(
    random: Random, phones: _Phones, companies: list[Entity], number: int, taken: set[tuple[str, str]]
) -> Entity:
    country = random.choices(list(GIVEN), [62, 12, 10, 9, 7])[0]
    given, family = _free_name(random, country, taken)
    employer = random.choice(companies) if random.random() < 0.4 else None
    local = random.choice((f"{given}.{family}", f"{given[0]}{family}", f"{given}{random.randint(1, 99)}"))
    address = _address(random, country)
    return Entity(
        id=f"P{number:03d}",
        kind="person",
        country=country,
        given=given,
        family=family,
        nicknames=GIVEN[country][given],
        organization=employer.organization if employer else "",
        job=random.choice(JOBS) if employer else "",
        email=f"{mail_name(local)}{number}@{random.choice(FREE_MAIL)}",
        second_email=f"{mail_name(given)}.{mail_name(family)}@{employer.email.partition('@')[2]}"
        if employer
        else "",
        phone=phones.give(country, 0),
        second_phone=phones.give(country, 1) if random.random() < 0.2 else "",
        address=address,
        old_address=_address(random, country) if random.random() < 0.12 else None,
        birth=f"{random.randint(1948, 2004)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}",
        consents={"newsletter": random.choice(("yes", "yes", "no", ""))},
    )


def _relative(
    random: Random, phones: _Phones, one: Entity, number: int, taken: set[tuple[str, str]]
) -> Entity:
    """Another member of a household: same address and family name, not the same person."""
    given, _ = _free_name(random, one.country, taken, one.family)
    return replace(
        one,
        id=f"P{number:03d}",
        given=given,
        nicknames=GIVEN[one.country][given],
        organization="",
        job="",
        email=f"{mail_name(given)}.{mail_name(one.family)}{number}@{random.choice(FREE_MAIL)}",
        second_email="",
        phone=phones.give(one.country, 0),
        second_phone="",
        birth=f"{random.randint(1948, 2004)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}",
        consents={"newsletter": random.choice(("yes", "no", ""))},
    )


def _namesakes(people: list[Entity]) -> list[Entity]:
    """A father and a son of one name at one address, and two strangers of one name in different towns."""
    father, son = people[3], people[60]
    people[60] = replace(
        son,
        given=father.given,
        family=father.family,
        nicknames=father.nicknames,
        country=father.country,
        address=father.address,
        old_address=None,
        birth=f"{int(father.birth[:4]) + 27}{father.birth[4:]}",
    )
    one, other = people[10], people[90]
    people[90] = replace(other, given=one.given, family=one.family, nicknames=one.nicknames)
    foreign = people[120]
    people[120] = replace(foreign, given="Αλέξανδρος", family="Παπαδόπουλος", nicknames=())
    return people


def _free_name(
    random: Random, country: str, taken: set[tuple[str, str]], family: str | None = None
) -> tuple[str, str]:
    while True:
        name = random.choice(list(GIVEN[country])), family or random.choice(FAMILY[country])
        if name not in taken:
            taken.add(name)
            return name


def _address(random: Random, country: str) -> Address:
    code, town = random.choice(TOWNS[country])
    return Address(random.randint(1, 140), random.choice(STREETS[country]), code, town, country)


def _french_vat(random: Random) -> str:
    """A number whose SIREN and key are formed rightly, and that belongs to nobody we know of."""
    digits = f"{random.randint(10_000_000, 99_999_999)}"
    siren = next(f"{digits}{last}" for last in range(10) if _luhn(f"{digits}{last}"))
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def plain(text: str) -> str:
    """Small letters without accents."""
    flat = unicodedata.normalize("NFD", text.lower().replace("ß", "ss"))
    return "".join(c for c in flat if not unicodedata.combining(c)).replace("'", "")


def mail_name(text: str) -> str:
    """A name as people make addresses of it."""
    found = "".join(c for c in plain(text) if c.isascii() and (c.isalnum() or c in ".-"))
    return found or "kontakt"
