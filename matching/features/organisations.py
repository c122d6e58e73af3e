"""Names of organisations: their words without legal forms, each with how much it tells."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.encoding import Floats, Values, no_values, recoded
from matching.features.leaves import Leaf
from matching.folding import Words, folded, words
from matching.hashing import Hashes
from matching.scripts import in_latin

_LEAST_LISTED: Final = 2
_LISTED_SHARE: Final = 1e-5  # of names that have a word for it to be listed
_FORMS_IN_A_ROW: Final = 2  # legal forms beside one another: two share the space between them
_FEW: Final = 500  # names of which each is searched by itself
_UNSEEN: Final = 0.05  # names for which a word counts that no other name has
# Chinese, Japanese and Korean legal forms, which are not apart from the name.
_JOINED_LEGAL: Final = (
    "(?:股份|責任|责任)?有限(?:責任|责任)?(?:公司|会社|會社)|株式(?:会社|會社)|合同会社|合資会社|合名会社"
    "|集团|集團|公司|주식회사|유한회사"
)


@dataclass(frozen=True)
class OrganisationFeatures:
    """`core` is the name without legal forms; by core: its words. `common` is how often each word is met,
    counted over these names when a model does not tell.
    """

    core: Values
    told: Mapping[str, float] | None = None
    rest: float = 0.0

    @cached_property
    def words(self) -> Words:
        return words(self.core.vocabulary.values)

    @cached_property
    def bag_hashes(self) -> Hashes:
        """The words whatever their order."""
        return self.words.bag_hashes()

    @cached_property
    def rarity(self) -> Floats:
        """How much each word tells, in bits: rare words more, articles next to nothing."""
        texts = self.words.vocabulary.values
        listed, rest = self.common
        places = pc.fill_null(pc.index_in(texts, value_set=pa.array(list(listed), pa.string())), -1)
        bits = -np.log2(np.array([*listed.values(), rest]))[np.asarray(places.to_numpy(), np.int64)]
        stops = pc.is_in(texts, value_set=pa.array(_vocabulary()["stops"]))
        return np.where(stops.to_numpy(zero_copy_only=False), 0.1, np.maximum(bits, 0.5))

    @cached_property
    def word_shares(self) -> Floats:
        """For every word the share of other names with it, beside two that have it in common."""
        texts = self.words.vocabulary.values
        listed, rest = self.common
        places = pc.fill_null(pc.index_in(texts, value_set=pa.array(list(listed), pa.string())), -1)
        shares = np.array([*listed.values(), rest])[np.asarray(places.to_numpy(), np.int64)]
        return np.maximum(shares - 2 * rest, 0.0) + _UNSEEN * rest

    @cached_property
    def common(self) -> tuple[Mapping[str, float], float]:
        """The share of names with each word that is met more than once, and of any other."""
        if self.told is not None:
            return self.told, self.rest
        holders = np.bincount(self.words.codes, minlength=len(self.words.vocabulary))
        names = len(self.core.vocabulary) + 1
        listed = np.flatnonzero(holders >= max(_LEAST_LISTED, int(_LISTED_SHARE * names)))
        listed = listed[np.argsort(-holders[listed], kind="stable")]
        texts = self.words.vocabulary.values.take(pa.array(listed)).to_pylist()
        shares = [float(f"{share:.6g}") for share in (holders[listed] / names).tolist()]
        return dict(zip(texts, shares, strict=True)), float(f"{1 / names:.6g}")

    @cached_property
    def rarest_words(self) -> Hashes:
        """Of every core the hash of its most telling word, and of the next one: shape (cores, 2), 0
        for none.
        """
        found = self.words
        out = np.zeros((len(self.core.vocabulary), 2), np.uint64)
        order = np.lexsort((found.vocabulary.hashes[found.codes], -self.rarity[found.codes], found.owners))
        owners = found.owners[order]
        place = np.arange(len(owners)) - found.starts[:-1][owners]
        for nth in (0, 1):
            chosen = place == nth
            out[owners[chosen], nth] = found.vocabulary.hashes[found.codes[order][chosen]]
        return out


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, object]:
    text = resources.files("matching").joinpath("organisation_words.json").read_text("utf-8")
    data: dict[str, object] = json.loads(text)
    return data


def organisation_features(n: int, *leaves: Leaf) -> OrganisationFeatures:
    """From the first leaf that tells a record's organisation name."""
    first = np.full(n, -1, np.int64)
    texts: list[pa.Array] = []
    for leaf in leaves:
        free = first[leaf.rows] < 0
        first[leaf.rows[free]] = leaf.codes[free] + sum(len(t) for t in texts)
        texts.append(leaf.values.cast(pa.string()))
    if not any(map(len, texts)):
        return OrganisationFeatures(no_values(n))
    names = folded(pc.replace_substring_regex(pa.concat_arrays(texts), r"[.'’]", ""))
    cores = _cores(in_latin(_without_phrases(names)))
    onto, vocabulary = recoded(cores)
    codes = np.where(first >= 0, onto[first] if len(onto) else -1, -1)
    return OrganisationFeatures(Values(codes.astype(np.int32), vocabulary))


def _without_phrases(names: pa.Array) -> pa.Array:
    """Folded names without the legal forms that are more than a word, or no word of their own; all of a name
    that is nothing else.
    """
    if len(names) <= _FEW:
        return pa.array([text and _without_phrases_in(text) for text in names.to_pylist()], pa.string())
    apart = pc.replace_substring_regex(names, _JOINED_LEGAL, " ")
    found = pc.binary_join_element_wise(" ", apart, " ", "")
    for _ in range(_FORMS_IN_A_ROW):
        found = pc.replace_substring_regex(found, _phrases(), " ")
    found = pc.utf8_trim_whitespace(found)
    return pc.if_else(pc.equal(found, ""), names, found)


def _without_phrases_in(name: str) -> str:
    """The same of one name: preparing so long an expression takes Arrow as long as searching thousands."""
    joined, phrases = _expressions()
    found = f" {joined.sub(' ', name)} "
    for _ in range(_FORMS_IN_A_ROW):
        found = phrases.sub(" ", found)
    return found.strip() or name


@lru_cache(maxsize=1)
def _expressions() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(_JOINED_LEGAL), re.compile(_phrases())


@lru_cache(maxsize=1)
def _phrases() -> str:
    told = pc.replace_substring_regex(pa.array(_vocabulary()["phrases"]), r"[.'’]", "")
    forms = sorted(set(folded(told).to_pylist()), key=len, reverse=True)
    return f" (?:{'|'.join(forms)}) "


def _cores(texts: pa.Array) -> pa.Array:
    found = words(texts)
    spelt, usual = _usual()
    known = pc.index_in(found.vocabulary.values, value_set=spelt)
    onto, common = recoded(pc.coalesce(usual.take(known), found.vocabulary.values))
    found = Words(found.starts, onto[found.codes] if len(onto) else found.codes, common)
    legal, joiners = (
        pc.is_in(common.values, value_set=_listed(name)).to_numpy(zero_copy_only=False)
        for name in ("legal", "joiners")
    )
    core = found.keeping(~np.asarray(legal | joiners, bool)[found.codes])
    named = pa.array(np.diff(core.starts) > 0)
    return pc.if_else(named, core.joined(), found.joined())  # "The Company" keeps its name


@lru_cache(maxsize=1)
def _usual() -> tuple[pa.Array, pa.Array]:
    """Words, and for each the usual form of it."""
    table: dict[str, str] = _vocabulary()["words"]  # type: ignore[assignment]
    return pa.array(list(table)), pa.array(list(table.values()))


@lru_cache(maxsize=2)
def _listed(name: str) -> pa.Array:
    return pa.array(_vocabulary()[name])
