"""Judgements in tables: key files of entities, labelled pairs, reconciled rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from cli.labels.naming import Naming
from hub.domain.judgement import RecordName
from hub.domain.matching import Verdict
from hub.domain.portable import ToldJudgement
from hub.errors import ConfigurationError, Place

_FIRST: Final = 2  # the line of the first row: the header is line 1
_MATCHED: Final = "matched"
_LEFT_OPEN: Final = frozenset({"", "none", "new"})
Rows = Sequence[Mapping[str, Any]]


def cluster_rows(
    rows: Rows, cluster: str, key: str, source: str | None, naming: Naming, file: str
) -> Iterator[ToldJudgement]:
    """Rows of one entity are the same. That different entities differ is not taken from it: a key file may
    hold a part of the records only.
    """
    entities: dict[str, list[tuple[RecordName, int]]] = {}
    for line, row in enumerate(rows, _FIRST):
        entity = row[cluster]
        if entity in (None, ""):
            continue
        name = _record(naming, row[source] if source else None, row[key], file, line, key)
        entities.setdefault(str(entity), []).append((name, line))
    for members in entities.values():
        for (one, _), (other, line) in pairwise(members):
            if one != other:
                yield ToldJudgement(one, other, Verdict.SAME, line=line)


def pair_rows(rows: Rows, named: Mapping[str, str], naming: Naming, file: str) -> Iterator[ToldJudgement]:
    """Splink's labels: a score above one half says the same, below different, one half neither."""
    score = named.get("clerical_match_score")
    sources = [named.get(f"source_dataset_{side}") for side in "lr"]
    keys = [named[f"unique_id_{side}"] for side in "lr"]
    for line, row in enumerate(rows, _FIRST):
        a, b = (
            _record(naming, row[source] if source else None, row[key], file, line, key)
            for source, key in zip(sources, keys, strict=True)
        )
        if a != b:
            yield ToldJudgement(a, b, _verdict(row[score] if score else 1, file, line), line=line)


def reconciled_rows(
    rows: Rows, key: str, matched: tuple[str, str], naming: Naming, file: str
) -> Iterator[ToldJudgement]:
    """OpenRefine's rows: `matched` says that the row is the record whose id (key, or source:key) it was
    matched with; `new` and `none` leave it open.
    """
    match, judgement = matched
    for line, row in enumerate(rows, _FIRST):
        said = str(row[judgement] or "").strip().lower()
        if said in _LEFT_OPEN:
            continue
        if said != _MATCHED:
            raise ConfigurationError(
                "unknown-verdict", f"`{said}` is no judgement of OpenRefine", place=Place(file, line)
            )
        other = str(row[match] or "").strip()
        source, colon, rest = other.partition(":")
        named = bool(colon) and source in naming.known
        a = _record(naming, None, row[key], file, line, key)
        b = _record(naming, source if named else None, rest if named else other, file, line, match)
        if a != b:
            yield ToldJudgement(a, b, Verdict.SAME, line=line)


def _verdict(score: Any, file: str, line: int) -> Verdict:
    try:
        found = float(score)
    except (TypeError, ValueError):
        found = -1.0
    if not 0 <= found <= 1:
        raise ConfigurationError(
            "no-score",
            "the score is no number from 0 to 1",
            place=Place(file, line, field="clerical_match_score"),
        )
    return Verdict.SAME if found > 0.5 else Verdict.DIFFERENT if found < 0.5 else Verdict.UNSURE


def _record(naming: Naming, source: Any, key: Any, file: str, line: int, column: str) -> RecordName:
    try:
        return naming.record(source, key)
    except ConfigurationError as error:
        place = Place(file, line, field=column)
        raise ConfigurationError(error.code, error.sentence, hint=error.hint, place=place) from None
