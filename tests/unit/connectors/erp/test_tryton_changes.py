from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.erp.tryton_changes import WAYS, flat, values_to_create, values_to_write
from connectors.erp.tryton_party import FIELDS, Party
from connectors.fakes.tryton.models import MODELS
from connectors.fakes.tryton.reading import read
from connectors.fakes.tryton.store import TrytonStore
from hub.domain.plan import Action, Change, FieldChange, Payload
from hub.errors import RecordError

COUNTRIES = {"FR": 1}
PARTY = MODELS["party.party"]


class Kept:
    """One party in a fake database of 8.2, which holds callers to its rules."""

    def __init__(self, **values: object) -> None:
        self.store = TrytonStore("8.2", lambda: datetime(2026, 1, 1))  # noqa: DTZ001 - as databases have it
        self.store.create(MODELS["country.country"], [{"name": "France", "code": "FR"}])
        (self.party_id,) = self.store.create(PARTY, [values])

    def party(self) -> Party:
        row = self.store.row("party.party", self.party_id)
        assert row is not None
        return Party.model_validate(read(self.store, PARTY, row, FIELDS))

    def send(self, change: Change) -> Mapping[str, object]:
        """Writes what differs, and gives it."""
        values = values_to_write(change, self.party(), f"hub:{change.identity_id}", "hub:", COUNTRIES)
        self.store.all_or_nothing(lambda: self.store.write(PARTY, [self.party_id], values))
        return values


def update(payload: Payload, sent_before: Mapping[str, object] | None = None) -> Change:
    fields = tuple(FieldChange(name, old, payload.get(name)) for name, old in (sent_before or {}).items())
    return Change("me", Action.UPDATE, payload, "1", fields)


def ways(kept: Kept) -> list[tuple[str | None, bool]]:
    return [(way.value, way.active) for way in kept.party().contact_mechanisms]


def emails(*values: str) -> dict[str, object]:
    return {"contact_mechanisms": [["create", [{"type": "email", "value": value} for value in values]]]}


VALUES = st.sampled_from(["a", "b", "c"])
MECHANISMS = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["email", "phone"]),
            "value": VALUES,
            "sequence": st.sampled_from([None, 0, 1, 5]),
            "archived": st.booleans(),
        }
    ),
    max_size=5,
)
ADDRESSES = st.lists(st.fixed_dictionaries({"city": VALUES, "street": st.none() | VALUES}), max_size=2)
WANTED = st.fixed_dictionaries(
    {},
    optional={
        "name": st.none() | VALUES,
        "email": st.none() | VALUES,
        "phone": st.none() | VALUES,
        "city": st.none() | VALUES,
        "street": st.none() | VALUES,
        "country": st.sampled_from([None, "FR"]),
    },
)


@given(MECHANISMS, ADDRESSES, WANTED, st.dictionaries(st.sampled_from(["email", "phone"]), VALUES))
def test_once_written_a_party_shows_the_payload_and_differs_no_more(
    mechanisms: list[dict[str, object]],
    addresses: list[dict[str, object]],
    wanted: dict[str, object],
    sent_before: dict[str, object],
) -> None:
    archived = [n for n, way in enumerate(mechanisms, start=1) if way["archived"]]
    rows = [{name: value for name, value in way.items() if name != "archived"} for way in mechanisms]
    kept = Kept(contact_mechanisms=[["create", rows]], addresses=[["create", addresses]])
    kept.store.write(MODELS["party.contact_mechanism"], archived, {"active": False})
    others = {name: value for name, value in flat(kept.party()).items() if name not in wanted}
    cleared = {way for way in WAYS if way in wanted and wanted[way] is None}
    change = update(wanted, {**dict.fromkeys(cleared, "a"), **sent_before})

    kept.send(change)

    shown = flat(kept.party())
    assert {name: shown[name] for name in wanted if name not in cleared} == {
        name: value for name, value in wanted.items() if name not in cleared
    }
    assert {name: shown[name] for name in others} == others
    assert kept.send(change) == {}


@given(MECHANISMS, WANTED)
def test_no_mechanism_that_the_hub_did_not_send_is_lost(
    mechanisms: list[dict[str, object]], wanted: dict[str, object]
) -> None:
    rows = [{name: value for name, value in way.items() if name != "archived"} for way in mechanisms]
    kept = Kept(contact_mechanisms=[["create", rows]])
    theirs = {value for value, _ in ways(kept)}
    kept.send(update({name: value for name, value in wanted.items() if value is not None}))
    assert theirs <= {value for value, active in ways(kept) if active}


@pytest.mark.parametrize(
    ("there", "sent", "wanted", "after"),
    [
        ([], None, "new", [("new", True)]),
        (["old"], "old", "new", [("new", True)]),
        (["old"], None, "new", [("new", True), ("old", True)]),
        (["theirs", "old"], "old", "new", [("new", True), ("theirs", True)]),
        (["theirs", "new"], None, "new", [("new", True), ("theirs", True)]),
        (["old", "new"], "old", "new", [("old", False), ("new", True)]),
        (["old", "theirs"], "old", None, [("old", False), ("theirs", True)]),
        (["theirs"], "old", None, [("theirs", True)]),
        (["only"], None, None, [("only", False)]),
        (["Ada@Example.com"], None, "ada@example.com", [("Ada@Example.com", True)]),
    ],
    ids=[
        "the first one",
        "the one sent before is replaced",
        "another's is kept behind",
        "the one sent before is replaced and put in front",
        "what is there is put in front",
        "what was sent before makes way for what is there",
        "what was sent before is archived",
        "another's is not archived",
        "the only one is archived",
        "capitals are no difference",
    ],
)
def test_an_email_comes_first_and_takes_nothing_that_is_not_the_hub_s(
    there: list[str], sent: str | None, wanted: str | None, after: list[tuple[str, bool]]
) -> None:
    kept = Kept(**emails(*there))
    kept.send(update({"email": wanted}, {"email": sent} if sent else None))
    assert ways(kept) == after


def test_an_archived_address_comes_back_when_no_other_is_there() -> None:
    kept = Kept(**emails("gone"))
    kept.send(update({"email": None}))
    kept.send(update({"email": "gone"}))
    assert ways(kept) == [("gone", True)]


def test_a_phone_number_that_tryton_formats_is_the_same_number() -> None:
    kept = Kept(contact_mechanisms=[["create", [{"type": "phone", "value": "+33 1 99 00 00 01"}]]])
    next(iter(kept.store.tables["party.contact_mechanism"].values()))["value_compact"] = "+33199000001"
    assert "contact_mechanisms" not in kept.send(update({"phone": "+33199000001"}))
    assert flat(kept.party())["phone"] == "+33199000001"


def test_a_party_carries_one_marker_and_it_is_its_identity_s() -> None:
    codes = [{"code": "hub:other"}, {"code": "LOYALTY-1"}, {"code": "hub:tax", "type": "fr_siren"}]
    kept = Kept(name="Ada", identifiers=[["create", codes]])
    kept.send(update({"name": "Ada"}))
    found = {identifier.code for identifier in kept.party().identifiers}
    assert found == {"LOYALTY-1", "hub:tax", "hub:me"}


def test_an_archived_marker_comes_back() -> None:
    kept = Kept(name="Ada", identifiers=[["create", [{"code": "hub:me"}]]])
    kept.store.write(MODELS["party.identifier"], [1], {"active": False})
    kept.send(update({"name": "Ada"}))
    assert [identifier.active for identifier in kept.party().identifiers] == [True]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"shoe_size": "43"}, "unknown-field"),
        ({"active": "yes"}, "bad-value"),
        ({"active": None}, "bad-value"),
        ({"name": ["Ada"]}, "bad-value"),
        ({"email": True}, "bad-value"),
        ({"country": "ZZ"}, "unknown-country"),
    ],
)
def test_a_payload_that_cannot_be_written_is_refused_without_its_values(payload: Payload, code: str) -> None:
    change = Change("me", Action.CREATE, payload)
    kept = Kept(name="Ada")
    for refuse in (values_to_create, lambda change, *_: kept.send(change)):
        with pytest.raises(RecordError) as caught:
            refuse(change, "hub:me", COUNTRIES)
        assert caught.value.code == code
        assert "43" not in str(caught.value)


def test_a_new_party_has_just_what_the_payload_names() -> None:
    payload = {
        "name": " Ada ",
        "email": "ada@example.com",
        "phone": "",
        "city": "Lyon",
        "country": "FR",
        "code": None,
    }
    change = Change("me", Action.CREATE, payload)
    assert values_to_create(change, "hub:me", COUNTRIES) == {
        "name": "Ada",
        "contact_mechanisms": [["create", [{"type": "email", "value": "ada@example.com"}]]],
        "addresses": [["create", [{"city": "Lyon", "country": 1}]]],
        "identifiers": [["create", [{"code": "hub:me"}]]],
    }


def test_a_payload_of_nothing_makes_a_party_with_nothing_but_its_marker() -> None:
    values = values_to_create(Change("me", Action.CREATE, {"city": None, "email": None}), "hub:me", {})
    assert values["contact_mechanisms"] == values["addresses"] == []


def test_the_newest_date_of_anything_on_a_party_is_its_date() -> None:
    kept = Kept(**emails("a@example.com"))
    later = datetime(2026, 2, 1)  # noqa: DTZ001 - as databases have it
    kept.store.tables["party.contact_mechanism"][1]["write_date"] = later
    assert kept.party().updated_at == later.replace(tzinfo=UTC)
