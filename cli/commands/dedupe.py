"""`hub dedupe`: files in, golden records out; no project needed."""

from __future__ import annotations

import resource
import sys
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from cli.app import App, AsJson, app_of
from cli.clock import SystemClock
from cli.exits import Exit
from cli.guessing import Guessed, guess_mapping, sample_of
from cli.output import Output
from cli.write import FileFormat, make_folder, write_table, write_whole
from connectors.files.settings import FileSourceSettings
from connectors.files.source import STREAM, FileSource
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
    told = _Told(_pairs(mapped), ignored or [], key, country)
    started = perf_counter()
    inputs = []
    for name, path in _named(app, files).items():
        settings = _settings(path=str(path), key=key, encoding=encoding, delimiter=delimiter, sheet=sheet)
        opened = _opened(output, name, FileSource(settings, app.folder), told)
        inputs += [opened] if opened else []
    _check_told(told, files, inputs)
    guessing = perf_counter() - started
    folder = make_folder(app.folder / out)
    with output.progress("reading") as step:
        found = dedupe(
            inputs,
            LocalMatcher(settings=Settings(threshold=threshold)),
            SurvivorshipRules(priorities={}),
            progress=lambda _step, rows: step.update(rows),
        )
    found.seconds["read"] += guessing
    _write(found, folder, file_format, [path.name for path in files], raw=raw)
    _show(output, found, out)
    raise typer.Exit(Exit.SOME_REJECTED if found.rejects.num_rows else Exit.DONE)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the caller says of the columns: column → field, columns to leave out, the key, the country."""

    mapped: dict[str, str]
    ignored: list[str]
    key: str | None
    country: str | None


def _settings(**options: str | None) -> FileSourceSettings:
    try:
        return FileSourceSettings.model_validate(options)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        sentence = f"--{problem['loc'][0]}: {problem['msg'].removeprefix('Value error, ')}"
        raise ConfigurationError("bad-option", sentence) from None


def _opened(output: Output, name: str, source: FileSource, told: _Told) -> DedupeInput | None:
    """A file with the mapping guessed from its first page; None when it has no rows."""
    pages = source.read(STREAM, None)
    first = next(pages, None)
    if first is None or first.records.num_rows == 0:
        output.say(f"{name}: no rows", style="yellow")
        return None
    for note in (note for found in source.describe().values() for note in found.notes):
        output.say(f"{name}: {note}", style="yellow")
    here = set(sample_of(first.records).column_names)
    guessed = guess_mapping(
        first.records,
        name,
        told={column: field for column, field in told.mapped.items() if column in here},
        ignored=[column for column in told.ignored if column in here],
        key=told.key,
        country=told.country,
    )
    _show_guess(output, name, guessed)
    spec = MappingSpec.model_validate({k: v for k, v in guessed.mapping.items() if k != "key"})
    return DedupeInput(name, chain([first], pages), ContactMapper(spec, latest=SystemClock().now().date()))


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


def _check_told(told: _Told, files: list[Path], inputs: list[DedupeInput]) -> None:
    """A column that no file has was misspelt; files without rows have nothing to find."""
    if not inputs:
        names = ", ".join(file.name for file in files)
        raise ConfigurationError("no-rows", f"there are no rows in {names}", hint="look at the files")
    known = {name for one in inputs if isinstance(one.mapper, ContactMapper) for name in one.mapper.columns()}
    for column in told.mapped:
        if column not in known:
            hint = f"columns: {', '.join(sorted(known))}"
            raise ConfigurationError("unknown-column", f"no file has a column `{column}`", hint=hint)


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
