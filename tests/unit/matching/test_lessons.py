"""What training may learn of names and birth dates that differ, from which pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pytest

from matching.calibration import Calibration, fitted
from matching.classes import told_apart, weighed
from matching.comparators.organisations import ORGANISATION
from matching.defaults import shipped
from matching.features import extract
from matching.lessons import Lesson
from matching.model import KindModel
from tests.fakes.people import contact, table

PERSONS: Final = shipped("person")
MANY: Final = 500.0  # pairs of each pattern
NAMESAKES: Final = {"given": "equal", "family": "equal", "birth_date": "different"}
ONE: Final = {"given": "equal", "family": "equal", "birth_date": "equal"}


def learned(
    model: KindModel, field: str, *patterns: Mapping[str, str], judged: int = 0
) -> npt.NDArray[np.float64]:
    """How often pairs that are one are on each level of the field, after `same` claimed these patterns."""
    names = [c.name for c in model.classes]
    places = np.zeros((len(patterns), len(model.fields)), np.int64)
    for row, pattern in enumerate(patterns):
        for column, f in enumerate(model.fields):
            if f.name in pattern:
                places[row, column] = [level.name for level in f.levels].index(pattern[f.name]) + 1
    claims = np.zeros((len(patterns), len(names)))
    claims[:, names.index("same")] = MANY
    position = [f.name for f in model.fields].index(field)
    shares = Lesson.of(model, position, places, judged).learned(claims)
    return np.asarray(shares[names.index("same")], float)


def shipped_share(field: str) -> float:
    levels = next(f.levels for f in PERSONS.fields if f.name == field)
    return levels[0].classes["same"]


def test_namesakes_born_on_other_days_do_not_teach_that_persons_have_two_birth_dates() -> None:
    found = learned(PERSONS, "birth_date", ONE, NAMESAKES)
    assert found[0] == pytest.approx(shipped_share("birth_date"))
    assert found.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("field", ["given", "family"])
def test_a_town_in_common_does_not_teach_that_persons_have_two_names(field: str) -> None:
    others = {**ONE, field: "different", "birth_date": "one digit", "place": "same town"}
    assert learned(PERSONS, field, ONE, others)[0] == pytest.approx(shipped_share(field))


@pytest.mark.parametrize("field", ["email", "phone", "street"])
def test_where_something_points_at_one_person_it_is_learnt_how_often_birth_dates_differ(field: str) -> None:
    found = learned(PERSONS, "birth_date", {**ONE, field: "equal"}, {**NAMESAKES, field: "equal"})
    assert found[0] == pytest.approx(0.5, abs=0.03)


def test_pairs_that_people_judged_teach_how_often_birth_dates_differ() -> None:
    assert learned(PERSONS, "birth_date", ONE, NAMESAKES, judged=2)[0] == pytest.approx(0.5, abs=0.03)


def test_birth_dates_that_differ_less_often_than_shipped_are_learnt_from_all_pairs() -> None:
    assert learned(PERSONS, "birth_date", ONE)[0] < 0.1 * shipped_share("birth_date")


def companies_by(**fields: str) -> KindModel:
    features = extract(table([contact(1, full="Harbour Foods", kind="organization", **fields)]))
    return told_apart(shipped("organization"), features, np.zeros(1, np.int64))


@pytest.mark.parametrize("level", ["different", "some words", "one holds the other"])
def test_where_only_names_are_told_what_they_share_in_part_is_no_sign_of_one_company(level: str) -> None:
    place = ORGANISATION.index(level)
    patterns = ({"name": "equal"}, {"name": level})
    assert learned(companies_by(), "name", *patterns)[place] <= 0.0125
    assert learned(companies_by(street="12 Elm Street", town="Leeds"), "name", *patterns)[place] > 0.05


def test_evidence_on_companies_is_worth_more_where_little_could_come_together() -> None:
    alone, among = companies_by().calibration, companies_by(street="12 Elm Street").calibration
    assert alone.worth > among.worth == shipped("organization").calibration.worth


def with_others(model: KindModel, rate: float) -> KindModel:
    """The model of a file with so many strangers who have much in common, for each pair that is one."""
    same = sum(c.rate for c in model.classes if c.same)
    others = sum(not c.same for c in model.classes)
    return replace(
        model, classes=tuple(c if c.same else replace(c, rate=rate * same / others) for c in model.classes)
    )


def test_evidence_on_companies_is_worth_the_more_the_fewer_branches_and_neighbours_are_found() -> None:
    model = companies_by(street="12 Elm Street", town="Leeds")
    ten = np.array([10.0])
    found = [weighed(with_others(model, rate)).calibration.bits(ten)[0] for rate in (0.0, 0.05, 0.2, 1.0)]
    assert found == sorted(set(found), reverse=True)
    assert (found[0], found[-1]) == pytest.approx((10.0, 10.0 * model.calibration.worth), rel=1e-4)


def test_what_speaks_against_companies_is_worth_the_same_however_few_branches_are_found() -> None:
    weight = np.repeat([-7.0, -2.5, 4.0], 50)
    model = companies_by(street="12 Elm Street", town="Leeds")
    model = replace(model, calibration=fitted(model.calibration, weight, weight > 0))
    found = weighed(with_others(model, 0.0))
    before, after = (m.calibration.probability(np.array([-7.0, -2.5, 4.0])) for m in (model, found))
    assert after[:2] == pytest.approx(before[:2])
    assert after[2] > before[2]


def test_where_only_names_are_told_nothing_is_learnt_of_what_evidence_is_worth() -> None:
    assert weighed(with_others(companies_by(), 0.0)).calibration == companies_by().calibration


def test_evidence_on_persons_is_worth_what_it_says_whatever_is_told() -> None:
    features = extract(table([contact(1, given="Ada", family="Byron")]))
    assert told_apart(PERSONS, features, np.zeros(1, np.int64)).calibration == Calibration()
    assert weighed(with_others(PERSONS, 1.0)).calibration == Calibration()
