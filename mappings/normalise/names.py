"""Personal names: parts found, titles and suffixes set apart, capitals mended, particles kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from mappings.given_names import has_given_name
from mappings.normalise.couples import (
    TITLES,
    before_family,
    household_of,
    is_household,
    joint_titles,
    second_person,
    shares_family,
    titled,
)
from mappings.normalise.name_case import PARTICLES, cased
from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import MEMORY, clean_text, folded
from mappings.normalise.two_families import families_end, families_start
from mappings.words import table, word_set

SUFFIXES: Final = table("name_suffixes")
# Words of a field that holds nothing but forms of address.
_FORMS_OF_ADDRESS: Final = word_set("forms_of_address") | frozenset(TITLES)
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
# What stands in front of a row of sums.
_SUM: Final = re.compile(
    r"(?:(?:sub|sous|grand|zwischen)[ -]?)?(?:total|totale|totaal|totaux|gesamt|summe|somme|suma|suma total)"
    r"(?: (?:general|generale|gesamt))?[ :]*"
)
_AROUND: Final = " ,;*\"'"
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.-?)+")


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
    return Name(given=cased(" ".join(words)) if words else None, prefix=prefix, suffix=suffix)


@lru_cache(MEMORY)
def normalise_family(text: str) -> Name | Refusal | None:
    """A family-name field: `MARTIN JR.` gives Martin and the suffix."""
    name = _parts_of(text)
    if not isinstance(name, Name):
        return name
    words, prefix, suffix = _apart((name.full or "").split())
    if (refused := _refused(words)) is not None:
        return refused
    return Name(family=cased(" ".join(words)) if words else None, prefix=prefix, suffix=suffix)


def normalise_part(text: str) -> str | Refusal | None:
    """A further part (middle name, title, suffix), cased like a name."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if is_placeholder(cleaned):
        return Refusal("placeholder")
    plain = folded(cleaned).replace(".", "")
    both = joint_titles(cleaned.split())
    if both and not both[1]:
        return both[0]
    return TITLES.get(plain) or SUFFIXES.get(plain) or cased(cleaned)


def is_title(text: str) -> bool:
    """Whether a text is a form of address and nothing else (`Mr`, `Herr Dr.`, `M. ou Mme`)."""
    words = re.findall(r"[^\W\d_]+", folded(text))
    return bool(words) and all(word in _FORMS_OF_ADDRESS for word in words)


def split_name(text: str) -> Name | Refusal | None:
    """A whole name in one field.

    Understood: `Family, Given`, `DUPONT Jean` and `Jean DUPONT` (the part in capitals is the family name),
    titles before and suffixes behind, particles (`Jan van der Berg`), titles of two (`M. et Mme Durand`), two
    Spanish or Portuguese family names. Of two people the first is told, `full` keeps both. A single word is
    kept as `full` and given name, behind a title it is the family name; a script without Latin letters is
    left as it is written.
    """
    name = _parts_of(text)
    if not isinstance(name, Name) or name.full is None:
        return name
    if (bare := _BEHIND.sub("", name.full)) not in {"", name.full}:
        return split_name(bare)
    if "," in name.full:
        return _comma_form(name.full)
    if (family := household_of(name.full)) is not None:
        return _household(name.full, family)
    words, prefix, suffix = _apart(_without_article(name.full.split()))
    if suffix and (bare := _BEHIND.sub("", " ".join(words))) not in {"", " ".join(words)}:
        return split_name(" ".join(filter(None, (prefix, bare, suffix))))  # "Jean Durand (Paris) Jr."
    if (refused := _refused(words)) is not None:
        return refused
    if not words:
        return Name(full=name.full, prefix=prefix, suffix=suffix)
    first = words
    if (second := second_person(words)) is not None:
        left, joiner, title, right = second
        words = [*left, joiner, *right]
        first = words if shares_family(left, right) else left
        if first is words:
            prefix = f"{prefix} {joiner} {title}" if prefix and title else prefix or title
    given, family_words, middle = _parts_of_person(first, prefix)
    whole = cased(name.full if prefix is None and suffix is None else " ".join(words))
    return Name(
        full=whole if second is None or whole == name.full or _stays(whole) else name.full,
        given=cased(" ".join(given)) or None,
        family=cased(" ".join(family_words)) or None,
        additional=cased(" ".join(middle)) or None,
        prefix=prefix,
        suffix=suffix,
    )


def _household(full: str, family: str) -> Name:
    """`The Smith Family`: no given name, unless more of one stands there."""
    told = split_name(family)
    if not isinstance(told, Name):
        return Name(full=full)
    given = told.given if told.family else None
    return Name(full=cased(full), given=given, family=told.family or told.given)


def _without_article(words: list[str]) -> list[str]:
    """`de heer Jansen` as `Dhr. Jansen`; De Heer is a family name too."""
    article = len(words) > 2 and words[0].lower() == "de" and words[1] == "heer"
    return [TITLES["dhr"], *words[2:]] if article else words


def _parts_of_person(words: list[str], prefix: str | None) -> tuple[list[str], list[str], list[str]]:
    """The given, the family and the father's name among the words of one name."""
    if prefix is not None and before_family(prefix):
        household = any(map(is_household, prefix.split())) and not has_given_name(words[0])
        if household or all(folded(word).strip("'’") in PARTICLES for word in words[:-1]):
            return [], words, []
    return _with_patronymic(words) or (*_divided(words), [])


def family_first(text: str) -> str:
    """A whole name whose family name stands first (`van der Berg Jan`) as `van der Berg, Jan`.

    What tells its order itself, by a comma or by capitals, stays as it is.
    """
    words = text.split()
    told = "," in text or (any(map(_is_capitals, words)) and not all(map(_is_capitals, words)))
    if told or len(words) < 2:
        return text
    start = next((i for i, word in enumerate(words) if folded(word).strip("'’") not in PARTICLES), 0)
    end = families_end(words) or start + 1
    return f"{' '.join(words[:end])}, {' '.join(words[end:])}" if words[end:] else text


def _comma_form(full: str) -> Name:
    family, _, rest = (part.strip() for part in full.partition(","))
    behind = folded(rest).replace(".", "")
    if behind in SUFFIXES:  # "John Smith, Jr." is no "Family, Given"
        told = split_name(family)
        return replace(told, suffix=SUFFIXES[behind]) if isinstance(told, Name) else Name(full=full)
    if (title := titled(rest)) is not None and len(family.split()) > 1:  # "Hans Müller, Dipl.-Ing."
        told = split_name(family)
        if isinstance(told, Name) and told.prefix is None:
            return replace(told, prefix=title)
    words, prefix, suffix = _apart(rest.replace(",", " ").split())
    words = [] if _refused(words) else words  # "Smith, n/a"
    family_words, before, behind_it = _apart(family.split())  # "Mme Dupont, Marie", "Smith Jr., John"
    family_name = cased(" ".join(family_words))
    while len(words) > 1 and _is_particle(words[-1]):  # "Berg, Jan van den"
        family_name = f"{words[-1].lower() if words[-1].isupper() else words[-1]} {family_name}".strip()
        words = words[:-1]
    prefix, suffix = before or prefix, behind_it or suffix
    given = cased(" ".join(words))
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
    if _SUM.fullmatch(folded(bare)):
        return Refusal("not-a-name")
    if _is_no_name(bare or cleaned):
        return Refusal("not-a-name")
    return Name(full=bare or None)


def _refused(words: list[str]) -> Refusal | None:
    """Why what a title left over is no name."""
    left = " ".join(words)
    if words and is_placeholder(left):
        return Refusal("placeholder")
    return Refusal("not-a-name") if _is_no_name(left.strip(_AROUND) or left) else None


def _is_no_name(text: str) -> bool:
    return not text.isalpha() and ("@" in text or sum(map(str.isdigit, text)) > len(text) / 2)


def _apart(words: list[str]) -> tuple[list[str], str | None, str | None]:
    """Titles in front and suffixes behind, set apart from the words of the name."""
    prefixes: list[str] = []
    while (both := joint_titles(words)) is not None:
        prefixes, words = [*prefixes, both[0]], both[1]
    while words and (title := titled(words[0])):
        # a lone M or D is an initial unless it is dotted or more follows
        if (len(words) == 1 and not is_household(words[0])) or (len(words[0]) == 1 and len(words) < 3):
            break
        prefixes.append(title)
        words = words[1:]
        while len(words) > 1 and words[0].endswith(".") and folded(words[0]).strip(".") in _OF_TITLES:
            prefixes, words = [*prefixes, words[0].lower()], words[1:]  # "Dr. med."
    suffixes: list[str] = []
    while len(words) > 1 and (found := SUFFIXES.get(folded(words[-1]).replace(".", ""))):
        suffixes, words = [found, *suffixes], words[:-1]
    bare = " ".join(words).strip(_AROUND).split() if prefixes or suffixes else words
    if bare != words or (
        suffixes and joint_titles(bare)
    ):  # "Dr, Mr Roy": what a sign hid behind a title may be another
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
            while given and first > 0 and _is_particle(given[-1]) and len(given) > 1:
                family, given = [given[-1], *family], given[:-1]
            return given, family
    if _is_family_first(words):
        return words[-1:], words[:-1]
    if (both := families_start(words)) is not None:
        return words[:both], words[both:]
    start = len(words) - 1
    while start > 1 and _is_particle(words[start - 1].rpartition("-")[2]):  # also `Jansen-de Boer`
        start -= 1
    return words[:start], words[start:]


def _is_family_first(words: list[str]) -> bool:
    """`Dupont J.`, `De Luca Giovanni`: an initial behind no given name, a given name behind a particle."""
    first, last = words[0], words[-1]
    if _INITIALS.fullmatch(last):
        return not (has_given_name(first) or _INITIALS.fullmatch(first))
    return len(words) > 2 and _is_particle(first) and has_given_name(last)


def _is_particle(word: str) -> bool:
    return folded(word) in PARTICLES or folded(word).strip("'’") in PARTICLES


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
    return len(letters) > 1 and not _INITIALS.fullmatch(word) and all(c.isupper() for c in letters)
