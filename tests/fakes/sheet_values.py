"""Values for the columns of invented sheets: what a column of that kind holds in that country."""

from __future__ import annotations

import random
import unicodedata
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from tests.fakes.sheet_dirt import dirtied
from tests.fakes.sheet_words import PLAIN, Words

ROWS: Final = 40
MAIL: Final = {
    "US": "com",
    "GB": "co.uk",
    "AU": "com.au",
    **{c: c.lower() for c in ("FR", "DE", "NL", "ES", "IT", "BE", "CH")},
}


class Sheet:
    """One invented sheet: who stands in each row, and its columns' values by kind."""

    def __init__(
        self, country: str, seed: int, rows: int = ROWS, words: Words = PLAIN, dirt: float = 0.0
    ) -> None:
        self.country, self.pick, self.words, self.dirt = country, random.Random(seed), words, dirt
        self.people = [
            (self.pick.choice(words.given[country]), self.pick.choice(words.family[country]))
            for _ in range(rows)
        ]

    def column(self, kind: str) -> list[str | None]:
        """A column's cells; some are empty, unless the kind is a key."""
        share = FILLED.get(kind, 0.9)
        make = KINDS[kind]
        cells = [make(self, row) if self.pick.random() < share else None for row in range(len(self.people))]
        dirty = self.dirt > 0 and share < 1  # a key is what a system gave
        return [dirtied(cell, kind, self.pick) if dirty and self._is_dirty() else cell for cell in cells]

    def _is_dirty(self) -> bool:
        return self.pick.random() < self.dirt

    def digits(self, pattern: str) -> str:
        """A pattern with each # a digit."""
        return "".join(str(self.pick.randrange(10)) if sign == "#" else sign for sign in pattern)

    def born(self) -> date:
        return date(1936, 1, 1) + timedelta(days=self.pick.randrange(25_000))

    def lately(self) -> date:
        return date(2015, 1, 1) + timedelta(days=self.pick.randrange(3_500))

    def email(self, row: int) -> str:
        given, family = (_ascii(part) for part in self.people[row])
        host = self.pick.choice(
            ["gmail.com", f"posta.{MAIL[self.country]}", f"{family}-mail.{MAIL[self.country]}"]
        )
        return self.pick.choice([f"{given}.{family}@{host}", f"{given[0]}{family}{row}@{host}"])

    def full(self, row: int) -> str:
        return " ".join(self.people[row])

    def phone(self) -> str:
        return self.digits(self.pick.choice(PHONES[self.country]))

    def mobile(self) -> str:
        return self.digits(self.pick.choice(MOBILES[self.country]))

    def zip(self) -> str:
        if self.country == "GB":
            return self.digits(self.pick.choice(["LS# #AB", "NR## #TQ", "YO# #HD", "SW#A #AA"]))
        pattern = {"NL": "4### AB", "AU": "2###", "BE": "9###", "CH": "3###"}.get(self.country, "#####")
        return self.digits(pattern)

    def street(self, row: int) -> str:
        number, street = self.pick.randrange(1, 200), self.a(self.words.streets)
        if self.country in {"DE", "NL", "IT", "BE", "CH"}:
            return f"{street} {number}"
        return f"{street}, {number}" if self.country == "ES" else f"{number} {street}"

    def company(self) -> str:
        return self.a(self.words.company)

    def a(self, table: dict[str, list[str]]) -> str:
        return self.pick.choice(table[self.country])

    def among(self, *choices: str) -> str:
        return self.pick.choice(choices)


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in plain if c.isascii() and c.isalnum())


def _luhn(digits: str) -> str:
    """The digits with their check digit."""
    total = sum(sum(divmod(int(d) * (2 - place % 2), 10)) for place, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def _siret(sheet: Sheet) -> str:
    return _luhn(_luhn(sheet.digits("4#######")) + sheet.digits("####"))


def _french_vat(siren: str) -> str:
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


PHONES: Final = {
    "US": ["(###) 555-01##", "###-555-01##", "+1 ### 555 01##"],
    "GB": ["01632 960###", "020 7946 0###", "+44 161 496 0###"],
    "AU": ["02 5550 ####", "(07) 5550 ####"],
    "FR": ["01 99 00 ## ##", "0261910###", "+33 4 65 71 ## ##"],
    "DE": ["030 23125 ###", "0221/4710###", "+49 69 90009###"],
    "NL": ["020-#######", "+31 30 2######", "0513 ######"],
    "ES": ["91# ### ###", "+34 93# ### ###"],
    "IT": ["02 ########", "+39 06 #######"],
    "BE": ["02 555 ## ##", "+32 9 225 ## ##", "09/225.##.##"],
    "CH": ["031 555 ## ##", "+41 21 555 ## ##", "0041 44 555 ## ##"],
}
MOBILES: Final = {
    **PHONES,
    "GB": ["07700 900###", "+447700900###"],
    "FR": ["06 39 98 ## ##", "+33639980###", "0639980###"],
    "DE": ["0171 39200##", "+49 152 28817###"],
    "NL": ["06-########", "0612345###"],
    "ES": ["6## ### ###", "+34 6########"],
    "IT": ["3## #######", "+39 347 #######"],
    "BE": ["0470 ## ## ##", "+32 486 ## ## ##", "0495/##.##.##"],
    "CH": ["079 555 ## ##", "+41 78 555 ## ##"],
}
# A key is always there; a column that hardly anyone filled says little of itself.
FILLED: Final = {
    "key": 1.0,
    "uuid": 1.0,
    "moment_full": 1.0,
    "empty": 0.0,
    "few": 0.1,
    "few_recent": 0.15,
    "shop_id": 1.0,
    "stripe_id": 1.0,
}
KINDS: Final[dict[str, Callable[[Sheet, int], str]]] = {
    "key": lambda _, row: str(10_021 + 7 * row),
    "uuid": lambda s, _: str(uuid.UUID(int=s.pick.getrandbits(128))),
    "code": lambda s, row: f"C{s.digits('##')}{1000 + row}",
    "given": lambda s, row: s.people[row][0],
    "family": lambda s, row: s.people[row][1],
    "initial": lambda s, _: s.among("J.", "A", "K", "Marie", "Lee"),
    "initials": lambda s, _: s.among("J.", "A.B.", "M.C.", "P."),
    "particle": lambda s, _: s.among("van", "de", "van der"),
    "full": lambda s, row: s.full(row),
    "comma": lambda s, row: ", ".join(reversed(s.people[row])),
    "full_or_org": lambda s, row: s.company() if row % 3 == 0 else s.full(row),
    "family_or_org": lambda s, row: s.company() if row % 3 == 0 else s.people[row][1],
    "given_half": lambda s, row: s.people[row][0] if row % 3 else "",
    "kind": lambda s, row: {"FR": "Société" if row % 3 == 0 else "Particulier"}.get(
        s.country, "Company" if row % 3 == 0 else "Person"
    ),
    "title": lambda s, _: s.a(s.words.titles),
    "suffix": lambda s, _: s.among("Jr.", "Sr.", "III", "II"),
    "company": lambda s, _: s.company(),
    "venue": lambda s, _: s.among(
        "Golden Dragon Restaurant", "Luigi's Trattoria", "Little Stars Daycare", "Campanile",
        "The Blue Door Cafe", "St. Anne School", "Chez Nous", "Head Start Center West", "Fog City Diner",
        "Community Action Preschool",
    ),
    "job": lambda s, _: s.a(s.words.jobs),
    "email": lambda s, row: s.email(row),
    "emails": lambda s, row: (
        s.email(row) + s.among("; ", ", ", " ::: ", " / ") + s.email((row + 1) % len(s.people))
    ),
    "phone": lambda s, _: s.phone(),
    "mobile": lambda s, _: s.mobile(),
    "phones": lambda s, _: s.phone() + s.among(" / ", "; ", " ::: ", " ou ") + s.mobile(),
    "slashed": lambda s, _: s.digits("###/ 555-01##"),
    "street": lambda s, row: s.street(row),
    "street_name": lambda s, _: s.a(s.words.streets),
    "house": lambda s, _: str(s.pick.randrange(1, 300)) + s.among("", "", "", "a", "bis"),
    "house_suffix": lambda s, _: s.among("A", "bis", "II", "hs"),
    "flat": lambda s, _: s.a(s.words.flats),
    "area": lambda s, _: s.among("Headingley", "Redland", "Thorpe End", "Holgate"),
    "whole": lambda s, row: f"{s.street(row)}, {s.zip()} {s.a(s.words.cities)}",
    "city": lambda s, _: s.a(s.words.cities),
    "zip": lambda s, _: s.zip(),
    "region": lambda s, _: s.a(s.words.regions),
    "region_us": lambda s, _: s.among(*s.words.regions["US"]),
    "county": lambda s, _: s.among("Kent", "West Yorkshire", "Norfolk", "Devon"),
    "country": lambda s, _: s.a(s.words.countries),
    "country_code": lambda s, _: s.a(s.words.codes),
    "born": lambda s, _: s.born().isoformat(),
    "born_day_first": lambda s, _: s.born().strftime("%d.%m.%Y" if s.country == "DE" else "%d/%m/%Y"),
    "born_month_first": lambda s, _: s.born().strftime("%m/%d/%Y"),
    "born_compact": lambda s, _: s.born().strftime("%Y%m%d"),
    "day_of": lambda s, _: str(s.born().day),
    "month_of": lambda s, _: str(s.born().month),
    "year_of": lambda s, _: str(s.born().year),
    "month_day": lambda s, _: s.born().strftime("%m/%d"),
    "sex": lambda s, _: s.among("M", "V" if s.country == "NL" else "F"),
    "gender": lambda s, _: s.among("Male", "Female", "Unspecified"),
    "language": lambda s, _: s.among("fr", "en", "de"),
    "language_sap": lambda s, _: s.among("D", "E", "F"),
    "locale": lambda s, _: s.among("fr_FR", "en_US", "nl_NL"),
    "url": lambda s, row: s.among("https://www.", "www.", "http://") + _ascii(s.people[row][1]) + ".example",
    "tags": lambda s, _: s.among("VIP", "vip, trade", "Friends", "newsletter;prospect"),
    "moment": lambda s, _: s.lately().isoformat() + s.digits(" 1#:2#:3#"),
    "recent": lambda s, _: s.lately().strftime("%d.%m.%Y" if s.country == "DE" else "%d/%m/%Y"),
    "recent_us": lambda s, _: s.lately().strftime("%m/%d/%Y"),
    "worded": lambda s, _: s.lately().strftime("%d %b %Y"),
    "vat": lambda s, _: _french_vat(_luhn(s.digits("4#######"))),
    "vat_de": lambda s, _: s.digits("DE1########"),
    "vat_nl": lambda s, _: s.digits("NL#########B01"),
    "vat_es": lambda s, _: s.among("B", "A") + s.digits("########"),
    "siren": lambda s, _: _luhn(s.digits("4#######")),
    "siret": lambda s, _: _siret(s),
    "siret_half": lambda s, row: _siret(s) if row % 3 == 0 else "",
    "ssn": lambda s, _: s.digits("4##-##-####"),
    "ssn_plain": lambda s, _: s.digits("#######"),
    "bsn": lambda s, _: s.digits("1########"),
    "codice_fiscale": lambda s, _: s.digits("RSSMRA##A0#H501Z"),
    "iban": lambda s, _: s.digits(f"{s.country}## 3000 6000 0112 3456 #### 1##"),
    "bic": lambda s, _: s.among("AGRIFRPP", "DEUTDEFF", "INGBNL2A"),
    "bank_code": lambda s, _: s.digits("370400##"),
    "ein": lambda s, _: s.digits("12-#######"),
    "true_false": lambda s, _: s.among("True", "False"),
    "yes_no": lambda s, _: s.among("Yes", "No") if s.country != "US" else s.among("yes", "no"),
    "oui_non": lambda s, _: s.among("Oui", "Non"),
    "ja_nein": lambda s, _: s.among("Ja", "Nein"),
    "ja_nee": lambda s, _: s.among("Ja", "Nee"),
    "si_no": lambda s, _: s.among("Sì", "No") if s.country == "IT" else s.among("Sí", "No"),
    "zero_one": lambda s, _: s.among("0", "1"),
    "amount": lambda s, _: s.digits("1##.##") if s.country in {"US", "GB", "AU"} else s.digits("1#.###,##"),
    "percent": lambda s, _: s.digits("# %"),
    "int": lambda s, _: str(s.pick.randrange(0, 900)),
    "one": lambda s, _: s.among("1", "2"),
    "age": lambda s, _: str(s.pick.randrange(18, 90)),
    "status": lambda s, _: s.among("Active", "New", "Closed", "Pending"),
    "source": lambda s, _: s.among("Web", "Trade Show", "Referral"),
    "department": lambda s, _: s.among("Sales", "R&D", "Finance", "IT"),
    "note": lambda s, _: s.a(s.words.sentences),
    "user": lambda s, row: s.email(row).partition("@")[0],
    "hash": lambda s, _: f"{s.pick.getrandbits(64):016x}",
    "photo": lambda s, _: f"https://img.example/p/{s.pick.getrandbits(32):08x}.jpg",
    "ip": lambda s, _: s.digits("10.2##.1##.1#"),
    "latitude": lambda s, _: s.digits("48.#####"),
    "longitude": lambda s, _: s.digits("-2.#####"),
    "timezone": lambda s, _: s.among("Europe/London", "America/New_York"),
    "smtp": lambda *_: "SMTP",
    "label": lambda s, _: s.among("* Work", "Home", "Mobile", "Other"),
    "letter": lambda s, _: s.among("A", "B", "D"),
    "insee": lambda s, _: s.digits("69###"),
    "trade": lambda s, _: s.digits("62.0#Z"),
    "cuisine": lambda s, _: s.among("italian", "french bistro", "delis", "asian"),
    "schema": lambda s, _: s.among("Person", "Company", "LegalEntity"),
    "aliases": lambda s, row: ";".join([s.full(row), s.people[row][1].upper()]),
    "department_fr": lambda s, _: s.a(s.words.regions),
    "born_child": lambda s, _: (s.born() + timedelta(days=27_000)).strftime("%d/%m/%Y"),
    "born_worded": lambda s, _: s.born().strftime("%B %d, %Y"),
    "born_worded_fr": lambda s, _: f"{s.born().day} {s.among('mars', 'juillet', 'août')} {s.born().year}",
    "born_midnight": lambda s, _: s.born().strftime("%d.%m.%Y 00:00"),
    "born_two_digits": lambda s, _: s.born().strftime("%d.%m.%y"),
    "born_compact_day": lambda s, _: s.born().strftime("%d%m%Y"),
    "apostrophe": lambda s, _: "'" + s.mobile(),
    "labelled": lambda s, _: s.among("", "", "Tél : ", "port. ") + s.mobile() + s.among("", "", " (perso)"),
    "named_email": lambda s, row: f"{s.full(row)} <{s.email(row)}>" if row % 2 else s.email(row),
    "zip_city": lambda s, _: f"{s.zip()} {s.a(s.words.cities)}",
    "born_midnight_iso": lambda s, _: f"{s.born().isoformat()} 00:00:00",
    "on": lambda s, _: s.among("on", "on"),
    "ten_digits": lambda s, _: s.digits("##########"),
    "thirteen": lambda s, _: s.digits("3############"),
    "contact_way": lambda s, _: s.among("E-mail", "Phone", "SMS"),
    "dial": lambda s, _: s.among("+33", "+1", "+49", "+44"),
    "domain": lambda s, row: s.email(row).partition("@")[2],
    "epoch": lambda s, _: s.digits("16########"),
    "letter_yn": lambda s, _: s.among("Y", "N"),
    "order": lambda _, row: f"#{1001 + row}",
    "pronouns": lambda s, _: s.among("she/her", "he/him", "they/them"),
    "relation": lambda s, _: s.among("Mother", "Partner", "Friend"),
    "subscribed": lambda s, _: s.among("subscribed", "unsubscribed"),
    "legal_form": lambda s, _: s.among("SARL", "SAS", "Association", "EI"),
    "kind_es": lambda s, row: "Jurídica" if row % 3 == 0 else "Física",
    "amazon_order": lambda s, row: s.digits("30#-#######-###") + str(1000 + row),
    "iso_ts": lambda s, _: s.lately().isoformat() + s.digits("T1#:2#:3#+01:00"),
    "ahv": lambda s, _: s.digits("756.####.####.##"),
    "rna": lambda s, _: s.digits("W44#00####"),
    "department_no": lambda s, _: s.among("44", "35", "2A", "01"),
    "vat_gb": lambda s, _: s.digits("GB ### #### ##"),
    "kind_en": lambda s, row: "Organisation" if row % 3 == 0 else "Person",
    "vat_che": lambda s, _: s.digits("CHE-1##.###.###"),
    "kind_it": lambda s, row: "Azienda" if row % 3 == 0 else "Privato",
    "three_digits": lambda s, _: s.digits("3##"),
    "blood": lambda s, _: s.among("0+", "A+", "B-", "AB+"),
    "kind_io": lambda s, row: "OR" if row % 3 == 0 else "IN",
    "shop_id": lambda s, _: s.digits("7############"),
    "stripe_id": lambda s, row: f"cus_N{s.digits('######')}{1000 + row}",
    "email_full": lambda s, row: s.email(row),
    "size": lambda s, _: s.among("S", "M", "L", "XL"),
    "class": lambda s, _: s.among("CM2", "6B", "2ºA", "3C", "U15"),
    "nationality": lambda s, _: s.among("Française", "deutsch", "Italiana", "belge", "Española", "NL"),
    "rank": lambda s, _: s.among("30/1", "15/5", "NC", "40"),
    "year_recent": lambda s, _: str(s.lately().year),
    "year_soon": lambda s, _: s.among("2026", "2027", "2028"),
    "recent_iso": lambda s, _: s.lately().isoformat(),
    "recent_future": lambda s, _: (s.lately() + timedelta(days=3_300)).strftime("%d/%m/%Y"),
    "compact_recent": lambda s, _: s.lately().strftime("%Y%m%d"),
    "few_recent": lambda s, _: s.lately().strftime("%d.%m.%Y"),
    "four": lambda s, _: s.digits("4###"),
    "long_digits": lambda s, _: s.digits("2500009########"),
    "twelve_digits": lambda s, _: s.digits("28##########"),
    "eleven_digits": lambda s, _: s.digits("8# ### ### ###"),
    "degree": lambda s, row: s.among("Dr.", "Prof. Dr.") if row % 4 == 0 else "",
    "marital": lambda s, _: s.among("ledig", "verheiratet", "coniugata", "celibe"),
    "floor": lambda s, _: s.among("1", "2", "bajo", "3"),
    "plate": lambda s, _: s.digits("##-KB-#"),
    "steuer": lambda s, _: s.digits("12/3##/6####"),
    "kvk": lambda s, _: s.digits("6#######"),
    "vat_it": lambda s, _: s.digits("0##########"),
    "vat_be": lambda s, _: s.digits("BE0#########"),
    "nif": lambda s, _: s.digits("########") + s.among("Z", "T", "H", "K"),
    "nir": lambda s, _: s.digits(s.among("1", "2") + " 7# 03 69 1## ### ##"),
    "svnr": lambda s, _: s.digits("12 0#0#7# M 0##"),
    "ind_org": lambda s, _: s.among("I", "I", "O"),
    "handle": lambda s, row: "@" + _ascii(s.people[row][1]),
    "link_doc": lambda s, _: f"https://docs.example/c/{s.pick.getrandbits(32):08x}.pdf",
    "amount_eur": lambda s, _: s.digits("1.2##,## €"),
    "born_place": lambda s, _: f"{s.born():%d/%m/%Y} {s.a(s.words.cities)}",
    "city_state": lambda s, _: f"{s.a(s.words.cities)}, {s.among('OK', 'LA', 'MN')}",
    "family_first_full": lambda s, row: f"{s.people[row][1].upper()} {s.people[row][0]}",
    "titled": lambda s, row: f"{s.a(s.words.titles)} {s.full(row)}",
    "time": lambda s, _: s.digits("0#:4#:1#"),
    "few": lambda s, _: s.a(s.words.sentences),
    "empty": lambda *_: "",
    "any": lambda s, row: s.full(row),
}  # fmt: skip
