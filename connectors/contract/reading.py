# ruff: noqa: S101 - the suite is made of assertions
"""Reading a source to its end, holding each page to the rules that hold for all pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import pyarrow as pa

from hub.domain.records import REJECT_SCHEMA, Cursor, Page, page_schema
from hub.ports import Source

# More than the system of any test holds; a source that never ends must fail, not hang.
MOST_PAGES: Final = 2_000

Reject = tuple[str | None, str | None, str]


@dataclass(slots=True)
class Reading:
    """What a store holds after some pages: payload text by key, deleted keys, rejects, the last cursor.

    A key read twice counts once, the later one wins, as in the hub's store.
    """

    held: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    rejects: set[Reject] = field(default_factory=set)
    cursors: list[Cursor | None] = field(default_factory=list)

    def take(self, page: Page) -> None:
        for key, deleted, payload in zip(
            *(page.records[name].to_pylist() for name in ("key", "deleted", "payload")), strict=True
        ):
            if deleted:
                self.held.pop(key, None)
                self.deleted.add(key)
            else:
                self.held[key] = as_text(payload)
                self.deleted.discard(key)
        rejects = (page.rejects[name].to_pylist() for name in ("key", "position", "code"))
        self.rejects.update(zip(*rejects, strict=True))
        self.cursors.append(page.cursor)

    @property
    def last_cursor(self) -> Cursor | None:
        return self.cursors[-1] if self.cursors else None


def read_all(source: Source, stream: str, cursor: Cursor | None = None) -> Reading:
    """Reads from `cursor` to the end."""
    return collect(read_pages(source, stream, cursor))


def read_pages(source: Source, stream: str, cursor: Cursor | None = None) -> list[Page]:
    """The pages from `cursor` to the end, which must come."""
    pages = list(islice(source.read(stream, cursor), MOST_PAGES + 1))
    assert len(pages) <= MOST_PAGES, f"the read does not end: {MOST_PAGES} pages came"
    return pages


def collect(pages: Iterable[Page]) -> Reading:
    reading = Reading()
    for page in pages:
        reading.take(page)
    return reading


def round_trip(cursor: Cursor | None) -> Cursor | None:
    """The cursor as it comes back from a store that keeps JSON text."""
    loaded: Cursor | None = json.loads(json.dumps(cursor))
    return loaded


def as_text(payload: str | Mapping[str, object]) -> str:
    """A payload byte for byte: JSON text as it is, a struct in the order of its columns."""
    return payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False, default=str)


def assert_well_formed(page: Page) -> None:
    """The shape that every page has, whatever the source."""
    payload = page.records.schema.field("payload").type
    assert pa.types.is_struct(payload) or payload == pa.string(), f"a payload of type {payload}"
    assert page.records.schema.equals(page_schema(payload)), "the page's columns are not those of page_schema"
    assert page.rejects.schema.equals(REJECT_SCHEMA), "the rejects' columns are not those of REJECT_SCHEMA"
    for column in ("key", "deleted", "payload"):
        assert page.records[column].null_count == 0, f"{column} is null in some rows"
    for column in ("code", "reason"):
        assert page.rejects[column].null_count == 0, f"a reject without {column}"
    keys: list[str] = page.records["key"].to_pylist()
    assert all(keys), "a key is empty"
    assert len(set(keys)) == len(keys), "a key comes twice in one page"


def assert_sorted_object(text: str) -> None:
    """JSON text is an object whose members are sorted at every level, so order alone is never a change."""

    def in_order(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        assert names == sorted(names), "the members of a JSON payload are not sorted"
        return dict(pairs)

    assert isinstance(json.loads(text, object_pairs_hook=in_order), dict), "a JSON payload is not an object"
