from __future__ import annotations

import json
from dataclasses import replace

import pytest

from hub.domain.contact import Kind
from hub.errors import ConfigurationError
from matching import LocalMatcher
from matching.defaults import shipped
from matching.model import VERSION, Model, from_json
from tests.fakes.people import crowd


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_every_distribution_that_ships_adds_up_to_one(kind: str) -> None:
    model = shipped(kind, ["identifiers.vat", "attributes.colour", "gender", "urls"])
    for field in model.fields:
        assert sum(level.chance for level in field.levels) == pytest.approx(1.0)
        for c in model.classes:
            assert sum(level.classes[c.name] for level in field.levels) == pytest.approx(1.0)


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_equal_speaks_for_and_different_against(kind: str) -> None:
    for field in shipped(kind, ["identifiers.vat", "attributes.colour"]).fields:
        lowest, highest = field.levels[0], field.levels[-1]
        assert lowest.classes["same"] < lowest.chance
        assert highest.classes["same"] > highest.chance


def test_a_model_survives_its_text() -> None:
    text = LocalMatcher().match(crowd(30)[0]).model
    assert from_json(text).to_json() == text


def test_a_small_change_is_a_small_difference() -> None:
    model = Model({"person": shipped("person")})
    changed = replace(model, threshold=0.7)
    lines = zip(model.to_json().splitlines(), changed.to_json().splitlines(), strict=True)
    assert sum(a != b for a, b in lines) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("", "bad-model", id="empty"),
        pytest.param("[]", "bad-model", id="a list"),
        pytest.param("{}", "bad-model", id="nothing in it"),
        pytest.param('{"version": 99}', "model-version", id="from the future"),
        pytest.param(f'{{"version": {VERSION}, "kinds": {{"person": 3}}}}', "bad-model", id="no kinds"),
    ],
)
def test_a_text_that_is_no_model_is_refused_with_a_hint(text: str, code: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        from_json(text)
    assert refused.value.code == code
    assert refused.value.hint


def test_a_model_holds_no_email_and_no_phone() -> None:
    contacts, _ = crowd(60)
    text = json.dumps(json.loads(LocalMatcher().match(contacts).model), ensure_ascii=False)
    for row in contacts.to_pylist():
        for mail in row["emails"] or []:
            assert mail["match"] not in text
        for phone in row["phones"] or []:
            assert phone["match"].lstrip("+") not in text
