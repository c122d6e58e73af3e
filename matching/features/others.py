"""Fields that are compared without knowing what they mean: identifiers and attributes by name, plain
texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.encoding import Floats, Values, recoded, several_values
from matching.features.leaves import Leaf, Leaves
from matching.folding import folded


@dataclass(frozen=True)
class OtherFeature:
    """Folded texts; `numbers` are their values where a text is a number, else NaN."""

    name: str
    values: Values

    @cached_property
    def numbers(self) -> Floats:
        texts = self.values.vocabulary.values
        plain = pc.match_substring_regex(texts, r"^[0-9]{1,15}( [0-9]{1,6})?$")
        as_text = pc.if_else(plain, pc.replace_substring(texts, " ", "."), None)
        return np.asarray(as_text.cast(pa.float64()).to_numpy(zero_copy_only=False), float)

    @cached_property
    def distinct_share(self) -> float:
        """Distinct values by filled records: near 1 for what tells every record apart."""
        filled = max(len(self.values.codes), 1)
        return len(self.values.vocabulary) / filled


def other_features(leaves: Leaves) -> tuple[OtherFeature, ...]:
    """Identifiers and attributes, one feature a type or name, then the plain text fields."""
    found: list[OtherFeature] = []
    for field, label in (("identifiers", "type"), ("attributes", "name")):
        kinds, values = leaves.listed(field, label, "value")
        found += _by_name(leaves.n, field, kinds, values)
    for field in ("gender", "job_title"):
        leaf = leaves.plain(field)
        if len(leaf.rows):
            found.append(_feature(field, leaves.n, leaf))
    (urls,) = leaves.listed("urls", "value")
    if len(urls.rows):
        found.append(OtherFeature("urls", _hosts(leaves.n, urls)))
    return tuple(found)


def _by_name(n: int, field: str, kinds: Leaf, values: Leaf) -> list[OtherFeature]:
    """`kinds` and `values` are leaves of the same list; items without a name are called `other`."""
    if len(values.rows) == 0:
        return []
    names = pc.fill_null(kinds.values, "other").to_pylist()
    kind_of = (
        dict(zip(kinds.items.tolist(), kinds.codes.tolist(), strict=True))
        if len(kinds.items) != len(values.items)
        else None
    )
    codes = (
        kinds.codes
        if kind_of is None
        else np.array([kind_of.get(i, -1) for i in values.items.tolist()], np.int32)
    )
    by_name = sorted(
        {(name, code) for code, name in enumerate(names)} | ({("other", -1)} if (codes < 0).any() else set())
    )
    features = []
    for name, code in by_name:
        mine = codes == code
        features.append(
            _feature(
                f"{field}.{name}",
                n,
                Leaf(values.rows[mine], values.codes[mine], values.values, values.items[mine]),
            )
        )
    return features


def _feature(name: str, n: int, leaf: Leaf) -> OtherFeature:
    used, codes = np.unique(leaf.codes, return_inverse=True)
    onto, vocabulary = recoded(folded(leaf.values.take(pa.array(used)).cast(pa.string())))
    return OtherFeature(name, several_values(n, leaf.rows, onto[codes], vocabulary))


def _hosts(n: int, leaf: Leaf) -> Values:
    """The host of a web address without `www`, which stands for whose site it is."""
    hosts = pc.replace_substring_regex(pc.utf8_lower(leaf.values), r"^[a-z]+://|^www\.|/.*$|:[0-9]+.*$", "")
    hosts = pc.replace_substring_regex(hosts, r"^www\.", "")
    onto, vocabulary = recoded(pc.utf8_trim_whitespace(hosts))
    return several_values(n, leaf.rows, onto[leaf.codes], vocabulary)
