"""What somebody allowed, from yes and no in six languages and what systems write."""

from __future__ import annotations

from typing import Final

from hub.domain.contact import ConsentStatus
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text, folded

# Compared without accents and case, blanks and underscores as hyphens.
_SAID: Final = {
    ConsentStatus.GRANTED: "granted true t yes y 1 oui o ja j x ok on si s sim vrai wahr vero verdadero waar checked"
    " subscribed subscriber opt-in optin opted-in opt_in accepte acceptee accepted accepts accord d-accord agree agreed"
    " i-agree consent consented enabled abonne abonnee inscrit inscrite iscritto suscrito aangemeld angemeldet"
    " zugestimmt einverstanden akkoord acepto acetto accetto accettato j-accepte allowed confirmed active given",
    ConsentStatus.DENIED: "denied false f no n 0 non nein nee off faux falsch falso onwaar unchecked unsubscribed"
    " unsubscribe blacklisted opt-out optout opted-out opt_out refuse refusee refused declined disagree disabled"
    " desabonne desabonnee desinscrit desinscrite abgemeldet abgelehnt afgemeld geweigerd rechazado rifiutato"
    " cleaned bounced not-subscribed never withdrawn revoked retire",
    ConsentStatus.PENDING: "pending unconfirmed en-attente double-opt-in ausstehend pendiente in-attesa in-afwachting"
    " waiting not-confirmed requested",
}
_WORDS: Final = {word.replace("_", "-"): status for status, words in _SAID.items() for word in words.split()}


def normalise_consent(text: str) -> str | Refusal | None:
    """A `ConsentStatus` word."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    word = "-".join(folded(cleaned).replace("_", " ").replace("'", " ").replace("’", " ").split()).strip(
        ".!-☑✓✔"
    )
    if not word and set(cleaned) <= set("☑✓✔"):
        return ConsentStatus.GRANTED.value
    # "Oui, je souhaite recevoir…": an answer in a sentence begins with the word that counts
    status = _WORDS.get(word) or _WORDS.get(word.partition(",")[0])
    return status.value if status is not None else Refusal("unknown-consent")
