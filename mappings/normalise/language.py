"""Languages as ISO 639-1 in small letters, from codes, locales and names in six languages."""

from __future__ import annotations

import re
from typing import Final

from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text, folded

_CODES: Final = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo"
    " es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka"
    " kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng"
    " nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su"
    " sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
_NAMES: Final = {
    "fr": "french francais francaise franzosisch frances francese frans fra fre f",
    "en": "english anglais anglaise englisch ingles inglese engels eng e",
    "de": "german allemand allemande deutsch aleman tedesco duits deu ger d",
    "es": "spanish espagnol espagnole espanol castellano spanisch spagnolo spaans spa s",
    "it": "italian italien italienne italiano italienisch italiaans ita i",
    "nl": "dutch neerlandais neerlandaise nederlands niederlandisch holandes neerlandes olandese nld dut n",
    "pt": "portuguese portugais portugaise portugiesisch portugues portoghese portugees por p",
    "pl": "polish polonais polonaise polnisch polaco polacco pools pol polski",
    "ru": "russian russe russisch ruso russo rus",
    "ar": "arabic arabe arabisch arabo ara",
    "zh": "chinese chinois chinoise chinesisch chino cinese chinees zho chi mandarin",
    "ja": "japanese japonais japonaise japanisch japones giapponese japans jpn",
    "tr": "turkish turc turque turkisch turco turks tur",
    "ro": "romanian roumain roumaine rumanisch rumano rumeno roemeens ron rum",
    "sv": "swedish suedois suedoise schwedisch sueco svedese zweeds swe svenska",
    "da": "danish danois danoise danisch danes danese deens dan dansk",
    "nb": "norwegian norvegien norvegienne norwegisch noruego norvegese noors nob nor norsk",
    "fi": "finnish finnois finnoise finnisch finlandes finlandese fins fin suomi",
    "el": "greek grec grecque griechisch griego greco grieks ell gre",
    "cs": "czech tcheque tschechisch checo ceco tsjechisch ces cze",
    "hu": "hungarian hongrois hongroise ungarisch hungaro ungherese hongaars hun",
    "uk": "ukrainian ukrainien ukrainienne ukrainisch ucraniano ucraino oekraiens ukr",
    "ca": "catalan katalanisch catala catalano catalaans cat",
}
_WORDS: Final = {name: code for code, names in _NAMES.items() for name in names.split()}


def normalise_language(text: str) -> str | Refusal | None:
    """`fr_FR`, `Français` and `FRA` are fr; a single letter is an ERP's (D, E, F)."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if is_placeholder(cleaned):
        return Refusal("placeholder")
    word = folded(cleaned)
    code = re.split(r"[-_@.]", word, maxsplit=1)[0]
    if word in _WORDS:
        return _WORDS[word]
    first = re.split(r"[\s(]", word, maxsplit=1)[0]
    found = code if code in _CODES else _WORDS.get(code) or (_WORDS.get(first) if len(first) > 3 else None)
    return found or Refusal("unknown-language")
