"""What `hub mapping preview` shows is what a run does, record by record and in its counts."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.records import TIME, page_schema
from mappings.apply import ContactMapper
from mappings.check import preview
from mappings.spec import MappingSpec

CELLS = {
    "id": [None, "1", "2", "3"],
    "nom": [None, "Zoé Roy", "ROY, Zoé", "n/a", "12345", "Garage Roy SARL"],
    "mail": [None, "zoe@a.fr", "zoe@", "a@x.fr; b@x.fr", "test@test.com"],
    "tel": [None, "06 39 98 00 12", "12", "0639980012 / 0199001122", "6.12E+08"],
    "cp": [None, "69003", "1000", "00000"],
    "ne": [None, "1980-02-03", "03/02/1980", "1900-01-01", "soon"],
    "news": [None, "oui", "non", "peut-être"],
    "points": [None, "12", "a lot"],
}
SPEC = MappingSpec.model_validate(
    {
        "mapping": 1,
        "key": "id",
        "defaults": {"country": "FR"},
        "fields": {
            "name.full": "person_name(nom, `null`, `null`)",
            "organization": "company_name(nom, `null`, `null`)",
            "emails": "mail",
            "phones": [{"value": "tel", "type": "mobile"}],
            "addresses": [{"postal_code": "cp"}],
            "birth_date": "ne",
            "consents": [{"channel": "email", "purpose": "marketing", "status": "news"}],
            "attributes.points": {"value": "points", "type": "number"},
        },
    }
)
ROWS = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()}), max_size=12
)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_preview_shows_what_a_run_does(rows: list[dict[str, str | None]]) -> None:
    kind = pa.struct([(name, pa.string()) for name in CELLS])
    count = len(rows)
    keys = pa.array([str(place) for place in range(count)], pa.string())
    columns = [keys, pa.nulls(count, TIME), pa.array([False] * count, pa.bool_()), pa.array(rows, kind)]
    page = pa.table(columns, schema=page_schema(kind))
    mapper = ContactMapper(SPEC)
    shown, counted = preview(mapper, page)
    run = mapper.to_contacts(page)
    assert counted.contacts.equals(run.contacts)
    assert counted.rejects.equals(run.rejects)
    after = [one.contact for one in shown if one.contact is not None]
    assert after == [{k: v for k, v in row.items() if k != "refusals"} for row in run.contacts.to_pylist()]
    assert [one.reason for one in shown if one.contact is None] == run.rejects["reason"].to_pylist()
    refused = Counter((one["field"], one["reason"]) for row in shown for one in row.refusals)
    told = Counter(
        (one["field"], one["reason"]) for row in run.contacts["refusals"].to_pylist() for one in row or ()
    )
    assert refused == told
