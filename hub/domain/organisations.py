"""What names an organisation: its name without its legal form, and domains that are its own."""

from __future__ import annotations

import re
from typing import Final

from hub.folded import folded


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEGAL: Final = _words(
    """
    ab ag aps as asbl bv bvba co company corp corporation cv eg eirl ek eurl ev gbr gie gmbh inc
    incorporated kft kg kgaa kk limited llc llp lp ltd mbh nv ohg oy oyj plc pte pty pvt sa sarl sas
    sasu sca scop scs sci scrl se sl slu snc soc sp spa spol spzoo srl srls sro ug ulc vof vzw zoo
    """
)
_DOMAIN: Final = re.compile(r"[\w-]+(\.[\w-]+)+")
# Mailboxes at these are people's, whatever their owner does.
_OF_EVERYBODY: Final = _words(
    """
    aliceadsl.fr aol.com alice.it arcor.de att.net bbox.fr bell.net bigpond.com bk.ru bluewin.ch
    btinternet.com centrum.cz club-internet.fr comcast.net cox.net cs.com earthlink.net fastmail.com
    free.fr freenet.de gmx.at gmx.ch gmx.com gmx.de gmx.fr gmx.net gmail.com googlemail.com
    hetnet.nl hey.com home.nl hushmail.com icloud.com inbox.ru interia.pl iol.ie kpnmail.nl
    laposte.net libero.it list.ru live.be live.ca live.co.uk live.com live.de live.fr live.it
    live.nl mac.com mail.com mail.de mail.ru me.com msn.com naver.com neuf.fr ntlworld.com
    numericable.fr o2.pl onet.pl online.de online.no optonline.net optusnet.com.au orange.fr
    outlook.com outlook.de outlook.es outlook.fr outlook.it planet.nl pm.me posteo.de proton.me
    protonmail.com proximus.be qq.com rambler.ru rocketmail.com rogers.com sapo.pt sbcglobal.net
    seznam.cz sfr.fr shaw.ca sina.com skynet.be sky.com sympatico.ca t-online.de talktalk.net
    telefonica.net telenet.be terra.com.br terra.es tin.it tiscali.it tuta.io tutanota.com
    uol.com.br verizon.net virgilio.it virginmedia.com voila.fr wanadoo.fr web.de wp.pl xs4all.nl
    ya.ru yandex.com yandex.ru ymail.com ziggo.nl zoho.com 126.com 163.com
    """
)
_EVERYWHERE: Final = re.compile(r"(hotmail|yahoo|windowslive)\.[a-z.]+")


def core(name: str) -> str:
    """The words of an organisation's name without legal forms; all of them when nothing else is left.

    >>> core("Boulangerie Martin S.A.R.L."), core("ACME Ltd"), core("SA")
    ('boulangerie martin', 'acme', 'sa')
    """
    words = folded(re.sub(r"(?<=\w)\.(?=\w(\.|$|\s))", "", name)).split()
    kept = [word for word in words if word not in _LEGAL]
    return " ".join(kept or words)


def own_domain(domain: str) -> str:
    """A domain that may be an organisation's own, in lower case without www; "" for another."""
    plain = domain.lower().removeprefix("www.")
    if not _DOMAIN.fullmatch(plain) or plain in _OF_EVERYBODY or _EVERYWHERE.fullmatch(plain):
        return ""
    return plain


def domain_of(address: str) -> str:
    """What comes after the @ of an e-mail address, or between // and the path of a web address."""
    if "@" in address and "//" not in address:
        return address.rpartition("@")[2]
    return re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://", "", address).partition("/")[0].partition(":")[0]
