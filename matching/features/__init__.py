"""What the contacts say, as columns of whole numbers, ready to block on and to compare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import Kind
from matching.encoding import Longs
from matching.features.contact_points import EmailFeatures, PhoneFeatures, email_features, phone_features
from matching.features.dates import DateFeatures, date_features
from matching.features.leaves import Leaves
from matching.features.names import NameFeatures, name_features
from matching.features.organisations import OrganisationFeatures, organisation_features
from matching.features.others import OtherFeature, other_features
from matching.features.places import PlaceFeatures, StreetFeatures, place_features, street_features


@dataclass(frozen=True)
class Features:
    """All features of all records, in canonical order: row i here is the record `record_ids[i]`.

    The order depends on nothing but sources and keys, so everything computed from features is the same
    however the contacts were ordered or numbered.
    """

    record_ids: Longs
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

    def other(self, name: str) -> OtherFeature | None:
        return next((feature for feature in self.others if feature.name == name), None)


def extract(contacts: pa.Table) -> Features:
    """The features of contacts in `CONTACT_RECORD_SCHEMA`."""
    leaves = Leaves(contacts)
    kind = pc.equal(pc.fill_null(contacts["kind"], ""), Kind.ORGANIZATION.value)
    told, full = leaves.plain("organization"), leaves.plain("name", "full")
    is_organisation = np.asarray(kind.to_numpy(), bool)[leaves.order]
    # A person's full name is no organisation's; an organisation without the field is called by its name.
    mine = is_organisation[full.rows]
    called = type(full)(
        full.rows[mine], full.codes[mine], full.values if mine.any() else full.values, full.items[mine]
    )
    return Features(
        record_ids=leaves.record_ids[leaves.order],
        organisations=is_organisation,
        names=name_features(leaves),
        emails=email_features(leaves),
        phones=phone_features(leaves),
        streets=street_features(leaves),
        places=place_features(leaves),
        births=date_features(leaves),
        organisation=organisation_features(leaves.n, called, told),
        others=other_features(leaves),
    )
