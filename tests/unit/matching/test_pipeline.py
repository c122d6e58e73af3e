"""Odd contacts, kinds, judgements and explanations through the public interface."""

from __future__ import annotations

import pyarrow as pa
import pytest

from hub.domain.matching import JUDGEMENT_SCHEMA, Matching
from hub.errors import ConfigurationError
from matching import LocalMatcher, Settings, contacts
from tests.fakes.people import contact, crowd, judged, table

ANN = {"given": "Ann", "family": "Lee", "email": "ann@example.com", "birth_date": "1980-02-03"}


def clusters(found: Matching) -> dict[int, int]:
    return dict(zip(*(column.to_pylist() for column in found.clusters.columns), strict=True))


def match(rows: list[dict[str, object]], *judgements: tuple[int, int, str]) -> Matching:
    return LocalMatcher().match(table(rows), judged(*judgements))


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        pytest.param([], 0, id="no record"),
        pytest.param([contact(1, **ANN)], 1, id="one record"),
        pytest.param([contact(i) for i in range(50)], 50, id="nothing told"),
        pytest.param([contact(i, **ANN) for i in range(5)], 1, id="all rows equal"),
        pytest.param([contact(i, given="NaN", birth_date="inf") for i in range(3)], 3, id="NaN and infinity"),
        pytest.param(
            [contact(i, given="א" * 3, family=chr(0x1F600 + i) * 2) for i in range(9)], 9, id="emoji"
        ),
        pytest.param(
            [
                contact(i, given="", family=" ", email="@", phone="+", street=".", birth_date="-")
                for i in range(4)
            ],
            4,
            id="punctuation only",
        ),
    ],
)
def test_odd_contacts_get_a_right_answer(rows: list[dict[str, object]], count: int) -> None:
    found = match(rows)
    assert len(found.clusters) == len(rows)
    assert len(set(clusters(found).values())) == count


def test_values_of_a_megabyte_cost_no_more_than_others() -> None:
    rows = [contact(i, given=chr(97 + i) * 1_000_000, street="12 " + "x" * 1_000_000) for i in range(12)]
    assert len(set(clusters(match(rows)).values())) == 12


def test_a_shared_mailbox_joins_nobody() -> None:
    rows = [
        contact(
            i,
            given=f"{chr(97 + i % 26)}{chr(97 + i // 26)}ron",
            family=f"Xu{i * 7919}",
            email="info@example.com",
        )
        for i in range(400)
    ]
    assert len(set(clusters(match(rows)).values())) == 400


def test_many_namesakes_in_one_town_stay_apart_when_their_mails_differ() -> None:
    rows = [
        contact(i, given="Ann", family="Lee", town="Leeds", email=f"m{i * 7919 % 100_003}@example.com")
        for i in range(3000)
    ]
    found = match(rows)
    assert len(set(clusters(found).values())) == 3000
    kinds = found.report["kinds"]
    assert isinstance(kinds, dict)
    assert kinds["person"]["candidates"] <= 50 * 3000


def test_a_person_and_an_organisation_meet_only_by_judgement() -> None:
    rows = [contact(1, full="Lee Foods", email="a@example.com", kind="organization")]
    rows.append(contact(2, full="Lee Foods", email="a@example.com"))
    assert len(set(clusters(match(rows)).values())) == 2
    assert len(set(clusters(match(rows, (1, 2, "same"))).values())) == 1


def test_judged_different_holds_across_kinds() -> None:
    rows = [contact(1, **ANN), contact(2, **ANN), contact(3, full="Lee Foods", kind="organization")]
    found = clusters(match(rows, (1, 2, "different"), (1, 3, "same"), (2, 3, "unsure")))
    assert found[1] == found[3] != found[2]


def test_judgements_on_records_that_are_gone_are_left_out() -> None:
    assert (
        len(set(clusters(match([contact(1, **ANN), contact(2, **ANN)], (1, 99, "different"))).values())) == 1
    )


def test_a_pair_that_a_person_judged_is_not_asked_again() -> None:
    rows = crowd(80, 3)[0]
    asked = LocalMatcher().match(rows).review.to_pylist()
    assert asked
    first = (asked[0]["record_a"], asked[0]["record_b"], "unsure")
    again = LocalMatcher().match(rows, judged(first)).review.to_pylist()
    assert first[:2] not in [(row["record_a"], row["record_b"]) for row in again]


@pytest.mark.parametrize("verdict", ["unsure", "different"])
def test_two_groups_of_which_a_person_judged_a_pair_are_not_asked_about_again(verdict: str) -> None:
    rows = crowd(80, 3)[0]
    found = LocalMatcher().match(rows)
    pairs = [(row["record_a"], row["record_b"], verdict) for row in found.review.to_pylist()]
    group = clusters(found)
    answered = {frozenset((group[a], group[b])) for a, b, _ in pairs}
    again = LocalMatcher().match(rows, judged(*pairs))
    assert clusters(again) == group
    asked = [frozenset((group[row["record_a"]], group[row["record_b"]])) for row in again.review.to_pylist()]
    assert answered
    assert answered.isdisjoint(asked)


def test_a_record_id_twice_is_refused() -> None:
    with pytest.raises(ConfigurationError) as refused:
        LocalMatcher().match(table([contact(1, **ANN), contact(1, key="other", **ANN)]))
    assert refused.value.code == "duplicate-record"


def test_a_key_twice_still_gives_one_answer() -> None:
    rows = [contact(i, key="same", **ANN) for i in (3, 1, 2)]
    assert clusters(match(rows)) == clusters(match(rows[::-1])) == {1: 1, 2: 1, 3: 1}


def test_explaining_a_pair_is_what_matching_found() -> None:
    people = crowd(60)[0]
    found = LocalMatcher().match(people)
    edge = found.edges.slice(0, 1).to_pylist()[0]
    told = LocalMatcher(found.model).explain(people, edge["record_b"], edge["record_a"])
    again = LocalMatcher(found.model).match(people).edges.to_pylist()[0]
    assert told["weight"] == pytest.approx(again["weight"])
    assert set(told) >= {"prior", "fields", "total", "probability", "weight", "threshold"}


def test_a_record_that_is_not_there_cannot_be_explained() -> None:
    with pytest.raises(ConfigurationError) as refused:
        LocalMatcher().explain(table([contact(1, **ANN)]), 1, 2)
    assert refused.value.code == "unknown-record"


def test_a_higher_threshold_joins_less() -> None:
    people = crowd(100, 2)[0]
    counts = [
        len(set(clusters(LocalMatcher(settings=Settings(threshold=t)).match(people)).values()))
        for t in (0.0, 0.5, 1.0)
    ]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_the_report_tells_pairs_by_rule_and_seconds_by_step() -> None:
    report = LocalMatcher().match(crowd(20)[0], JUDGEMENT_SCHEMA.empty_table()).report
    assert set(report) == {"records", "edges", "review", "seconds", "kinds"}
    kinds = report["kinds"]
    assert isinstance(kinds, dict)
    rules = kinds["person"]["rules"]
    assert rules[-1]["cumulative"] == kinds["person"]["candidates"] == sum(rule["new"] for rule in rules)


def test_a_flat_table_needs_three_lines() -> None:
    flat = pa.table(
        {"id": ["x", "y", "z"], "first": ["Ann", "ann", "Bo"], "mail": ["A@example.com"] * 2 + [""]}
    )
    people = contacts(flat, {"first": "name.given", "mail": "emails"}, key="id")
    assert len(set(clusters(LocalMatcher().match(people)).values())) == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"nobody": "name.given"}, "unknown-column", id="column"),
        pytest.param({"first": "name.nick"}, "unknown-field", id="field"),
    ],
)
def test_a_flat_table_with_wrong_fields_is_refused(fields: dict[str, str], code: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        contacts(pa.table({"first": ["Ann"]}), fields)
    assert refused.value.code == code


def test_scored_pairs_hold_every_edge() -> None:
    people = crowd(60)[0]
    edges = LocalMatcher().match(people).edges.to_pylist()
    scored = {(r["record_a"], r["record_b"]): r["weight"] for r in LocalMatcher().scored(people).to_pylist()}
    assert len(scored) > len(edges) > 0
    assert all(scored[edge["record_a"], edge["record_b"]] == edge["weight"] for edge in edges)
