"""Words of the sheets that tests invent, by country: nobody in them lives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

_ALL: Final[dict[str, dict[str, list[str]]]] = json.loads(
    (Path(__file__).parents[1] / "data" / "header_styles" / "words.json").read_text(encoding="utf-8")
)
GIVEN, FAMILY, COMPANY, STREETS = (_ALL[name] for name in ("given", "family", "company", "streets"))
CITIES, REGIONS, JOBS, TITLES = (_ALL[name] for name in ("cities", "regions", "jobs", "titles"))
COUNTRIES, CODES, FLATS, SENTENCES = (_ALL[name] for name in ("countries", "codes", "flats", "sentences"))
