"""Legal forms in other scripts: what matching leaves out of a name tells that it is a company's."""

from __future__ import annotations

import json
from importlib import resources
from typing import Final

import pytest

from mappings.company_words import names_company

# As short as initials or as given names; or broken where a quotation mark stood.
_UNSURE: Final = {"ао", "ип", "ад", "пп", "株", "有", "주", "유", "доо", "בע מ"}


def _elsewhere() -> list[str]:
    text = resources.files("matching").joinpath("organisation_words.json").read_text("utf-8")
    return [
        form
        for form in json.loads(text)["phrases"]
        if all(ord(sign) > 0x250 or not sign.isalpha() for sign in form)
    ]


@pytest.mark.parametrize("form", sorted(set(_elsewhere()) - _UNSURE))
def test_legal_forms_of_other_scripts_behind_a_name_tell_a_company(form: str) -> None:
    assert names_company(f"Обрий {form}")
