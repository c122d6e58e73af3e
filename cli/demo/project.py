"""Writes the sample project: data, settings, mappings, and the truth to measure against."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from cli.demo.noise import Seen, seen
from cli.demo.people import Entity, make_entities
from cli.demo.sources import Truth, write_erp, write_forms, write_mailbox, write_spreadsheet

# How many records each source holds; together about 400 of about 220 customers.
SIZES: Final = {"erp": 150, "mailbox": 82, "webforms": 86, "salon": 84}

_SETTINGS: Final = """\
# The sample company Maison Exemple: four places where customers are kept, two that need them clean.
version: 1
store: sqlite:///hub.db

defaults:
  country: FR
  timezone: Europe/Paris

sources:
  erp:                     # the export that the ERP writes every night
    type: file
    path: data/erp_export.csv
    key: customer_no
    priority: 1            # what the ERP says counts first
  mailbox:                 # people who write to us, and what their signatures say
    type: mbox
    path: data/mailbox.mbox
    own_domains: [maison-exemple.example]
  webforms:                # what visitors fill in
    type: webform
    path: data/webforms.jsonl
  salon:                   # the sales team's sheet from a trade fair
    type: file
    path: data/prospects_salon.xlsx

destinations:
  crm:
    type: file
    path: out/crm.csv
  newsletter:              # only who said yes, and nowhere no
    type: file
    path: out/newsletter.csv

schedule:
  jobs:
    nightly: {do: sync, cron: "0 3 * * *"}
    forms: {do: pull, sources: [webforms], every: 15m}
"""

_MAPPINGS: Final = {
    "erp": """\
# The ERP's columns. `hub mapping suggest data/erp_export.csv` guesses most of this.
mapping: 1
source: erp
updated_at: updated_at
defaults: {country: FR, dates: day-first}
fields:
  name.given: first_name
  name.family: last_name
  organization: company_name
  emails: [email]
  phones: [phone]
  addresses:
    - {street: street, postal_code: zip, locality: city, country: country}
  birth_date: birth_date
  identifiers:
    - {type: vat, value: vat_no}
    - {type: customer, value: customer_no}
  consents:
    - {channel: email, purpose: marketing, status: newsletter, values: {O: granted, N: denied}}
""",
    "salon": """\
# Headers as people write them; names that are not plain words stand in double quotes.
mapping: 1
source: salon
defaults: {country: FR}
fields:
  name.full: '"Nom & prénom"'
  organization: '"Société"'
  job_title: Fonction
  emails: ['"Mail pro"']
  phones:
    - {value: '"N° de tél. portable"', type: mobile}
  addresses:
    - {postal_code: CP, locality: Ville, country: Pays}
  consents:
    - {channel: email, purpose: marketing, status: '"Newsletter ok ?"'}
  attributes.met_on: '"Rencontré le"'
  attributes.comment: Commentaire
""",
    "crm": """\
# What the CRM gets of every customer.
mapping: 1
destination: crm
fields:
  kind: kind
  first_name: name.given
  last_name: name.family
  company: organization
  job_title: job_title
  email: emails[0].value
  other_email: emails[1].value
  phone: phones[0].value
  street: addresses[0].street
  zip: addresses[0].postal_code
  city: addresses[0].locality
  country: addresses[0].country
  vat: "identifiers[?type=='vat'] | [0].value"
  note: {value: attributes.comment, owner: destination}   # ours only when the record is new
""",
    "newsletter": """\
# What the newsletter tool gets: people who said yes. Who says no later is taken out by the next push.
mapping: 1
destination: newsletter
only: emails
require: {channel: email, purpose: marketing}
fields:
  email: emails[0].value
  first_name: name.given
  last_name: name.family
  language: language
""",
}


@dataclass(frozen=True, slots=True)
class DemoProject:
    """What was made: the folder, how many records of how many customers, and the truth by source."""

    folder: Path
    records: int
    customers: int
    truth: Mapping[str, Truth]

    def entity_of(self, source: str, key: str) -> str | None:
        """The customer that a pulled record is of. A mailbox's keys begin with the address."""
        told = dict(self.truth[source])
        return told.get(key.rpartition("#")[0] if source == "mailbox" else key)


def make_project(folder: Path, seed: int = 7) -> DemoProject:
    """Writes the project into a folder; the same seed writes the same bytes."""
    for part in ("data", "mappings", "out"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    random = Random(seed)  # noqa: S311 - invented people, no secrets
    entities = make_entities(random)
    rows = _records(random, entities)
    data = folder / "data"
    truth = {
        "erp": write_erp(data / "erp_export.csv", rows["erp"], random),
        "mailbox": write_mailbox(data / "mailbox.mbox", rows["mailbox"], random),
        "webforms": write_forms(data / "webforms.jsonl", rows["webforms"], random),
        "salon": write_spreadsheet(data / "prospects_salon.xlsx", rows["salon"], random),
    }
    (folder / "hub.yaml").write_text(_SETTINGS, encoding="utf-8")
    for name, text in _MAPPINGS.items():
        (folder / "mappings" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return DemoProject(
        folder,
        sum(len(one) for one in truth.values()),
        len({e for one in truth.values() for _, e in one}),
        truth,
    )


def write_truth(project: DemoProject, members: Sequence[tuple[str, str]]) -> Path:
    """Writes truth.csv (source,key,entity) for the records that were pulled."""
    path = project.folder / "truth.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["source", "key", "entity"])
        for source, key in members:
            entity = project.entity_of(source, key)
            if entity is not None:
                writer.writerow([source, key, entity])
    return path


def _records(random: Random, entities: list[Entity]) -> dict[str, list[Seen]]:
    """Every customer at least once, many several times; a company writes no letter of its own hand."""
    people = [one for one in entities if one.kind == "person"]
    companies = [one for one in entities if one.kind == "organization"]
    pools = {
        "erp": [*companies, *random.sample(people, SIZES["erp"] - len(companies))],
        "mailbox": random.choices(people, k=SIZES["mailbox"]),
        "webforms": random.choices(people, k=SIZES["webforms"]),
        "salon": [*random.choices(people, k=SIZES["salon"] - 14), *random.sample(companies, 14)],
    }
    met = {one.id for pool in pools.values() for one in pool}
    pools["webforms"][: len([p for p in people if p.id not in met])] = [p for p in people if p.id not in met]
    return {name: [seen(random, one) for one in _shuffled(random, pool)] for name, pool in pools.items()}


def _shuffled(random: Random, pool: list[Entity]) -> list[Entity]:
    return random.sample(pool, len(pool))
