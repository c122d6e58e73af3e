"""Personal names: parts found, titles and suffixes set apart, capitals mended, particles kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import MEMORY, clean_text, folded
from mappings.words import table, word_set

# Written without dots; the value is how it is kept.
TITLES: Final = table("name_titles")
SUFFIXES: Final = table("name_suffixes")
# Words of a field that holds nothing but forms of address.
_FORMS_OF_ADDRESS: Final = word_set("forms_of_address") | frozenset(TITLES)
# Small words of family names; they stay small and belong to the name behind them.
_PARTICLES: Final = word_set("name_particles")
_UPPER_INNER: Final = re.compile(r"^(mc|mac(?=[^aeiou]{2})|o['’]|d['’]|l['’])(.+)$", re.IGNORECASE)
# Names made of a father's name, and endings of family names, in Cyrillic and in Latin letters.
_PATRONYMIC: Final = re.compile(
    r"(?:[ое]вич|ьич|омич|итич|укич|[оеі]вна|ична|[oe]vi[ct]h|[oe]v(?:y|i)?na|yich|ilich|ivna|ichna)$"
)
_SLAVIC: Final = re.compile(r"(?:[oe]v|[iy]n|sk[iy]y?|enko|[eo]va|ina|skaya|skaia|chuk|yuk)$")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
# What people write behind a name: a remark in brackets, the name at birth.
_BEHIND: Final = re.compile(r"\s+(?:\([^()]*\)|(?:geb\.|geborene[rn]?|née?)\s.+)$")
_OF_TITLES: Final = frozenset(
    {"med", "phil", "jur", "nat", "rer", "dent", "vet", "habil", "pol", "theol", "oec", "ing"}
)
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.){2,}")
_AROUND: Final = " ,;\"'"
_WORD: Final = re.compile(r"[^\s-]+")


@dataclass(frozen=True, slots=True)
class Name:
    """The parts that were found; `full` is the whole as it was given, cleaned."""

    full: str | None = None
    given: str | None = None
    family: str | None = None
    additional: str | None = None
    prefix: str | None = None
    suffix: str | None = None


@lru_cache(MEMORY)
def normalise_given(text: str) -> Name | Refusal | None:
    """A given-name field: `M. JEAN-PIERRE` gives the prefix M. and Jean-Pierre."""
    name = _parts_of(text)
    if not isinstance(name, Name):
        return name
    words, prefix, suffix = _apart((name.full or "").split())
    if (refused := _refused(words)) is not None:
        return refused
    return Name(given=_cased(" ".join(words)) if words else None, prefix=prefix, suffix=suffix)


@lru_cache(MEMORY)
def normalise_family(text: str) -> Name | Refusal | None:
    """A family-name field: `MARTIN JR.` gives Martin and the suffix."""
    name = _parts_of(text)
    if not isinstance(name, Name):
        return name
    words, prefix, suffix = _apart((name.full or "").split())
    if (refused := _refused(words)) is not None:
        return refused
    return Name(family=_cased(" ".join(words)) if words else None, prefix=prefix, suffix=suffix)


def normalise_part(text: str) -> str | Refusal | None:
    """A further part (middle name, title, suffix), cased like a name."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if is_placeholder(cleaned):
        return Refusal("placeholder")
    plain = folded(cleaned).replace(".", "")
    return TITLES.get(plain) or SUFFIXES.get(plain) or _cased(cleaned)


def is_title(text: str) -> bool:
    """Whether a text is a form of address and nothing else (`Mr`, `Herr Dr.`, `M. ou Mme`)."""
    words = re.findall(r"[^\W\d_]+", folded(text))
    return bool(words) and all(word in _FORMS_OF_ADDRESS for word in words)


def split_name(text: str) -> Name | Refusal | None:
    """A whole name in one field.

    Understood: `Family, Given`, `DUPONT Jean` and `Jean DUPONT` (the part in capitals is the family name),
    titles before and suffixes behind, particles (`Jan van der Berg`). A single word is kept as `full` and
    given name; a script without Latin letters is left as it is written.
    """
    name = _parts_of(text)
    if not isinstance(name, Name) or name.full is None:
        return name
    if (bare := _BEHIND.sub("", name.full)) not in {"", name.full}:
        return split_name(bare)
    if "," in name.full:
        return _comma_form(name.full)
    words, prefix, suffix = _apart(name.full.split())
    if (refused := _refused(words)) is not None:
        return refused
    if not words:
        return Name(full=name.full, prefix=prefix, suffix=suffix)
    given, family, middle = _with_patronymic(words) or (*_divided(words), [])
    return Name(
        full=_cased(name.full) if prefix is None and suffix is None else _cased(" ".join(words)),
        given=_cased(" ".join(given)) or None,
        family=_cased(" ".join(family)) or None,
        additional=_cased(" ".join(middle)) or None,
        prefix=prefix,
        suffix=suffix,
    )


def family_first(text: str) -> str:
    """A whole name whose family name stands first (`van der Berg Jan`) as `van der Berg, Jan`.

    What tells its order itself, by a comma or by capitals, stays as it is.
    """
    words = text.split()
    told = "," in text or (any(map(_is_capitals, words)) and not all(map(_is_capitals, words)))
    if told or len(words) < 2:
        return text
    start = next((i for i, word in enumerate(words) if folded(word).strip("'’") not in _PARTICLES), 0)
    family = words[: start + 1]
    return f"{' '.join(family)}, {' '.join(words[start + 1 :])}" if words[start + 1 :] else text


def _comma_form(full: str) -> Name:
    family, _, rest = (part.strip() for part in full.partition(","))
    behind = folded(rest).replace(".", "")
    if behind in SUFFIXES:  # "John Smith, Jr." is no "Family, Given"
        told = split_name(family)
        return replace(told, suffix=SUFFIXES[behind]) if isinstance(told, Name) else Name(full=full)
    words, prefix, suffix = _apart(rest.replace(",", " ").split())
    words = [] if _refused(words) else words  # "Smith, n/a"
    given, family_name = _cased(" ".join(words)), _cased(family)
    whole = " ".join(part for part in (given, family_name) if part)
    return Name(
        full=whole if _stays(whole) else full,
        given=given or None,
        family=family_name or None,
        prefix=prefix,
        suffix=suffix,
    )


def _stays(whole: str) -> bool:
    """Whether a whole name read again is the same: "A, Dr" turned round would be Dr A."""
    again = split_name(whole)
    return isinstance(again, Name) and again.full == whole


def _parts_of(text: str) -> Name | Refusal | None:
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    bare = cleaned.strip(_AROUND)
    if is_placeholder(cleaned) or (bare and is_placeholder(bare)):
        return Refusal("placeholder")
    if _is_no_name(bare or cleaned):
        return Refusal("not-a-name")
    return Name(full=bare or None)


def _refused(words: list[str]) -> Refusal | None:
    """Why what a title left over is no name."""
    left = " ".join(words)
    if words and is_placeholder(left):
        return Refusal("placeholder")
    return Refusal("not-a-name") if _is_no_name(left) else None


def _is_no_name(text: str) -> bool:
    return not text.isalpha() and ("@" in text or sum(map(str.isdigit, text)) > len(text) / 2)


def _apart(words: list[str]) -> tuple[list[str], str | None, str | None]:
    """Titles in front and suffixes behind, set apart from the words of the name."""
    prefixes: list[str] = []
    while words and (title := TITLES.get(folded(words[0]).replace(".", ""))):
        # a lone M or D is an initial unless it is dotted or more follows
        if len(words) == 1 or (len(words[0]) == 1 and len(words) < 3):
            break
        prefixes.append(title)
        words = words[1:]
        while len(words) > 1 and words[0].endswith(".") and folded(words[0]).strip(".") in _OF_TITLES:
            prefixes, words = [*prefixes, words[0].lower()], words[1:]  # "Dr. med."
    suffixes: list[str] = []
    while len(words) > 1 and (found := SUFFIXES.get(folded(words[-1]).replace(".", ""))):
        suffixes, words = [found, *suffixes], words[:-1]
    bare = " ".join(words).strip(_AROUND).split() if prefixes or suffixes else words
    if bare != words:  # "Dr, Mr Roy": what a sign hid behind a title may be another
        words, prefix, suffix = _apart(bare)
        prefixes, suffixes = [*prefixes, *filter(None, [prefix])], [*filter(None, [suffix]), *suffixes]
    return words, " ".join(prefixes) or None, " ".join(suffixes) or None


def _divided(words: list[str]) -> tuple[list[str], list[str]]:
    """Given and family words of a whole name."""
    if len(words) == 1:
        return words, []
    capitals = [_is_capitals(word) for word in words]
    if any(capitals) and not all(capitals):
        first, last = capitals.index(True), len(words) - 1 - capitals[::-1].index(True)
        if all(capitals[first : last + 1]) and (first == 0 or last == len(words) - 1):
            family = words[first : last + 1]
            given = words[:first] + words[last + 1 :]
            while given and first > 0 and folded(given[-1]) in _PARTICLES and len(given) > 1:
                family, given = [given[-1], *family], given[:-1]
            return given, family
    start = len(words) - 1
    while start > 1 and folded(words[start - 1]).strip("'’") in _PARTICLES:
        start -= 1
    return words[:start], words[start:]


def _with_patronymic(words: list[str]) -> tuple[list[str], list[str], list[str]] | None:
    """Given, family and father's name of a Russian, Ukrainian or Bulgarian name in three words: the father's
    name tells where the others are.
    """
    if len(words) != len(("given", "father's", "family")):
        return None
    first, middle, last = words
    if _PATRONYMIC.search(folded(middle)):
        return [first], [last], [middle]
    # "Marko Ivan Petrovich" is a Serb: in Latin letters the first word must look like a family name too
    if _PATRONYMIC.search(folded(last)) and (_CYRILLIC.search(first) or _SLAVIC.search(folded(first))):
        return [middle], [first], [last]
    return None


def _is_capitals(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    return len(letters) > 1 and all(c.isupper() for c in letters)


def _cased(text: str) -> str:
    """Names all in capitals or all small get their usual form; mixed case is somebody's choice and stays."""
    if not text or not (text.isupper() or text.islower()):
        return text
    if len(text) == 1:
        return text.upper() if len(text.upper()) == 1 else text  # the capital of ß is two letters
    words = text.split(" ")
    # A lone letter at the end is an initial; "BERG, JAN VAN DER" has particles there.
    small = [place > 0 and (len(word) > 1 or place < len(words) - 1) for place, word in enumerate(words)]
    cased = " ".join(_cased_word(word, small=may) for word, may in zip(words, small, strict=True))
    return cased if clean_text(cased) == cased else text  # other capitals may look like a broken encoding


def _cased_word(word: str, *, small: bool) -> str:
    if small and folded(word) in _PARTICLES:
        return word.lower()
    return _WORD.sub(lambda part: _capital(part[0]), word.lower()) if word else word


def _capital(part: str) -> str:
    if _INITIALS.fullmatch(part):
        return part.upper()
    inner = _UPPER_INNER.match(part)
    if inner:
        return inner[1].capitalize() + inner[2][:1].upper() + inner[2][1:]
    first = part[0].upper()
    return (first if len(first) == 1 else part[0]) + part[1:]
