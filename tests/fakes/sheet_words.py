"""Words of the sheets that tests invent, by country: nobody in them lives."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parents[1] / "data" / "header_styles"
By = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Words:
    """What names, places, jobs … are taken from."""

    given: By
    family: By
    company: By
    streets: By
    cities: By
    regions: By
    jobs: By
    titles: By
    countries: By
    codes: By
    flats: By
    sentences: By


def _read(name: str) -> Words:
    return Words(**json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8")))


PLAIN: Final = _read("words")
FRESH: Final = _read("fresh")  # names that fewer people have, and what the first ones had not
OTHER: Final = _read("other")  # and others again
