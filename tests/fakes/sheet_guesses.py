"""What headers over values of a kind are guessed to be."""

from __future__ import annotations

import pyarrow as pa

from mappings.guess import suggest
from tests.fakes.sheet_values import Sheet
from tests.fakes.sheet_words import OTHER


def guessed_fields(country: str, rows: int, *columns: tuple[str, str]) -> dict[str, str]:
    """Fields of headers over values of a kind, of the first sheet's people or another's by its number; what
    begins with `=` stands in every row.
    """
    sheets = {str(seed): Sheet(country, seed, rows, OTHER) for seed in range(1, 5)}
    cells = {}
    for header, said in columns:
        whose, _, kind = said.rpartition(".")
        values = [said[1:]] * rows if said.startswith("=") else sheets[whose or "1"].column(kind)
        cells[header] = pa.array(values, pa.string())
    return {guess.column: guess.field for guess in suggest(pa.table(cells))}
