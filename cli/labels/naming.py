"""Which record a row of a foreign file means: its source by this hub's name, its key as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from hub.domain.judgement import RecordName
from hub.errors import ConfigurationError


@dataclass(frozen=True)
class Naming:
    """`known` are the hub's sources; `renamed` gives the hub's name for a file's; `default` is the source of
    rows that name none.
    """

    known: Sequence[str]
    renamed: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None

    def record(self, source: Any, key: Any) -> RecordName:
        return RecordName(self.source(source), self.key(key))

    def source(self, told: Any) -> str:
        """Raises `ConfigurationError` for a source that this hub does not have."""
        name = str(told).strip() if told not in (None, "") else self.default or self._only()
        name = self.renamed.get(name, name)
        if name in self.known:
            return name
        alike = [one for one in self.known if one.lower() == name.lower()]
        if len(alike) == 1:
            return alike[0]
        near = get_close_matches(name, self.known, n=1)
        meant = near[0] if near else (self.known[0] if self.known else "SOURCE")
        raise ConfigurationError(
            "unknown-source",
            f"this hub has no records of a source `{name}`",
            hint=f"say which it is: --source-as {name}={meant}; there are {', '.join(self.known) or 'none'}",
        )

    def key(self, told: Any) -> str:
        if told in (None, ""):
            raise ConfigurationError("no-key", "a row names no record")
        return str(int(told)) if isinstance(told, float) and told.is_integer() else str(told).strip()

    def _only(self) -> str:
        if len(self.known) == 1:
            return self.known[0]
        raise ConfigurationError(
            "no-source",
            "the file does not say which source its records are of",
            hint=f"say it: --source NAME, of {', '.join(self.known) or 'none'}",
        )
