"""All comparisons of one kind of contact, applied to batches of pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from hub.domain.contact import Kind
from matching.comparators.contact_points import EmailComparator, PhoneComparator
from matching.comparators.dates import BirthComparator
from matching.comparators.names import NameComparator
from matching.comparators.organisations import OrganisationComparator
from matching.comparators.places import PlaceComparator, StreetComparator
from matching.comparators.texts import AttributeComparator, IdentifierComparator
from matching.comparison import Agreement, Agreements
from matching.encoding import Longs
from matching.features import Features
from matching.features.others import OtherFeature
from matching.frequencies import Frequencies
from matching.model import KindModel
from matching.parallel import side_by_side

_MOST_OTHERS: Final = 24
_LEAST_FILLED: Final = 0.02


class Comparator(Protocol):
    def compare(self, a: Longs, b: Longs) -> Mapping[str, Agreement]:
        """For rows a and b, pair by pair, the agreement in one field or several."""


def comparators(
    features: Features, frequencies: Frequencies, *, organisations: bool, known: KindModel | None = None
) -> tuple[Comparator, ...]:
    """What there is to compare: a comparator for every field that any of the records fills; of those whose
    meaning is not known, the ones that a model knows, or else that are worth it.
    """
    f, often = features, frequencies
    phones = f.phones
    found: list[tuple[bool, Comparator]] = [
        (f.emails.address.filled > 0, EmailComparator(f, often)),
        (phones.number.filled > 0, PhoneComparator(phones, often)),
        (f.streets.line.filled > 0, StreetComparator(f.streets, often)),
        (_placed(f), PlaceComparator(f.places, often)),
        (
            f.organisation.core.filled > 0,
            OrganisationComparator(f.organisation, often, "name" if organisations else "organisation"),
        ),
    ]
    if not organisations:
        found += [
            (True, NameComparator(f.names, often, f.whole_names)),
            (f.births.date.filled > 0, BirthComparator(f.births, often)),
        ]
    return (
        *(comparator for filled, comparator in found if filled),
        *(_other(feature, often) for feature in _others(f, known)),
    )


def compared_others(features: Features) -> list[OtherFeature]:
    """Identifiers and attributes worth comparing: filled now and then, and not the same everywhere."""
    worth = [o for o in features.others if o.values.filled >= _LEAST_FILLED and len(o.values.vocabulary) > 1]
    worth.sort(key=lambda o: (not o.name.startswith("identifiers."), -o.values.filled, o.name))
    return worth[:_MOST_OTHERS]


def _others(features: Features, known: KindModel | None) -> list[OtherFeature]:
    if known is None:
        return compared_others(features)
    names = {f.name for f in known.fields}
    return [feature for feature in features.others if feature.name in names]


def compare(comparators_: tuple[Comparator, ...], a: Longs, b: Longs, *, threads: bool = False) -> Agreements:
    """Every field's agreement for rows a and b; with `threads`, several comparators at work at a time."""
    found: dict[str, Agreement] = {}
    for agreements in side_by_side(lambda c: c.compare(a, b), comparators_, records=len(a) if threads else 0):
        found.update(agreements)
    return found


def kind_of(*, organisations: bool) -> str:
    return (Kind.ORGANIZATION if organisations else Kind.PERSON).value


def _placed(f: Features) -> bool:
    return any(v.filled > 0 for v in (f.places.postal, f.places.locality, f.places.region, f.places.country))


def _other(feature: OtherFeature, frequencies: Frequencies) -> Comparator:
    if feature.name.startswith(("identifiers.", "urls")):
        return IdentifierComparator(feature, frequencies)
    return AttributeComparator(feature, frequencies)
