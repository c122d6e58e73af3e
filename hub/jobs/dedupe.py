"""Dedupe: files in, golden records out, without a store. The same mapping, matching and survivorship."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from hub import columns
from hub.domain.contact import CONTACT_RECORD_SCHEMA, CONTACT_SCHEMA
from hub.domain.identity import IDENTITY_SCHEMA, MEMBER_SCHEMA, assign
from hub.domain.instants import instants
from hub.domain.matching import JUDGEMENT_SCHEMA, Matching
from hub.domain.quality import REFUSED_SCHEMA
from hub.domain.records import REJECT_SCHEMA, Mapped, Page
from hub.golden.build import build_golden
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.mapped_beside import mapped_beside
from hub.ports import Mapper, Matcher

STEPS: Final = ("read", "map", "match", "golden", "write")
_REJECTS: Final = pa.schema([("source", pa.string()), *REJECT_SCHEMA])
_MERGED: Final = pa.schema([("identity_id", pa.string()), ("record_id", pa.int64())])


@dataclass(frozen=True, slots=True)
class DedupeInput:
    """One source: its name, its pages, and how they become contacts."""

    name: str
    pages: Iterable[Page]
    mapper: Mapper


@dataclass(frozen=True, slots=True)
class Deduped:
    """`contacts` and `golden` in their schemas, `members` record_id, source, key and identity_id; `rejects`
    and `refusals` with their source; `seconds` a step.
    """

    contacts: pa.Table
    golden: pa.Table
    members: pa.Table
    rejects: pa.Table
    refusals: pa.Table
    matching: Matching
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def merged_records(self) -> int:
        """Records beyond the first of each golden record."""
        return int(self.contacts.num_rows - self.golden.num_rows)

    def review(self) -> pa.Table:
        """Pairs for a person by source and key, most important first."""
        return columns.query(
            """
            SELECT a.source AS source_a, a.key AS key_a, b.source AS source_b, b.key AS key_b,
                r.probability, r.reason
            FROM (SELECT *, row_number() OVER () AS rank FROM review) r
            JOIN members a ON a.record_id = r.record_a JOIN members b ON b.record_id = r.record_b
            ORDER BY r.rank
            """,
            review=self.matching.review,
            members=self.members,
        )


Progress = Callable[[str, int], None]


def dedupe(
    inputs: Iterable[DedupeInput],
    matcher: Matcher,
    rules: SurvivorshipRules,
    progress: Progress = lambda _step, _rows: None,
) -> Deduped:
    """Reads, maps, matches and merges. `progress` hears the step and how many rows it has done."""
    seconds = dict.fromkeys(STEPS, 0.0)
    contacts, rejects, refusals = _contacts(inputs, seconds, progress)
    progress("match", 0)
    with _timed(seconds, "match"):
        matching = matcher.match(contacts, JUDGEMENT_SCHEMA.empty_table())
    progress("golden", contacts.num_rows)
    with _timed(seconds, "golden"):
        names = contacts.select(["record_id", "source", "key"])
        nobody, none_yet = MEMBER_SCHEMA.empty_table(), IDENTITY_SCHEMA.empty_table()
        assigned = assign(matching.clusters, names, nobody, none_yet, _MERGED.empty_table()).members
        golden = build_golden(contacts, assigned, rules)
        members = columns.query(
            "SELECT n.*, a.identity_id FROM names n JOIN assigned a USING (record_id) ORDER BY record_id",
            names=names,
            assigned=assigned,
        )
    return Deduped(contacts, golden, members, rejects, refusals, matching, seconds)


def _contacts(
    inputs: Iterable[DedupeInput], seconds: dict[str, float], progress: Progress
) -> tuple[pa.Table, pa.Table, pa.Table]:
    contacts = [CONTACT_RECORD_SCHEMA.empty_table()]
    rejects, refusals = [_REJECTS.empty_table()], [REFUSED_SCHEMA.empty_table()]
    count = 0
    for one in inputs:
        pages = mapped_beside(_read(one.pages, seconds), one.mapper)
        while True:
            with _timed(seconds, "map", but="read"):
                found = next(pages, None)
                if found is None:
                    break
                page, mapped = found
                kept = _kept(mapped, page, one.name, count)
                refusals.append(_refusals(mapped, one.name))
            contacts.append(kept)
            rejects += [_named(page.rejects, one.name), _named(mapped.rejects, one.name)]
            count += kept.num_rows
            progress("map", count)
    return pa.concat_tables(contacts).combine_chunks(), pa.concat_tables(rejects), pa.concat_tables(refusals)


def _read(pages: Iterable[Page], seconds: dict[str, float]) -> Iterator[Page]:
    waiting = iter(pages)
    while True:
        with _timed(seconds, "read"):
            page = next(waiting, None)
        if page is None:
            return
        yield page


def _kept(mapped: Mapped, page: Page, source: str, count: int) -> pa.Table:
    """The page's contacts that are not deleted, as `CONTACT_RECORD_SCHEMA`, numbered on from `count`."""
    live = mapped.contacts.filter(pc.invert(pc.fill_null(mapped.contacts["deleted"], fill_value=False)))
    times = pa.table({"key": page.records["key"], "told": instants(page.records["updated_at"])})
    told = times["told"].take(pc.index_in(live["key"], value_set=times["key"].combine_chunks()))
    fields = {name: live[name] for name in CONTACT_SCHEMA.names}
    fields["updated_at"] = pc.coalesce(fields["updated_at"], told)
    numbers = pa.array(range(count + 1, count + 1 + live.num_rows), pa.int64())
    arrays = [numbers, pa.repeat(source, live.num_rows), live["key"], *fields.values()]
    return pa.Table.from_arrays(arrays, schema=CONTACT_RECORD_SCHEMA)


def _named(rejects: pa.Table, source: str) -> pa.Table:
    return rejects.add_column(0, _REJECTS.field("source"), pa.repeat(source, rejects.num_rows)).cast(_REJECTS)


def _refusals(mapped: Mapped, source: str) -> pa.Table:
    found = columns.query(
        "SELECT key, unnest(refusals, recursive := true) FROM mapped",
        mapped=mapped.contacts.select(["key", "refusals"]),
    )
    return pa.table([pa.repeat(source, found.num_rows), *found.columns], schema=REFUSED_SCHEMA)


@contextmanager
def _timed(seconds: dict[str, float], step: str, but: str | None = None) -> Iterator[None]:
    """Adds the time to a step's, less what meanwhile went to the step `but`."""
    start, before = perf_counter(), seconds[but] if but else 0.0
    try:
        yield
    finally:
        seconds[step] += perf_counter() - start - ((seconds[but] if but else 0.0) - before)
