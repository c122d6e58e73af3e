"""The keys that records can meet by, each a hash a record (or several); 0 where a record has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.encoding import Longs, Values
from matching.features import Features
from matching.grouping import first_of_each
from matching.hashing import Hashes, mix, text_hashes
from matching.kernels import compiled
from matching.parallel import side_by_side

_LETTERS: Final = 5  # at the start or the end of a name


@dataclass(frozen=True)
class Keys:
    """A key of records: row `rows[i]` has `hashes[i]`. Rows ascend; a row may have several or none."""

    rows: Longs
    hashes: Hashes


Maker = Callable[[Features], Keys]


def _seen(values: Values, by_value: Hashes) -> Keys:
    rows, codes = values.rows, values.codes
    if len(by_value) == 0:
        return Keys(np.zeros(0, np.int64), np.zeros(0, np.uint64))
    if compiled(len(rows)):
        from matching.kernels.keys import seen  # noqa: PLC0415 - loads Numba

        return Keys(*seen(rows, codes, by_value))
    hashes = by_value[codes]
    some = hashes != 0
    return Keys(rows[some], hashes[some])


def _own(values: Values) -> Keys:
    return _seen(values, values.vocabulary.hashes)


def _row(hashes: Hashes) -> Keys:
    if compiled(len(hashes)):
        from matching.kernels.keys import present  # noqa: PLC0415 - loads Numba

        return Keys(*present(hashes))
    rows = np.flatnonzero(hashes)
    return Keys(rows, hashes[rows])


def _by_row(values: Values, by_value: Hashes) -> Hashes:
    if len(by_value) == 0:
        return np.zeros(len(values), np.uint64)
    return np.where(values.first >= 0, by_value[values.first], np.uint64(0))


def _name_bag(f: Features) -> Keys:
    """Given and family name in any order, nicknames as their formal names; of names told as one text every
    two of their words.
    """
    given, family = (_by_row(column, f.names.formal_hashes) for column in (f.names.given, f.names.family))
    bag = _row(np.where((given != 0) & (family != 0), mix(mix(given) + mix(family)), np.uint64(0)))
    if not f.whole_names.any:
        return bag
    rows, hashes = f.whole_names.keys()
    rows, hashes = np.concatenate((bag.rows, rows)), np.concatenate((bag.hashes, hashes))
    order = np.argsort(rows, kind="stable")
    return Keys(rows[order], hashes[order])


def _sound_bag(f: Features) -> Keys:
    given = _by_row(f.names.given, f.names.head_sound_hashes)
    family = _by_row(f.names.family, f.names.head_sound_hashes)
    return _row(np.where((given != 0) & (family != 0), mix(mix(given) + mix(family)), np.uint64(0)))


def _beside_more(part: str) -> Maker:
    """How one of the two names sounds, of records that tell more than that: it alone says too little."""

    def make(f: Features) -> Keys:
        name, other = (f.names.given, f.names.family) if part == "given" else (f.names.family, f.names.given)
        by_value = f.names.head_sound_hashes if part == "given" else f.names.sound_hashes
        rest = (f.streets.line, f.places.postal, f.places.locality, *(o.values for o in f.others))
        more = (other, f.births.date, f.emails.address, f.phones.number, f.organisation.core, *rest)
        told = np.logical_or.reduce([values.first >= 0 for values in more])
        return _row(np.where(told, _by_row(name, by_value), np.uint64(0)))

    return make


def _date_part(divide: int, modulo: int) -> Maker:
    def make(f: Features) -> Keys:
        d = f.births
        whole = d.years.astype(np.int64) * 10000 + d.months * 100 + d.days
        part = (whole // divide) % modulo
        return _seen(d.date, np.where(part > 0, mix(part.astype(np.uint64), divide), np.uint64(0)))

    return make


def _rarest(position: int) -> Maker:
    return lambda f: _seen(f.organisation.core, f.organisation.rarest_words[:, position])


def _rarest_pair(f: Features) -> Keys:
    words = f.organisation.rarest_words
    both = np.where(
        (words[:, 0] != 0) & (words[:, 1] != 0), mix(mix(words[:, 0]) + mix(words[:, 1])), np.uint64(0)
    )
    return _seen(f.organisation.core, both)


def _domain(f: Features) -> Keys:
    codes, vocabulary = f.emails.domains
    hashes = (
        np.where(codes >= 0, vocabulary.hashes[codes], np.uint64(0))
        if len(vocabulary)
        else np.zeros(len(codes), np.uint64)
    )
    return _seen(f.emails.address, hashes)


def _name_part(*, start: bool) -> Maker:
    """The first or the last letters of an organisation's name, spaces left out: typing errors elsewhere do no
    harm.
    """

    def make(f: Features) -> Keys:
        letters = pc.replace_substring(f.organisation.core.vocabulary.values, " ", "")
        part = pc.utf8_slice_codeunits(letters, 0, _LETTERS) if start else _last(letters)
        return _seen(f.organisation.core, text_hashes(part))

    return make


def _last(letters: pa.Array) -> pa.Array:
    return pc.utf8_reverse(pc.utf8_slice_codeunits(pc.utf8_reverse(letters), 0, _LETTERS))


MAKERS: Final[Mapping[str, Maker]] = {
    "given": lambda f: _seen(f.names.given, f.names.formal_hashes),
    "given_sound": lambda f: _seen(f.names.given, f.names.head_sound_hashes),
    "given_initial": lambda f: _seen(f.names.given, f.names.initial_hashes),
    "family": lambda f: _own(f.names.family),
    "family_initial": lambda f: _seen(f.names.family, f.names.initial_hashes),
    "family_sound": lambda f: _seen(f.names.family, f.names.sound_hashes),
    "given_sound_and_more": _beside_more("given"),
    "family_sound_and_more": _beside_more("family"),
    "names": _name_bag,
    "name_sounds": _sound_bag,
    "email": lambda f: _own(f.emails.address),
    "email_letters": lambda f: _seen(f.emails.address, f.emails.stem_hashes),
    "email_domain": _domain,
    "phone": lambda f: _own(f.phones.number),
    "phone_ending": lambda f: _seen(f.phones.number, f.phones.ending_hashes),
    "birth_date": lambda f: _own(f.births.date),
    "birth_year": _date_part(10000, 10000),
    "birth_day": _date_part(1, 10000),
    "house": lambda f: _seen(f.streets.line, f.streets.houses),
    "street": lambda f: _seen(f.streets.line, f.streets.cores),
    "house_number": lambda f: _seen(f.streets.line, f.streets.numbers),
    "postal_code": lambda f: _own(f.places.postal),
    "locality": lambda f: _own(f.places.locality),
    "organisation": lambda f: _seen(f.organisation.core, f.organisation.bag_hashes),
    "name_start": _name_part(start=True),
    "name_end": _name_part(start=False),
    "rarest_word": _rarest(0),
    "next_word": _rarest(1),
    "rarest_words": _rarest_pair,
}


def make(features: Features, name: str) -> Keys:
    """The key called `name`, one of `MAKERS` or the name of an identifier or attribute."""
    if name in MAKERS:
        return MAKERS[name](features)
    other = features.other(name)
    return _own(other.values) if other else Keys(np.zeros(0, np.int64), np.zeros(0, np.uint64))


def _once(keys: Keys) -> Keys:
    """A record with one key by two of its values is in that block once."""
    again = np.diff(keys.rows) == 0
    several = np.zeros(len(keys.rows), bool)
    several[1:] |= again
    several[:-1] |= again
    places = np.flatnonzero(several)
    rows, hashes = keys.rows[places], keys.hashes[places]
    order = np.lexsort((places, hashes, rows))
    repeated = ~(first_of_each(rows[order]) | first_of_each(hashes[order]))
    kept = np.ones(len(keys.rows), bool)
    kept[places[order[repeated]]] = False
    return Keys(keys.rows[kept], keys.hashes[kept])


class KeyRing:
    """Keys of some of the records, each made once."""

    def __init__(self, features: Features, mask: npt.NDArray[np.bool_]) -> None:
        self.records = int(mask.sum())
        self._features = features
        self._mask = mask
        self._first: dict[str, Hashes] = {}
        self._several: dict[str, Keys] = {}

    def prepare(self, names: Iterable[str]) -> None:
        """Makes these keys side by side."""
        missing = sorted(set(names) - set(self._first))
        list(side_by_side(self._make, missing, records=self._features.n))

    def key(self, name: str) -> Keys:
        first = self.by_row(name)
        if name in self._several:
            return self._several[name]
        return _row(first)

    def by_row(self, name: str) -> Hashes:
        """One hash a record: its first, 0 for none."""
        if name not in self._first:
            self._make(name)
        return self._first[name]

    def _make(self, name: str) -> None:
        made = make(self._features, name)
        if compiled(len(made.rows)):
            from matching.kernels.keys import first_by_row  # noqa: PLC0415 - loads Numba

            first, several = first_by_row(made.rows, made.hashes, self._mask)
            if several:
                kept = self._mask[made.rows]
                self._several[name] = _once(Keys(made.rows[kept], made.hashes[kept]))
            self._first[name] = first
            return
        kept = self._mask[made.rows]
        found = made if kept.all() else Keys(made.rows[kept], made.hashes[kept])
        first = np.zeros(self._features.n, np.uint64)
        first[found.rows[::-1]] = found.hashes[::-1]
        if (found.rows[1:] == found.rows[:-1]).any():
            self._several[name] = _once(found)
        self._first[name] = first

    def joint(self, names: tuple[str, ...]) -> Keys:
        """Several keys as one. Of the first key every value counts, of the others a record's first."""
        return self.joined(self.key(names[0]), names)

    def joined(self, first: Keys, names: tuple[str, ...]) -> Keys:
        """`joint` for some of the keys called by the first of the names."""
        rows, hashes = first.rows, first.hashes
        for position, name in enumerate(names[1:], 1):
            if compiled(len(rows)):
                from matching.kernels.keys import joined  # noqa: PLC0415 - loads Numba

                rows, hashes = joined(rows, hashes, self.by_row(name), position)
                continue
            more = self.by_row(name)[rows]
            some = more != 0
            rows, hashes = rows[some], mix(hashes[some] ^ mix(more[some], position))
        return Keys(rows, hashes)
