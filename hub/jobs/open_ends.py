"""Open ends of earlier runs: what a dead one had under way, and what a destination answers later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy.engine import Connection

from hub.domain.instants import instant
from hub.domain.plan import Action, Outcome, Payload, Receipt
from hub.domain.runs import PushTally
from hub.errors import HubError
from hub.jobs.deliver import Delivery, counted, sent_of
from hub.jobs.sending import unanswered
from hub.ports import Collect, Find, ReadBack
from hub.store import identities, intents, receipts, unwanted
from hub.store import unanswered as lost
from hub.store.intents import Intent
from hub.store.sent import Sent
from hub.sync.look import shows
from hub.sync.plan import Plan
from hub.sync.reasons import MERGED_INTO, OUT_OF_SCOPE

# For so long a create whose answer did not come may be on its way; then what is not found did not arrive.
_ON_ITS_WAY: Final = timedelta(hours=1)


def settle_dead(delivery: Delivery, destination: str) -> None:
    """Settles what a run that died had under way: what the destination shows has arrived; of the rest nothing
    is claimed any more, so the next plan sends it again. Call it before planning, under the push's lease.
    """
    with delivery.store.reading() as connection:
        left = [one for one in intents.open_intents(connection, destination) if one.ticket is None]
    if not left:
        return
    arrived = _arrived(delivery, left)
    unsure = [one for one in left if one.sent.change.identity_id not in arrived]
    moment = delivery.clock.now()
    with delivery.store.writing() as connection:
        answered = [
            (one.sent, arrived[one.sent.change.identity_id])
            for one in left
            if one.sent.change.identity_id in arrived
        ]
        if answered:
            receipts.settle(connection, destination, answered, delivery.run.id, moment)
        if unsure:
            receipts.doubt(connection, destination, unsure, delivery.run.id, moment)


def find_unanswered(delivery: Delivery, destination: str) -> None:
    """Asks the destination, where it can be asked, for the records of creates that may have arrived: whose
    answer was lost, or which a dead run left. What it has is in the ledger from then on, so the next plan
    rewrites it or removes it. Where it does not answer, nothing changes. Call it when what is open is
    settled, before planning, under the push's lease.
    """
    asked = delivery.destination
    if not (asked.capabilities.find and isinstance(asked, Find)):
        return
    with delivery.store.reading() as connection:
        waiting = lost.unanswered(connection, destination)
    for start in range(0, len(waiting), asked.capabilities.batch_size):
        some = waiting[start : start + asked.capabilities.batch_size]
        long_ago = instant(delivery.clock.now() - _ON_ITS_WAY)
        try:
            there = asked.find(some)
        except HubError:
            return
        with delivery.store.writing() as connection:
            lost.found(connection, destination, {one: there[one] for one in some if one in there})
            missing = [one for one in some if one not in there]
            lost.absent(connection, destination, missing, long_ago)


def _arrived(delivery: Delivery, left: Sequence[Intent]) -> dict[str, Receipt]:
    """Of the updates those that the destination shows, where it can be asked."""
    asked = {
        one.sent.change.remote_id: one.sent
        for one in left
        if one.sent.change.action is Action.UPDATE and one.sent.change.remote_id and one.sent.payload_hash
    }
    held = read_back(delivery, [remote for remote in asked if remote])
    return {
        sent.change.identity_id: Receipt(sent.change.identity_id, Outcome.UPDATED, remote)
        for remote, sent in asked.items()
        if remote and (seen := held.get(remote)) is not None and shows_all(seen, sent.change.payload)
    }


def read_back(delivery: Delivery, remote_ids: Sequence[str]) -> Mapping[str, Payload | None]:
    """What the destination holds under these ids; nothing where it cannot be asked, or does not answer."""
    destination = delivery.destination
    if not (remote_ids and destination.capabilities.read_back and isinstance(destination, ReadBack)):
        return {}
    try:
        return destination.read_back(remote_ids)
    except HubError:
        return {}


def shows_all(seen: Payload, sent: Payload) -> bool:
    return all(shows(seen, name, value) for name, value in sent.items())


def collect(delivery: Delivery, destination: str) -> PushTally:
    """Collects the results of what was pending; what is still not decided stays so. Of what the answer does
    not mention it is not known what became of it: it is parked, and sent again.
    """
    if not isinstance(delivery.destination, Collect):
        return PushTally()
    with delivery.store.reading() as connection:
        waiting: dict[str, tuple[Sent, str]] = {
            one.sent.change.identity_id: (one.sent, one.ticket)
            for one in intents.open_intents(connection, destination)
            if one.ticket is not None
        }
    if not waiting:
        return PushTally()
    found = delivery.destination.collect({name: ticket for name, (_, ticket) in waiting.items()})
    told = {receipt.identity_id: receipt for receipt in found}
    answers = [told.get(name) or unanswered(name) for name in waiting]
    decided = [receipt for receipt in answers if receipt.outcome is not Outcome.PENDING]
    with delivery.store.writing() as connection:
        answered = [(waiting[receipt.identity_id][0], receipt) for receipt in decided]
        receipts.settle(connection, destination, answered, delivery.run.id, delivery.clock.now())
    return counted(decided)


def let_go(delivery: Delivery, connection: Connection, plan: Plan) -> None:
    """Takes out of the list of refused rows those of identities that the plan would not send any more."""
    found = unwanted.unwanted(connection, plan.destination, plan.out, plan.mapping_hash)
    if not found:
        return
    ends = identities.stand_for(connection, list(found))
    reasons = {
        one: reason or (MERGED_INTO + ends[one] if one in ends else OUT_OF_SCOPE)
        for one, reason in found.items()
    }
    unwanted.let_go(connection, plan.destination, reasons, delivery.run.id, delivery.clock.now())


def settle_echoes(delivery: Delivery, plan: Plan) -> None:
    """Notes, without sending, updates that the destination shows already."""
    for some in plan.echoes.batches(1_000):
        answered = [
            (one, Receipt(one.change.identity_id, Outcome.UNCHANGED, one.change.remote_id))
            for one in sent_of(list(some), some, plan.mapping_hash)
        ]
        with delivery.store.writing() as connection:
            receipts.settle(connection, plan.destination, answered, delivery.run.id, delivery.clock.now())
