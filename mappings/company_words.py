"""Whether a name is a company's: by its legal form (cleanco's table) or by a word that people are not called."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from cleanco.termdata import terms_by_type

from mappings.normalise.text import folded

# Legal forms that are also words, particles or initials of people's names.
_AMBIGUOUS: Final = frozenset(
    "as da de et ij ks kt nl og pp pt sd sa. ay ae ee hf hb dat vat private tov xt xk qk mb lp co kv ses rt sp sf teo".split()
)
_ALSO: Final = (
    "sas sasu sci scop scea gaec earl eirl selarl scp snc asbl vzw cvba ohg gbr ug eg ek ev mbh slu slne scl sapa sas"
    " srls snc llc llp inc ltd plc pty bv nv vof cooperative spa sagl sarl eurl gie"
)
_WORDS: Final = re.compile(
    r"\b(?:company|compagnie|corporation|group|groupe|gruppe|gruppo|grupo|groep|holdings?|schools?|school|university"
    r"|universite|universitat|universidad|universita|ecole|college|lycee|academy|academie|gymnasium|schule|escuela|scuola"
    r"|preschool|daycare|kindergarten|kita|creche|nursery|early learning|head start|learning|child ?care|centers?|centres?"
    r"|center|zentrum|centro|centrum|church|eglise|kirche|chiesa|iglesia|parish|temple|mosque|association|verein|verband"
    r"|asociacion|associazione|vereniging|stichting|foundation|fondation|stiftung|fundacion|fondazione|institute?|institut"
    r"|instituto|istituto|hospital|hopital|krankenhaus|klinik|clinic|clinique|clinica|ospedale|ziekenhuis|bank|banque|banca"
    r"|banco|services?|systems?|systemes?|solutions?|technolog(?:y|ies)|software|consulting|conseils?|beratung|consultores"
    r"|restaurants?|ristorante|trattoria|pizzeria|cafe|coffee|bistro|brasserie|hotel|hostel|shop|stores?|boutique|markt"
    r"|market|supermarket|bar|grill|grille|inn|club|diner|deli|bakery|boulangerie|patisserie|backerei|panaderia|panificio"
    r"|bakkerij|kitchen|tavern|pub|pharmac(?:y|ie)|apotheke|farmacia|garage|autohaus|officina|talleres|transports?|logistics"
    r"|logistique|spedition|constructions?|construcciones|costruzioni|bouwbedrijf|bau|industries?|industrie|international"
    r"|enterprises?|entreprise|associates|associes|partners|partner|agency|agence|agentur|agencia|agenzia|media|studios?"
    r"|department|ministry|ministere|mairie|commune de|ville de|city of|county of|council|gemeinde|stadt|ayuntamiento"
    r"|comune di|gemeente|syndicat|federation|society|societe|societa|sociedad|gesellschaft|cabinet|kanzlei|gestoria"
    r"|solicitors|attorneys|law firm|notaires|clinics|dental|plumbing|motors|foods|farms?|ferme|domaine|chateau"
    r"|productions?|publishing|verlag|editions|press|insurance|assurances?|versicherung|seguros|assicurazioni|freight"
    r"|residence|immobilier|immobilien|inmobiliaria|immobiliare|properties|realty|estates?|charity|trust|charities)\b"
)


@cache
def _legal_forms() -> frozenset[str]:
    written = {folded(term).replace(".", "").strip() for terms in terms_by_type.values() for term in terms}
    known = {form for form in written | set(_ALSO.split()) if len(form) > 1 and form.isascii()}
    return frozenset(known - _AMBIGUOUS)


def names_company(text: str) -> bool:
    """Whether a name can hardly be a person's."""
    plain = re.sub(r"[,()]", " ", folded(text))
    words = [word for word in plain.replace(".", "").split() if word]
    forms = _legal_forms()
    if len(words) > 1 and (words[-1] in forms or words[0] in forms or " ".join(words[-2:]) in forms):
        return True
    return "&" in words[1:] or "et fils" in plain or bool(_WORDS.search(plain.replace(".", "")))
