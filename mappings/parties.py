"""Who stands in a sheet besides the contact: by the columns of people's names, and which columns are called
after them (`Engineer`, `Engineer mobile`; `Next of kin`, `NOK tel.`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from mappings.detect import Look
from mappings.guesses import NOTHING, TO_ASK, Guess
from mappings.header_words import abbreviations, apart, header_words, is_nameless, known_words, synonyms
from mappings.words import pattern, word_set

_OWN: Final = ("name.", "organization", "addresses.")
_WAYS: Final = ("emails", "phones", "addresses.", "birth_date", "name.")
_OF_PEOPLE: Final = frozenset({"birth_date", "gender"})
_PEOPLE: Final = 0.2  # of the values surely people's names: most names are in no list, and cells are dirty
_WHOLE: Final = 0.6
_GIVEN: Final = 0.4  # of the values given names, where a column has only these
_SMALL: Final = pattern("header_small")
_PERSONS: Final = pattern("header_contact_persons")
_ROLES: Final = word_set("header_subjects")
_RECIPIENTS: Final = pattern("header_recipients")
_FIRMS: Final = 0.3
_NAME_WORDS: Final = frozenset({"name", "nom", "nombre", "nome", "naam", "full"})
_SELLERS: Final = frozenset({"comercial", "commercial"})  # also a kind of address
_SHORT: Final = 2  # letters of words that say nothing
_COMPOUND: Final = 5  # letters of a word with which another may begin
_OF_TWO: Final = 8  # letters of a word that may be made of two, of which each gives a letter
_VOWEL: Final = re.compile("[aeiouy]")
_SEVERAL: Final = ("paar", "leute")  # the contact with somebody
_INITIALS: Final = 2
_PAIR: Final = 2
_SAME: Final = 0.7  # of the distinct names: others' are seldom the contacts' too
_CODES: Final = frozenset({"cd", "cod", "code", "codice", "codigo", "id"})


def telling(column: str) -> frozenset[str]:
    """The words of a header that are nobody's but its own."""
    words = [word for word in header_words(column).split() if len(word) > _SHORT and not is_nameless(column)]
    return (
        frozenset(word for word in words if word in _ROLES or not _SMALL.fullmatch(word))
        - known_words()
        - abbreviations()
        - word_set("header_function_words")
    )


@dataclass(frozen=True, slots=True)
class Parties:
    """Words, and initials, of the headers above others' names, and the words of the contact's own."""

    others: frozenset[str]
    own: frozenset[str]

    def called_after(self, column: str) -> str | None:
        """The word of a header that is one of others'."""
        capitals = {word.lower() for word in re.findall(r"(?<![^\W_])[A-Z]{2}(?![^\W_])", column)}
        words = [*header_words(column).split(), *apart(header_words(column)).split()]
        words = [word for word in words if len(word) != _SHORT or word in capitals]  # `Dt. nasc.` beside `DT`
        said = f" {header_words(column)} "
        numbered = next(
            (
                other
                for other in self.others
                if " " in other and (f" {other} " in said or _holds_cut(said, other))
            ),
            None,
        )
        named = next((word for word in words if word in self.others or self._begins(word)), None)
        return numbered or named or next((word for word in _letters(column) if self._is_short(word)), None)

    def _is_short(self, letters: str) -> bool:
        """`Tel. HA` beside `Hausarzt`, `Tél. WP` beside `Wedding planner`."""
        if any(_is_of_letters(own, letters) for own in self.own):
            return False
        return any(_is_of_letters(other, letters) for other in self.others)

    def _begins(self, word: str) -> bool:
        """`Assistententelefon` beside `Assistent`; `Tel. inq.` beside `Inquilino`; `Tél. proprio` beside
        `Propriétaire`; `E-mail beheerder` beside `Relatiebeheerder`.
        """
        strange = word not in known_words() | word_set("header_glue")
        short = len(word) > _SHORT and strange and not _SMALL.fullmatch(word)
        cut = short and not any(own.startswith(word) for own in self.own)
        own = word in self.own or word.endswith(_SEVERAL)
        return any(
            (not own and len(other) >= _COMPOUND and word.startswith(other))
            or (cut and other.startswith(word))
            or (not own and len(word) > _COMPOUND and word[-1] == "o" and other.startswith(word[:-1]))
            or (cut and len(word) >= _COMPOUND and other.endswith(word))
            or (
                cut
                and len(word) >= _OF_TWO
                and word[:_COMPOUND] == other[:_COMPOUND]
                and _is_cut_of(word, other)
            )
            or (cut and not _VOWEL.search(word) and _is_cut_of(word, other))
            for other in self.others
            if " " not in other
        )


def parties(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> Parties:
    """Who has names in a sheet."""
    contact = _contact(guesses)
    found: set[str] = set()
    for guess in guesses:
        if (
            guess is not contact
            and not is_nameless(guess.column)
            and _may_be_other(guess)
            and not _is_to_ask(guess, guesses)
            and not (contact and _is_recipient_too(guess, contact, looks))
            and _of_people(looks.get(guess.column, NOTHING))
        ):
            found |= telling(guess.column) | _initials(guess.column) | _numbered(guess.column)
            found |= _phrase(guess.column) | _named_rest(guess.column) | _alone(guess.column)
            found |= _head(guess.column) | _sign(guess.column) | _capitals(guess.column)
    found |= _coded(guesses)
    for words in (header_words(guess.column) for guess in guesses if guess.evidence.startswith(TO_ASK)):
        found |= {words, *_PERSONS.findall(words)}
    second = [guess for guess in guesses if _is_second(guess, guesses, looks)]
    for guess in second:
        found |= telling(guess.column)
    mine = [one for one in guesses if one is contact or (_is_mine(one) and one not in second)]
    own = set(" ".join(header_words(guess.column) for guess in mine).split())
    return Parties(frozenset(found - own), frozenset(own))


def _is_recipient_too(guess: Guess, contact: Guess, looks: Mapping[str, Look]) -> bool:
    """Whether a column has the contact's names again, as who bought gets the parcel too."""
    if not _RECIPIENTS.search(header_words(guess.column)):
        return False
    seen, own = (looks.get(one.column, NOTHING) for one in (guess, contact))
    common = len(seen.counts.keys() & own.counts.keys())
    return seen.share("full name") >= _WHOLE and common >= _SAME * max(seen.distinct, 1)


def _coded(guesses: Sequence[Guess]) -> frozenset[str]:
    """`ag` of `COD_AG`: what has a code of its own behind the first column, which is the contact's."""
    pairs = [
        header_words(guess.column).split() for guess in guesses[1:] if guess.field.startswith("attributes.")
    ]
    coded = (word for code, word in (pair for pair in pairs if len(pair) == _PAIR) if code in _CODES)
    return frozenset(word for word in coded if word not in known_words() and not _SMALL.fullmatch(word))


def _is_second(guess: Guess, guesses: Sequence[Guess], looks: Mapping[str, Look]) -> bool:
    """Whether a name is another's, as the contact has a better one, or one before it."""
    if guess.field not in {"name.given", "name.family", "organization"}:
        return False

    def goodness(one: Guess) -> tuple[bool, float]:
        firm = looks.get(one.column, NOTHING).share("company") >= _FIRMS
        return firm == (one.field == "organization"), one.confidence

    return guess is not max((one for one in guesses if one.field == guess.field), key=goodness)


def _contact(guesses: Sequence[Guess]) -> Guess | None:
    """The column of the contact's whole name: of several the surest, of equally sure ones the first."""
    if any(guess.field in {"name.given", "name.family"} for guess in guesses):
        return None
    whole = [guess for guess in guesses if guess.field == "name.full"]
    return max(whole, key=lambda guess: guess.confidence, default=None)


def _may_be_other(guess: Guess) -> bool:
    return guess.field.startswith("attributes.") or guess.field == "name.full"


def _is_mine(guess: Guess) -> bool:
    return guess.field.startswith(_OWN) and guess.field != "name.full"


def _of_people(seen: Look) -> bool:
    people = seen.share("person") >= _PEOPLE or seen.share("capitalised") >= _WHOLE
    return (
        (people and seen.share("full name") >= _WHOLE)
        or seen.share("given name") >= _GIVEN
        or seen.share("company") >= _FIRMS
    )


def _numbered(column: str) -> frozenset[str]:
    """`ref 1` of `Ref 1 name`: several of a kind, none of them the contact."""
    words = header_words(column).split()
    rest = [word for word in words if word not in _NAME_WORDS]
    several = len(rest) < len(words) and len(rest) > 1 and rest[-1].isdigit()
    return frozenset({" ".join(rest)}) if several else frozenset()


def _is_to_ask(guess: Guess, guesses: Sequence[Guess]) -> bool:
    """Whether a column is of the person through whom alone the contact gets e-mails (`Ansprechpartner`)."""
    if not _PERSONS.search(header_words(guess.column)) or guess.evidence.startswith(TO_ASK):
        return False
    fields = {one.field for one in guesses}
    if fields & _OF_PEOPLE and "organization" not in fields:  # nobody asks a firm's Ansprechpartner there
        return False
    words = telling(guess.column)
    emails = [one for one in guesses if one.field == "emails"]
    return bool(emails) and all(words & set(header_words(one.column).split()) for one in emails)


def _phrase(column: str) -> frozenset[str]:
    """`pers a contacter`, of which each word alone is anybody's."""
    words = header_words(column)
    return (
        frozenset({words}) if len(words.split()) > 1 and not _NAME_WORDS & set(words.split()) else frozenset()
    )


def _named_rest(column: str) -> frozenset[str]:
    """`ref` of `NOMREF`: whose name it is, also in words that say something else elsewhere."""
    words = apart(header_words(column)).split()
    rest = [
        word for word in words if word not in _NAME_WORDS and (word in _SELLERS or not _SMALL.fullmatch(word))
    ]
    if not rest or len(rest) == len(words) or (len(rest) == 1 and len(rest[0]) <= _SHORT):
        return frozenset()
    if len(rest) > 1:
        return frozenset({" ".join(rest)})  # `Plus One Name`
    return frozenset() if synonyms().get(rest[0], "").startswith(_WAYS) else frozenset(rest)


def _alone(column: str) -> frozenset[str]:
    """The one word above a column of others' names (`Commercial`), whatever it says elsewhere; two capitals
    (`PT`) are one.
    """
    word = header_words(column)
    if len(word) == _SHORT and column.isupper():
        return frozenset({word})
    anybodys = " " in word or len(word) <= _SHORT or _SMALL.fullmatch(word) or _PERSONS.fullmatch(word)
    return frozenset() if anybodys or synonyms().get(word, "").startswith(_WAYS) else frozenset({word})


def _head(column: str) -> frozenset[str]:
    """The last of several words (`holder` of `Acct Holder`), if it names no field and is not anybody's."""
    *before, word = header_words(column).split() or [""]
    anybodys = word in synonyms() or word in _ROLES or _SMALL.fullmatch(word) or _PERSONS.search(word)
    short = not before or len(word) <= _COMPOUND
    return frozenset() if short or anybodys or word in _words_of_ways() else frozenset({word})


def _capitals(column: str) -> frozenset[str]:
    """`sb` of `Zust. SB`: two capitals behind a word that is not all in capitals."""
    return frozenset(_letters(column)[-1:]) if column[-_SHORT:].isupper() and " " in column else frozenset()


def _sign(column: str) -> frozenset[str]:
    """`n 1` of `Manager N+1`: a letter and a number behind a word."""
    *before, letter, number = ["", "", *header_words(column).split()]
    signed = any(before) and len(letter) == 1 and letter.isalpha() and number.isdigit()
    return frozenset({f"{letter} {number}"}) if signed else frozenset()


@cache
def _words_of_ways() -> frozenset[str]:
    """Of what e-mails, phones and births are called (`posta elettronica`)."""
    ways = tuple(way for way in _WAYS if way != "name.")
    phrases = (known for known, field in synonyms().items() if field.startswith(ways))
    return frozenset(word for known in phrases for word in known.split())


def _letters(column: str) -> list[str]:
    """The words of two capitals in a header that is not all in capitals, and those of two letters with a dot
    (`Sp. Cell`), if they say nothing else.
    """
    if column.upper() == column:
        return []
    known = known_words() | abbreviations() | word_set("header_glue")
    found = [word.lower() for word in re.findall(r"\b[A-Z]{2}(?=\d|\b)|\b[A-Z][a-z](?=\.)", column)]
    return [word for word in found if word not in known and not _SMALL.fullmatch(word)]


def _is_of_letters(said: str, letters: str) -> bool:
    words = [word for word in said.split() if not word.isdigit()]
    if said.startswith(letters) or "".join(word[0] for word in words) == letters:
        return True
    return (
        len(said) >= _OF_TWO and said[0] == letters[0] and letters[1:] in said[_SHORT:]
    )  # `HM`: Hausmeister


def _holds_cut(said: str, other: str) -> bool:
    """Whether a header has the words of another's, in order, each as it is or its letters (`1e cp` beside
    `1e contactpersoon`), and one with a number as it is; without numbers each as it is or begun.
    """
    words, whole = said.split(), other.split()
    numbered = any(character.isdigit() for character in other)
    is_cut = _is_cut_of if numbered else _is_begun
    return any(
        all(map(is_cut, words[start : start + len(whole)], whole))
        for start in range(len(words) - len(whole) + 1)
    )


def _is_begun(word: str, whole: str) -> bool:
    return word == whole or (len(word) > _SHORT and whole.startswith(word))


def _is_cut_of(word: str, whole: str) -> bool:
    if word == whole or any(character.isdigit() for character in whole):
        return word == whole
    letters = iter(whole)
    return len(word) >= _SHORT and word[0] == whole[0] and all(letter in letters for letter in word)


def _initials(column: str) -> frozenset[str]:
    words = header_words(column).split()
    return frozenset({"".join(word[0] for word in words)}) if len(words) > _INITIALS else frozenset()
