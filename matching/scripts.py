"""Values of other scripts in Latin letters too, so that they meet the way others write them.

A value keeps its own script: two values of one script are compared as they are written, since many Chinese
names sound alike. Only a value met by one of another script is seen in Latin letters. Letters are
transliterated by AnyAscii one by one; what a language writes by groups of letters, or leaves out, is put
right before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

from matching.characters import Characters
from matching.encoding import Bools, Ints, Vocabulary
from matching.folding import folded

_SCRIPTS: Final = (
    "Cyrillic",
    "Greek",
    "Arabic",
    "Hebrew",
    "Han",
    "Hiragana",
    "Katakana",
    "Hangul",
    "Devanagari",
)
_OTHER: Final = len(_SCRIPTS) + 1
# Their signs are read in several ways (a Japanese name's by its bearer's wish), or are not known here.
_READ_VARIOUSLY: Final = (_SCRIPTS.index("Han") + 1, _OTHER)
_JOINED: Final = re.compile(r"[\u3400-\u9fff々]{2,4}|[\uac00-\ud7a3]{2,4}")
_TWO_LETTERS: Final = (
    "欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官", "司徒", "東方", "东方", "夏侯", "皇甫", "尉迟",
    "令狐",
    "남궁", "황보", "제갈", "선우", "독고", "사공", "서문",
)  # fmt: skip

# As families write themselves, where that is not how their letters are read one by one.
_CUSTOMARY: Final = {
    "김": "kim", "이": "lee", "박": "park", "최": "choi", "정": "jung", "강": "kang", "조": "cho",
    "윤": "yoon", "임": "lim", "오": "oh", "신": "shin", "권": "kwon", "안": "ahn", "류": "ryu",
    "유": "yoo", "우": "woo", "노": "roh", "구": "koo", "심": "shim", "주": "joo", "곽": "kwak",
    "고": "ko", "국": "kook", "דוד": "david", "לוי": "levi", "الله": "allah",
}  # fmt: skip
_WORD: Final = r"(?m)(?:^|(?<= ))"
_END: Final = r"(?= |$)"
_JAPANESE: Final = dict(
    zip(
        "しちじきにひみりぎびぴシチジキニヒミリギビピ",
        "sh ch j ky ny hy my ry gy by py sh ch j ky ny hy my ry gy by py".split(),  # noqa: SIM905
        strict=True,
    )
)
# Applied in this order to folded words, before the letters are looked up.
_SPELLED: Final = (
    # Russian: endings of names
    (f"(?:ии|ыи){_END}", "y"),
    # Greek: pairs of vowels and of consonants
    ("ου", "ou"),
    ("([αε])υ", r"\1v"),
    ("γγ", "ng"),
    (f"{_WORD}μπ", "b"),
    (f"{_WORD}ντ", "d"),
    (f"{_WORD}γκ", "g"),
    # Arabic: the article; letters that stand for vowels inside a word
    (f"{_WORD}ال(?=[^ ]{{2}})", "al "),
    ("[اع]", "a"),
    ("(?<=[^ \n])و", "u"),
    ("(?<=[^ \n])[يی]", "i"),
    (f"[ةه]{_END}", "a"),
    # Hebrew: the same
    (f"{_WORD}[אע]", "a"),
    ("(?<=[^ \n])וו", "v"),
    ("(?<=[^ \n])ו", "o"),
    ("(?<=[^ \n])י", "i"),
    (f"(?<=[^ \n])ה{_END}", "a"),
    (f"{_WORD}כ", "k"),
    ("ש", "sh"),
    # Hindi
    ("[शष]", "sh"),
    ("च", "ch"),
    # Japanese: long vowels are not told
    ("ー", ""),
    *(
        (f"{syllable}{small}", consonant + vowel)
        for syllable, consonant in _JAPANESE.items()
        for small, vowel in (("[ゃャ]", "a"), ("[ゅュ]", "u"), ("[ょョ]", "o"))
    ),
)


_FEW: Final = 500  # texts
_NOT_LATIN_CLASS: Final = r"[^\p{Latin}\p{Common}\p{Inherited}]"
_NOT_LATIN: Final = Characters(_NOT_LATIN_CLASS)


@dataclass(frozen=True)
class Scripts:
    """Of each value of a vocabulary the number of its script (0: Latin), and which value is its Latin form:
    itself where it is Latin.
    """

    numbers: npt.NDArray[np.int8]
    latin: Ints

    @property
    def several(self) -> bool:
        return len(self.latin) > 0

    def seen(self, by_value: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        """For every value what is known of its Latin form."""
        return by_value[self.latin] if self.several else by_value

    def side_by_side(self, a: Ints, b: Ints) -> tuple[Ints, Ints, Bools]:
        """Pairs of values as they are to be compared, and which of them are of different scripts."""
        if not self.several:
            return a, b, np.zeros(len(a), bool)
        crossing = self.numbers[a] != self.numbers[b]
        return np.where(crossing, self.latin[a], a), np.where(crossing, self.latin[b], b), crossing

    def unsure(self, a: Ints, b: Ints) -> Bools:
        """Pairs of different scripts that may be one name though their Latin forms are not alike."""
        numbers = self.numbers
        if not self.several:
            return np.zeros(len(a), bool)
        odd = np.isin(numbers[a], _READ_VARIOUSLY) | np.isin(numbers[b], _READ_VARIOUSLY)
        return np.asarray(odd & (numbers[a] != numbers[b]))


ONE_SCRIPT: Final = Scripts(np.zeros(0, np.int8), np.zeros(0, np.int32))


def with_latin_forms(vocabulary: Vocabulary) -> tuple[Vocabulary, Scripts]:
    """A vocabulary of folded texts with the Latin forms of its values behind them."""
    values = vocabulary.values
    rows = foreign(values)
    if len(rows) == 0:
        return vocabulary, ONE_SCRIPT
    texts = values.take(pa.array(rows))
    forms = latin(texts)
    known = set(forms.to_pylist()) - {None, ""}
    new = pc.filter(pa.array(sorted(known), pa.string()), _absent(sorted(known), values))
    every = pa.concat_arrays([values, new])
    places = pc.index_in(forms, value_set=every).to_numpy(zero_copy_only=False)
    latin_of = np.arange(len(every), dtype=np.int32)
    latin_of[rows] = np.where(np.isnan(places), rows, places).astype(np.int32)
    numbers = np.zeros(len(every), np.int8)
    numbers[rows] = _script_numbers(texts)
    return Vocabulary(every), Scripts(numbers, latin_of)


def _absent(texts: list[str], values: pa.Array) -> pa.Array:
    return pc.invert(pc.is_in(pa.array(texts, pa.string()), value_set=values))


def foreign(values: pa.Array) -> npt.NDArray[np.int64]:
    """Which values have letters that are not Latin."""
    rows = np.flatnonzero(~np.asarray(pc.string_is_ascii(values).to_numpy(zero_copy_only=False), bool))
    if len(rows) == 0:
        return rows
    texts = values.take(pa.array(rows))
    if len(rows) <= _FEW:
        few = [text or "" for text in texts.to_pylist()]
        others = _NOT_LATIN.among(set().union(*few))
        return np.asarray(rows[[not others.isdisjoint(text) for text in few]], np.int64)
    told = pc.match_substring_regex(texts, _NOT_LATIN_CLASS)
    other: Bools = np.asarray(pc.fill_null(told, False).to_numpy(zero_copy_only=False), bool)
    return np.asarray(rows[other], np.int64)


def _script_numbers(texts: pa.Array) -> npt.NDArray[np.int8]:
    numbers = np.full(len(texts), _OTHER, np.int8)
    for number, script in reversed(list(enumerate(_SCRIPTS, 1))):
        found = pc.match_substring_regex(texts, rf"\p{{{script}}}")
        numbers[np.asarray(found.to_numpy(zero_copy_only=False), bool)] = number
    return numbers


def in_latin(values: pa.Array) -> pa.Array:
    """Folded texts, those in other scripts in Latin letters."""
    rows = foreign(values)
    if len(rows) == 0:
        return values
    mask = np.zeros(len(values), bool)
    mask[rows] = True
    return pc.replace_with_mask(values.cast(pa.string()), pa.array(mask), latin(values.take(pa.array(rows))))


def latin(values: pa.Array) -> pa.Array:
    """Folded texts in Latin letters, folded."""
    joined = "\n".join(text or "" for text in values.to_pylist())
    joined = re.sub(r"[^ \n]+", lambda word: _CUSTOMARY.get(word[0], word[0]), joined)
    for spelling, letters in _SPELLED:
        joined = re.sub(spelling, letters, joined)
    table = {ord(letter): anyascii(letter) for letter in set(joined) if not letter.isascii()}
    plain = re.sub("['`]", "", joined.translate(table))
    return folded(pa.array(plain.split("\n"), pa.string()))


# What different ways of writing a name in Latin letters agree on.
_CONSONANTS: Final = (
    ("x", "ks"),
    ("ck", "k"),
    ("w", "v"),
    ("[aeiou ]+|(?<=[^\\n ])y", ""),
    (r"([a-z])\1+", r"\1"),
)


def consonants(values: pa.Array) -> pa.Array:
    """What of a Latin form is left in scripts that write no vowels."""
    joined = "\n".join(text or "" for text in values.to_pylist())
    for letters, left in _CONSONANTS:
        joined = re.sub(letters, left, joined)
    return pa.array(joined.split("\n"), pa.string())


def family_first(text: str) -> tuple[str, str] | None:
    """Family and given name of a Chinese, Japanese or Korean name written as one word, else nothing.

    A family name of two characters is known as such, or taken from four.
    """
    if not _JOINED.fullmatch(text):
        return None
    end = 2 if len(text) == 4 or (len(text) == 3 and text.startswith(_TWO_LETTERS)) else 1
    return text[:end], text[end:]
