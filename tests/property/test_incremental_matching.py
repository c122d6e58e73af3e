"""Any order and batching of inserts, changes, deletions and judgements gives exactly the batch partition."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from matching import LocalMatcher
from tests.fakes.people import contact, crowd, table
from tests.fakes.stored_matching import StoredMatching, partition

IDS = st.integers(1, 60)
GIVEN = st.sampled_from(["Ann", "Anna", "Lee", "Marc", "Marie"])
FAMILY = st.sampled_from(["Martin", "Martn", "Durand"])
ROWS = st.fixed_dictionaries(
    {
        "given": GIVEN,
        "family": FAMILY,
        "email": st.sampled_from([None, "ann@example.com", "martin@example.com", "info@example.com"]),
        "birth_date": st.sampled_from([None, "1980-02-03", "1980-03-02"]),
        "postal": st.sampled_from([None, "75001", "69002"]),
        "kind": st.sampled_from(["person"] * 5 + ["organization"]),
    }
)
CHANGES = st.dictionaries(IDS, ROWS, min_size=1, max_size=25)


@cache
def trained() -> str:
    return LocalMatcher().match(crowd(60)[0]).model


def with_caps(cap: int, *, walking: bool) -> str:
    """The model with blocks so small that a few records fill them; `walking` has one rule whose blocks
    cannot be divided, so that who stands next to whom decides.
    """
    model = json.loads(trained())
    for kind in model["kinds"].values():
        if walking:
            kind["rules"] = [{"keys": ["postal_code"], "refiners": []}]
        for blocking in kind["rules"]:
            blocking["cap"] = cap
    return json.dumps(model)


class Hub(RuleBasedStateMachine):
    @initialize(cap=st.sampled_from([1, 2, 3, 5, 12]), walking=st.booleans())
    def begin(self, cap: int, walking: bool) -> None:
        self.model = with_caps(cap, walking=walking)
        self.stored = StoredMatching(self.model)

    @rule(rows=CHANGES)
    def records_come_and_change(self, rows: dict[int, dict[str, Any]]) -> None:
        self._come(rows)

    @rule(row=ROWS, numbers=st.sets(IDS, min_size=6, max_size=25))
    def many_equal_records_come(self, row: dict[str, Any], numbers: set[int]) -> None:
        self._come(dict.fromkeys(numbers, row))

    @rule(numbers=st.sets(IDS, min_size=1, max_size=8))
    def records_go(self, numbers: set[int]) -> None:
        there = sorted(numbers & set(self.stored.live["record_id"].to_pylist()))
        self.stored.change(self.stored.live.slice(0, 0), there)

    @rule(rows=CHANGES, numbers=st.sets(IDS, min_size=1, max_size=8))
    def records_come_change_and_go_at_once(self, rows: dict[int, dict[str, Any]], numbers: set[int]) -> None:
        there = sorted((numbers & set(self.stored.live["record_id"].to_pylist())) - rows.keys())
        self._come(rows, there)

    @precondition(lambda self: self.stored.live.num_rows > 1)
    @rule(data=st.data(), verdict=st.sampled_from(["same", "different"]))
    def a_person_judges(self, data: st.DataObject, verdict: str) -> None:
        there = sorted(self.stored.live["record_id"].to_pylist())
        a, b = sorted(data.draw(st.lists(st.sampled_from(there), min_size=2, max_size=2, unique=True)))
        self.stored.judge(a, b, verdict)

    @precondition(lambda self: self.stored.judged.num_rows > 0)
    @rule(data=st.data())
    def a_judgement_is_taken_back(self, data: st.DataObject) -> None:
        self.stored.take_back(data.draw(st.integers(0, self.stored.judged.num_rows - 1)))

    def _come(self, rows: dict[int, dict[str, Any]], gone: list[int] | None = None) -> None:
        self.stored.change(
            table(
                [
                    contact(number, full=f"{row['given']} {row['family']}", organization=row["given"], **row)
                    for number, row in rows.items()
                ]
            ),
            gone,
        )

    @invariant()
    def is_what_a_batch_would_find(self) -> None:
        live = self.stored.live
        batch = LocalMatcher(self.model).match(live, self.stored.judged, index=True)
        assert self.stored.partition() == partition(batch.clusters)
        assert _blocks(self.stored.blocks) == _blocks(batch.blocks)
        assert self._taken(self.stored.edges) == self._taken(batch.edges)

    def _taken(self, edges: pa.Table) -> list[tuple[object, ...]]:
        """Edges that were taken for the same: those for review are chosen among all there are."""
        likely = edges.filter(pc.greater_equal(edges["probability"], 0.5)).drop_columns(["evidence"])
        return sorted(zip(*(column.to_pylist() for column in likely.columns), strict=True))


def _blocks(entries: pa.Table | None) -> list[tuple[int, int]]:
    assert entries is not None
    return sorted(zip(entries["block"].to_pylist(), entries["record_id"].to_pylist(), strict=True))


Hub.TestCase.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
TestAnyOrderAndBatchingEqualsTheBatch = Hub.TestCase
