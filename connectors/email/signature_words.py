"""Words by which the lines of a signature are told apart, in English, French and German.

All stand without accents and capitals, save the legal forms: in small letters those are other words.
"""

from __future__ import annotations

import re
from typing import Final


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


# A line that is one of these, perhaps with a little more, ends the text; the signature follows.
CLOSINGS: Final = _listed(
    """best regards, kind regards, kindest regards, warm regards, warmest regards, regards, many thanks,
    best wishes, all the best, best, sincerely, sincerely yours, yours sincerely, yours faithfully,
    yours truly, cheers, thanks, thank you, thanks and regards, with kind regards, cordially,
    respectfully, cordialement, bien cordialement, tres cordialement, cdlt, cdt, bien a vous, bien a
    toi, sinceres salutations, salutations, meilleures salutations, salutations distinguees, sentiments
    distingues, amicalement, bien amicalement, bonne journee, bonne reception, merci, merci d avance,
    merci par avance, respectueusement, a bientot, mit freundlichen grussen, mit freundlichem gruss,
    freundliche grusse, mit besten grussen, beste grusse, viele grusse, liebe grusse, herzliche grusse,
    schone grusse, schonen gruss, vielen dank, mfg, vg, lg, hochachtungsvoll, mit freundlichen gruessen,
    freundliche gruesse, beste gruesse, viele gruesse"""
)
CLOSING_WORDS: Final = 7  # a closing with names and thanks around it has no more

_LEGAL_FORMS: Final = _listed(
    """Inc, LLC, LLP, Ltd, Limited, PLC, plc, Corp, Corporation, Incorporated, Pty Ltd, Pvt Ltd, GmbH, mbH,
    gGmbH, AG, KG, KGaA, OHG, UG, eG, e.V, e.K, SE, SA, S.A, SAS, S.A.S, SASU, SARL, S.A.R.L, Sàrl,
    EURL, SNC, SCI, SCOP, SCP, SpA, S.p.A, Srl, S.r.l, SRL, BV, B.V, NV, N.V, BVBA, AB, ApS, A/S, Oy,
    Oyj, S.L, SL, Lda, S.r.o, s.r.o, Kft, d.o.o, Sp. z o.o, K.K"""
)
_FORMS: Final = "|".join(sorted(map(re.escape, _LEGAL_FORMS), key=len, reverse=True))
LEGAL_FORM_LAST: Final = re.compile(rf"\S.*[\s,](?:{_FORMS})\.?(?:\s*&\s*Co\.?(?:\s*KG)?)?")
LEGAL_FORM_FIRST: Final = re.compile(r"(?:SARL|SAS|SASU|EURL|SCI|SA|Société|Ets|Établissements|Firma)\s+\S.*")

# A short line with one of these words, or a word that ends so, is what somebody does …
TITLE_WORDS: Final = _listed(
    """accountant, administrator, adviser, advisor, agent, analyst, architect, assistant, associate,
    attorney, auditor, buyer, ceo, cfo, chairman, chairwoman, chief, cio, clerk, cmo, coach, consultant,
    controller, coo, coordinator, counsel, cto, delegate, deputy, designer, developer, director, editor,
    engineer, executive, expert, founder, head, lawyer, lead, manager, officer, operator,
    owner, partner, physician, planner, president, principal, producer, professor, purchaser,
    representative, researcher, sales, scientist, secretary, specialist, strategist, supervisor,
    teacher, technician, trainer, treasurer, vp, acheteur, acheteuse, administrateur, administratrice,
    adjoint, adjointe, analyste, architecte, associe, associee, avocat, avocate, charge, chargee, chef,
    cheffe, comptable, commercial, commerciale, conseiller, conseillere, consultante, controleur,
    coordinateur, coordinatrice, dg, directeur, directrice, drh, fondateur, fondatrice, gerant, gerante,
    gestionnaire, ingenieur, ingenieure, juriste, pdg, presidente, responsable, secretaire, technicien,
    technicienne, vendeur, vendeuse, anwalt, assistenz, assistentin, berater, beraterin, buchhalter,
    buchhalterin, einkaufer, einkauferin, entwickler, entwicklerin, fachberater, geschaftsfuhrer,
    geschaftsfuhrerin, geschaftsleitung, inhaber, inhaberin, kundenberater, kundenberaterin, leiter,
    leiterin, leitung, prokurist, prokuristin, rechtsanwalt, rechtsanwaltin, referent, referentin,
    sachbearbeiter, sachbearbeiterin, sekretariat, techniker, vorstand, vertrieb"""
)
TITLE_ENDINGS: Final = (
    "leiter",
    "leiterin",
    "manager",
    "managerin",
    "ingenieur",
    "ingenieurin",
    "beauftragte",
)
# … unless one of these shows that it is a sentence.
SENTENCE_WORDS: Final = _listed(
    """merci, thank, thanks, please, vous, votre, vos, nous, notre, nos, you, your, we, our, i, je, ich,
    wir, sie, ihr, ihre, bitte, this, if, si, wenn, is, are, est, sont, ist, sind, sent, envoye,
    gesendet, will, may, can, not, pas, nicht, for more, visit"""
)

# Domains at which anybody has an address: they name no company.
SHARED_DOMAINS: Final = _listed(
    """aol, bluewin, bbox, comcast, email, fastmail, free, freenet, gmail, gmx, googlemail, hey, hotmail,
    hushmail, icloud, laposte, live, mac, mail, mailbox, me, msn, neuf, numericable, orange, outlook,
    pm, posteo, proton, protonmail, qq, sfr, skynet, sunrise, t-online, tutanota, verizon, wanadoo, web,
    yahoo, yandex, ymail, zoho"""
)
# What begins so is a profile or a meeting room, not a company's web site.
SOCIAL_SITES: Final = _listed(
    """aka.ms, bit.ly, calendly., facebook., goo.gl, google., instagram., linkedin., lnkd.in, maps.,
    medium.com, meet., microsoft., pinterest., teams., tiktok., twitter., t.co, x.com, xing., youtube.,
    youtu.be, zoom., whatsapp., wa.me, w3.org"""
)
