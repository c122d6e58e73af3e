"""The four files in which the sample company keeps its customers."""

from __future__ import annotations

import csv
import io
import json
import mailbox
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from random import Random
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

from cli.demo.names import COUNTRY_NAMES
from cli.demo.noise import Seen, phone_as_typed

_SAVED: Final = re.compile(rb"(?<=W3CDTF\">)[^<]+")  # when the library believes it saved the workbook
START: Final = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
# (key, entity) of each record that a source holds
Truth = list[tuple[str, str]]


def write_erp(path: Path, rows: Sequence[Seen], random: Random) -> Truth:
    """The ERP's export: semicolons, Windows encoding, people and companies mixed."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    heads = "customer_no company_name first_name last_name email phone street zip city country birth_date"
    writer.writerow([*heads.split(), "vat_no", "newsletter", "updated_at"])
    truth: Truth = []
    for number, one in enumerate(rows, start=1):
        key = f"K{10_000 + number}"
        address = one.address
        birth = "/".join(reversed(one.birth.split("-"))) if one.birth and random.random() < 0.7 else ""
        writer.writerow(
            [key, one.organization, one.given, one.family, one.email if random.random() < 0.8 else "",
             phone_as_typed(random, one.phone), one.street, address.postal_code if address else "",
             address.town if address else "", random.choice(COUNTRY_NAMES[one.country][:2]), birth, one.vat,
             {"yes": "O", "no": "N"}.get(one.newsletter, ""), _moment(random).strftime("%Y-%m-%d %H:%M:%S")]
        )  # fmt: skip
        truth.append((key, one.entity))
    path.write_bytes(text.getvalue().encode("cp1252", errors="replace"))
    return truth


def write_mailbox(path: Path, rows: Sequence[Seen], random: Random) -> Truth:
    """Mail from customers in French and English; the truth's key is the address."""
    path.unlink(missing_ok=True)
    box = mailbox.mbox(path)
    truth: Truth = []
    for one in rows:
        box.add(_delivered(_stamped(_letter(one, random), random)))
        truth.append((one.email.lower(), one.entity))
    for message in _oddities(random):
        box.add(_delivered(message))
    box.close()
    return truth


def write_forms(path: Path, rows: Sequence[Seen], random: Random) -> Truth:
    """Posted web-form submissions of three vendors' shapes, one a line; one line is torn, one is a joke."""
    truth: Truth = []
    lines: list[str] = []
    for number, one in enumerate(rows):
        key = f"sub-{number:04d}"
        lines.append(json.dumps(_submission(key, one, random), ensure_ascii=False))
        truth.append((key, one.entity))
    lines.insert(17, '{"event_id": "torn", "form_response": {"token": ')
    lines.insert(40, json.dumps({"submission_id": "sub-junk", "Email": "test@test.com", "Last name": "asdf"}))
    truth.append(("sub-junk", "junk"))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return truth


def write_spreadsheet(path: Path, rows: Sequence[Seen], random: Random) -> Truth:
    """The sales team's sheet from a trade fair: odd headers, names in one column, phones typed as numbers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Salon 2025")
    sheet.append(
        ["Nom & prénom", "Société", "Fonction", "Mail pro", "N° de tél. portable", "CP", "Ville", "Pays",
         "Rencontré le", "Newsletter ok ?", "Commentaire"]
    )  # fmt: skip
    truth: Truth = []
    for number, one in enumerate(rows, start=1):
        name = f"{one.family.upper()} {one.given}" if random.random() < 0.7 else f"{one.given} {one.family}"
        phone: Any = phone_as_typed(random, one.phone)
        if one.country == "FR" and random.random() < 0.3:
            phone = int("".join(c for c in one.phone if c.isdigit())[2:])  # the sheet took it for a number
        sheet.append(
            [name.strip(), one.organization, one.job, one.email if random.random() < 0.75 else None,
             phone if random.random() < 0.85 else None, one.address.postal_code if one.address else None,
             one.address.town if one.address else None, random.choice(COUNTRY_NAMES[one.country]),
             date(2025, 3, random.randint(11, 14)), {"yes": "oui", "no": "non"}.get(one.newsletter),
             random.choice((None, None, "à rappeler", "wants a quote", "cf. mail", "VIP"))]
        )  # fmt: skip
        truth.append((str(number), one.entity))
    book.properties.created = book.properties.modified = START.replace(tzinfo=None)
    book.save(path)
    _fix_times(path)
    return truth


def _letter(one: Seen, random: Random) -> EmailMessage:
    french = one.country in {"FR", "BE"}
    name = f"{one.given} {one.family}".strip() or one.organization
    message = EmailMessage()
    message["From"] = f'"{name}" <{one.email}>'
    message["To"] = '"Service clients" <clients@maison-exemple.example>'
    message["Subject"] = random.choice(
        ("Devis", "Commande", "Facture") if french else ("Quote", "Order", "Invoice")
    )
    hello, bye = ("Bonjour,", "Cordialement,") if french else ("Hello,", "Best regards,")
    signature = [name]
    if one.job:
        signature.append(one.job)
    if one.organization and one.kind == "person":
        signature.append(one.organization)
    if random.random() < 0.7:
        signature.append(f"{'Tél.' if french else 'Phone'} : {phone_as_typed(random, one.phone)}")
    body = "Merci pour votre réponse." if french else "Thank you for your answer."
    quoted = "\n\n> Le 3 mars, Service clients a écrit :\n> Bonjour" if random.random() < 0.3 else ""
    message.set_content(f"{hello}\n\n{body}\n\n{bye}\n\n-- \n" + "\n".join(signature) + quoted + "\n")
    if random.random() < 0.06:
        card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nN:{one.family};{one.given};;;\r\n"
        card += f"EMAIL:{one.email}\r\n"
        card += f"TEL;TYPE=CELL:{one.phone}\r\nEND:VCARD\r\n"
        message.add_attachment(card.encode(), maintype="text", subtype="vcard", filename="contact.vcf")
        message.set_boundary(f"part-{random.getrandbits(64):016x}")
    return message


def _oddities(random: Random) -> list[EmailMessage | bytes]:
    """What every mailbox holds: a list, a robot, a mail without date, one in a broken charset."""
    bulk = EmailMessage()
    bulk["From"] = "Nouvelles <lettre@journal.example>"
    bulk["To"] = "clients@maison-exemple.example"
    bulk["List-Id"] = "<lettre.journal.example>"
    bulk.set_content("Cette semaine…")
    robot = EmailMessage()
    robot["From"] = "no-reply@transporteur.example"
    robot["To"] = "clients@maison-exemple.example"
    robot["Auto-Submitted"] = "auto-generated"
    robot.set_content("Your parcel is on its way.")
    broken = (
        b"From: =?x-unknown?Q?Odile_Vauquemont?= <odile.v@courrier.example>\r\n"
        b"To: clients@maison-exemple.example\r\n"
        b"Subject: =?utf-9?B?w6k=?=\r\nContent-Type: text/plain; charset=x-nowhere\r\n\r\n"
        b"Bonjour \xe9t\xe9\r\n"
    )
    return [_stamped(bulk, random), _stamped(robot, random), broken]


def _delivered(message: EmailMessage | bytes) -> mailbox.mboxMessage:
    """The message with the line that mbox puts in front, always the same."""
    found = mailbox.mboxMessage(message)
    found.set_from("postmaster@maison-exemple.example", START.timetuple())
    return found


def _stamped(message: EmailMessage, random: Random) -> EmailMessage:
    message["Date"] = format_datetime(_moment(random))
    message["Message-ID"] = f"<{random.getrandbits(64):016x}@maison-exemple.example>"
    return message


def _submission(key: str, one: Seen, random: Random) -> dict[str, Any]:
    sent = _moment(random).strftime("%Y-%m-%dT%H:%M:%SZ")
    phone = phone_as_typed(random, one.phone) if random.random() < 0.6 else None
    choice = {"yes": True, "no": False}.get(one.newsletter)
    match random.randrange(3):
        case 0:
            return _typeform(key, sent, one, phone, choice)
        case 1:
            return _tally(key, sent, one, phone, choice)
        case _:
            fields = {"First name": one.given, "Last name": one.family, "Email": one.email, "Phone": phone,
                      "Company": one.organization, "City": one.address.town if one.address else None,
                      "Newsletter": {"yes": "yes", "no": "no"}.get(one.newsletter)}  # fmt: skip
            filled = {label: value for label, value in fields.items() if value}
            return {"submission_id": key, "submitted_at": sent, "form_id": "contact-en", **filled}


def _typeform(key: str, sent: str, one: Seen, phone: str | None, choice: bool | None) -> dict[str, Any]:
    asked = [("f1", "Prénom", "text", one.given), ("f2", "Nom", "text", one.family),
             ("f3", "E-mail", "email", one.email),
             ("f4", "Téléphone", "phone_number", phone), ("f5", "Société", "text", one.organization),
             ("f6", "Recevoir la newsletter ?", "boolean", choice)]  # fmt: skip
    answers = [
        {"type": kind, kind: value, "field": {"id": ref, "ref": _made_up(ref), "type": kind}}
        for ref, _, kind, value in asked
        if value not in (None, "")
    ]
    fields = [
        {"id": ref, "ref": _made_up(ref), "title": title, "type": kind} for ref, title, kind, _ in asked
    ]
    return {
        "event_id": f"ev-{key}",
        "event_type": "form_response",
        "form_response": {
            "form_id": "contact-fr",
            "token": key,
            "submitted_at": sent,
            "definition": {"id": "contact-fr", "fields": fields},
            "answers": answers,
        },
    }


def _made_up(ref: str) -> str:
    """The kind of reference that the tool gives a question whose author gave none."""
    return f"{int(ref[1:]):08x}-0000-4000-8000-{int(ref[1:]):012x}"


def _tally(key: str, sent: str, one: Seen, phone: str | None, choice: bool | None) -> dict[str, Any]:
    asked = [("Prénom et nom", "INPUT_TEXT", f"{one.given} {one.family}".strip() or one.organization),
             ("Adresse e-mail", "INPUT_EMAIL", one.email), ("Téléphone", "INPUT_PHONE_NUMBER", phone),
             ("Ville", "INPUT_TEXT", one.address.town if one.address else None),
             ("Newsletter", "CHECKBOXES", choice)]  # fmt: skip
    fields = [
        {"key": f"q{i}", "label": label, "type": kind, "value": value}
        for i, (label, kind, value) in enumerate(asked)
    ]
    return {
        "eventId": f"ev-{key}",
        "eventType": "FORM_RESPONSE",
        "createdAt": sent,
        "data": {
            "responseId": key,
            "submissionId": key,
            "formId": "devis-fr",
            "createdAt": sent,
            "fields": fields,
        },
    }


def _moment(random: Random) -> datetime:
    return START + timedelta(minutes=random.randrange(60 * 24 * 300))


def _fix_times(path: Path) -> None:
    """A workbook is a zip file: the same content with the same times gives the same bytes."""
    with ZipFile(path) as file:
        entries = [
            (name, _SAVED.sub(b"2025-01-01T00:00:00Z", file.read(name))) for name in sorted(file.namelist())
        ]
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, content in entries:
            file.writestr(ZipInfo(name, (2025, 1, 1, 0, 0, 0)), content)
