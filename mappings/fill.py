"""What filling a page's fields shares: the rules, the records, and where refused values are noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mappings.encoded import Codes, Encoded, Records, combined
from mappings.json_text import as_text
from mappings.normalise.refusal import Refusal
from mappings.ragged import Slot
from mappings.spec import MappingSpec, Rule
from mappings.unchanged import Mask

MAX_RAW = 200  # characters of a refused value that are kept to show
MANY: Final = 64  # values: for fewer, one by one is as quick
# A column's usual values, told at once: which they are, and their clean forms.
Usual = Callable[[pa.Array], tuple[Mask, pa.Array]]


@dataclass(slots=True)
class Filling:
    """One page being mapped. `refused` collects, a rule each, the refusals of its distinct values."""

    spec: MappingSpec
    records: Records
    latest: date
    refused: list[Slot] = field(default_factory=list)

    def rules(self, path: str) -> Sequence[Rule]:
        return self.spec.fields.get(path, ())

    def values(self, rule: Rule, part: str = "value") -> Encoded:
        """A rule's values as text, translated by its table; a value that the table sends to null is none."""
        told = self.records.evaluate(rule.parts[part])
        if rule.values is None:
            return told
        return Encoded(told.codes, [_translated(rule, value) for value in told.values])

    def normalised(
        self, path: str, column: Encoded, normalise: Callable[[Any], Any | Refusal | None]
    ) -> list[Any | None]:
        """Each distinct value's clean form, None where it was refused; the refusals are noted."""
        outcomes = [normalise(value) for value in column.values]
        bad = {i: outcome for i, outcome in enumerate(outcomes) if isinstance(outcome, Refusal)}
        for i in bad:
            outcomes[i] = None
        self._note(column, {i: [_noted(path, one, column.values[i])] for i, one in bad.items()})
        return outcomes

    def cleaned(
        self,
        path: str,
        column: Encoded,
        normalise: Callable[[Any], str | Refusal | None],
        usual: Usual | None = None,
    ) -> pa.Array:
        """Each row's clean text. `usual` tells for most values of a long column what `normalise` gives."""
        if usual is None or len(column) < MANY:
            return column.take(self.normalised(path, column, normalise), pa.string())
        mask, clean = usual(column.texts)
        others = self.normalised(path, column.only(~mask), normalise)
        whole = pc.replace_with_mask(clean, pa.array(~mask), pa.array(others, pa.string()))
        return column.take(whole, pa.string())

    def items(
        self,
        path: str,
        column: Encoded,
        items_of: Callable[[Any], Sequence[Any | Refusal]],
    ) -> Slot:
        """Each distinct value's items; those that are refused are noted and left out."""
        found: list[Sequence[Any]] = [items_of(value) for value in column.values]
        refused: dict[int, list[dict[str, str]]] = {}
        for i, items in enumerate(found):
            if any(isinstance(one, Refusal) for one in items):
                refused[i] = [
                    _noted(path, one, column.values[i]) for one in items if isinstance(one, Refusal)
                ]
                found[i] = [one for one in items if not isinstance(one, Refusal)]
        self._note(column, refused)
        return Slot(column.codes, found)

    def together(self, columns: Sequence[Encoded]) -> Encoded:
        return combined(columns, self.records.rows)

    def _note(self, column: Encoded, refused: Mapping[int, list[dict[str, str]]]) -> None:
        """Keeps the refusals of some of a column's values."""
        if refused:
            to: Codes = np.full(len(column) + 1, -1, np.int64)
            to[list(refused)] = np.arange(len(refused))
            self.refused.append(Slot(to[column.codes], list(refused.values())))


def as_they_are(unchanged: Callable[[pa.Array], Mask]) -> Usual:
    """The usual values of a normaliser that gives them back."""
    return lambda texts: (unchanged(texts), texts)


def texts_of(value: Any) -> list[str]:
    """The texts of a value that may be a list."""
    if isinstance(value, list | tuple):
        return [as_text(one) for one in value if one not in (None, "", [], {})]
    return [as_text(value)]


def _translated(rule: Rule, value: Any) -> Any:
    if rule.values is None:
        return value
    word = as_text(value).strip()
    if word in rule.values:
        return rule.values[word]
    return next((to for said, to in rule.values.items() if said.casefold() == word.casefold()), value)


def _noted(path: str, refusal: Refusal, raw: Any) -> dict[str, str]:
    return {"field": path, "reason": refusal.reason, "raw": as_text(_flat(raw))[:MAX_RAW]}


def _flat(raw: Any) -> Any:
    """What people see of a value that was read together with another column's: the value."""
    return raw[0] if isinstance(raw, tuple) else raw
