"""Quality of what the store holds: by source, deleted records left out, on both stores."""

from __future__ import annotations

from hub.jobs.pull import PullRequest, pull
from hub.jobs.quality import quality
from hub.ports import Clock
from hub.store.engine import Store
from mappings.apply import ContactMapper
from mappings.spec import MappingSpec
from tests.fakes.small_world import MemorySource, Row

MAPPING = {
    "mapping": 1,
    "defaults": {"country": "FR"},
    "fields": {"name.given": "first", "emails": "mail", "phones": "news", "attributes.code": "last"},
}


def store_rows(store: Store, clock: Clock, name: str, rows: list[Row]) -> None:
    mapper = ContactMapper(MappingSpec.model_validate(MAPPING))
    pull(store, clock, PullRequest(name, "rows", MemorySource(rows), mapper, "m1"))


def test_stored_contacts_are_measured_by_source_and_field(store: Store, clock: Clock) -> None:
    crm = [Row(str(n), {"first": "Ada", "mail": "info@x.example", "last": f"C{n}"}) for n in range(12)]
    crm += [Row(f"o{n}", {"first": f"Bo{n}", "mail": f"bo{n}@x.example"}) for n in range(30)]
    crm += [
        Row("bad", {"first": "Cy", "mail": "not a mail", "news": "6.12E+08"}),
        Row("gone", {"first": "Di", "mail": "di@x.example"}, deleted=True),
    ]
    store_rows(store, clock, "crm", crm)
    store_rows(store, clock, "shop", [Row("1", {"first": "Ada", "news": "06 39 98 00 12"})])
    found = {(one.source, one.field): one for one in quality(store, ["crm", "shop"])}
    assert set(found) == {
        ("crm", "name.given"),
        ("crm", "emails"),
        ("crm", "phones"),
        ("crm", "attributes.code"),
        ("shop", "name.given"),
        ("shop", "phones"),
    }
    emails = found["crm", "emails"].as_dict()
    assert emails == {
        "source": "crm",
        "field": "emails",
        "records": 43,
        "filled": 43,
        "valid": 42,
        "refused": 1,
        "reasons": {"not-an-email": 1},
        "distinct": 31,
        "placeholders": 0,
        "placeholder_share": 0.0,
        "suspicious": [{"value": "info@x.example", "records": 12}],
    }
    phones = found["crm", "phones"]
    assert (phones.filled, phones.valid, phones.reasons) == (1, 0, (("digits-lost", 1),))
    assert [one.source for one in quality(store, ["shop"])] == ["shop", "shop"]


def test_a_source_without_contacts_says_nothing(store: Store) -> None:
    assert quality(store, ["crm"]) == []
