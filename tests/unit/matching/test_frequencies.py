"""How common values are: counted by whom they belong to, and exactly as the model tells them."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from matching import LocalMatcher, contacts
from matching.features import extract
from matching.frequencies import Frequencies
from matching.model import from_json
from tests.fakes.people import contact, crowd, table


def births(people: pa.Table, who: list[int] | None = None) -> dict[str, float]:
    features = extract(people)
    rows = np.arange(features.n)
    owner = None
    if who is not None:
        by_id = dict(zip(people["record_id"].to_pylist(), who, strict=True))
        owner = np.array([by_id[number] for number in features.record_ids.tolist()])
    values = features.births.date
    shares = Frequencies(features, rows, who=owner).of_values(values, "birth")
    return dict(zip(values.vocabulary.values.to_pylist(), shares.tolist(), strict=True))


def test_ten_records_of_one_person_do_not_make_their_birthday_common() -> None:
    rows = [contact(n, given=f"A{n}", birth_date="1980-02-03") for n in range(1, 11)]
    rows += [contact(n, given=f"B{n}", birth_date=f"19{n}-01-01") for n in range(11, 91)]
    people = table(rows)
    as_strangers = births(people)
    as_one = births(people, [1] * 10 + list(range(2, 82)))
    told = next(value for value in as_strangers if "1980" in value and "2" in value)
    assert as_strangers[told] > 0.05
    assert as_one[told] < 0.02
    assert as_one[told] == min(as_one.values())


def test_what_is_seen_once_is_rarer_where_little_is_seen_twice() -> None:
    rare = table([contact(n, birth_date=f"19{n // 9 + 10}-0{n % 9 + 1}-11") for n in range(80)])
    often = table([contact(n, birth_date=f"19{n // 9 + 10}-0{n % 9 + 1}-11") for n in range(40)] * 1)
    twice = pa.concat_tables([often, often.set_column(0, "record_id", pa.array(range(100, 140), pa.int64()))])
    once = [min(births(people, list(range(people.num_rows))).values()) for people in (rare, twice)]
    assert once[0] < once[1]


def test_a_model_scores_as_it_did_when_it_was_made() -> None:
    people, _ = crowd(150)
    made = LocalMatcher().match(people)
    again = LocalMatcher(made.model).match(people)
    assert again.clusters.equals(made.clusters)
    assert again.edges.equals(made.edges)
    assert from_json(made.model).to_json() == made.model


def test_a_value_that_the_model_never_saw_is_taken_for_a_rare_one() -> None:
    people, _ = crowd(150)
    model = from_json(LocalMatcher().match(people).model).kinds["person"]
    features = extract(table([contact(1, family="Neverseen"), contact(2, family="Hargreaves")]))
    shares = Frequencies(features, np.arange(2), model.common).of_values(features.names.family, "family")
    told = dict(zip(features.names.family.vocabulary.values.to_pylist(), shares.tolist(), strict=True))
    assert told["neverseen"] == pytest.approx(model.common["family"].rest)


def test_a_duckdb_relation_is_matched_in_three_lines() -> None:
    relation = duckdb.sql(
        "SELECT * FROM (VALUES ('1', 'Ann', 'Lee', 'ann.lee@example.com'),"
        " ('2', 'Ann', 'Lee', 'ann.lee@example.com'), ('3', 'Bo', 'Kim', 'bo@example.com'))"
        " AS t(id, first, last, mail)"
    )
    people = contacts(relation, {"first": "name.given", "last": "name.family", "mail": "emails"}, key="id")
    clusters = LocalMatcher().match(people).clusters
    assert clusters["cluster"].to_pylist() == [1, 1, 3]
