"""The contract suite is itself tested: a good connector keeps every clause, a broken one fails at its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest

from connectors.contract import (
    DestinationContract,
    DestinationSystem,
    Gap,
    NotPossible,
    SourceContract,
    SourceSystem,
    clauses,
)
from hub.domain.plan import Payload
from hub.errors import ConfigurationError, HubError
from tests.fakes.broken_destinations import BROKEN_DESTINATIONS
from tests.fakes.broken_sources import BROKEN_SOURCES, NeverEnds, TellsNoChange
from tests.fakes.memory_connectors import (
    CAN_LITTLE,
    AnswersLater,
    MemoryDestination,
    MemoryDestinationSystem,
    MemorySource,
    MemorySourceSystem,
)


class TestGoodSource(SourceContract):
    @pytest.fixture
    def system(self) -> SourceSystem:
        return MemorySourceSystem()


class TestGoodDestination(DestinationContract):
    @pytest.fixture
    def system(self) -> DestinationSystem:
        return MemoryDestinationSystem()


class TestGoodDestinationThatAnswersLater(DestinationContract):
    @pytest.fixture
    def system(self) -> DestinationSystem:
        return MemoryDestinationSystem(AnswersLater)


class CanLittle(MemoryDestination):
    capabilities = CAN_LITTLE


class RefusesNothing(MemoryDestinationSystem):
    def bad_payload(self) -> Payload:
        return DestinationSystem.bad_payload(self)


class TestDestinationThatCanLittle(DestinationContract):
    gaps: ClassVar = {"test_a_bad_row_is_rejected_alone": Gap(NotPossible, "it takes every payload")}

    @pytest.fixture
    def system(self) -> DestinationSystem:
        return RefusesNothing(CanLittle)


def broken_clauses(suite: SourceContract | DestinationContract, fresh: Callable[[], object]) -> set[str]:
    """The clauses that fail, each on a system of its own."""

    def fails(name: str) -> bool:
        try:
            getattr(suite, name)(fresh())
        except (AssertionError, HubError, OSError, pytest.fail.Exception):
            return True
        except pytest.skip.Exception:
            return False
        return False

    return {name for name in clauses(type(suite)) if fails(name)}


@pytest.mark.parametrize("kind", BROKEN_SOURCES, ids=lambda kind: kind.__name__)
def test_a_broken_source_fails_at_exactly_its_clauses(kind: type[MemorySource]) -> None:
    assert broken_clauses(SourceContract(), lambda: MemorySourceSystem(kind)) == BROKEN_SOURCES[kind]


@pytest.mark.parametrize("kind", BROKEN_DESTINATIONS, ids=lambda kind: kind.__name__)
def test_a_broken_destination_fails_at_exactly_its_clauses(kind: type[MemoryDestination]) -> None:
    found = broken_clauses(DestinationContract(), lambda: MemoryDestinationSystem(kind))
    assert found == BROKEN_DESTINATIONS[kind]


def test_every_clause_has_a_connector_that_breaks_it() -> None:
    assert set().union(*BROKEN_SOURCES.values()) == set(clauses(SourceContract))
    assert set().union(*BROKEN_DESTINATIONS.values()) == set(clauses(DestinationContract))


def test_a_source_that_never_ends_fails_instead_of_hanging() -> None:
    with pytest.raises(AssertionError, match="does not end"):
        SourceContract().test_a_whole_read_loses_nothing_and_makes_nothing_up(MemorySourceSystem(NeverEnds))


CHANGED = "test_a_changed_record_comes_in_the_next_read"


class NeverChanges(MemorySourceSystem):
    def change_record(self, key: str) -> None:
        SourceSystem.change_record(self, key)


class WithADeclaredGap(SourceContract):
    gaps: ClassVar = {CHANGED: Gap(NotPossible, "records never change")}


def test_a_declared_gap_is_an_expected_failure() -> None:
    with pytest.raises(pytest.xfail.Exception, match="records never change"):
        WithADeclaredGap().test_a_changed_record_comes_in_the_next_read(NeverChanges())


def test_a_declared_gap_that_has_closed_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        WithADeclaredGap().test_a_changed_record_comes_in_the_next_read(MemorySourceSystem())


def test_another_error_than_the_declared_one_fails() -> None:
    with pytest.raises(AssertionError):
        WithADeclaredGap().test_a_changed_record_comes_in_the_next_read(MemorySourceSystem(TellsNoChange))


def test_a_gap_of_the_right_error_with_another_code_fails() -> None:
    class WithAnotherCode(SourceContract):
        gaps: ClassVar = {"test_a_whole_read_loses_nothing_and_makes_nothing_up": OTHER_CODE}

    class WrongPassword(MemorySourceSystem):
        def open(self) -> MemorySource:
            return self.open_broken()

    with pytest.raises(pytest.fail.Exception, match="wrong-password"):
        WithAnotherCode().test_a_whole_read_loses_nothing_and_makes_nothing_up(WrongPassword())


def test_a_gap_for_no_clause_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="test_nothing"):
        type("Misspelt", (SourceContract,), {"gaps": {"test_nothing": Gap(NotPossible, "a slip")}})


OTHER_CODE = Gap(ConfigurationError, "the password has expired", code="password-expired")
