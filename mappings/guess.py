"""A first mapping from a sample: what each column probably is, how sure that is, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from mappings.detect import Look, look
from mappings.guesses import H_OR_M, Guess, as_attribute
from mappings.headers import SURE, Named, header_words, named, named_vaguely, turned
from mappings.together import decided_together

# What a column's values must look like for a field, and how many of them at least. A header alone never
# makes a column of e-mails, phones or dates.
_MUST_LOOK: Final = {
    "emails": ("email", 0.5),
    "phones": ("phone", 0.4),
    "birth_date": ("date", 0.5),
    "birth_date.day": ("day", 0.8),
    "birth_date.month": ("month", 0.8),
    "birth_date.year": ("year", 0.8),
    "urls": ("url", 0.5),
    "gender": ("gender", 0.5),
    "language": ("language", 0.5),
    "addresses.country": ("country", 0.4),
    "addresses.postal_code": ("postal_code", 0.4),
    "addresses.locality": ("name", 0.5),
    "addresses.region": ("region", 0.5),
    "name.given": ("name", 0.5),
    "name.family": ("name", 0.5),
    "name.full": ("name", 0.5),
    "name.prefix": ("title", 0.5),
    "job_title": ("name", 0.5),
    "organization": ("name", 0.3),
    "created_at": ("moment", 0.5),
    "updated_at": ("moment", 0.5),
    "key": ("key", 1.0),
    "identifiers.vat": ("long code", 0.4),
    "identifiers.siren": ("long code", 0.4),
    "identifiers.siret": ("long code", 0.4),
    "identifiers.ssn": ("long code", 0.4),
    "identifiers.loyalty": ("code", 0.4),
    "identifiers.customer": ("code", 0.4),
}
_CONSENT_SHARE: Final = 0.5
ENOUGH: Final = 3  # fewer values than this say nothing against or for a header
# Values that say what a column is even under a header that says nothing.
_BY_VALUES: Final = (("email", "emails", 0.8), ("link", "urls", 0.8))
# Headers that say no more than where something is reached.
_ONLY_WHERE: Final = re.compile(
    r"\b(?:work|business|office|home|mobile|cell|other|main|primary|secondary|domicile|travail|bureau|mobil|privat|geschaftlich"
    r"|dienstlich|particular|trabajo|casa|movil|ufficio|abitazione|lavoro|cellulare|thuis|werk|prive|mobiel|fixe|portable"
    r"|contact|day|evening|landline|direct|1|2|3)\b"
)
# Fields whose values hardly look like anything else.
_TELLING: Final = frozenset({"phones", "addresses.country", "gender", "name.prefix", "birth_date"})
_KIND_HEADERS: Final = frozenset(
    "type kind typ tipo art soort categorie category class schema nature client customer".split()
)
# What else a header may mean when the values do not fit what it says first.
_ELSE: Final = {"name.prefix": "job_title", "urls": "organization", "addresses.region": "addresses.country"}
_TYPES: Final = (
    (r"\b(fax|telefax|telecopie|telecopieur|faxnummer|telfx)\b", "fax"),
    (r"\b(mobile|cell|cellular|cellphone|portable|gsm|handy|mobil|movil|celular|cellulare|mobiel|port|06)\b", "mobile"),
    (r"\b(work|business|office|pro|professionnel|travail|bureau|geschaftlich|dienstlich|firma|trabajo|oficina|ufficio"
     r"|zakelijk|werk|company)\b", "work"),
    (r"\b(home|fixe|perso|personnel|personal|domicile|landline|prive|privat|casa|particular|abitazione|thuis)\b", "home"),
    (r"\b(billing|facturation|rechnung\w*|facturacion|fatturazione|factuur\w*)\b", "billing"),
    (r"\b(shipping|delivery|livraison|liefer\w*|envio|spedizione|aflever\w*)\b", "shipping"),
    (r"\b(other|autre|sonstige|otra|altro|andere)\b", "other"),
)  # fmt: skip
_TYPED: Final = {
    "phones": {"fax", "mobile", "work", "home"},
    "emails": {"work", "home"},
    "addresses": {"work", "home", "billing", "shipping", "other"},
}


def suggest(sample: pa.Table) -> list[Guess]:
    """One guess a column, in the order of the columns. `sample` has text columns, some hundred rows."""
    looks = {name: look(sample[name].to_pylist()) for name in sample.column_names}
    guesses = [_guess(name, seen) for name, seen in looks.items()]
    return decided_together(guesses, looks)


def _guess(column: str, seen: Look) -> Guess:
    words = header_words(column)
    enough, is_turned = seen.filled >= ENOUGH, turned(column)
    told = named(column)
    if enough and (found := _shown(column, words, told, seen, is_turned=is_turned)):
        return found
    if told is None:
        return as_attribute(column, seen, "no contact field by this name")
    return _fitting(column, words, told, seen) if enough else _as_told(column, words, told)


def _shown(column: str, words: str, told: Named | None, seen: Look, *, is_turned: bool) -> Guess | None:
    """What the values alone say, whatever stands above them."""
    if set(words.split()) & _KIND_HEADERS and seen.share("kind") >= 0.9 and 1 < seen.distinct <= 6:
        return Guess(column, "kind", None, 0.85, "the values say person or organisation")
    if is_turned and told is None:
        return None
    for kind, field, share in _BY_VALUES:
        if seen.share(kind) >= share:
            return Guess(
                column, field, _type(field, words), SURE, f"{seen.share(kind):.0%} of the values are {kind}s"
            )
    where = _ONLY_WHERE.sub(" ", words).strip() == ""
    if where and words and seen.share("phone") >= _MUST_LOOK["phones"][1] and seen.share("sure phone") >= 0.3:
        return Guess(column, "phones", _type("phones", words), 0.85, "the values are phone numbers")
    if told is None and seen.share("sure phone") >= 0.8:
        return Guess(column, "phones", _type("phones", words), 0.7, "the values are phone numbers")
    if not words and seen.share("key") == 1:
        return Guess(column, "key", None, 0.8, "every row has a value of its own under a number sign")
    vague = named_vaguely(column) if told is None else None
    if vague is not None and vague.field in _TELLING and seen.share(_MUST_LOOK[vague.field][0]) >= 0.8:
        return _as_told(column, words, vague)
    return None


def _fitting(column: str, words: str, told: Named, seen: Look) -> Guess:
    """The field that a header names, or what else it may mean, if the values fit."""
    if told.field.startswith("consents."):
        fits = seen.share("consent") >= _CONSENT_SHARE
        return (
            _as_told(column, words, told)
            if fits
            else as_attribute(column, seen, "the values are no consents")
        )
    if told.field == "addresses.region" and seen.share("no region") >= 0.3:
        return as_attribute(column, seen, f"{told.evidence}, but the values are no places")
    if (
        told.field == "gender"
        and min(seen.share("h"), seen.share("m")) > 0
        and seen.share("h") + seen.share("m") > 0.95
    ):
        return Guess(column, "gender", H_OR_M, 0.85, f"{told.evidence}, hombre or mujer")
    if _fits(told.field, seen):
        return _as_told(column, words, told)
    if told.field == "addresses.region" and seen.share("country") >= 0.8:
        return Guess(column, "addresses.country", None, 0.7, f"{told.evidence}, and the values are countries")
    part = next((part for part in ("month", "day", "year") if seen.share(part) >= 0.8), None)
    if told.field == "birth_date" and part is not None:
        part = "day" if part == "month" and seen.share("day") >= 0.8 and "mo" not in words else part
        return Guess(column, "birth_date", part, 0.85, f"{told.evidence}, and the values are {part}s")
    other = _ELSE.get(told.field)
    if other is not None and _fits(other, seen) and seen.share("name") >= 0.5:
        return Guess(column, other, None, 0.7, f"{told.evidence}, and the values are words")
    if told.field in {"name.full", "organization"} and seen.share("key") == 1 and seen.share("code") >= 0.9:
        return Guess(column, "key", None, 0.7, f"{told.evidence}, and every row has a code of its own")
    if told.field == "key" and re.search(
        r"\b(?:cust|client|kund|klant|member|supporter|donor|adherent|socio)", words
    ):
        return Guess(column, "identifiers.customer", "customer", 0.8, f"{told.evidence}, of a customer")
    if told.field == "key" and seen.share("phone") < 0.5:
        return as_attribute(column, seen, "called like a key, but values come again")
    return as_attribute(column, seen, f"called like {told.field}, but the values are not")


def _fits(field: str, seen: Look) -> bool:
    kind, share = _MUST_LOOK.get(field, ("", 0.0))
    return not kind or seen.share(kind) >= share


def _as_told(column: str, words: str, told: Named) -> Guess:
    field, _, part = told.field.partition(".")
    if field == "birth_date" and part:
        return Guess(column, field, part, told.confidence, told.evidence)
    return Guess(column, told.field, _type(told.field, words), told.confidence, told.evidence)


def understood(answers: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Answers by label as answers by field path, by what the labels say alone: the same answers always mean
    the same, whatever others a form has had. `other` holds what no label explains, as "label: answer".
    """
    guesses = []
    for label in answers:
        told = named(label)
        guesses.append(_as_told(label, "", told) if told else Guess(label, OTHER, None, 0.0, ""))
    found: dict[str, list[Any]] = {}
    for guess in decided_together(guesses, {}):
        said = answers[guess.column]
        values = said if isinstance(said, list) else [said]
        if guess.field == OTHER:
            values = [f"{guess.column}: {value}" for value in values]
        found.setdefault(guess.field, []).extend(value for value in values if value not in (None, ""))
    return found


OTHER: Final = "other"


def _type(field: str, words: str) -> str | None:
    if field.startswith("identifiers."):
        return field.partition(".")[2]
    allowed = _TYPED.get(field.partition(".")[0], set())
    return next((kind for pattern, kind in _TYPES if kind in allowed and re.search(pattern, words)), None)
