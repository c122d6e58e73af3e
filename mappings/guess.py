"""A first mapping from a sample: what each column probably is, how sure that is, and why."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import pyarrow as pa

from mappings.detect import Look, look
from mappings.normalise.text import folded

SURE: Final = 0.95
# What a column's values must look like for a field, and how many of them at least. A header alone never
# makes a column of e-mails, phones or dates.
_MUST_LOOK: Final = {
    "emails": ("email", 0.5),
    "phones": ("phone", 0.4),
    "birth_date": ("date", 0.5),
    "urls": ("url", 0.5),
}
ENOUGH: Final = 3  # fewer values than this say nothing against or for a header
# Values that say what a column is even under a header that says nothing.
_BY_VALUES: Final = (("email", "emails", 0.8), ("link", "urls", 0.8))
_TYPES: Final = (
    (r"\b(fax|telefax|telecopie)\b", "fax"),
    (r"\b(mobile|cell|portable|gsm|handy|mobil)\b", "mobile"),
    (r"\b(work|business|pro|bureau|office|professionnel)\b", "work"),
    (r"\b(home|fixe|perso|personal|domicile|landline|prive)\b", "home"),
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A column and the catalogue field it probably fills.

    `field` is a path, `key`, `updated_at`, or `attributes.NAME` when it is no contact field. `type` is the
    kind of phone, e-mail or identifier where that shows. `confidence` is from 0 to 1, `evidence` a sentence.
    """

    column: str
    field: str
    type: str | None
    confidence: float
    evidence: str


def suggest(sample: pa.Table) -> list[Guess]:
    """One guess a column, in the order of the columns. `sample` has text columns, some hundred rows."""
    guesses = [_guess(name, sample[name].to_pylist()) for name in sample.column_names]
    guesses = _one_name(guesses)
    guesses = _first_only(guesses)
    return _organisations(guesses, sample)


def _guess(column: str, values: Sequence[str | None]) -> Guess:
    words = header_words(column)
    seen = look(values)
    for kind, field, share in _BY_VALUES:
        if seen.shares.get(kind, 0) >= share and seen.filled >= ENOUGH:
            return Guess(
                column, field, _type(field, words), SURE, f"{seen.shares[kind]:.0%} of the values are {kind}s"
            )
    named = _by_header(words)
    if named is None:
        if seen.filled >= ENOUGH and seen.shares.get("phone", 0) >= 0.8 and _some_shape(values):
            return Guess(column, "phones", _type("phones", words), 0.7, "the values are phone numbers")
        return Guess(
            column, f"attributes.{slug(column)}", _value_type(seen), 0.5, "no contact field by this name"
        )
    path, confidence, evidence = named
    kind, share = _MUST_LOOK.get(path, ("", 0.0))
    if kind and seen.filled >= ENOUGH and seen.shares.get(kind, 0) < share:
        told = f"called like {path}, but the values are not"
        return Guess(column, f"attributes.{slug(column)}", _value_type(seen), 0.6, told)
    return Guess(column, path, _type(path, words), confidence, evidence)


def _by_header(words: str) -> tuple[str, float, str] | None:
    synonyms = _synonyms()
    if words in synonyms:
        return synonyms[words], SURE, f"the header says {words}"
    trimmed = re.sub(
        r"\b(the|le|la|les|du|de|des|d|l|votre|your|customer|client|contact|mailing|billing|\d+)\b",
        " ",
        words,
    )
    trimmed = " ".join(trimmed.split())
    if trimmed in synonyms:
        return synonyms[trimmed], 0.85, f"the header says {trimmed}"
    held = [known for known in synonyms if _tells(known) and re.search(rf"\b{re.escape(known)}\b", words)]
    if held:
        longest = max(held, key=len)
        return synonyms[longest], 0.7, f"the header holds {longest}"
    return None


def understood(answers: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Answers by label as answers by field path, by what the labels say alone: the same answers always mean
    the same, whatever others a form has had. `other` holds what no label explains, as "label: answer".
    """
    guesses = []
    for label in answers:
        named = _by_header(header_words(label))
        path, confidence, evidence = named or (OTHER, 0.0, "")
        guesses.append(Guess(label, path, None, confidence, evidence))
    found: dict[str, list[Any]] = {}
    for guess in _one_name(guesses):
        said = answers[guess.column]
        values = said if isinstance(said, list) else [said]
        if guess.field == OTHER:
            values = [f"{guess.column}: {value}" for value in values]
        found.setdefault(guess.field, []).extend(value for value in values if value not in (None, ""))
    return found


OTHER: Final = "other"

# Words that mean a field only when they stand alone: a program name or a site visit is nobody's.
_VAGUE: Final = frozenset(
    (
        "name",
        "nom",
        "site",
        "title",
        "titre",
        "contact",
        "client",
        "last",
        "first",
        "place",
        "land",
        "nation",
        "state",
    )
)


def _tells(known: str) -> bool:
    return len(known) > 3 and known not in _VAGUE


def _one_name(guesses: list[Guess]) -> list[Guess]:
    """`Nom` is a family name beside `Prénom`, the whole name without it; `Name` and `Nom` likewise."""
    fields = {guess.field for guess in guesses}
    changed = []
    for guess in guesses:
        words = header_words(guess.column)
        alone = (
            guess.field == "name.family"
            and "name.given" not in fields
            and words in {"nom", "last", "apellidos"}
        )
        beside = (
            guess.field == "name.full"
            and "name.given" in fields
            and "name.family" not in fields
            and words == "name"
        )
        if alone:
            changed.append(_as(guess, "name.full", 0.8, "a name without a given name beside it"))
        elif beside:
            changed.append(_as(guess, "name.family", 0.8, "a name beside a given name"))
        else:
            changed.append(guess)
    return changed


_ONLY_ONE: Final = frozenset(
    {
        "key",
        "updated_at",
        "name.given",
        "name.family",
        "name.full",
        "organization",
        "job_title",
        "birth_date",
        "gender",
        "language",
        "created_at",
    }
)


def _first_only(guesses: list[Guess]) -> list[Guess]:
    """Of two columns for a field that has one value, the surer keeps it."""
    best: dict[str, Guess] = {}
    for guess in guesses:
        if guess.field in _ONLY_ONE and guess.confidence > (
            best[guess.field].confidence if guess.field in best else 0
        ):
            best[guess.field] = guess
    return [
        guess
        if guess.field not in _ONLY_ONE or best[guess.field] is guess
        else _as(
            guess,
            f"attributes.{slug(guess.column)}",
            0.6,
            f"{best[guess.field].column} is the better {guess.field}",
        )
        for guess in guesses
    ]


def _organisations(guesses: list[Guess], sample: pa.Table) -> list[Guess]:
    """A file without people: its only name is that of an organisation."""
    fields = {guess.field for guess in guesses}
    if "organization" in fields or "name.given" in fields or "name.family" in fields:
        return guesses
    people = {"full name", "nom complet", "contact", "contact name"}
    return [
        _as(guess, "organization", 0.8, f"{share:.0%} of the names are of organisations")
        if guess.field == "name.full"
        and header_words(guess.column) not in people
        and (share := _company_share(sample[guess.column].to_pylist())) >= 0.3
        else guess
        for guess in guesses
    ]


_COMPANY: Final = re.compile(
    r"\b(inc|llc|ltd|limited|corp|co|company|gmbh|ag|sa|sarl|sas|sasu|eurl|sci|bv|nv|srl|spa|plc|group|groupe|holding"
    r"|school|university|ecole|center|centre|church|association|foundation|fondation|institute|academy|hospital|bank"
    r"|services|systems|solutions|restaurant|cafe|hotel|shop|store|restaurants|bar|grill|inn|club)\b"
)


def _company_share(values: Sequence[str | None]) -> float:
    said = [folded(value).replace(".", "") for value in values if value]
    return sum(1 for value in said if _COMPANY.search(value)) / len(said) if said else 0.0


def header_words(column: str) -> str:
    """A header as plain words: camelCase and underscores apart, no accents, no punctuation."""
    apart = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])", " ", column)
    return " ".join(re.findall(r"[a-z0-9]+", folded(apart.replace("&", " et ").replace("°", " "))))


def slug(column: str) -> str:
    """A header as an attribute's name."""
    return header_words(column).replace(" ", "_") or "column"


def _as(guess: Guess, field: str, confidence: float, evidence: str) -> Guess:
    return Guess(guess.column, field, guess.type if field == guess.field else None, confidence, evidence)


def _type(field: str, words: str) -> str | None:
    if field.startswith("identifiers."):
        return field.partition(".")[2]
    if field not in {"phones", "emails"}:
        return None
    return next((kind for pattern, kind in _TYPES if re.search(pattern, words)), None)


def _value_type(seen: Look) -> str:
    if seen.shares.get("date", 0) > 0.9:
        return "date"
    return "number" if seen.shares.get("number", 0) > 0.95 else "text"


def _some_shape(values: Sequence[str | None]) -> bool:
    """Whether numbers are written as people write phones: with a plus, brackets, blanks or dots."""
    said = [value for value in values if value]
    return sum(1 for value in said if re.search(r"^\+|^0\d|[()]|\d[ .-]\d", value.strip())) > len(said) / 2


@cache
def _synonyms() -> Mapping[str, str]:
    text = (files("mappings") / "headers.json").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for field, names in json.loads(text).items():
        for name in names:
            found.setdefault(name, field)
    return found
