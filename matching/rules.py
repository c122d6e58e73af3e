"""The blocking rules for people and for organisations, and which of them suit the data at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from matching.blocking import SMALL, Rule
from matching.features import Features

_PERSON: Final = (
    Rule(("email",), ("names", "family", "given")),
    Rule(("phone_ending",), ("names", "family", "given")),
    Rule(("names",), ("birth_year", "postal_code", "locality", "organisation")),
    Rule(("family", "birth_date"), ("given_initial", "postal_code")),
    Rule(("given", "birth_date"), ("postal_code", "locality", "family_sound")),
    Rule(("birth_date", "postal_code"), ("given_initial",)),
    Rule(("house", "given"), ("postal_code",)),
    Rule(("house", "postal_code"), ("given_initial",)),
    Rule(("house", "locality"), ("given_initial",)),
    Rule(("family", "postal_code"), ("given_initial", "street")),
    Rule(("given", "postal_code"), ("street", "birth_year")),
    Rule(("email_letters",), ("email_domain", "birth_year", "postal_code")),
    Rule(("family", "organisation"), ("given_initial",)),
    Rule(("given", "organisation"), ("locality",)),
    Rule(("family", "birth_year", "given_initial"), ("locality",), spare=True),
    Rule(("birth_date", "locality"), ("given_initial",), spare=True),
    Rule(("birth_date", "house_number"), ("given_initial",), spare=True),
    Rule(("given", "birth_year", "house_number"), (), spare=True),
    Rule(("family", "locality"), ("given_initial", "birth_year", "street"), spare=True),
    Rule(("name_sounds",), ("birth_year", "postal_code", "locality", "organisation"), spare=True),
    Rule(("family_sound", "birth_day"), ("given_initial", "birth_year"), spare=True),
    Rule(("given", "locality"), ("birth_year", "street"), spare=True),
    Rule(("given_sound", "birth_day"), ("birth_year",), spare=True),
    Rule(("family", "house_number"), ("given_initial",), spare=True),
    Rule(("birth_date",), ("given_sound", "family_sound"), spare=True),
    Rule(("family_sound_and_more",), ("given_initial", "birth_year", "locality"), spare=True),
    Rule(("given_sound_and_more",), ("family_initial", "birth_year", "locality"), spare=True),
    Rule(("family_sound", "birth_year"), ("given_initial", "locality"), spare=True),
    Rule(("given_sound", "birth_year"), ("family_initial", "locality"), spare=True),
)
_ORGANISATION: Final = (
    Rule(("email",), ("rarest_word",)),
    Rule(("phone_ending",), ("rarest_word",)),
    Rule(("organisation",), ("postal_code", "locality", "house_number")),
    Rule(("urls",), ("postal_code", "locality", "house_number")),
    Rule(("house", "postal_code"), ("rarest_word",)),
    Rule(("house",), ("rarest_word", "next_word")),
    Rule(("rarest_words",), ("postal_code", "house_number", "locality")),
    Rule(("rarest_word", "postal_code"), ("house_number", "next_word")),
    Rule(("rarest_word", "street"), ("house_number",)),
    Rule(("next_word", "postal_code"), ("house_number", "rarest_word")),
    Rule(("rarest_word", "locality"), ("postal_code", "next_word")),
    Rule(("rarest_word",), ("postal_code", "next_word", "house_number")),
    Rule(("house_number", "postal_code"), ("rarest_word",)),
    Rule(("email_domain",), ("rarest_word", "postal_code")),
    Rule(("name_start",), ("locality", "postal_code", "name_end")),
    Rule(("name_end",), ("locality", "postal_code", "name_start")),
    Rule(("next_word",), ("locality", "postal_code", "name_start")),
)
_TELLING: Final = 0.2  # distinct values by filled records above which a field may tell records apart
_MOST: Final = 8  # rules made from fields of the data's own


def shipped_rules(*, organisations: bool) -> tuple[Rule, ...]:
    """The built-in rules with the smallest caps, for a kind of which nothing was seen when the model was
    made.
    """
    shipped = _ORGANISATION if organisations else _PERSON
    return tuple(replace(rule, cap=SMALL, spare=False) for rule in shipped)


def rules_for(features: Features, *, organisations: bool) -> tuple[Rule, ...]:
    """The built-in rules whose keys are filled, and one for each identifier or attribute that tells
    records apart.
    """
    shipped = _ORGANISATION if organisations else _PERSON
    own = [
        feature
        for feature in features.others
        if feature.name.startswith(("identifiers.", "attributes."))
        and feature.distinct_share >= _TELLING
        and 2 <= len(feature.values.vocabulary) < len(feature.values.codes)
    ]
    own.sort(
        key=lambda feature: (
            not feature.name.startswith("identifiers."),
            -len(feature.values.codes),
            feature.name,
        )
    )
    refiners = ("rarest_word", "postal_code") if organisations else ("names", "family", "birth_date")
    return (*(Rule((feature.name,), refiners) for feature in own[:_MOST]), *shipped)
