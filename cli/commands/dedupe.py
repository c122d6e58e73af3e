"""`hub dedupe`: files in, golden records out; no project needed."""

from __future__ import annotations

import resource
import sys
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

from cli.app import App, AsJson, app_of
from cli.clock import SystemClock
from cli.exits import Exit
from cli.guessing import Guessed, guess_mapping, sample_of
from cli.output import Output
from cli.write import FileFormat, make_folder, write_table, write_whole
from connectors.files.settings import FileSourceSettings
from connectors.files.source import STREAM, FileSource
from hub.domain.records import Page
from hub.errors import ConfigurationError
from hub.golden.flat import flat
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.dedupe import Deduped, DedupeInput, dedupe
from hub.web.report import report_page
from mappings.apply import ContactMapper
from mappings.spec import MappingSpec
from matching import LocalMatcher, Settings


def dedupe_command(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="CSV, TSV, XLSX, ODS, Parquet, JSONL.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the results.")],
    key: Annotated[
        str | None, typer.Option("--key", metavar="COLUMN", help="The row key; else the row number.")
    ] = None,
    mapped: Annotated[
        list[str] | None, typer.Option("--map", metavar="COLUMN=FIELD", help="Say what a column is.")
    ] = None,
    ignored: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="COLUMN", help="Leave a column out.")
    ] = None,
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="Format of the results.")
    ] = FileFormat.CSV,
    country: Annotated[
        str | None,
        typer.Option("--country", metavar="CODE", help="Where phones without a country code belong."),
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Probability from which records merge.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of text files; else found out.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Delimiter of text files; else found out.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of spreadsheets; else the first.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Do not guard CSV cells against formulas.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find duplicates in files and merge them."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    folder = make_folder(app.folder / out)
    told = _pairs(mapped)
    inputs = []
    for name, path in _named(app, files).items():
        settings = FileSourceSettings(
            path=str(path), key=key, encoding=encoding, delimiter=delimiter, sheet=sheet
        )
        started = perf_counter()
        pages = FileSource(settings, app.folder).read(STREAM, None)
        first = next(pages, None)
        if first is None or first.records.num_rows + first.rejects.num_rows == 0:
            output.say(f"{name}: no rows", style="yellow")
            continue
        guessed = guess_mapping(
            first.records,
            name,
            told=_present(told, first),
            ignored=_here(ignored, first),
            key=key,
            country=country,
        )
        _show_guess(output, name, guessed)
        spec = MappingSpec.model_validate({k: v for k, v in guessed.mapping.items() if k != "key"})
        mapper = ContactMapper(spec, latest=SystemClock().now().date())
        inputs.append((perf_counter() - started, DedupeInput(name, chain([first], pages), mapper)))
    _check_told(told, ignored, files, inputs)
    with output.progress("reading") as step:
        found = dedupe(
            [one for _, one in inputs],
            LocalMatcher(settings=Settings(threshold=threshold)),
            SurvivorshipRules(priorities={}),
            progress=lambda _step, rows: step.update(rows),
        )
    found.seconds["read"] += sum(seconds for seconds, _ in inputs)
    _write(found, folder, file_format, [path.name for path in files], raw=raw)
    _show(output, found, out)
    raise typer.Exit(Exit.SOME_REJECTED if found.rejects.num_rows else Exit.DONE)


def _named(app: App, files: list[Path]) -> dict[str, Path]:
    """A source name a file: its stem, told apart where two are alike."""
    named: dict[str, Path] = {}
    for file in files:
        path = (app.folder / file).resolve()
        name, count = file.stem, 2
        while name in named:
            name, count = f"{file.stem}-{count}", count + 1
        named[name] = path
    return named


def _pairs(mapped: list[str] | None) -> dict[str, str]:
    pairs = {}
    for one in mapped or []:
        column, equals, field = one.rpartition("=")
        if not equals or not column:
            raise ConfigurationError(
                "not-a-mapping", f"`{one}` is no COLUMN=FIELD", hint="such as --map 'Mail pro=emails'"
            )
        pairs[column] = field
    return pairs


def _columns(page: Page) -> set[str]:
    return set(sample_of(page.records).column_names)


def _present(told: dict[str, str], page: Page) -> dict[str, str]:
    return {column: field for column, field in told.items() if column in _columns(page)}


def _here(ignored: list[str] | None, page: Page) -> list[str]:
    return [column for column in ignored or [] if column in _columns(page)]


def _check_told(
    told: dict[str, str],
    ignored: list[str] | None,
    files: list[Path],
    inputs: list[tuple[float, DedupeInput]],
) -> None:
    """A column that no file has was misspelt."""
    known = {
        name for _, one in inputs if isinstance(one.mapper, ContactMapper) for name in one.mapper.columns()
    }
    for column in [*told, *(ignored or [])]:
        if column in told and column not in known:
            raise ConfigurationError(
                "unknown-column",
                f"no file has a column `{column}`",
                hint=f"columns: {', '.join(sorted(known))}",
            )
    if not inputs:
        raise ConfigurationError(
            "no-rows",
            f"there are no rows in {', '.join(file.name for file in files)}",
            hint="look at the files",
        )


def _write(found: Deduped, folder: Path, file_format: FileFormat, files: list[str], *, raw: bool) -> None:
    started = perf_counter()
    members = found.members.select(["source", "key", "identity_id"]).rename_columns(
        ["source", "key", "golden_id"]
    )
    for name, table in (("golden", flat(found.golden)), ("members", members), ("review", found.review())):
        write_table(table, folder / f"{name}.{file_format}", raw=raw)
    if found.rejects.num_rows:
        write_table(found.rejects, folder / f"rejects.{file_format}", raw=raw)
    found.seconds["write"] += perf_counter() - started
    page = report_page(found, files)
    write_whole(folder / "report.html", lambda file: file.write(page.encode()))
    found.seconds["write"] = perf_counter() - started


def _show_guess(output: Output, name: str, guessed: Guessed) -> None:
    fields = [
        f"{guess.column} → {guess.field}" + ("?" if guess.confidence < 0.75 else "")
        for guess in guessed.guesses
        if not guess.field.startswith("attributes.")
    ]
    output.say(f"{name}: {', '.join(fields) or 'no column looks like a contact field'}")


def _show(output: Output, found: Deduped, out: Path) -> None:
    summary = as_json_summary(found)
    if output.as_json:
        output.data(summary)
        return
    rows = [
        ("records", found.contacts.num_rows),
        ("golden records", found.golden.num_rows),
        ("merged away", found.merged_records),
        ("pairs to review", found.matching.review.num_rows),
        ("rejected rows", found.rejects.num_rows),
        ("values left out", found.refusals.num_rows),
    ]
    output.table(("dedupe", "count"), rows)
    output.say(f"written to {out}: golden, members, review, report.html")


def as_json_summary(found: Deduped) -> dict[str, Any]:
    """The shape that `hub dedupe --json` prints."""
    return {
        "records": found.contacts.num_rows,
        "rejected": found.rejects.num_rows,
        "golden": found.golden.num_rows,
        "review": found.matching.review.num_rows,
        "merged_records": found.merged_records,
        "seconds": {step: round(value, 3) for step, value in found.seconds.items()},
        "peak_memory_mb": round(_peak_bytes() / 1e6),
    }


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
