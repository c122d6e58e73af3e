"""Person or organisation, from the words that systems and people use in six languages."""

from __future__ import annotations

import re
from typing import Final

from hub.domain.contact import Kind
from mappings.normalise.text import folded

_SAID: Final = {
    Kind.PERSON: "person individual particulier particuliere personne contact privat privatperson natural person-natural"
    " natural-person persona persona-fisica fisica individuo privato particular persoon natuurlijk natuurlijk-persoon"
    " personne-physique physique household private consumer b2c pp false natuerliche-person naturliche-person menage"
    " haushalt familie famille lead kunde-privat privatkunde privatkunden particulieren",
    Kind.ORGANIZATION: "company organization organisation business entreprise societe association professionnel pro firma"
    " unternehmen organisatie bedrijf empresa azienda societa juridica giuridica persona-giuridica persona-juridica"
    " personne-morale morale institution legalentity legal-entity legal-person corporate corporation b2b pm true account"
    " geschaftskunde geschaftskunden firmenkunde zakelijk organizacion organizzazione juristische-person verein charity"
    " school publicbody public-body ngo etablissement collectivite rechtspersoon org",
}
_WORDS: Final = {word: kind for kind, words in _SAID.items() for word in words.split()}


def kind_of(text: str) -> str | None:
    """`person` or `organization`; None for a word that says neither."""
    kind = _WORDS.get("-".join(re.findall(r"[a-z0-9]+", folded(text))))
    return kind.value if kind is not None else None
