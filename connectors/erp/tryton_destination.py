"""Golden records as parties of a Tryton server."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from connectors.delivery import Send, deliver, refuse_all, rejected
from connectors.erp.tryton_changes import (
    WRITTEN_FIELDS,
    countries_in,
    flat,
    timestamps,
    values_to_create,
    values_to_write,
)
from connectors.erp.tryton_directory import Directory
from connectors.erp.tryton_party import Party
from connectors.erp.tryton_server import TrytonServer
from connectors.erp.tryton_settings import TrytonDestinationSettings
from connectors.erp.tryton_values import Json
from connectors.erp.tryton_wizards import erase_party, replace_party
from connectors.http import BUDGETS, SYSTEM, BudgetBook, Timing
from connectors.pagination import chunks
from hub.domain.plan import MERGED_THERE, REMOTE_GONE, Action, Capabilities, Change, Outcome, Payload, Receipt
from hub.domain.records import Check, Stream
from hub.errors import FatalError, HubError, RecordError, RetryableError

STREAM: Final = "party"
CAPABILITIES: Final = Capabilities(
    batch_size=100,
    upsert_key=True,
    merge=True,
    archive=True,
    erase=True,
    read_back=True,
    find=True,
    moves_key=True,
    extra={
        "upsert_key": "an identifier without a type holds the identity id and is searched before a create",
        "merge": "Tryton's replacement of parties: documents move, the replaced party is archived",
        "erase": "Tryton's erasure: the row stays, without any personal data",
    },
)
_PARTY: Final = "model.party.party"
_SETTLING: Final = 1.0  # seconds for a call whose answer was lost to come to its end


class TrytonDestination:
    """Tryton has no upsert, so a create looks for the identity's marker first, and looks again after: if an
    earlier create, whose answer was lost, came through meanwhile, the younger twin is archived. Updates
    send only what differs from what the party shows, and fail when it changes at the same moment.
    """

    capabilities = CAPABILITIES

    def __init__(
        self,
        settings: TrytonDestinationSettings,
        folder: Path,
        timing: Timing = SYSTEM,
        budgets: BudgetBook = BUDGETS,
    ) -> None:
        self._settings = settings
        self._timing = timing
        self._server = TrytonServer(settings, folder, timing, budgets)
        self._directory = Directory(self._server, settings.marker_prefix)

    def __repr__(self) -> str:
        return f"TrytonDestination({self._settings.url}, {self._settings.database})"

    def check(self) -> Check:
        try:
            self._directory.parties([])
            countries = "" if self._directory.has_countries() else "; it has no countries loaded"
        except HubError as error:
            return Check(ok=False, sentence=error.sentence, hint=error.hint or "try again later")
        return Check(ok=True, sentence=f"Tryton {self._server.version} answers{countries}")

    def discover(self) -> Sequence[Stream]:
        return [Stream(STREAM, WRITTEN_FIELDS)]

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        todo: dict[Send, list[Change]] = {}
        for change in changes:
            todo.setdefault(self._send_for(change), []).append(change)
        alone = {self._merge, self._erase}
        return deliver(
            [
                (batch, send)
                for send, group in todo.items()
                for batch in chunks(group, 1 if send in alone else CAPABILITIES.batch_size)
            ]
        )

    def read_back(self, remote_ids: Sequence[str]) -> Mapping[str, Payload | None]:
        """Archived parties show `active` false; parties that were deleted, erased or replaced are gone."""
        parties = self._directory.parties(int(text) for text in remote_ids if text.isdigit())
        here = [party for party in parties.values() if party.replaced_by is None and not party.is_erased]
        shown = {str(party.id): flat(party) for party in here}
        return {remote_id: shown.get(remote_id) for remote_id in remote_ids}

    def find(self, identity_ids: Sequence[str]) -> Mapping[str, str]:
        """By the marker; of several parties that carry it the oldest, as when a create finds it."""
        marked = self._directory.marked(identity_ids)
        parties = self._directory.parties({one for ids in marked.values() for one in ids}) if marked else {}
        live = {one for one, party in parties.items() if _is_live(party)}
        there = {identity: [one for one in ids if one in live] for identity, ids in marked.items()}
        return {identity: str(ids[0]) for identity, ids in there.items() if ids}

    def _send_for(self, change: Change) -> Send:
        match change.action:
            case Action.CREATE:
                return self._create
            case Action.UPDATE:
                return self._update if change.remote_id else self._update_by_marker
            case Action.MERGE:
                return self._merge
            case Action.ARCHIVE:
                return self._archive
            case Action.ERASE:
                return self._erase
            case Action.UNCHANGED | Action.BLOCKED | Action.CONFLICT:
                return _NO_WRITE

    def _create(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        first = {change.identity_id: change for change in reversed(changes)}
        if len(first) < len(changes):  # an identity comes twice: its second create must find the first
            again = [change for change in changes if first[change.identity_id] is not change]
            return deliver([(list(first.values()), self._create), (again, self._create)])
        return self._insist(lambda: self._create_or_find(changes))

    def _create_or_find(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        marked = self._directory.marked(change.identity_id for change in changes)
        known = [_found(c, marked[c.identity_id][0]) for c in changes if c.identity_id in marked]
        new = [change for change in changes if change.identity_id not in marked]
        countries = self._directory.countries(countries_in(new))
        prepared, refused = _each(
            new, lambda c: values_to_create(c, self._directory.marker(c.identity_id), countries)
        )
        created = self._created(prepared) if prepared else []
        return [*refused, *created, *deliver([(known, self._update)])]

    def _created(self, prepared: Sequence[tuple[Change, Json]]) -> list[Receipt]:
        """Creates all or none, and settles what was created twice."""
        values = [value for _, value in prepared]
        made = self._server.call(f"{_PARTY}.create", values, repeatable=False)
        if not isinstance(made, list) or len(made) != len(prepared):
            raise FatalError("unexpected-answer", "Tryton does not say which parties it made")
        holders = self._directory.marked(change.identity_id for change, _ in prepared)
        twins = {holder for ids in holders.values() for holder in ids[1:]} & set(made)
        archived = {
            i for (change, _), i in zip(prepared, made, strict=True) if change.payload.get("active") is False
        }
        if twins | archived:
            self._server.call(f"{_PARTY}.write", sorted(twins | archived), {"active": False})
        return [
            Receipt(change.identity_id, Outcome.CREATED, str(holders.get(change.identity_id, [party_id])[0]))
            for (change, _), party_id in zip(prepared, made, strict=True)
        ]

    def _update_by_marker(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        marked = self._directory.marked(change.identity_id for change in changes)
        known = [
            replace(change, remote_id=str(marked[change.identity_id][0]))
            for change in changes
            if change.identity_id in marked
        ]
        gone = [rejected(change, _remote_gone()) for change in changes if change.identity_id not in marked]
        return [*gone, *deliver([(known, self._update)])]

    def _update(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        return self._insist(lambda: self._write_differences(changes))

    def _write_differences(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        """Reads the parties, and writes what differs in one call: all or none."""
        meant = changes
        changes, parties = self._followed(meant, self._directory.parties(map(_party_id, meant)))
        first = {_party_id(changes[n]): n for n in reversed(range(len(changes)))}
        if len(first) < len(changes):  # merged into one party: the second must see whose it is by then
            again = [meant[n] for n in range(len(meant)) if first[_party_id(changes[n])] != n]
            return deliver([([meant[n] for n in first.values()], self._update), (again, self._update)])
        parties = self._reactivated(changes, parties)
        countries = self._directory.countries(countries_in(changes))

        def differences(change: Change) -> Json:
            party = _still_there(parties.get(_party_id(change)))
            marker = self._directory.marker(change.identity_id)
            values = values_to_write(change, party, marker, self._settings.marker_prefix, countries)
            if values and not party.active:
                raise RecordError(REMOTE_GONE, "somebody has archived this party in Tryton")
            return values

        prepared, receipts = _each(changes, differences)
        writing = [(_party_id(change), values) for change, values in prepared if values]
        if writing:
            params = [param for party_id, values in writing for param in ([party_id], values)]
            stamps = [timestamps(parties[party_id]) for party_id, _ in writing]
            self._server.call(
                f"{_PARTY}.write", *params, repeatable=False, _timestamp=dict(ChainMap(*stamps))
            )
        return receipts + [
            Receipt(c.identity_id, Outcome.UPDATED if values else Outcome.UNCHANGED, c.remote_id)
            for c, values in prepared
        ]

    def _followed(
        self, changes: Sequence[Change], parties: Mapping[int, Party]
    ) -> tuple[Sequence[Change], Mapping[int, Party]]:
        """The changes, of parties that were replaced meant for the survivor, unless that is another
        identity's; and the parties with the survivors.
        """
        known = dict(parties)
        while missing := {p.replaced_by for p in known.values() if p.replaced_by is not None} - known.keys():
            found = self._directory.parties(missing)
            if not found:
                break
            known |= found
        ends = [_survivor(_party_id(change), known) for change in changes]
        followed = [
            change
            if end == _party_id(change) or self._is_another_s(known.get(end), change)
            else replace(change, remote_id=str(end))
            for change, end in zip(changes, ends, strict=True)
        ]
        return followed, known

    def _is_another_s(self, party: Party | None, change: Change) -> bool:
        """Whether the party carries the marker of another identity than the change's."""
        marker, prefix = self._directory.marker(change.identity_id), self._settings.marker_prefix
        return party is not None and any(
            one.active and one.type is None and (one.code or "").startswith(prefix) and one.code != marker
            for one in party.identifiers
        )

    def _reactivated(self, changes: Sequence[Change], parties: Mapping[int, Party]) -> Mapping[int, Party]:
        """Makes active what shall be, before anything else of it is written: 8.2 takes no other order."""
        back = {
            party.id
            for change in changes
            if (party := parties.get(_party_id(change))) is not None
            and not party.active
            and not party.is_erased
            and party.replaced_by is None
            and change.payload.get("active") is True
        }
        if not back:
            return parties
        self._server.call(f"{_PARTY}.write", sorted(back), {"active": True})
        return self._directory.parties(parties)

    def _archive(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        """A party that is gone is no longer live either."""
        parties = self._directory.parties(_party_id(change) for change in changes)
        active = [party.id for party in parties.values() if party.active]
        if active:
            self._server.call(f"{_PARTY}.write", active, {"active": False})
        return [Receipt(change.identity_id, Outcome.ARCHIVED, change.remote_id) for change in changes]

    def _erase(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        (change,) = changes
        return self._insist(lambda: self._erase_one(change))

    def _erase_one(self, change: Change) -> Sequence[Receipt]:
        """Tryton erases archived parties only; one that is gone or erased is fine."""
        party = self._directory.parties([_party_id(change)]).get(_party_id(change))
        if party is not None and not party.is_erased:
            if party.active:
                self._server.call(f"{_PARTY}.write", [party.id], {"active": False})
            erase_party(self._server, party.id)
        return [Receipt(change.identity_id, Outcome.ERASED, change.remote_id)]

    def _merge(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        (change,) = changes
        return self._insist(lambda: self._merge_one(change))

    def _merge_one(self, change: Change) -> Sequence[Receipt]:
        """Replaces the others by the survivor. Fields are not a merge's business: the survivor has its own
        change. What an interrupted merge has replaced already is passed over.
        """
        survivor = _party_id(change)
        others = [int(text) for text in change.merged_remote_ids if text.isdigit() and int(text) != survivor]
        parties = self._directory.parties([survivor, *others])
        _still_there(parties.get(survivor))
        for other in others:
            if other in parties and parties[other].replaced_by is None:
                replace_party(self._server, other, survivor)
        return [Receipt(change.identity_id, Outcome.MERGED, change.remote_id)]

    def _insist(self, step: Callable[[], Sequence[Receipt]]) -> Sequence[Receipt]:
        """Does a step that finds out by itself what is left to do; once more if its outcome is unknown."""
        try:
            return step()
        except RetryableError:
            self._timing.sleep(_SETTLING)
            return step()


def _each(
    changes: Sequence[Change], prepare: Callable[[Change], Json]
) -> tuple[list[tuple[Change, Json]], list[Receipt]]:
    """What `prepare` gives for each change, and receipts for those that it refuses."""
    prepared: list[tuple[Change, Json]] = []
    refused: list[Receipt] = []
    for change in changes:
        try:
            prepared.append((change, prepare(change)))
        except RecordError as error:
            refused.append(rejected(change, error))
    return prepared, refused


def _found(change: Change, party_id: int) -> Change:
    """A create whose party is there already, as the update that it amounts to."""
    return replace(change, remote_id=str(party_id), payload={"active": True, **change.payload})


def _party_id(change: Change) -> int:
    """The party that the change is about; 0, which no party has, when it names none."""
    return int(change.remote_id) if change.remote_id and change.remote_id.isdigit() else 0


def _survivor(party_id: int, parties: Mapping[int, Party]) -> int:
    """The party at the end of the replacements."""
    seen = {party_id}
    while (party := parties.get(party_id)) is not None and party.replaced_by is not None:
        if party.replaced_by in seen:
            break
        party_id = party.replaced_by
        seen.add(party_id)
    return party_id


def _is_live(party: Party) -> bool:
    return party.active and party.replaced_by is None and not party.is_erased


def _still_there(party: Party | None) -> Party:
    if party is None or party.is_erased:
        raise _remote_gone()
    if party.replaced_by is not None:
        raise RecordError(
            MERGED_THERE,
            f"in Tryton this party was replaced by party {party.replaced_by}, which is another identity's:"
            " merge the two here too, or take this one up again",
        )
    return party


def _remote_gone() -> RecordError:
    return RecordError(REMOTE_GONE, "Tryton no longer holds this party")


_NO_WRITE: Final = refuse_all("not-a-write", "this change writes nothing")
