"""The people in a message, each as one observation that says nothing about the message itself.

The same person met a thousand times with the same details is one record, in whatever order and however often
the messages are read; a new detail makes another record, which matching joins to the first.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import Message
from typing import Final

from connectors.contacts.person import Person, Value
from connectors.contacts.vcard import Card, cards
from connectors.email.addresses import Mailbox, is_address, parse_addresses
from connectors.email.exclusion import address_exclusion, message_exclusion
from connectors.email.headers import all_of, sent_at
from connectors.email.message import attached_cards, read_message, text_lines
from connectors.email.names import person_name, writes_for_another
from connectors.email.quoting import own_lines
from connectors.email.signature import find_signature
from connectors.pages import Bad, Good, own_key

_ROLES: Final = {"From": "from", "Reply-To": "from", "To": "to", "Cc": "to"}
_LONGEST_KEY: Final = 200
_SHOWN: Final = 2000  # bytes of a message that cannot be used which are kept


@dataclass(frozen=True, slots=True)
class Found:
    """What one message gave: records, rejects, and why it or somebody in it was passed over, with counts."""

    rows: tuple[Good | Bad, ...] = ()
    passed_over: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads people out of messages. `own_domains` are those of one's own staff; `now` tells wrong dates."""

    own_domains: Collection[str]
    now: datetime

    def people(self, raw: bytes, position: str) -> Found:
        """Never raises for what a message holds: one that cannot be read is a reject."""
        if not raw.strip():
            return Found((Bad(position, "empty-message", "the message is empty", "", own_key(raw)),))
        try:
            return self._people(read_message(raw), position)
        except Exception as error:  # noqa: BLE001 - the email package raises anything; one message must not stop all
            reason = f"the message cannot be read ({type(error).__name__})"
            shown = raw[:_SHOWN].decode("utf-8", "replace")
            return Found((Bad(position, "unreadable-message", reason, shown, own_key(raw)),))

    def _people(self, message: Message, position: str) -> Found:
        if reason := message_exclusion(message):
            return Found(passed_over=Counter([f"{reason} message"]))
        at = sent_at(message, self.now)
        rows: dict[str, Good] = {}
        bad: list[Bad] = []
        passed_over: Counter[str] = Counter()
        for outcome in (*self._in_header(message, position), *self._in_cards(message, position)):
            match outcome:
                case Person():
                    good = _record(outcome, at)
                    rows.setdefault(good.key, good)
                case Bad():
                    bad.append(outcome)
                case str():
                    passed_over[outcome] += 1
        if not (rows or bad or passed_over):
            passed_over["message without addresses"] += 1
        return Found((*rows.values(), *bad), passed_over)

    def _in_header(self, message: Message, position: str) -> Iterator[Person | Bad | str]:
        """People named in address fields, what cannot be read there, and why someone was passed over."""
        senders = [parse_addresses(value) for value in all_of(message, "From")]
        sole = _sole([one for found in senders for one in found.mailboxes])
        met: set[str] = set()
        for name, role in _ROLES.items():
            for found in map(parse_addresses, all_of(message, name)):
                for mailbox in found.mailboxes:
                    if mailbox.name or mailbox.address not in met:  # a Reply-To mostly repeats the From
                        yield self._person(mailbox, role, message, sole)
                    met.add(mailbox.address)
                yield from (_unreadable(piece, name, position) for piece in found.unreadable)

    def _person(self, mailbox: Mailbox, role: str, message: Message, sole: Mailbox | None) -> Person | str:
        """A signature is the sender's when there is one sender."""
        if reason := address_exclusion(mailbox.address, self.own_domains):
            return f"{reason} address"
        if writes_for_another(mailbox.name, mailbox.address):
            return "service's address"
        name = person_name(mailbox.name, mailbox.address)
        person = Person(name=name, emails=(Value(mailbox.address),), role=role)
        return _with_signature(person, message, mailbox.address) if mailbox == sole else person

    def _in_cards(self, message: Message, position: str) -> Iterator[Person | Bad | str]:
        for number, card in enumerate(
            (card for content in attached_cards(message) for card in cards(content)), start=1
        ):
            if card.problem:
                shown = card.person.as_json()
                yield Bad(f"{position} card {number}", *card.problem, shown, own_key(shown))
            elif self._is_own(card):
                yield "own card"
            else:
                yield replace(card.person, role="vcard")

    def _is_own(self, card: Card) -> bool:
        addresses = [email.value.lower() for email in card.person.emails]
        return bool(addresses) and all(address_exclusion(one, self.own_domains) for one in addresses)


def _with_signature(person: Person, message: Message, address: str) -> Person:
    found = find_signature(own_lines(text_lines(message)), person.name, address)
    return replace(
        person,
        name=person.name or found.name,
        organization=found.organization,
        job_title=found.job_title,
        phones=found.phones,
        urls=(Value(found.website),) if found.website else (),
    )


def _record(person: Person, at: datetime | None) -> Good:
    """The key is the address with a hash of all that was observed, so a changed detail is another record."""
    payload = person.as_json()
    digest = hashlib.blake2b(payload.encode(), digest_size=8).hexdigest()
    address = next((one.value.lower() for one in person.emails if is_address(one.value.lower())), "")
    named = address or person.uid or "card"
    return Good(f"{named[:_LONGEST_KEY]}#{digest}", payload, at)


def _sole(senders: list[Mailbox]) -> Mailbox | None:
    return senders[0] if len(senders) == 1 else None


def _unreadable(piece: str, field_name: str, position: str) -> Bad | str:
    """What is no address is set aside; but a machine's own name for itself or its users is nobody's."""
    local, at, domain = piece.strip("<>'\" ").rpartition("@")
    if at and local and domain and "." not in domain and not domain.startswith("["):
        return "local address"
    if not any(sign.isalnum() for sign in piece):
        return "empty address"
    reason = f"{field_name} holds something that is no e-mail address"
    return Bad(position, "unreadable-address", reason, piece, own_key(piece))
