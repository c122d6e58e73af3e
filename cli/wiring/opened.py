"""What sources and destinations of a project have in common: its store, its clock, its connectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Literal

from cli.clock import SystemClock
from cli.settings.load import Project
from connectors.base import Connector, Context
from connectors.registry import load
from hub.errors import ConfigurationError
from hub.ports import Clock
from hub.store.budgets import SharedBudget
from hub.store.engine import Store
from hub.store.opening import open_store


@dataclass
class OpenedProject:
    """A project with its store. `clock` says what time it is."""

    project: Project
    clock: Clock = SystemClock()  # noqa: RUF009 - stateless

    @cached_property
    def store(self) -> Store:
        return open_store(self.project.store_url)

    def mapping_file(self, name: str, direction: Literal["in", "out"]) -> Path | None:
        """The mapping file of a source (`in`) or destination; None where the built-in mapping holds."""
        settings = self.project.settings
        told = (settings.sources if direction == "in" else settings.destinations)[name].mapping
        return self._mapping_file(name, told)

    def _mapping_told(self, name: str, told: str | None, is_built_in: bool) -> str:
        path = self._mapping_file(name, told)
        absent = "built in" if is_built_in else "none"
        return str(path.relative_to(self.project.folder)) if path else absent

    def _mapping_file(self, name: str, told: str | None) -> Path | None:
        """The mapping that the settings name, else mappings/NAME.yaml where it exists."""
        if told is not None:
            return self.project.folder / told
        path = self.project.folder / "mappings" / f"{name}.yaml"
        return path if path.is_file() else None

    def _connector(self, type_name: str) -> Connector:
        return load(type_name)

    def _context(self, name: str) -> Context:
        return Context(self.project.folder, self.clock, name, self._shared_budget)

    def _shared_budget(self, account: str, requests: int, seconds: float) -> SharedBudget:
        return SharedBudget(self.store, account, requests, seconds)


def known(asked: Sequence[str] | None, there: Mapping[str, object], kind: str) -> list[str]:
    """The names asked for, or all there are. Raises `ConfigurationError` for one that there is not."""
    if not asked:
        if not there:
            raise ConfigurationError(
                f"no-{kind}s",
                f"hub.yaml names no {kind}",
                hint=f"`hub {kind} add NAME TYPE KEY=VALUE…` adds one",
            )
        return list(there)
    for name in asked:
        if name not in there:
            near = get_close_matches(name, there, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(there) or 'none'}"
            raise ConfigurationError(f"unknown-{kind}", f"there is no {kind} `{name}`", hint=hint)
    return list(asked)
