"""The files that `hub dedupe` is given: opened, their columns guessed, and told on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError

from cli.clock import SystemClock
from cli.guessing import Guessed, guess_mapping, sample_of
from cli.output import Output
from connectors.files.settings import FileSourceSettings
from connectors.files.source import STREAM, FileSource
from hub import columns
from hub.domain.records import Page
from hub.errors import ConfigurationError
from hub.jobs.dedupe import DedupeInput
from hub.web.report import ReportInput
from mappings.apply import ContactMapper
from mappings.guesses import Guess
from mappings.spec import MappingSpec

UNSURE = 0.75
_NAMED = 20  # columns that are kept as they are, named on the screen; more are counted


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller says of the columns: column → field, columns to leave out, the key, the country."""

    mapped: Mapping[str, str]
    ignored: Sequence[str]
    key: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is read as a source: its columns in their order, and the mapping guessed for them.

    `kept` collects, while the file is read, the columns named in `keeping` with the rows' keys.
    """

    name: str
    file: str
    columns: tuple[str, ...]
    spec: MappingSpec
    notes: tuple[str, ...]
    pages: Iterator[Page]
    key: str | None = None
    ignored: tuple[str, ...] = ()
    keeping: list[str] = field(default_factory=list)
    kept: list[pa.Table] = field(default_factory=list)

    def as_input(self) -> DedupeInput:
        return DedupeInput(
            self.name, self._watched(), ContactMapper(self.spec, latest=SystemClock().now().date())
        )

    def as_report_input(self) -> ReportInput:
        return ReportInput(self.name, self.file, columns_by_field(self.spec), self.notes)

    def _watched(self) -> Iterator[Page]:
        for page in self.pages:
            if self.keeping:
                self.kept.append(_chosen(page.records, self.keeping))
            yield page


def open_inputs(
    output: Output, folder: Path, files: Sequence[Path], told: Told, options: Mapping[str, str | None]
) -> list[Opened]:
    """The files with rows, at least one. Raises `ConfigurationError` for a file that cannot be used, and for
    a column that none of them has.
    """
    found = []
    for name, path in named(folder, files).items():
        settings = _settings({"path": str(path), "key": told.key, **options})
        opened = _opened(output, name, path.name, FileSource(settings, folder), told)
        found += [opened] if opened else []
    _check_told(told, files, found)
    return found


def named(folder: Path, files: Sequence[Path]) -> dict[str, Path]:
    """A source name a file: its stem, told apart where two are alike."""
    found: dict[str, Path] = {}
    for file in files:
        stem = file.stem.encode(errors="surrogateescape").decode(errors="replace")
        name, count = stem, 2
        while name in found:
            name, count = f"{stem}-{count}", count + 1
        found[name] = (folder / file).resolve()
    return found


def columns_by_field(spec: MappingSpec) -> dict[str, tuple[str, ...]]:
    """Which columns each field is read from; of addresses part by part."""
    found: dict[str, dict[str, None]] = {}
    for path, rules in spec.fields.items():
        for rule in rules:
            for part, expression in rule.parts.items():
                names = [path, f"{path}.{part}"] if path == "addresses" else [path]
                for name in names:
                    found.setdefault(name, {}).update(dict.fromkeys(sorted(expression.reads)))
    return {path: tuple(columns) for path, columns in found.items()}


def _settings(options: Mapping[str, str | None]) -> FileSourceSettings:
    try:
        return FileSourceSettings.model_validate(options)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        sentence = f"--{problem['loc'][0]}: {problem['msg'].removeprefix('Value error, ')}"
        raise ConfigurationError("bad-option", sentence) from None


def _opened(output: Output, name: str, file: str, source: FileSource, told: Told) -> Opened | None:
    """A file with the mapping guessed from its first page; None when it has no rows."""
    pages = source.read(STREAM, None)
    first = next(pages, None)
    if first is None or first.records.num_rows == 0:
        output.say(f"{name}: no rows", style="yellow")
        return None
    notes = tuple(note for found in source.describe().values() for note in found.notes)
    names = tuple(sample_of(first.records).column_names)
    own = {_on_a_line(column): column for column in reversed(names)} | {column: column for column in names}
    ignored = tuple(own[column] for column in told.ignored if column in own)
    guessed = guess_mapping(
        first.records,
        name,
        told={own[column]: field for column, field in told.mapped.items() if column in own},
        ignored=ignored,
        key=told.key,
        country=told.country,
    )
    _show(output, name, guessed, notes)
    spec = MappingSpec.model_validate({k: v for k, v in guessed.mapping.items() if k != "key"})
    return Opened(name, file, names, spec, notes, chain([first], pages), told.key, ignored)


def _check_told(told: Told, files: Sequence[Path], found: Sequence[Opened]) -> None:
    """A column that no file has was misspelt; files without rows have nothing to find."""
    if not found:
        names = ", ".join(file.name for file in files)
        raise ConfigurationError("no-rows", f"there are no rows in {names}", hint="look at the files")
    known = {said for one in found for column in one.columns for said in (column, _on_a_line(column))}
    for column in [*told.mapped, *told.ignored]:
        if column not in known:
            near = get_close_matches(column, known, n=1, cutoff=0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"columns: {', '.join(sorted(known))}"
            raise ConfigurationError("unknown-column", f"no file has a column `{column}`", hint=hint)


def _show(output: Output, name: str, guessed: Guessed, notes: Sequence[str]) -> None:
    """What the columns were taken for, on stderr; what is not sure says how to tell better."""
    for note in notes:
        output.say(f"{name}: {note}", style="yellow")
    fields = [one for one in guessed.guesses if not one.field.startswith("attributes.")]
    said = [
        f"{_on_a_line(one.column)} → {_filled_by(one)}" + ("?" if one.confidence < UNSURE else "")
        for one in fields
    ]
    output.say(f"{name}: {', '.join(said) or 'no column looks like a contact field'}")
    others = [_on_a_line(one.column) for one in guessed.guesses if one.field.startswith("attributes.")]
    if others:
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED + 1 else ""
        output.say(f"{name}: kept as they are: {', '.join(others[:_NAMED] if more else others)}{more}")
    if guessed.home is not None:
        output.say(f"{name}: {guessed.home.sentence}; --country says otherwise")
    if guessed.dates is not None:
        output.say(f"{name}: {guessed.dates}")
    unsure = next((one for one in fields if one.confidence < UNSURE), None)
    if unsure is not None:
        column = _on_a_line(unsure.column)
        hint = f"--map '{column}=FIELD' says what a column is, --ignore '{column}' leaves it out"
        output.say(f"{name}: ? is a guess ({column}: {unsure.evidence}); {hint}", style="yellow")


def _on_a_line(column: str) -> str:
    """A header as it is told, and may be told to us: one that breaks its lines on one line."""
    return " ".join(column.split())


def _filled_by(guess: Guess) -> str:
    return " + ".join(f"addresses.{part}" for part in guess.holds) or guess.field


def _chosen(records: pa.Table, names: Sequence[str]) -> pa.Table:
    """Some columns of a page's payload as text beside the key; nulls where a page lacks one."""
    payload = records["payload"].combine_chunks()
    heads = ["key", *(f"column_{n}" for n in range(len(names)))]
    if not pa.types.is_struct(payload.type):
        texts = [_member(name) for name in names]
        rows = pa.table({"key": records["key"], "payload": payload})
        return columns.query(f"SELECT key, {', '.join(texts)} FROM rows", rows=rows).rename_columns(heads)
    present = {field.name for field in payload.type}
    nothing = pa.nulls(records.num_rows, pa.string())
    held = [
        pc.struct_field(payload, name).cast(pa.string()) if name in present else nothing for name in names
    ]
    return pa.table([records["key"], *held], names=heads)


def _member(name: str) -> str:
    """SQL for a member of the payload, or for a member of a member, as `person.first`."""
    whole = name.replace('"', '\\"').replace("'", "''")
    parts = '"."'.join(whole.split("."))
    texts = [f"json_extract_string(payload, '$.\"{path}\"')" for path in dict.fromkeys([whole, parts])]
    return f"coalesce({', '.join(texts)})"
