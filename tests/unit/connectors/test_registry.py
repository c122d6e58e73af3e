"""What connectors there are, and what somebody is told who names one that there is not."""

from __future__ import annotations

import pytest

from connectors.registry import MODULES, all_connectors, load
from hub.errors import ConfigurationError


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("csv", "did you mean `file`?"),
        ("XLSX", "did you mean `file`?"),
        ("vcf", "did you mean `vcard`?"),
        ("hubspt", "did you mean `hubspot`?"),
        ("fax", "`hub connectors` lists what can be connected"),
    ],
)
def test_who_names_a_connector_that_there_is_not_is_told_the_one_that_is_meant(asked: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(asked)
    assert (caught.value.code, caught.value.hint) == ("unknown-connector", hint)


def test_every_connector_is_found_under_its_own_type() -> None:
    assert [one.type_name for one in all_connectors()] == sorted(MODULES)
