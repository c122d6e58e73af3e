"""Gender as `male`, `female` or `other`, from words and letters of six languages."""

from __future__ import annotations

from typing import Final

from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text, folded

_SAID: Final = {
    "male": "m male man men boy h homme masculin garcon mann mannlich herr hombre varon masculino uomo maschio maschile"
    " mr monsieur mister signor senor man mannelijk heer jongen 1 msc masc",
    "female": "f female woman women girl w femme feminin fille frau weiblich mujer femenino hembra donna femmina"
    " femminile mrs ms miss mme madame mlle mademoiselle signora senora vrouw vrouwelijk mevrouw v 2 fem",
    "other": "x other autre divers nonbinary nb d otro otra altro anders diverse neutral neutre u3 9 intersex agender",
}
_WORDS: Final = {word: gender for gender, words in _SAID.items() for word in words.split()}
_UNSAID: Final = frozenset(
    "u un unk unspecified undisclosed notspecified prefernottosay rathernotsay nonprecise nonspecifie keineangabe ka"
    " sinespecificar nonspecificato onbekend 0 notknown notapplicable".split()
)


def normalise_gender(text: str) -> str | Refusal | None:
    """ISO 5218's digits are understood too (1, 2; 0 says nothing, 9 is other)."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    word = "".join(character for character in folded(cleaned) if character.isalnum())
    if word in _UNSAID or is_placeholder(cleaned):
        return Refusal("placeholder")
    return _WORDS.get(word) or Refusal("unknown-gender")
