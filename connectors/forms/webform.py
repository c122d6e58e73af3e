"""Web-form submissions as a source: posted bodies in a folder or a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from connectors.base import Connector, ConnectorSettings, Context, SystemKind
from connectors.folders import files_below, require
from connectors.forms.intake import BODIES, LINES, PageEnd, from_folder, from_lines, unfinished_line
from connectors.forms.settings import WebformSettings
from connectors.pages import Bad, Good, as_page
from hub.domain.records import Check, Cursor, Page, SourceField, Stream
from hub.errors import ConfigurationError, HubError
from hub.ports import Clock

STREAM: Final = "submissions"
_ABOUT: Final = (
    SourceField("fields", "object", "Answers by the names that the form gives them"),
    SourceField("form", "text", "The system that posted it"),
    SourceField("form_id", "text", "The form's id"),
    SourceField("form_name", "text", "The form's name"),
    SourceField("page_url", "text", "The page on which the form stands"),
    SourceField("submission_id", "text", "The system's id of the submission"),
    SourceField("submitted_at", "text", "When it was submitted (ISO 8601, UTC)"),
)
_CLOCKS_DIFFER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WebformSource:
    """Gives what arrived since the last read. Submissions stay known when their files are moved away; only a
    whole read (`--full`) finds them gone. Of several with one id on a page the one submitted last counts.
    """

    settings: WebformSettings
    folder: Path
    clock: Clock

    def check(self) -> Check:
        try:
            told = self._told(next(self._pages(None), None))
        except HubError as error:
            return Check(ok=False, sentence=str(error), hint=error.hint)
        return Check(ok=True, sentence=told)

    def discover(self) -> Sequence[Stream]:
        """What a submission holds, and the answers met on the first page (`fields."Your name"`)."""
        page = next(self._pages(None), None)
        payloads = page.records["payload"].to_pylist() if page else []
        names = dict.fromkeys(name for payload in payloads for name in json.loads(payload)["fields"])
        answers = (
            SourceField(f"fields.{json.dumps(name, ensure_ascii=False)}", "text or list", name)
            for name in names
        )
        return [Stream(STREAM, (*_ABOUT, *answers))]

    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        """See `Source.read`."""
        if stream != STREAM:
            hint = f"web forms have one stream, `{STREAM}`"
            raise ConfigurationError("unknown-stream", f"there is no stream `{stream}`", hint=hint)
        yield from self._pages(cursor)

    def _pages(self, cursor: Cursor | None) -> Iterator[Page]:
        rows: list[Good | Bad] = []
        for one in self._rows(cursor):
            if isinstance(one, PageEnd):
                yield self._page(rows, one.cursor)
                rows = []
            else:
                rows.append(one)

    def _rows(self, cursor: Cursor | None) -> Iterator[Good | Bad | PageEnd]:
        path = self._path
        require(path)
        if path.is_dir():
            return from_folder(files_below(path, BODIES), cursor, self.settings)
        if path.suffix.lower() in LINES:
            return from_lines(path, cursor, self.settings)
        return from_folder({path.name: path}, cursor, self.settings)

    def _page(self, rows: Sequence[Good | Bad], cursor: Cursor) -> Page:
        dated = [self._dated(row) for row in rows]
        return as_page(sorted(dated, key=_age, reverse=True), cursor)

    def _dated(self, row: Good | Bad) -> Good | Bad:
        """A time that is yet to come is none."""
        if isinstance(row, Bad) or row.updated_at is None:
            return row
        return row if row.updated_at <= self.clock.now() + _CLOCKS_DIFFER else replace(row, updated_at=None)

    def _told(self, page: Page | None) -> str:
        told = "no submission yet"
        if page is not None:
            rejected = f", {page.rejects.num_rows} rejected" if page.rejects.num_rows else ""
            told = f"{page.records.num_rows} submissions{rejected} on the first page"
        if self._path.suffix.lower() in LINES and self._path.is_file() and unfinished_line(self._path):
            told += "; the last line has no end yet"
        return told

    @property
    def _path(self) -> Path:
        return self.folder / Path(self.settings.path).expanduser()


def _age(row: Good | Bad) -> float:
    """Greater for what was submitted later; what tells no time is the oldest, and keeps its order."""
    return row.updated_at.timestamp() if isinstance(row, Good) and row.updated_at else 0.0


def open_source(settings: ConnectorSettings, context: Context) -> WebformSource:
    return WebformSource(WebformSettings.model_validate(settings), context.folder, context.clock)


CONNECTOR: Final = Connector(
    type_name="webform",
    kind=SystemKind.FORMS,
    title="Web-form submissions (Typeform, Tally, Jotform, Webflow, HubSpot, Gravity, Google, plain fields)",
    settings=WebformSettings,
    open_source=open_source,
    incremental="files that arrived or changed; lines that were added",
    deletes="with --full",
    tested="real files in the vendors' documented shapes",
)
