"""Files as a source: one stream, `rows`, with a page for some ten thousand rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Final

import pyarrow as pa

from connectors.files.formats import open_table
from connectors.files.instants import instants
from connectors.files.keys import Keyed, Keys, require_columns
from connectors.files.options import Description
from connectors.files.rows import TableReader, in_pages, rejects_table
from connectors.files.selection import Part, Progress, find_files, is_pattern, select
from connectors.files.settings import FileSourceSettings
from hub.domain.records import TIME, Check, Cursor, Page, SourceField, Stream, page_schema
from hub.errors import ConfigurationError, HubError

STREAM: Final = "rows"


@dataclass(frozen=True, slots=True)
class FileSource:
    """Reads a file, or several in the order of their names. Paths are taken from `folder`.

    A file that has not changed since its cursor gives no pages. One that has changed is read whole again
    (`Page.starts_over`); the hub sees which rows are new. Rows that are entirely empty are no records.
    """

    settings: FileSourceSettings
    folder: Path
    _opened: dict[tuple[Path, int, int], TableReader] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def check(self) -> Check:
        """Reads the first page of each file."""
        try:
            files = self._files()
            told = [self._told(name, path) for name, path in files.items()]
        except HubError as error:
            return Check(ok=False, sentence=str(error), hint=error.hint)
        return Check(ok=True, sentence="; ".join(told))

    def describe(self) -> dict[str, Description]:
        """What was decided about each file, by name."""
        return {name: self._reader(path).description for name, path in self._files().items()}

    def discover(self) -> Sequence[Stream]:
        """The columns of all files; of JSON, the fields of the first records."""
        names = dict.fromkeys(name for found in self.describe().values() for name in found.columns)
        for name, path in self._files().items():
            page = next(self._pages(Part(name, path, ""), {}), None)
            names |= dict.fromkeys(_fields(page) if page else ())
        return [Stream(STREAM, tuple(SourceField(name, "text") for name in names))]

    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        """See `Source.read`. Raises `ConfigurationError` for a file that is missing, empty or damaged."""
        if stream != STREAM:
            hint = f"a file has one stream, `{STREAM}`"
            raise ConfigurationError("unknown-stream", f"there is no stream `{stream}`", hint=hint)
        selection = select(self._files(), cursor, self._salt)
        done = dict(selection.done)
        starts_over = selection.starts_over
        for part in selection.parts:
            for page, is_last in _with_last(self._pages(part, dict(done))):
                if is_last:
                    done[part.name] = part.print
                    page = replace(page, cursor=Progress(dict(done)).as_cursor())  # noqa: PLW2901 - its last
                yield replace(page, starts_over=starts_over)
                starts_over = False
            done[part.name] = part.print

    def _pages(self, part: Part, done: dict[str, str]) -> Iterator[Page]:
        """The pages of one file after the rows that were read before."""
        settings = self.settings
        reader = self._reader(part.path)
        present = reader.description.columns
        require_columns(settings.key_columns, present, part.path, "key")
        if settings.updated_at:
            require_columns([settings.updated_at], present, part.path, "updated_at")
        keys = Keys(settings.key_columns, prefix=f"{part.name}:" if self._has_several else "")
        for rows in in_pages(reader.rows(), settings.page_rows):
            keyed = keys.give(rows)  # also of rows read before: a key may come again after them
            if rows.last_number > part.rows:
                progress = Progress(done, part.name, part.print, rows.last_number)
                yield self._page(keyed.after(part.rows), progress)

    def _page(self, keyed: Keyed, progress: Progress) -> Page:
        rows, updated_at = keyed.rows, self.settings.updated_at
        count = len(keyed.keys)
        payload = rows.payload if rows.payload is not None else _struct(rows.columns)
        times = instants(rows.columns[updated_at]) if updated_at else pa.nulls(count, TIME)
        table = pa.Table.from_arrays(
            [keyed.keys, times, pa.repeat(pa.scalar(value=False), count), payload],
            schema=page_schema(payload.type),
        )
        return Page(table, rejects_table(rows.bad), progress.as_cursor())

    def _reader(self, path: Path) -> TableReader:
        """Opened once as long as the file stays what it is: a workbook is read whole by that."""
        told = path.stat() if path.exists() else None
        state = (path, told.st_mtime_ns, told.st_size) if told else (path, 0, 0)
        if state not in self._opened:
            self._opened.clear()  # one at a time: workbooks are large
            self._opened[state] = self._open(path)
        return self._opened[state]

    def _open(self, path: Path) -> TableReader:
        settings = self.settings
        wanted = [*settings.key_columns, *([settings.updated_at] if settings.updated_at else [])]
        return open_table(path, settings.options, wanted)

    def _files(self) -> dict[str, Path]:
        return find_files(self._path)

    @property
    def _path(self) -> Path:
        return self.folder / Path(self.settings.path).expanduser()

    @property
    def _has_several(self) -> bool:
        """Whether the path means several files, also when there is just one as yet: keys must not change."""
        return is_pattern(self._path) or self._path.is_dir()

    @property
    def _salt(self) -> str:
        """Stands for the settings that decide what a file's rows are."""
        settings = self.settings.model_dump(mode="json", exclude={"path", "page_rows"})
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:8]

    def _told(self, name: str, path: Path) -> str:
        """A sentence about one file, of which the first page is read."""
        found = self._reader(path).description
        page = next(self._pages(Part(name, path, ""), {}), None)
        read, rejected = (page.records.num_rows, page.rejects.num_rows) if page else (0, 0)
        details = [found.format, f"{len(found.columns)} columns", found.encoding, found.sheet]
        told = f"{name}: {', '.join(detail for detail in details if detail)}; {read} rows on the first page"
        return "; ".join([told + (f", {rejected} rejected" if rejected else ""), *found.notes])


def _struct(columns: pa.Table) -> pa.Array:
    arrays = [column.combine_chunks() for column in columns.columns]
    return pa.StructArray.from_arrays(arrays, names=columns.column_names)


def _fields(page: Page) -> Iterator[str]:
    """The fields of a page's payloads."""
    payload = page.records["payload"]
    if pa.types.is_struct(payload.type):
        yield from (field.name for field in payload.type)
    else:
        for text in payload.to_pylist():
            yield from json.loads(text)


def _with_last(pages: Iterator[Page]) -> Iterator[tuple[Page, bool]]:
    """Each page, and whether it is the last one."""
    before = next(pages, None)
    for page in chain(pages, [None]):
        if before is not None:
            yield before, page is None
        before = page
