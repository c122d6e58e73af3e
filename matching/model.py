"""The model: everything the score of a pair depends on, as a text that people can read and compare.

A pair of records is explained by one of several *classes*: the same person, the same person after moving, two
members of one household, or chance. For each class the model holds how often it happens and,
for each field, how often each level of agreement then occurs. The score weighs the classes that mean *same*
against all the others, so what a household shares is not taken for proof four times.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hub.errors import ConfigurationError
from matching.blocking import Rule
from matching.calibration import PLAIN, Calibration
from matching.listed import Listed

# Another one when features, hashes or what counts change: what a model learnt no longer fits.
VERSION: Final = 7
OTHER_VERSION: Final = "model-version"  # code of the error for a model of another one


@dataclass(frozen=True)
class Level:
    """A level of agreement. `chance`: how often two records taken at random are on it; `classes`: how often
    those of each class are. `telling`: what is shared matters, and its own share takes the place of `chance`.
    """

    name: str
    chance: float
    classes: Mapping[str, float]
    telling: bool = False


@dataclass(frozen=True)
class Field:
    """One comparison, its levels from different to equal."""

    name: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class PairClass:
    """An explanation of pairs. `same`: it means that both are one; `rate`: pairs of it for every record.

    `learns` names the fields whose levels training may change, None means all. A class keeps its meaning by
    the fields that it may not: members of a household are not born on one day, whatever the data. In the
    fields that it does not learn a class is like the class `like`, which then learns from both.
    """

    name: str
    same: bool
    rate: float
    learns: tuple[str, ...] | None = None
    like: str | None = None

    def may_learn(self, field: str) -> bool:
        return self.learns is None or field.partition(".")[0] in self.learns


def no_streets(classes: Iterable[PairClass]) -> bool:
    """Whether no class of others is held to its meaning by streets, as where hardly any are told."""
    return all(c.same or c.may_learn("street") for c in classes)


@dataclass(frozen=True)
class Coincidence:
    """Fields that agree together by chance `factor` times as often as if they were independent.

    Given names go with family names (of one language, one generation), so two strangers are namesakes more
    often than the product of the two shares says.
    """

    fields: tuple[str, ...]
    factor: float


@dataclass(frozen=True)
class Common:
    """How common a field's values are: the share of other records with each of the commonest, and with
    the rest.

    Values that point at one person (e-mails, phones, houses, identifiers) stand here by their hash.
    """

    rest: float
    values: Mapping[str, float]

    @cached_property
    def shares(self) -> npt.NDArray[np.float32]:
        """Of the listed values in their order, and last of the rest."""
        return np.array([*self.values.values(), self.rest], np.float32)

    @cached_property
    def listed(self) -> Listed:
        return Listed(self.values)

    @cached_property
    def hashes(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """Of values that stand here by their hash: ascending, and where each is listed."""
        listed = np.array([int(text, 16) for text in self.values], np.uint64)
        order = np.argsort(listed)
        return listed[order], order


@dataclass(frozen=True)
class KindModel:
    """How one kind of contact is matched; `records` is how many it was made for (0: none yet)."""

    kind: str
    classes: tuple[PairClass, ...]
    fields: tuple[Field, ...]
    coincidences: tuple[Coincidence, ...] = ()
    rules: tuple[Rule, ...] = ()
    records: int = 0
    common: Mapping[str, Common] = field(default_factory=dict)
    calibration: Calibration = PLAIN

    def prior(self, name: str) -> float:
        """The probability that a pair of records taken at random is of the class."""
        rate = next(c.rate for c in self.classes if c.name == name)
        return min(2.0 * rate / max(self.records - 1, 1), 0.2)

    def for_records(self, records: int) -> KindModel:
        return replace(self, records=records)

    def written(self) -> KindModel:
        """The model as it reads back from its text: scores made with it can be made again."""
        bare = replace(self, common={})
        return replace(_kind(_rounded(asdict(bare))), common=self.common)


@dataclass(frozen=True)
class Model:
    """One model a kind of contact; `threshold` is the probability from which a pair is taken for the same,
    `words` how common the words in names of organisations are.
    """

    kinds: Mapping[str, KindModel]
    threshold: float = 0.5
    version: int = VERSION
    words: Common | None = None
    trained: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Stable text: the same model always has the same text, a small change is a small difference."""
        kinds = {name: replace(kind, common={}) for name, kind in self.kinds.items()}
        data = _rounded(asdict(replace(self, kinds=kinds, words=None)))
        lists: list[str] = []
        for name, kind in self.kinds.items():
            data["kinds"][name]["common"] = {f: _held_back(c, lists) for f, c in kind.common.items()}
        data["words"] = _held_back(self.words, lists) if self.words else None
        text = json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        return _HELD.sub(lambda found: lists[int(found[1])], text)


@lru_cache(maxsize=4)
def from_json(text: str) -> Model:
    """The inverse of `Model.to_json`. Raises `ConfigurationError` for a text that is no model of this
    version.
    """
    try:
        data = json.loads(text)
        if data["version"] != VERSION:
            raise ConfigurationError(
                OTHER_VERSION,
                f"the model has version {data['version']}, this program reads {VERSION}",
                hint="train a new one with `hub model train`",
            )
        kinds = {name: _kind(kind) for name, kind in data["kinds"].items()}
        words = _common(data["words"]) if data.get("words") else None
        return Model(
            kinds, float(data["threshold"]), VERSION, words, bool(data["trained"]), dict(data["notes"])
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            "bad-model",
            "the text is no match model",
            hint="give the JSON that `hub model show --json` prints",
        ) from error


def _kind(data: Mapping[str, Any]) -> KindModel:
    return KindModel(
        kind=str(data["kind"]),
        classes=tuple(_class(c) for c in data["classes"]),
        fields=tuple(
            Field(str(f["name"]), tuple(_level(level) for level in f["levels"])) for f in data["fields"]
        ),
        coincidences=tuple(Coincidence(tuple(c["fields"]), float(c["factor"])) for c in data["coincidences"]),
        rules=tuple(
            Rule(tuple(r["keys"]), tuple(r["refiners"]), int(r.get("cap", 0))) for r in data["rules"]
        ),
        records=int(data["records"]),
        common={str(name): _common(c) for name, c in data["common"].items()},
        calibration=_calibration(data["calibration"]),
    )


def _calibration(data: Mapping[str, Any]) -> Calibration:
    below = tuple((float(weight), float(bits)) for weight, bits in data["below"])
    return Calibration(float(data["worth"]), below, float(data["more"]))


def _common(data: Mapping[str, Any]) -> Common:
    return Common(float(data["rest"]), {str(v): float(share) for v, share in data["values"].items()})


def _class(data: Mapping[str, Any]) -> PairClass:
    learns = None if data["learns"] is None else tuple(str(name) for name in data["learns"])
    return PairClass(str(data["name"]), bool(data["same"]), float(data["rate"]), learns, data["like"])


def _level(data: Mapping[str, Any]) -> Level:
    classes = {str(name): float(share) for name, share in data["classes"].items()}
    return Level(str(data["name"]), float(data["chance"]), classes, bool(data["telling"]))


def _held_back(common: Common, lists: list[str]) -> dict[str, Any]:
    """`common` with a mark in place of its values, whose text is put into `lists`: with `indent` the encoder
    is Python's own, thirty times slower, and there are tens of thousands of values.
    """
    text = json.dumps(dict(common.values), sort_keys=True, ensure_ascii=False, separators=(",\n      ", ": "))
    lists.append(text)
    return {"rest": significant(common.rest), "values": f"\0{len(lists) - 1}\0"}


_HELD: Final = re.compile(r'"\\u0000(\d+)\\u0000"')


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return significant(value)
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return value


def significant(value: float) -> float:
    """Six significant digits: enough for any score, few enough to read."""
    return float(f"{value:.6g}")
