"""What the contacts say, as columns of whole numbers, ready to block on and to compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import Kind
from matching.byte_texts import Bytes, holding
from matching.encoding import Bools, Ints, Longs
from matching.features.contact_points import EmailFeatures, PhoneFeatures, email_features, phone_features
from matching.features.dates import DateFeatures, date_features
from matching.features.leaves import Leaf, Leaves
from matching.features.names import NameFeatures, name_features
from matching.features.organisations import OrganisationFeatures, organisation_features
from matching.features.others import OtherFeature, other_features
from matching.features.places import PlaceFeatures, StreetFeatures, place_features, street_features
from matching.features.whole_names import WholeNames
from matching.grouping import order_of
from matching.hashing import Hashes
from matching.kernels import compiled
from matching.parallel import side_by_side

_SHORTEST_NAME: Final = 3


@dataclass(frozen=True)
class Features:
    """All features of all records, in canonical order: row i here is the record `record_ids[i]`.

    The order depends on nothing but sources and keys, so everything computed from features is the same
    however the contacts were ordered or numbered. `record_hashes` are of sources and keys, ascending.
    """

    record_ids: Longs
    record_hashes: Hashes
    organisations: npt.NDArray[np.bool_]
    names: NameFeatures
    emails: EmailFeatures
    phones: PhoneFeatures
    streets: StreetFeatures
    places: PlaceFeatures
    births: DateFeatures
    organisation: OrganisationFeatures
    others: tuple[OtherFeature, ...]

    @property
    def n(self) -> int:
        return len(self.record_ids)

    @cached_property
    def by_id(self) -> Longs:
        """The rows in ascending order of their record ids."""
        return order_of(self.record_ids)

    @cached_property
    def whole_names(self) -> WholeNames:
        return WholeNames(self.names.whole, self.names)

    @cached_property
    def address_holds_own_name(self) -> Bools:
        """For every record whether its first e-mail address holds its given or family name."""
        rows = np.flatnonzero(self.emails.address.first >= 0)
        held = np.zeros(self.n, bool)
        held[rows] = self.address_holds_name(rows, rows)
        return held

    def address_holds_name(self, rows: Longs, named: Longs) -> Bools:
        """Whether the first e-mail address of a record holds a name of another, pair by pair."""
        address = self.emails.address.first[rows]
        if compiled(len(self.emails.address.vocabulary)):
            from matching.kernels.contact_points import holding as fast  # noqa: PLC0415 - loads Numba

            stems, names = self.emails.stems.compiled, self.names.unspaced.compiled
            held = np.zeros(len(rows), bool)
            for column in (self.names.given, self.names.family):
                held |= fast(stems, names, address, column.first[named], _SHORTEST_NAME)
            return held
        texts = _seen(self.emails.stem_bytes, address)
        held = np.zeros(len(rows), bool)
        for column in (self.names.given, self.names.family):
            held |= holding(texts, _seen(self.names.spelled_bytes, column.first[named]), _SHORTEST_NAME)
        return held

    def other(self, name: str) -> OtherFeature | None:
        return next((feature for feature in self.others if feature.name == name), None)


def _seen(texts: Bytes, codes: Ints) -> Bytes:
    """The texts with these numbers, empty where there is none."""
    if len(texts) == 0:
        return np.zeros(len(codes), "S1")
    return np.where(codes >= 0, texts[codes], b"")


def extract(contacts: pa.Table, words: tuple[Mapping[str, float], float] | None = None) -> Features:
    """The features of contacts in `CONTACT_RECORD_SCHEMA`. `words`: how common the words in names of
    organisations are and any other word is; counted when not told. Raises `ConfigurationError` for texts
    that are not valid UTF-8.
    """
    leaves = Leaves(contacts)
    kind = pc.equal(pc.fill_null(contacts["kind"], ""), Kind.ORGANIZATION.value)
    told, full = leaves.plain("organization"), leaves.plain("name", "full")
    is_organisation = np.asarray(kind.to_numpy(), bool)[leaves.order]
    # A person's full name is no organisation's; an organisation without the field is called by its name.
    mine = is_organisation[full.rows]
    called = Leaf(full.rows[mine], full.codes[mine], full.values, full.items[mine])
    makers: tuple[Callable[[], object], ...] = (
        lambda: street_features(leaves),
        lambda: email_features(leaves),
        lambda: phone_features(leaves),
        lambda: name_features(leaves),
        lambda: place_features(leaves),
        lambda: organisation_features(leaves.n, called, told),
        lambda: other_features(leaves),
        lambda: date_features(leaves),
    )
    made: list[Any] = list(side_by_side(lambda maker: maker(), makers, records=leaves.n))
    streets, emails, phones, names, places, organisation, others, births = made
    return Features(
        record_ids=leaves.record_ids[leaves.order],
        record_hashes=leaves.names,
        organisations=is_organisation,
        names=names,
        emails=emails,
        phones=phones,
        streets=streets,
        places=places,
        births=births,
        organisation=replace(organisation, told=words[0], rest=words[1]) if words else organisation,
        others=others,
    )
