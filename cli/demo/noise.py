"""How the same customer comes to look different from record to record."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from cli.demo.people import Address, Entity, plain


@dataclass(frozen=True, slots=True)
class Seen:
    """An entity as one record shows it."""

    entity: str
    kind: str
    country: str
    given: str
    family: str
    organization: str
    job: str
    email: str
    phone: str
    address: Address | None
    street: str
    birth: str
    vat: str
    newsletter: str


def seen(random: Random, one: Entity) -> Seen:
    """One way to write the entity down: nicknames, initials, typos, lost accents, old addresses, gaps."""
    given, family = one.given, one.family
    roll = random.random()
    if one.nicknames and roll < 0.18:
        given = random.choice(one.nicknames)
    elif given and roll < 0.22:
        given = f"{given[0]}."
    if random.random() < 0.07:
        family = typo(random, family)
    if random.random() < 0.06:
        given = typo(random, given)
    if random.random() < 0.25:
        given, family = _without_accents(given), _without_accents(family)
    if random.random() < 0.08:
        given, family = given.upper(), family.upper()
    if given and family and random.random() < 0.02:
        given, family = family, given
    address = one.old_address if one.old_address and random.random() < 0.4 else one.address
    organization = one.organization
    if organization and random.random() < 0.4:
        organization = organization.rpartition(" ")[0]
    return Seen(
        entity=one.id,
        kind=one.kind,
        country=one.country,
        given=given,
        family=family,
        organization=organization,
        job=one.job,
        email=one.second_email if one.second_email and random.random() < 0.35 else one.email,
        phone=one.second_phone if one.second_phone and random.random() < 0.4 else one.phone,
        address=address,
        street=_street(random, address),
        birth=one.birth,
        vat=one.vat,
        newsletter=one.consents.get("newsletter", ""),
    )


def typo(random: Random, text: str) -> str:
    """One slip of the fingers."""
    if len(text) < 4:
        return text
    place = random.randrange(1, len(text) - 1)
    match random.randrange(3):
        case 0:
            return text[:place] + text[place + 1 :]
        case 1:
            return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        case _:
            return text[:place] + text[place] + text[place:]


def phone_as_typed(random: Random, phone: str) -> str:
    """National, international, with dots: as people type numbers."""
    code, _, rest = phone.partition(" ")
    match random.randrange(4):
        case 0:
            return phone
        case 1:
            return phone.replace(" ", "")
        case 2:
            return f"00{code[1:]} {rest}"
        case _:
            return phone if code == "+1" else f"0{rest}".replace(" ", random.choice((" ", ".", "")))


def _street(random: Random, address: Address | None) -> str:
    if address is None:
        return ""
    street = address.street
    if random.random() < 0.35:
        for long, short in (
            ("avenue", "av."),
            ("boulevard", "bd"),
            ("Road", "Rd"),
            ("straße", "str."),
            ("Street", "St"),
        ):
            street = street.replace(long, short)
    if address.country in {"DE", "BE"} and not street.startswith("rue"):
        return f"{street} {address.number}"
    text = f"{address.number} {street}"
    return text.upper() if random.random() < 0.08 else text


def _without_accents(text: str) -> str:
    return plain(text).title() if text.istitle() else text
