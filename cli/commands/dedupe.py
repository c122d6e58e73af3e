"""`hub dedupe`: files in, golden records out; no project needed."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Annotated, Final

import typer

from cli.app import AsJson, app_of
from cli.dedupe_inputs import Told, open_inputs
from cli.dedupe_results import show_summary, write_results
from cli.exits import Exit
from cli.like_input import keep_what_is_needed
from cli.write import FileFormat, make_folder
from hub.errors import ConfigurationError
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.dedupe import dedupe
from mappings.normalise.countries import country_code
from matching import LocalMatcher, Settings

_STEPS: Final = {"map": "reading", "match": "finding duplicates", "golden": "merging"}


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
    as_input: Annotated[
        bool,
        typer.Option("--like-input", help="Golden records in the columns of the files, after golden_id."),
    ] = False,
    country: Annotated[
        str | None,
        typer.Option("--country", metavar="CODE", help="Where phones without a country code belong."),
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Probability from which records merge.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of text files; else found out.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Delimiter of text files; else found out.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of spreadsheets; else the first table.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Do not guard CSV cells against formulas.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find duplicates in files and merge them.

    Writes golden (a row a customer), members (which row went where), review (pairs that are not sure),
    report.html and, if there are any, rejects and refused values.
    """
    app = app_of(context)
    output = app.output(as_json=as_json)
    started = perf_counter()
    told = Told(_pairs(mapped), ignored or [], key, _country(country))
    options = {"encoding": encoding, "delimiter": delimiter, "sheet": sheet}
    inputs = open_inputs(output, app.folder, files, told, options)
    if as_input:
        keep_what_is_needed(inputs)
    guessing = perf_counter() - started
    folder = make_folder(app.folder / out)
    matcher = LocalMatcher(settings=Settings(threshold=threshold))
    with output.progress("reading") as step:
        found = dedupe(
            [one.as_input() for one in inputs],
            matcher,
            SurvivorshipRules(priorities={}),
            progress=lambda name, rows: step.update(rows, _STEPS[name]),
        )
        found.seconds["read"] += guessing
        step.update(found.contacts.num_rows, "writing")
        write_results(found, inputs, matcher, folder, file_format, raw=raw, as_input=as_input)
    show_summary(output, found, out)
    raise typer.Exit(Exit.SOME_REJECTED if found.rejects.num_rows else Exit.DONE)


def _country(told: str | None) -> str | None:
    """A country's code, from the code or a name."""
    code = country_code(told) if told is not None else None
    if told is not None and code is None:
        hint = "two capital letters, as in FR (ISO 3166), or the country's name"
        raise ConfigurationError("bad-option", f"--country: there is no country `{told}`", hint=hint)
    return code


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
