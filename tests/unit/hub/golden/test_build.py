"""Golden records: the best value wins by a named rule, nothing is discarded, nobody's no is overruled."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.contact import CONTACT_RECORD_SCHEMA
from hub.domain.golden import GOLDEN_SCHEMA
from hub.domain.provenance import read_provenance
from hub.golden import build as golden_building
from hub.golden.build import build_golden
from hub.golden.explain import explained
from hub.golden.flat import flat
from hub.golden.survivorship import Criterion, SurvivorshipRules, by

RULES = SurvivorshipRules(priorities={"erp": 1, "web": 2})


def record(number: int, source: str = "web", **fields: Any) -> dict[str, Any]:
    return {"record_id": number, "source": source, "key": str(number), "kind": "person", **fields}


def build(
    rows: list[dict[str, Any]], rules: SurvivorshipRules = RULES, groups: list[str] | None = None
) -> pa.Table:
    contacts = pa.Table.from_pylist(rows, schema=CONTACT_RECORD_SCHEMA)
    members = pa.table(
        {
            "record_id": contacts["record_id"],
            "identity_id": pa.array(groups or ["g"] * len(rows), pa.string()),
        }
    )
    return build_golden(contacts, members, rules)


def one(*rows: dict[str, Any], rules: SurvivorshipRules = RULES) -> dict[str, Any]:
    (found,) = build(list(rows), rules).to_pylist()
    return dict(found)


def reason(golden: dict[str, Any], field: str) -> str:
    return str(read_provenance(golden["provenance"])[field]["rule"])


@pytest.mark.parametrize(
    ("criterion", "rows", "winner"),
    [
        pytest.param(
            Criterion.PRIORITY,
            [
                record(1, "web", job_title="a"),
                record(2, "erp", job_title="b"),
                record(3, "web", job_title="a"),
            ],
            "b",
            id="the more trusted source",
        ),
        pytest.param(
            Criterion.FREQUENCY,
            [record(1, job_title="a"), record(2, job_title="b"), record(3, job_title="b")],
            "b",
            id="what more records say",
        ),
        pytest.param(
            Criterion.RECENCY,
            [
                record(1, job_title="a", updated_at="2025-01-01T00:00:00Z"),
                record(2, job_title="b", updated_at="2025-02-01T00:00:00Z"),
                record(3, job_title="c"),
            ],
            "b",
            id="what was said last",
        ),
        pytest.param(
            Criterion.LENGTH,
            [record(1, job_title="b"), record(2, job_title="aaa")],
            "aaa",
            id="what says more",
        ),
    ],
)
def test_the_criterion_that_decides_is_named(
    criterion: Criterion, rows: list[dict[str, Any]], winner: str
) -> None:
    golden = one(*rows, rules=SurvivorshipRules(RULES.priorities, default=by(criterion)))
    assert (golden["job_title"], reason(golden, "job_title")) == (winner, criterion.value)


def test_the_parts_of_a_name_survive_together() -> None:
    golden = one(
        record(1, name={"given": "J.", "family": "Martin"}),
        record(2, name={"given": "Jeanne", "family": "Marten"}),
    )
    assert (golden["name"]["given"], golden["name"]["family"]) == ("Jeanne", "Marten")


def test_a_name_that_more_records_spell_so_beats_a_longer_one() -> None:
    golden = one(
        record(1, name={"given": "Ivy", "family": "Lee"}),
        record(2, name={"given": "Ivy", "family": "LLee"}, updated_at="2025-02-01T00:00:00Z"),
        record(3, name={"given": "Ivy", "family": "Lee"}),
    )
    assert (golden["name"]["family"], reason(golden, "name")) == ("Lee", "frequency")


def test_a_fuller_name_beats_one_that_more_records_spell_so() -> None:
    golden = one(
        record(1, name={"given": "J.", "family": "Martin"}),
        record(2, name={"given": "Jeanne", "family": "Martin"}),
        record(3, name={"given": "J.", "family": "Martin"}),
    )
    assert (golden["name"]["given"], reason(golden, "name")) == ("Jeanne", "completeness")


def test_of_names_told_equally_often_and_at_no_known_time_the_longer_survives() -> None:
    golden = one(
        record(1, name={"given": "Ann", "family": "Lee"}), record(2, name={"given": "Anna", "family": "Lee"})
    )
    assert (golden["name"]["given"], reason(golden, "name")) == ("Anna", "length")


def test_all_values_of_a_list_stay_with_the_records_that_hold_them() -> None:
    golden = one(
        record(1, "web", emails=[{"value": "A@x.org", "match": "a@x.org", "primary": True}]),
        record(
            2,
            "erp",
            emails=[{"value": "b@x.org", "match": "b@x.org"}, {"value": "a@x.org", "match": "a@x.org"}],
        ),
    )
    assert [mail["match"] for mail in golden["emails"]] == ["a@x.org", "b@x.org"]
    assert [mail["primary"] for mail in golden["emails"]] == [True, False]
    first, second = (
        told for told in explained(golden, read_provenance(golden["provenance"])) if told.field == "emails"
    )
    assert sorted(map(str, first.origins)) == ["erp:2", "web:1"]
    assert list(map(str, second.origins)) == ["erp:2"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (["granted", "denied"], "denied"),
        (["granted", "pending"], "pending"),
        (["granted", "granted"], "granted"),
        (["pending", "denied"], "denied"),
    ],
)
def test_the_most_restrictive_consent_wins(said: list[str], kept: str) -> None:
    rows = [
        record(n, consents=[{"channel": "email", "purpose": "marketing", "status": status}])
        for n, status in enumerate(said)
    ]
    assert [consent["status"] for consent in one(*rows)["consents"]] == [kept]


def test_what_lost_is_kept_beside_what_won() -> None:
    golden = one(record(1, "erp", organization="A"), record(2, "web", organization="B"))
    (told,) = (
        t for t in explained(golden, read_provenance(golden["provenance"])) if t.field == "organization"
    )
    assert (told.value, told.rule, told.lost[0][0], str(told.lost[0][1][0])) == (
        "A",
        "priority",
        "B",
        "web:2",
    )


def test_a_record_alone_is_its_own_golden_record() -> None:
    row = record(1, name={"given": "Zoé"}, tags=["a"], updated_at="2025-01-01T00:00:00Z")
    golden = one(row)
    assert (golden["name"]["given"], golden["tags"], golden["record_count"]) == ("Zoé", ["a"], 1)
    assert read_provenance(golden["provenance"]) == {
        "only": {"source": "web", "key": "1", "at": "2025-01-01T00:00:00Z"}
    }


def test_no_members_make_no_golden_records() -> None:
    assert build([]).schema.equals(GOLDEN_SCHEMA)


def test_a_flat_row_keeps_the_parts_of_several_addresses_aligned() -> None:
    golden = build(
        [
            record(1, "erp", addresses=[{"street": "1 rue X", "locality": "Lyon"}]),
            record(
                2,
                "web",
                addresses=[{"locality": "Paris", "country": "FR"}],
                attributes=[{"name": "a b", "value": "c"}],
            ),
        ]
    )
    (row,) = flat(golden).to_pylist()
    assert (row["addresses.locality"], row["attributes.a b"]) == ("Lyon | Paris", "c")
    assert row["sources"] == "erp | web"


TEXTS = st.sampled_from(["a", "A", "b", "ccc", None])
STATUS = st.sampled_from(["granted", "pending", "denied"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(["erp", "web", "mail"]),
            "job_title": TEXTS,
            "mail": TEXTS,
            "status": STATUS,
            "group": st.sampled_from(["g", "h"]),
            "updated_at": st.sampled_from([None, "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"]),
        }
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=10, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_order_changes_nothing_and_no_permission_is_widened(rows: list[dict[str, Any]], random: Any) -> None:
    records = [
        record(
            number,
            row["source"],
            job_title=row["job_title"],
            updated_at=row["updated_at"],
            emails=[{"value": f"{row['mail']}@x.org", "match": f"{row['mail']}@x.org".lower()}]
            if row["mail"]
            else None,
            consents=[{"channel": "email", "purpose": "marketing", "status": row["status"]}],
        )
        for number, row in enumerate(rows)
    ]
    pairs = list(zip(records, [row["group"] for row in rows], strict=True))
    straight = build([r for r, _ in pairs], groups=[g for _, g in pairs])
    random.shuffle(pairs)
    assert build([r for r, _ in pairs], groups=[g for _, g in pairs]).equals(straight)
    order = ["granted", "pending", "denied"]
    for golden in straight.to_pylist():
        mine = [row["status"] for row in rows if row["group"] == golden["identity_id"]]
        (consent,) = golden["consents"]
        assert order.index(consent["status"]) == max(map(order.index, mine))


def test_identities_built_in_many_goes_are_those_built_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        record(n, "erp" if n % 3 else "web", job_title=f"t{n % 2}", tags=[f"g{n % 4}"]) for n in range(40)
    ]
    groups = [str(n // (1 + n % 4)) for n in range(40)]
    at_once = build(rows, groups=groups)
    monkeypatch.setattr(golden_building, "_AT_ONCE", 1)
    assert build(rows, groups=groups).equals(at_once)


NO = ("denied", "2025-05-01T00:00:00.000000Z")


@pytest.mark.parametrize(
    ("grant_by", "granted_at", "refused", "kept"),
    [
        ("desk", "2025-06-01T00:00:00.000000Z", NO, "granted"),
        ("desk", "2025-04-01T00:00:00.000000Z", NO, "denied"),
        ("web", "2025-06-01T00:00:00.000000Z", NO, "denied"),
        ("desk", None, NO, "denied"),
        ("desk", "2025-06-01T00:00:00.000000Z", ("denied", None), "denied"),
        ("desk", "2025-06-01T00:00:00.000000Z", ("denied", ""), "denied"),
        ("desk", "2025-06-01T00:00:00.000000Z", ("pending", NO[1]), "granted"),
    ],
    ids=[
        "later",
        "earlier",
        "by no authority",
        "without a date",
        "over what has no date",
        "over what has an empty date",
        "over a wait",
    ],
)
@pytest.mark.parametrize("few", [9, 0], ids=["a few", "many"])
def test_only_a_later_dated_grant_by_an_authority_lifts_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
    grant_by: str,
    granted_at: str | None,
    refused: tuple[str, str | None],
    kept: str,
    few: int,
) -> None:
    monkeypatch.setattr(golden_building, "_FEW", few)
    about = {"channel": "email", "purpose": "marketing"}
    rows = [
        record(1, source="crm", consents=[{**about, "status": refused[0], "at": refused[1]}]),
        record(2, source=grant_by, consents=[{**about, "status": "granted", "at": granted_at}]),
    ]
    golden = one(*rows, rules=SurvivorshipRules(authorities=frozenset({"desk"})))
    assert [consent["status"] for consent in golden["consents"]] == [kept]
    (value,) = read_provenance(golden["provenance"])["consents"]["values"]
    assert {told["status"] for told in value["records"]} == {refused[0], "granted"}, "the evidence of both"
    assert value["records"][0]["status"] == kept
