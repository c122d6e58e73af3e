"""The hub's own file of decisions: one JSON object a line, every record by source and key."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from cli.labels.naming import Naming
from hub.domain.instants import instant
from hub.domain.judgement import RecordName
from hub.domain.matching import Verdict
from hub.domain.portable import ToldJudgement, ToldOverride
from hub.errors import ConfigurationError, Place
from hub.golden.overrides import misfit


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


_LINE: TypeAdapter[_Judgement | _Override] = TypeAdapter(_Judgement | _Override)


def read_lines(path: Path, naming: Naming) -> tuple[list[ToldJudgement], list[ToldOverride]]:
    judged: list[ToldJudgement] = []
    said: list[ToldOverride] = []
    with path.open(encoding="utf-8-sig") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            line = _parsed(text, Place(path.name, number))
            at = _instant(line.at)
            if isinstance(line, _Judgement):
                a, b = (_named(one, naming, Place(path.name, number)) for one in (line.a, line.b))
                judged.append(ToldJudgement(a, b, line.verdict, line.author, at, line.reason, number))
                continue
            problem = misfit(line.field, line.value)
            if problem:
                place = Place(path.name, number, field=line.field)
                raise ConfigurationError("invalid-value", problem, place=place)
            record = _named(line.record, naming, Place(path.name, number))
            ends = _instant(line.expires_at)
            said.append(
                ToldOverride(record, line.field, line.value, line.author, at, line.reason, ends, number)
            )
    return judged, said


def _parsed(text: str, place: Place) -> _Judgement | _Override:
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
        raise ConfigurationError(error.code, error.sentence, hint=error.hint, place=place) from None


def _instant(moment: datetime | None) -> str | None:
    return instant(moment) if moment else None
