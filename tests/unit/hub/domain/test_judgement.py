"""Judgements: the last word on a pair counts, and a contradiction is told with its chain."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.judgement import Judgement, RecordName, contradiction, in_force, judgement, not_parted
from hub.domain.matching import Verdict


def said(a: str, b: str, verdict: Verdict = Verdict.SAME, number: int = 1) -> Judgement:
    return judgement(
        RecordName("s", a), RecordName("s", b), verdict, "anna", "2026-01-02T00:00:00.000000Z", number
    )


def test_the_last_word_on_a_pair_counts_whatever_the_order_of_its_records() -> None:
    first, second = said("1", "2"), said("2", "1", Verdict.DIFFERENT, 2)
    assert in_force([first, second]) == [second]


def test_a_contradiction_is_told_with_the_shortest_chain_that_makes_it() -> None:
    links = [said("1", "2", number=1), said("2", "3", number=2), said("3", "4", number=3)]
    links += [said("1", "4", number=4), said("4", "5", number=5)]
    found = contradiction([*links, said("1", "5", Verdict.DIFFERENT, 6)])
    assert found is not None
    assert [link.decision for link in found.chain] == [4, 5]
    assert found.told(6) == (
        "s:1 = s:4 (anna on 2026-01-02, decision 4), s:4 = s:5 (anna on 2026-01-02, decision 5),"
        " but s:1 ≠ s:5 (said now)"
    )


def test_records_that_were_never_judged_the_same_contradict_nothing() -> None:
    assert contradiction([said("1", "2"), said("3", "4"), said("2", "3", Verdict.DIFFERENT)]) is None
    assert contradiction([said("1", "2", Verdict.UNSURE), said("1", "2", Verdict.DIFFERENT)]) is None


def test_who_was_judged_to_be_another_is_no_part_of_the_whole_nor_are_those_that_went_with_him() -> None:
    members = [RecordName("s", key) for key in "1234"]
    judged = [said("3", "4"), said("1", "3", Verdict.DIFFERENT)]
    assert not_parted(judged, members) == members[:2]
    assert not_parted([], members) == members


PAIRS = st.tuples(st.sampled_from("12345"), st.sampled_from("12345")).filter(lambda pair: pair[0] != pair[1])
SAID = st.lists(
    st.builds(lambda pair, verdict: said(pair[0], pair[1], verdict), PAIRS, st.sampled_from(Verdict))
)


@given(SAID)
def test_a_chain_leads_from_the_one_record_to_the_other(told: list[Judgement]) -> None:
    found = contradiction(in_force(told))
    if found is None:
        return
    here = found.different.a
    for link in found.chain:
        assert link.verdict is Verdict.SAME
        assert here in link.pair
        here = link.b if link.a == here else link.a
    assert here == found.different.b
