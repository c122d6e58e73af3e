"""What people type where a form will not let them leave a field empty."""

from __future__ import annotations

import re
from typing import Final

from mappings.normalise.text import folded

# One a line; compared without accents, case and punctuation around.
_WORDS: Final = frozenset(
    [
        "n/a",
        "n.a",
        "none",
        "null",
        "nil",
        "nan",
        "undefined",
        "unknown",
        "unbekannt",
        "inconnu",
        "inconnue",
        "inconnus",
        "desconocido",
        "desconocida",
        "sconosciuto",
        "onbekend",
        "keine",
        "keine angabe",
        "aucun",
        "aucune",
        "neant",
        "nc",
        "n.c",
        "nr",
        "tbd",
        "tba",
        "xxx",
        "xxxx",
        "xxxxx",
        "test",
        "tester",
        "essai",
        "asdf",
        "asdfgh",
        "qwerty",
        "azerty",
        "foo",
        "bar",
        "foobar",
        "empty",
        "vide",
        "non renseigne",
        "non renseignee",
        "non communique",
        "non communiquee",
        "not applicable",
        "not available",
        "not provided",
        "not specified",
        "no name",
        "sans objet",
        "sans reponse",
        "non connu",
        "non connue",
        "non precise",
        "non precisee",
        "pas d'adresse",
        "pas d'adresse mail",
        "pas de portable",
        "a completer",
        "a definir",
        "a renseigner",
        "k.a",
        "k. a",
        "entfallt",
        "nicht bekannt",
        "nicht vorhanden",
        "nicht angegeben",
        "ohne angabe",
        "wird nachgereicht",
        "folgt",
        "sin datos",
        "sin dato",
        "sin informacion",
        "no consta",
        "ninguno",
        "ninguna",
        "no tiene",
        "no disponible",
        "no aplica",
        "por definir",
        "n.d",
        "n/d",
        "nessuno",
        "nessuna",
        "non disponibile",
        "non pervenuto",
        "non indicato",
        "da definire",
        "geen",
        "niet bekend",
        "niet van toepassing",
        "n.v.t",
        "nvt",
        "onbekende",
        "desconhecido",
        "desconhecida",
        "nao aplicavel",
        "nao disponivel",
        "nao tem",
        "sem dados",
        "nenhum",
        "tbc",
        "dummy",
        "not given",
        "not known",
        "not supplied",
        "not stated",
        "not found",
        "not set",
        "no data",
        "no value",
        "no address",
        "no phone number",
        "to be confirmed",
        "to be completed",
        "s.o",
        "bitte ausfullen",
        "pas de numero",
        "anonyme",
        "anonymous",
        "anonym",
        "anonimo",
        "anoniem",
        "n.n",
        "no email",
        "no phone",
        "sans nom",
        "pas de mail",
        "pas d'email",
        "pas de telephone",
        "#ref",
        "#value",
        "#name",
    ]
)
NOTHING: Final = _WORDS | {"na"}  # folded; with signs around, "na" may be a word of its own
_LONGEST: Final = max(map(len, _WORDS))
# What spreadsheets show for a formula that failed, and for nothing in a list of choices.
_SHOWN_FOR_NOTHING: Final = re.compile(
    r"#[¡¿]?(?:ref|value|name|num|null|div/0|spill|calc|valeur|nom|nul|wert|bezug|zahl|valor|nombre|nulo|valore"
    r"|rif|nome|waarde|verw|naam|getal|deel/0)[!?]|#(?:n/a|n/d|nv|nb)[!?]?"
    r"|\((?:blank|leer|vide|vuot[oae]|leeg|vacio|empty|none|null|en blanco)\)"
)
_PUNCTUATION: Final = re.compile(r"^[\W_]+|[\W_]+$")
LOCAL_PARTS: Final = frozenset(
    [
        "test",
        "tests",
        "testing",
        "test1",
        "test123",
        "noemail",
        "no-email",
        "nomail",
        "no-mail",
        "none",
        "na",
        "n/a",
        "unknown",
        "inconnu",
        "asdf",
        "qwerty",
        "azerty",
        "aaa",
        "abc",
        "xxx",
        "example",
        "exemple",
        "fake",
        "dummy",
        "sansmail",
        "pasdemail",
        "noreply",
        "no-reply",
        "donotreply",
        "do-not-reply",
        "ne-pas-repondre",
        "nepasrepondre",
    ]
)


def is_placeholder(text: str) -> bool:
    """Whether a text says "nothing": n/a, unknown, -, xxx, and the like."""
    if text.isdecimal():
        return False
    plain = folded(text)
    if plain and plain[0].isalnum() and plain[-1].isalnum():  # no punctuation around
        first, _, second = plain.partition(" ")
        return len(plain) <= _LONGEST and (plain in NOTHING or (first == second and first in _WORDS))
    word = _PUNCTUATION.sub("", plain)
    if not word or _SHOWN_FOR_NOTHING.fullmatch(plain.strip()):
        return True
    return word in _WORDS or plain.strip() in {"na", "#n/a"}


def is_placeholder_address(local: str, domain: str) -> bool:
    """Whether an e-mail address is a stand-in (test@test.com, none@…, noreply@…)."""
    name = domain.split(".", 1)[0]
    return local in LOCAL_PARTS or (local == name and len(set(local)) <= 4)


def is_placeholder_number(digits: str) -> bool:
    """Whether a number's digits are a stand-in: one digit over and over, or counting up or down."""
    body = digits.lstrip("0") or digits
    if len(set(body)) == 1 and len(body) >= 5:
        return True
    if len(digits) >= 9 and len(digits.rstrip("0")) <= 3:  # a country code before nothing
        return True
    return len(body) >= 7 and (body in "1234567890123456789" or body in "9876543210987654321")
