"""A first mapping from a sample: what each column probably is, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa

from mappings.detect import Look, look
from mappings.fitting import guessed
from mappings.guesses import Guess
from mappings.headers import named
from mappings.no_header import without_header
from mappings.one_for_all import without_everybodys
from mappings.prefixes import without_prefixes
from mappings.row_by_row import Rows, emails_of_others, names_by_emails, names_of_others, of_strangers
from mappings.sheet_of_whom import about_whom, children_named, named_like_contacts
from mappings.telling import as_told
from mappings.together import decided_together
from mappings.whose import own_only

OTHER: Final = "other"


def suggest(sample: pa.Table) -> list[Guess]:
    """One guess a column, in the order of the columns. `sample` has text columns, some hundred rows."""
    looks = looks_of(sample)
    rows = Rows(sample, looks)
    guesses = [guessed(name, seen) for name, seen in looks.items()]
    guesses = without_prefixes(guesses, looks, guessed)
    guesses = about_whom(guesses, looks, guessed)
    guesses = named_like_contacts(children_named(guesses, looks), looks)
    guesses = names_by_emails(names_of_others(guesses, rows), rows)
    guesses = decided_together(without_everybodys(guesses, looks), looks)
    guesses = without_header(_others_left_out(guesses, rows), looks)
    guesses = emails_of_others(guesses, rows)
    return of_strangers(guesses, rows)


def _others_left_out(guesses: Sequence[Guess], rows: Rows) -> list[Guess]:
    """The guesses without the names of others that rows show once all names are decided, and without what is
    called after these; a household has its address in common.
    """
    named = names_of_others(guesses, rows)
    if named == list(guesses):
        return named
    pairs = zip(named, own_only(named, rows.looks), strict=True)
    return [before if before.field.startswith("addresses.") else own for before, own in pairs]


def looks_of(sample: pa.Table) -> dict[str, Look]:
    """What each column's values look like."""
    return {name: look(sample[name].to_pylist()) for name in sample.column_names}


def understood(answers: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Answers by label as answers by field path, by what the labels say alone: the same answers always mean
    the same, whatever others a form has had. `other` holds what no label explains, as "label: answer".
    """
    found: dict[str, list[Any]] = {}
    for label, field in _fields(tuple(answers)):
        said = answers[label]
        values = said if isinstance(said, list) else [said]
        if field == OTHER:
            values = [f"{label}: {value}" for value in values]
        found.setdefault(field, []).extend(value for value in values if value not in (None, ""))
    return found


@lru_cache(256)  # a form has the same labels in every submission
def _fields(labels: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Labels with the field that each stands for."""
    guesses = []
    for label in labels:
        told = named(label)
        guesses.append(as_told(label, told) if told else Guess(label, OTHER, None, 0.0, ""))
    return tuple((guess.column, guess.field) for guess in decided_together(guesses, {}))
