"""Names told by the columns beside them: first and last, a given name beside a family name, a child before
its parents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mappings.detect import Look
from mappings.guesses import NOTHING, Guess, changed
from mappings.header_readings import turned
from mappings.header_words import header_words
from mappings.name_evidence import WHOLE, are_people, share_of
from mappings.whose import family_in, others_in, parent_in

_VARIED: Final = 0.2  # distinct values: fewer are kinds of something
_GIVEN: Final = 0.4  # given names
ENDS: Final = {"first": "name.given", "last": "name.family"}
FAMILY: Final = frozenset({"famille", "family", "familia", "famiglia", "familie"})


def children_first(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """`Swimmer` before `Parent's name`: people under an unknown word before the only name, a parent's."""
    names = [place for place, guess in enumerate(guesses) if guess.field.startswith("name.")]
    if not names or not all(parent_in(guesses[place].column) for place in names):
        return list(guesses)
    child = next((one for one in guesses[: names[0]] if _is_unknown_person(one, looks)), None)
    told = "people under an unknown word, before the only name, which is a parent's"
    return [changed(one, "name.full", 0.6, told) if one is child else one for one in guesses]


def _is_unknown_person(guess: Guess, looks: Mapping[str, Look]) -> bool:
    open_ = guess.field.startswith("attributes.") and not of_another(guess.column)
    return open_ and are_people(guess, looks)


def first_and_last(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """`Camper First` beside `Camper Last`: two columns of names that differ in that word only, where no other
    column says a given or a family name.
    """
    if any(guess.field in {"name.given", "name.family"} for guess in guesses):
        return list(guesses)
    rests: dict[str, dict[str, Guess]] = {}
    for guess in guesses:
        rest, _, end = header_words(guess.column).rpartition(" ")
        seen = looks.get(guess.column, NOTHING)
        open_ = guess.field.startswith(("attributes.", "name.")) and not of_another(guess.column)
        if open_ and end in ENDS and seen.share("one name") >= WHOLE:
            rests.setdefault(rest, {})[ENDS[end]] = guess
    pair = next((found for found in rests.values() if len(found) > 1), {})
    told = {
        one.column: changed(one, field, 0.75, "first and last side by side") for field, one in pair.items()
    }
    return [told.get(guess.column, guess) for guess in guesses]


def of_another(column: str) -> bool:
    return bool(turned(column) or others_in(column) or family_in(column))


def given_beside_family(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """Given names under an unknown word next to a family name, where nothing else says a given name."""
    fields = [guess.field for guess in guesses]
    if "name.family" not in fields or {"name.given", "name.full", "organization"} & set(fields):
        return list(guesses)
    families = [place for place, field in enumerate(fields) if field == "name.family"]
    beside = [place + step for place in families for step in (1, -1)]
    given = next((at for at in beside if 0 <= at < len(fields) and _are_given(guesses[at], looks)), None)
    told = "given names beside a family name"
    return [
        changed(one, "name.given", 0.65, told) if place == given else one for place, one in enumerate(guesses)
    ]


def _are_given(guess: Guess, looks: Mapping[str, Look]) -> bool:
    open_ = guess.field.startswith("attributes.") and not of_another(guess.column)
    seen = looks.get(guess.column, NOTHING)
    return open_ and seen.share("given name") >= _GIVEN and seen.share("one name") >= WHOLE


def family_beside_given(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """`Famille` beside given names, where nothing else says a family name: no family of products."""
    fields = {guess.field for guess in guesses}
    if "name.given" not in fields or fields & {"name.family", "name.full"}:
        return list(guesses)
    named = [
        one
        for one in guesses
        if header_words(one.column) in FAMILY
        and share_of(one, looks, "one name") >= WHOLE
        and looks[one.column].distinct >= _VARIED * looks[one.column].filled
    ]
    told = "names of families, beside given names"
    return [changed(one, "name.family", 0.75, told) if one in named[:1] else one for one in guesses]
