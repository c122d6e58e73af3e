"""The hub's own file of decisions: one JSON object a line, every record by source and key."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from cli.labels.naming import Naming
from cli.values import Values
from hub.domain.deletions import DeletionPolicy
from hub.domain.instants import instant
from hub.domain.judgement import RecordName
from hub.domain.matching import Verdict
from hub.domain.portable import ToldDeletion, ToldJudgement, ToldOverride
from hub.errors import ConfigurationError, ConfigurationErrors, Place


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Record(_Strict):
    source: str
    key: str


class _Said(_Strict):
    author: str | None = None
    at: datetime | None = None
    reason: str | None = None


class _Judgement(_Said):
    type: Literal["judgement"]
    a: _Record
    b: _Record
    verdict: Verdict


class _Override(_Said):
    type: Literal["override"]
    record: _Record
    field: str
    value: Any = None
    expires_at: datetime | None = None


class _Deletion(_Said):
    type: Literal["deletion"]
    record: _Record
    verdict: Literal[DeletionPolicy.REMOVE, DeletionPolicy.KEEP]


_Line = _Judgement | _Override | _Deletion
_LINE: TypeAdapter[_Line] = TypeAdapter(_Line)


def read_lines(
    path: Path, naming: Naming, values: Values
) -> tuple[list[ToldJudgement], list[ToldOverride], list[ToldDeletion]]:
    judged: list[ToldJudgement] = []
    said: list[ToldOverride] = []
    gone: list[ToldDeletion] = []
    with path.open(encoding="utf-8-sig") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            place = Place(path.name, number)
            match _parsed(text, place):
                case _Judgement() as line:
                    judged.append(_judgement(line, naming, place, number))
                case _Override() as line:
                    said.append(_override(line, naming, values, place, number))
                case _Deletion() as line:
                    record, at = _named(line.record, naming, place), _instant(line.at)
                    told = ToldDeletion(record, line.verdict, line.author, at, line.reason, number)
                    gone.append(told)
    return judged, said, gone


def _judgement(line: _Judgement, naming: Naming, place: Place, number: int) -> ToldJudgement:
    a, b = (_named(one, naming, place) for one in (line.a, line.b))
    if a == b:
        raise ConfigurationError("same-record", f"{a} is judged against itself", place=place)
    return ToldJudgement(a, b, line.verdict, line.author, _instant(line.at), line.reason, number)


def _override(line: _Override, naming: Naming, values: Values, place: Place, number: int) -> ToldOverride:
    try:
        value = values.held(line.field, line.value)
    except ConfigurationErrors as several:
        raise _at(several.errors[0], replace(place, field=line.field)) from None
    except ConfigurationError as error:
        raise _at(error, replace(place, field=line.field)) from None
    record, at, ends = _named(line.record, naming, place), _instant(line.at), _instant(line.expires_at)
    return ToldOverride(record, line.field, value, line.author, at, line.reason, ends, number)


def _parsed(text: str, place: Place) -> _Line:
    try:
        return _LINE.validate_python(json.loads(text))
    except (ValueError, ValidationError):
        raise ConfigurationError(
            "unknown-line",
            "that is no line of a file of judgements",
            place=place,
            hint="`hub judgements export` writes such lines",
        ) from None


def _named(record: _Record, naming: Naming, place: Place) -> RecordName:
    try:
        return naming.record(record.source, record.key)
    except ConfigurationError as error:
        raise _at(error, place) from None


def _at(error: ConfigurationError, place: Place) -> ConfigurationError:
    return ConfigurationError(error.code, error.sentence, hint=error.hint, place=place)


def _instant(moment: datetime | None) -> str | None:
    return instant(moment) if moment else None
