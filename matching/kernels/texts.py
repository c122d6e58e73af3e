"""Texts as UTF-8 bytes: hashed, sifted, coded by their sound."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.kernels.jit import BOOLS, BYTES, INTS, inlined, jit

Hashes = npt.NDArray[np.uint64]
Data = npt.NDArray[np.uint8]
Ends = npt.NDArray[np.int32]

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_LONGEST: Final = 4096
_A, _E, _H, _S, _SPACE = (ord(letter) for letter in "aehs ")

# `matching.folding`'s spellings of one sound, letter by letter: what is read, how much of it is replaced, by
# what. The first are for the beginning of a word.
_SOUNDS: Final = (
    (("kn", 2, "n"), ("gn", 2, "n"), ("pn", 2, "n"), ("wr", 2, "r"), ("ps", 2, "s")),
    (("eaux", 4, "o"), ("eau", 3, "o"), ("aux", 3, "o"), ("au", 2, "o")),
    (("ph", 2, "f"),),
    (("tsch", 4, "x"), ("tch", 3, "x"), ("sch", 3, "x"), ("ch", 2, "x"), ("sh", 2, "x")),
    (("ck", 2, "k"), ("qu", 2, "k"), ("q", 1, "k"), ("kh", 2, "k"), ("cq", 2, "k")),
    (("ce", 1, "s"), ("ci", 1, "s"), ("cy", 1, "s")),
    (("ch", 2, "k"), ("gh", 2, "k"), ("c", 1, "k"), ("g", 1, "k")),
    (("th", 2, "t"), ("dt", 2, "t"), ("d", 1, "t")),
    (("tz", 2, "s"), ("zz", 2, "s"), ("z", 1, "s")),
    (("w", 1, "f"), ("v", 1, "f"), ("b", 1, "p"), ("j", 1, "k")),
)
_EVERY: Final = [spelling for rule in _SOUNDS for spelling in rule]
_FIRST_SPELLING: Final = np.cumsum([0, *(len(rule) for rule in _SOUNDS)])
_LENGTH: Final = np.array([len(spelling) for spelling, _, _ in _EVERY])
_TAKEN: Final = np.array([taken for _, taken, _ in _EVERY])
_SOUND: Final = np.array([ord(sound) for _, _, sound in _EVERY], np.uint8)
_SPELLING: Final = np.array([list(spelling.ljust(4).encode()) for spelling, _, _ in _EVERY], np.uint8)
_BEGINS: Final = np.array(
    [[chr(byte) in {spelling[0] for spelling, _, _ in rule} for byte in range(256)] for rule in _SOUNDS]
)
_VOWELS: Final = np.array([chr(byte) in "aeiouy" for byte in range(256)])
_UNHEARD: Final = np.array([chr(byte) in "sxte" for byte in range(256)])


def buffers(texts: pa.Array) -> tuple[Ends, Data]:
    """Where each text begins (and the last ends) in the bytes of all; null is empty."""
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    if not pa.types.is_string(texts.type):
        texts = texts.cast(pa.string())
    if len(texts) == 0:
        return np.zeros(1, np.int32), np.zeros(0, np.uint8)
    _, offsets, data = texts.buffers()
    found = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return found, np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)


def text_array(offsets: Ends, data: Data) -> pa.Array:
    """The inverse of `buffers`."""
    parts = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string(), len(offsets) - 1, parts)


def text_hashes(texts: pa.Array) -> Hashes:
    """As `matching.hashing.text_hashes`."""
    offsets, data = buffers(texts)
    return _hashed(offsets, data)


def only(texts: pa.Array, table: npt.NDArray[np.bool_]) -> pa.Array:
    """The texts with nothing left but the bytes marked in the table."""
    return text_array(*_sifted(*buffers(texts), table))


def spaced(texts: pa.Array) -> pa.Array:
    """Of ASCII texts: lower case, every run of other than letters and digits one space. Null stays null."""
    found = text_array(*_spaced(*buffers(texts)))
    return pc.if_else(texts.is_valid(), found, pa.scalar(None, pa.string())) if texts.null_count else found


def sounds(texts: pa.Array) -> pa.Array:
    """As `matching.folding.sounds`."""
    return text_array(*_sounded(*buffers(texts)))


@inlined
def mixed(value: np.uint64, salt: np.uint64) -> np.uint64:
    """As `matching.hashing.mix`."""
    z = value + salt * _GOLDEN + _GOLDEN
    z = (z ^ (z >> np.uint64(30))) * _FIRST
    z = (z ^ (z >> np.uint64(27))) * _SECOND
    return z ^ (z >> np.uint64(31))


@jit((INTS, BYTES))
def _hashed(offsets: Ends, data: Data) -> Hashes:
    n = len(offsets) - 1
    out = np.empty(n, np.uint64)
    for i in range(n):
        start, length = offsets[i], offsets[i + 1] - offsets[i]
        value = np.uint64(0)
        read = min(length, _LONGEST)
        at = 0
        while at + 8 <= read:
            word = np.uint64(0)
            for k in range(8):
                word |= np.uint64(data[start + at + k]) << np.uint64(8 * k)
            value = mixed(value ^ word, np.uint64(at))
            at += 8
        if at < read:
            word = np.uint64(0)
            for k in range(read - at):
                word |= np.uint64(data[start + at + k]) << np.uint64(8 * k)
            value = mixed(value ^ word, np.uint64(at))
        out[i] = mixed(value ^ mixed(np.uint64(length), np.uint64(1)), np.uint64(0))
    return out


@jit((INTS, BYTES, BOOLS))
def _sifted(offsets: Ends, data: Data, table: npt.NDArray[np.bool_]) -> tuple[Ends, Data]:
    n = len(offsets) - 1
    ends = np.zeros(n + 1, np.int32)
    kept = np.empty(offsets[n] - offsets[0], np.uint8)
    size = 0
    for i in range(n):
        for at in range(offsets[i], offsets[i + 1]):
            kept[size] = data[at]
            size += table[data[at]]
        ends[i + 1] = size
    return ends, kept[:size]


@inlined
def _letter(byte: np.uint8) -> bool:
    return bool(97 <= byte <= 122)


@jit((INTS, BYTES))
def _spaced(offsets: Ends, data: Data) -> tuple[Ends, Data]:
    n = len(offsets) - 1
    ends = np.zeros(n + 1, np.int32)
    out = np.empty(offsets[n] - offsets[0], np.uint8)
    size = 0
    for i in range(n):
        start, apart = size, False
        for at in range(offsets[i], offsets[i + 1]):
            byte = data[at]
            if 65 <= byte <= 90:
                byte += np.uint8(32)
            if _letter(byte) or 48 <= byte <= 57:
                if apart and size > start:
                    out[size] = _SPACE
                    size += 1
                out[size], apart = byte, False
                size += 1
            else:
                apart = True
        ends[i + 1] = size
    return ends, out[:size]


@inlined
def _started(w: Data, n: int) -> int:
    """Vowels at the beginning count as one."""
    end = 0
    while end < n and _VOWELS[w[end]]:
        end += 1
    if end == 0:
        return n
    w[0] = _A
    for i in range(end, n):
        w[i - end + 1] = w[i]
    return n - end + 1


@inlined
def _respelled(w: Data, n: int) -> int:
    """The rules that put one letter in the place of several, each over the whole word before the next."""
    for rule in range(len(_FIRST_SPELLING) - 1):
        first, end = _FIRST_SPELLING[rule], _FIRST_SPELLING[rule + 1]
        read, size = 0, 0
        while read < n:
            letter, taken = w[read], 1
            if _BEGINS[rule, letter] and (read == 0 or rule > 0):
                for k in range(first, end):
                    length = _LENGTH[k]
                    same = read + length <= n
                    for at in range(length if same else 0):
                        same = same and w[read + at] == _SPELLING[k, at]
                    if same:
                        letter, taken = _SOUND[k], _TAKEN[k]
                        break
            w[size] = letter
            size += 1
            read += taken
        n = size
    return n


@inlined
def _once_each(w: Data, n: int) -> int:
    """A letter repeated counts once."""
    size = 0
    for i in range(n):
        if size and w[i] == w[size - 1] and _letter(w[i]):
            continue
        w[size] = w[i]
        size += 1
    return size


@inlined
def _without(w: Data, n: int, vowels: bool) -> int:  # noqa: FBT001
    """A letter's `h`, or vowels, are left out behind another letter."""
    size, before = 0, np.uint8(0)
    for i in range(n):
        byte = w[i]
        out = _VOWELS[byte] if vowels else byte == _H
        if not (out and _letter(before)):
            w[size] = byte
            size += 1
        before = byte
    return size


@inlined
def _ended(w: Data, n: int) -> int:
    """The ending that is not heard is left out."""
    if n > 2 and w[n - 2] == _E and w[n - 1] == _S and _letter(w[n - 3]):
        return n - 2
    if n > 1 and _UNHEARD[w[n - 1]] and _letter(w[n - 2]):
        return n - 1
    return n


@jit((INTS, BYTES))
def _sounded(offsets: Ends, data: Data) -> tuple[Ends, Data]:
    n = len(offsets) - 1
    ends = np.zeros(n + 1, np.int32)
    codes = np.empty(offsets[n] - offsets[0], np.uint8)
    total = 0
    for i in range(n):
        word = codes[total:]
        size = 0
        for at in range(offsets[i], offsets[i + 1]):
            if data[at] != _SPACE:
                word[size] = data[at]
                size += 1
        size = _respelled(word, _started(word, size))
        size = _once_each(word, _without(word, size, False))
        size = _once_each(word, _without(word, _ended(word, size), True))
        total += size
        ends[i + 1] = total
    return ends, codes[:total]
