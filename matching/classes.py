"""Which explanations of pairs the data at hand can tell apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from matching.calibration import PLAIN, Calibration
from matching.encoding import Longs, Values
from matching.features import Features
from matching.model import Field, KindModel, PairClass, no_streets

_MOSTLY: Final = 0.5  # share of records that must tell a field, and of pairs that must differ in it
# Evidence on organisations is worth less than it says, since name, phone and address agree together. Where
# hardly anything but names is told there is little that could: a bit is then worth so much at least.
_LITTLE_TOGETHER: Final = 0.8
# Of pairs that have much in common the share that are strangers, from which on evidence is worth as little as
# shipped. Where there are none, it is worth what it says.
_MANY_RELATED: Final = 0.25
_LAST: Final = "place"  # what holds a class to its meaning where nothing better is told


def told_apart(model: KindModel, features: Features, rows: Longs) -> KindModel:
    """The model with the classes that the records in `rows` let one tell from being one.

    A class that means others keeps its meaning by the fields that it may not learn: branches have one name
    and different streets. Where no such field is told, training would give it the shape of `same`, and half
    of all that is the same to it. Then it no longer learns where records are; and where that is not told
    either, nobody could tell the class from `same`: it is left out. Where none is left that streets hold,
    a bit of evidence is worth more.
    """
    told = {name for name, values in _columns(features) if (values.first[rows] >= 0).mean() >= _MOSTLY}
    telling = [f for f in model.fields if f.name in told]
    kept = (_held(c, telling) for c in model.classes)
    classes = tuple(c for c in kept if c is not None)
    if no_streets(classes):
        worth = max(model.calibration.worth, _LITTLE_TOGETHER)
        return replace(model, classes=classes, calibration=Calibration(worth))
    return replace(model, classes=classes)


def weighed(model: KindModel) -> KindModel:
    """The trained and calibrated model, its bits above zero worth the more, the fewer strangers it found who
    have much in common.

    Such strangers (branches, chains, neighbours) are why what speaks for two being one agrees together: a
    file with hardly any has no reason to believe less than it is told. How many there are is learnt with the
    classes, steadied by the shipped rates. What speaks against comes together in those that are one, as when
    a company moves, and stays worth what it was. Where no class is held by streets nothing is learnt of them.
    """
    least = model.calibration.worth
    if least >= PLAIN.worth or no_streets(model.classes):
        return model
    others = sum(c.rate for c in model.classes if not c.same)
    share = others / sum(c.rate for c in model.classes)
    worth = PLAIN.worth - (PLAIN.worth - least) * min(share / _MANY_RELATED, 1.0)
    return replace(model, calibration=replace(model.calibration, more=round(worth / least, 4)))


def _held(c: PairClass, told: list[Field]) -> PairClass | None:
    if c.same or c.learns is None or any(not c.may_learn(f.name) and _apart(f, c.name) for f in told):
        return c
    placed = any(f.name == _LAST for f in told)
    return replace(c, learns=tuple(name for name in c.learns if name != _LAST)) if placed else None


def _apart(f: Field, name: str) -> bool:
    """Whether most pairs of the class show the field otherwise than those that are one."""
    return 0.5 * sum(abs(level.classes[name] - level.classes["same"]) for level in f.levels) >= _MOSTLY


def _columns(f: Features) -> tuple[tuple[str, Values], ...]:
    """What is told of a record, by field of the shipped models."""
    return (
        ("given", f.names.given), ("birth_date", f.births.date), ("street", f.streets.line),
        ("place", f.places.postal), ("place", f.places.locality), ("phone", f.phones.number),
        ("email", f.emails.address), ("name", f.organisation.core),
    )  # fmt: skip
