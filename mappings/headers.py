"""What a column's header says, in English, French, German, Spanish, Italian and Dutch.

A header is looked up as it stands, then without decoration, then with its abbreviations written out; at last
for a known phrase within it. A word that turns the meaning (`email verified`, `owner phone`) makes it no
contact field, whatever else it holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from mappings.normalise.text import folded

SURE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Named:
    """The field that a header names, how surely, why, and the words of the header beside it."""

    field: str
    confidence: float
    evidence: str
    rest: str = ""


@cache
def header_words(column: str) -> str:
    """A header as plain words: camelCase and underscores apart, no accents, no punctuation."""
    column = re.sub(r";type=", " ", column, flags=re.IGNORECASE)  # vCard's TEL;TYPE=WORK
    apart = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])", " ", column)
    apart = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", apart)
    plain = folded(apart.replace("&", " et ").replace("°", " ").replace("ß", "ss"))
    return " ".join(re.findall(r"\d+[a-z]*|[a-z]+", plain))


@cache
def named(column: str) -> Named | None:
    """What a header says; None when it names no contact field."""
    for words, confidence in _readings(column):
        field = synonyms().get(words) or _bare_synonyms().get(_bare(words))
        if field:
            rest = " ".join(word for word in header_words(column).split() if word not in words.split())
            return Named(field, confidence, f"the header says {words}", rest)
    words = header_words(column)
    if turned(column) or _KIND_OF.search(words):
        return None
    return _either(column) or _held(words) or _held(_written_out(words))


def _either(column: str) -> Named | None:
    """`Nom / Raison sociale`: the name of whoever it is, a person or an organisation."""
    parts = re.split(r"\s*/\s*|\s(?:ou|or|oder|o|of)\s", column)
    fields = {synonyms().get(header_words(part), "") for part in parts}
    if len(parts) < 2 or "organization" not in fields or not fields & {"name.full", "name.family"}:
        return None
    field = "name.family" if "name.family" in fields else "name.full"
    return Named(field, 0.85, "the header says the name of a person or of an organisation")


def turned(column: str) -> bool:
    """Whether a word of the header makes it another thing than the field that it names."""
    words = header_words(column)
    return bool(_TURNING.search(words) or _TURNING.search(_written_out(words)))


_ARTICLES: Final = re.compile(
    r"\b(?:the|of|for|to|le|la|les|l|du|de|des|d|au|aux|der|die|das|den|dem|fur|el|los|las|del|di|il|lo|i|gli|della|dello|het|een"
    r"|van|voor|e|y|et|und|en)\b"
)
# Small words, and qualifiers that leave a field what it is.
_SMALL: Final = re.compile(
    r"\b(?:the|of|for|your|my|his|her|please|enter|le|la|les|l|un|une|du|de|des|d|au|votre|vos|son|sa|der|die|das|den|dem"
    r"|ihr|ihre|ihren|des|von|fur|el|los|las|su|tu|del|il|lo|i|gli|della|dello|di|tuo|tua|suo|sua|het|een|uw|jouw|van"
    r"|customer|client|contact|person|personne|member|user|primary|main|principal|principale|hauptkontakt|cust|cli|cont|txt"
    r"|value|field|c|obligatoire|required|pflichtfeld|obligatorio|obbligatorio|verplicht|mandatory|optional|facultatif"
    r"|mailing|billing|shipping|home|work|business|personal|private|other|facturation|livraison|domicile|bureau|pro"
    r"|perso|privat|geschaftlich|rechnung|lieferung|facturacion|envio|fatturazione|spedizione|factuur|aflever|prive"
    r"|zakelijk|particular|trabajo|casa|ufficio|\d+)\b"
)
_ABBREVIATIONS: Final = {
    "nm": "name", "nbr": "number", "num": "number", "nr": "number", "no": "number", "addr": "address",
    "add": "address", "adr": "adresse", "ln": "line", "cd": "code", "ph": "phone", "frst": "first",
    "fst": "first", "lst": "last", "dt": "date", "brth": "birth", "cty": "city", "org": "organization",
    "co": "company", "comp": "company", "cntry": "country", "ctry": "country", "st": "state", "zp": "zip",
    "pst": "postal", "mob": "mobile", "tel": "telephone", "eml": "email", "sal": "salutation", "ttl": "title",
    "dob": "date of birth", "soc": "societe", "naiss": "naissance", "prenm": "prenom", "vil": "ville",
    "stra": "strasse", "str": "strasse", "geb": "geburts", "dir": "direccion", "ind": "indirizzo",
    "frn": "first", "pers": "personne", "midl": "middle", "asst": "assistant", "mgr": "manager", "emerg": "emergency", "identifier": "number", "naam": "naam",
    "pcode": "postcode", "pc": "postcode", "gebdat": "geburtsdatum", "nais": "naissance", "crea": "creation", "maj": "maj", "lang": "language", "emp": "employer", "sx": "sex", "mun": "municipality", "occ": "occupation",
}  # fmt: skip
_TURNING: Final = re.compile(
    r"\b(?:double opt in|e ?mail display name|mail angezeigter name|verified|verifie|valid|valide|validated|invalid|bounced?|status|statut|stato|estado civil|sent|envoye|opens?"
    r"|opened|clicked|clicks?|count|counts|nombre de|number of|anzahl|aantal|numero di|total|last contact|derniere?|dernier"
    r"|letzter?|letzte|letztes|ultim[oa]|laatste?|recent|next|prochaine?|nachster?|proxim[oa]|prossim[oa]|volgende"
    r"|first contact|source|bron|quelle|fuente|fonte|origine?|herkunft|origen|types?|typ|tipo|art|kind|score|rating|owner|proprietaire|besitzer"
    r"|eigentumer|eigenaar|propietario|proprietario|rep|representative|sales|vendeur|verkaufer|vendedor|venditore|verkoper"
    r"|manager|gestionnaire|betreuer|assistant|assistante|emergency|urgence|notfall|emergencia|emergenza|noodgeval|nood"
    r"|spouse|conjointe?|husband|wife|ehepartner|conyuge|coniuge|echtgenoot|created by|modified by|updated by|cree par"
    r"|modifie par|erstellt von|referr(?:er|al|ed)|parrain|sponsor|sender|password|passwort|mot de passe|app|device"
    r"|format|preferences?|preferenza|preferencia|amount|montant|betrag|importe?|bedrag|price|prix|preis|precio|prezzo"
    r"|prijs|orders?|commandes?|bestellung|pedidos?|ordine|bestelling|invoices?|revenue|turnover|umsatz|employees|age|alter"
    r"|hour|heure|uhrzeit|lieu|birth ?place|birth city|geburtsort|lugar|luogo|geboorteplaats|place of birth|nationality"
    r"|nationalite|staatsangehorigkeit|insee|latitude|longitude|lat|lng|geo|hash|encrypted|hear|heard|connu|notes?"
    r"|comments?|commentaires?|bemerkung(?:en)?|remarques?|opmerking(?:en)?|observaciones|osservazioni|description|reason"
    r"|motif|grund|image|photo|picture|avatar|subject|objet|betreff|message|nachricht|file|size|interested|interest"
    r"|event|campaign|kampagne|campagne|list|survey|color|colour|language of|ip|login|username|last \d|user ?name|nickname of"
    r"|do not|dont|ne pas|unsubscribed?|desinscrit|abgemeldet|blacklist(?:ed)?|validity|expir\w*|extension of|flag|^is|^has"
    r"|visits?|sessions?|page views?|pageviews?|views?|member since|since|seit|depuis|desde|sinds|until|jusqu|begin|start|end)\b"
)
# Languages that say what a thing is before whose it is: `adresse société` is an address.
_ROMANCE: Final = re.compile(
    r"\b(?:de|du|des|del|della|di|nom|adresse|direccion|indirizzo|nombre|nome|tel|telephone|telefono|rue|code|codigo|numero)\b"
)
_BIRTH: Final = re.compile(
    r"\b(?:birth|born|naissance|naiss|nais|nee?|geburts?\w*|geboren|nascita|nato|nata|nacimiento|geboorte\w*)\b"
)
# A word for a thing that has names, addresses and phones of its own: what else the header holds is the field.
_CONTAINERS: Final = frozenset({"organization", "name.full", "addresses.street", "key", "tags", "created_at"})
# Words that mean a field only when they stand alone: a program name or a site visit is nobody's.
_VAGUE: Final = frozenset(
    """name nom site title titre contact client last first place land nation state person account place
    bus via standard port numero place studio centro recapito residenza sede building floor road unit road
    reference ref line row group groups label labels tag position role function activity position cap
    web internet posta post date created updated modified born mi middle nome naam nombre relatie mobile land staat
    stato age structure compte tiers intitule organisme association etablissement institution school agency facility
    provider vendor supplier business firm charity verein studio ente""".split()
)  # fmt: skip
_CUT: Final = 5
# What Google's exports and others put beside a value: which kind of value it is.
_KIND_OF: Final = re.compile(r"\d (?:labels?|types?|kind|primary)$")
# Names that count only where there is no better one.
_SECOND_CHOICE: Final = frozenset(
    "preferred name|preferred first name|known as|nom de naissance|nom marital|caption|file as|nom patronymique"
    "|display name|displayname|second name surname|card name|name 2|prenom usuel|hausname|nom affiche|contact".split(
        "|"
    )
)
_LONG: Final = 6  # words: a question, in which only what is specific counts
_SPECIFIC: Final = (
    "emails",
    "phones",
    "birth_date",
    "name.",
    "addresses.",
    "job_title",
    "consents",
    "gender",
    "organization",
)


def _readings(column: str) -> Iterator[tuple[str, float]]:
    """A header in its plain forms, the most literal first."""
    whole = header_words(column)
    for inner in re.findall(r"[(\[{](.*?)[)\]}]", column):  # "Name (first)"
        words = header_words(inner)
        if _SMALL.sub(" ", words).strip() and synonyms().get(words, "key") not in _CONTAINERS - {
            "addresses.street"
        }:
            yield words, SURE
    yield whole, 0.65 if whole in _SECOND_CHOICE else SURE
    if _KIND_OF.search(whole):
        return
    for border, group, part in _parts(column):
        yield header_words(part), 0.9
        if border == " - ":  # "Phone 1 - Value"
            yield re.sub(r"\b\d+\b", "", header_words(group)).strip(), 0.85
    bare = header_words(re.sub(r"[(\[{].*?[)\]}]|[*:?!]+", " ", column))
    yield bare, 0.9
    if _KIND_OF.search(whole):
        return
    yield " ".join(re.sub(r"\b\d+\b", " ", bare).split()), 0.9
    if turned(column):
        return
    yield _singular(bare), 0.9
    yield " ".join(_SMALL.sub(" ", bare).split()), 0.85
    yield _written_out(bare), 0.85
    yield " ".join(_SMALL.sub(" ", _written_out(bare)).split()), 0.8
    for _, _, part in _parts(column):
        yield " ".join(_SMALL.sub(" ", header_words(part)).split()), 0.8
        yield _written_out(header_words(part)), 0.8


def _parts(column: str) -> Iterator[tuple[str, str, str]]:
    """A header that names a group first: `Address 1: City`, `Phone 1 - Value`, `contact.email`, `Work, town`."""
    borders = (": ", " - ", ", ") if " " in column else (".", "/", ":")
    for border in borders:
        group, _, part = column.rpartition(border)
        if group and part.strip():
            yield border, group, part


def _bare(words: str) -> str:
    """Words without articles and prepositions; letters that stand for words together (`n i f`)."""
    joined = re.sub(r"\b(?:[a-z] )+[a-z]\b", lambda found: found[0].replace(" ", ""), words)
    return " ".join(_ARTICLES.sub(" ", joined).split())


@cache
def _bare_synonyms() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for known, field in synonyms().items():
        if len(bare := _bare(known)) > 2:
            found.setdefault(bare, field)
    return found


def _singular(words: str) -> str:
    return " ".join(
        re.sub(r"ies$", "y", word) if word.endswith("ies") else word.removesuffix("s")
        for word in words.split()
    )


def _written_out(words: str) -> str:
    """Abbreviations in full: the usual ones, then words without vowels (`mdl`), then words cut short."""
    return " ".join(_ABBREVIATIONS.get(word) or _fleshed(word) or _cut(word) for word in words.split())


def _fleshed(word: str) -> str | None:
    """The word that lost its vowels, or some of them behind its third letter."""
    whole = _skeletons().get(_bones(word)) if len(word) > 2 and word not in _known_words() else None
    bare = not re.search(r"[aeiou]", word[1:])
    return whole if whole and (bare or whole[:3] == word[:3]) else None


def _bones(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word[0] + re.sub(r"[aeiou]", "", word[1:]))


@cache
def _known_words() -> frozenset[str]:
    return frozenset(word for known in synonyms() for word in known.split())


_SHORTENED: Final = """first middle last name given family surname gender suffix prefix street number phone email birth country
    city company address postal code zip title state province department region website mobile telephone customer person account organization
    salutation language nationality contact employer
    client contact prenom nom adresse ville societe telephone vorname nachname strasse geburt telefon""".split()


@cache
def _skeletons() -> Mapping[str, str]:
    """Words without their vowels and double letters → the words."""
    found: dict[str, str] = {}
    for word in _SHORTENED:
        if len(_bones(word)) > 2:
            found.setdefault(_bones(word), word)
    return found


@cache
def _cut(word: str) -> str:
    """The one word of the list that begins so, for words cut short (`voorn`, `achtern`); else the word."""
    if len(word) < _CUT or word in _known_words():
        return word
    fields = {
        field: known
        for known, field in synonyms().items()
        if known.startswith(word) and " " not in known and field.startswith(_SPECIFIC)
    }
    return next(iter(fields.values())) if len(fields) == 1 else word


def _held(words: str) -> Named | None:
    """What the header holds, unless it is of somebody's birth: its place, its hour, the name before."""
    found = _holding(words)
    if found is not None and _BIRTH.search(words) and not found.field.startswith("birth_date"):
        return None
    return found


def _holding(words: str) -> Named | None:
    """The known phrase within the header that says most: longer ones before shorter, containers last."""
    found = [known for known in _phrases(words) if known not in _VAGUE and len(known) > 2]
    if len(words.split()) >= _LONG:
        found = [known for known in found if synonyms()[known].startswith(_SPECIFIC)]
    if not found:
        return None
    places = {known: f" {words} ".find(f" {known} ") for known in found}
    heads_first = bool(_ROMANCE.search(words))
    best = max(
        found,
        key=lambda known: (
            synonyms()[known] not in _CONTAINERS,
            len(known.split()),
            -places[known] if heads_first else places[known],
        ),
    )
    rest = " ".join(re.sub(rf"\b{best}\b", " ", words, count=1).split())
    if synonyms()[best] in _CONTAINERS:
        trimmed = " ".join(_SMALL.sub(" ", rest).split())
        for part in (rest, trimmed, re.sub(r"^(?:name|nom|code) | (?:name|code)$", "", trimmed)):
            inner = synonyms().get(part, "")
            if inner.startswith(("addresses.", "name.")) and inner not in _CONTAINERS:
                return Named(inner, 0.7, f"the header holds {part}")
    return Named(synonyms()[best], 0.7, f"the header holds {best}", rest)


def named_vaguely(column: str) -> Named | None:
    """What a header says by a word that means a field only when the values agree (`EU-Land`, `Parent 1 Mobile`)."""
    if turned(column):
        return None
    found = [known for known in _phrases(header_words(column)) if known in _VAGUE]
    return Named(synonyms()[found[-1]], 0.65, f"the header holds {found[-1]}") if found else None


def _phrases(words: str) -> Iterator[str]:
    parts = words.split()
    for start in range(len(parts)):
        for end in range(start + 1, min(start + 6, len(parts)) + 1):
            phrase = " ".join(parts[start:end])
            if phrase in synonyms():
                yield phrase


@cache
def synonyms() -> Mapping[str, str]:
    """Header in plain words → field."""
    text = (files("mappings") / "headers.json").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for field, names in json.loads(text).items():
        for name in names:
            found.setdefault(header_words(name), field)
    return found
