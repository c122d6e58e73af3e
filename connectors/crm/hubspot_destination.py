"""Golden records as HubSpot contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from connectors.crm.hubspot_api import BATCH_SIZE, HubSpotApi
from connectors.crm.hubspot_refusal import RefusedError
from connectors.crm.hubspot_settings import HubSpotSettings
from connectors.crm.hubspot_writing import ContactWriter
from connectors.delivery import Send, deliver, refuse_all, rejected
from connectors.http import BUDGETS, SYSTEM, BudgetBook, Timing
from connectors.pagination import chunks
from hub.domain.plan import Action, Capabilities, Change, Outcome, Payload, Receipt
from hub.domain.records import Check, SourceField, Stream
from hub.errors import ConfigurationError, HubError, RecordError

STREAM: Final = "contacts"
CAPABILITIES: Final = Capabilities(
    batch_size=BATCH_SIZE,
    upsert_key=True,
    merge=True,
    archive=True,
    erase=True,
    read_back=True,
    find=True,
    concurrency=4,
    moves_key=True,
    extra={
        "merge": "two at a time; the secondary e-mail address stays, as an additional one",
        "erase": "HubSpot never takes the address again",
    },
)


class HubSpotDestination:
    """Contacts are created by upsert on the hub's id, so a repeated create finds itself; a contact whose
    record id is known is updated by that id, so one that was deleted there is not made again from the few
    fields of an update.
    """

    capabilities = CAPABILITIES

    def __init__(
        self, settings: HubSpotSettings, timing: Timing = SYSTEM, budgets: BudgetBook = BUDGETS
    ) -> None:
        self._settings = settings
        self._key = settings.id_property
        self._api = HubSpotApi(settings, timing, budgets)
        self._writer = ContactWriter(self._api, self._key, adopt=settings.adopt_existing)
        self._key_is_proven = False
        self._writable: list[str] | None = None

    def __repr__(self) -> str:
        return f"HubSpotDestination({self._settings.base_url}, by {self._key})"

    def check(self) -> Check:
        try:
            self._prove_key()
            self._api.first_page()
        except HubError as error:
            return Check(ok=False, sentence=error.sentence, hint=error.hint or "try again later")
        return Check(ok=True, sentence=f"HubSpot answers; contacts are told apart by `{self._key}`")

    def discover(self) -> Sequence[Stream]:
        fields = [SourceField(d.name, d.type, d.label or None) for d in self._api.definitions()]
        return [Stream(STREAM, tuple(fields))]

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        if not changes:
            return []
        self._prove_key()
        todo: dict[Send, list[Change]] = {}
        for change in changes:
            todo.setdefault(self._send_for(change), []).append(change)
        return deliver(
            [(batch, send) for send, group in todo.items() for batch in chunks(group, self._reach(send))]
        )

    def read_back(self, remote_ids: Sequence[str]) -> Mapping[str, Payload | None]:
        if self._writable is None:
            definitions = self._api.definitions()
            self._writable = [d.name for d in definitions if not (d.read_only or d.calculated)]
        found: dict[str, Payload | None] = dict.fromkeys(remote_ids)
        known = [remote_id for remote_id in found if remote_id.isdigit()]
        for batch in chunks(known, BATCH_SIZE):
            for row in self._api.read(batch, self._writable):
                if row.id in found:
                    found[row.id] = {name: value for name, value in row.properties.items() if value}
        return found

    def find(self, identity_ids: Sequence[str]) -> Mapping[str, str]:
        """By reading, not by searching: HubSpot's search shows a contact only some time after it was made."""
        asked, found = set(identity_ids), {}
        for batch in chunks(sorted(asked), BATCH_SIZE):
            for row in self._api.read(batch, [self._key], by=self._key):
                if (identity := row.properties.get(self._key)) in asked:
                    found[identity] = row.id
        return found

    def _prove_key(self) -> None:
        """Upserting by a property that is not unique makes HubSpot refuse every batch: find out first."""
        if self._key_is_proven:
            return
        definition = self._api.definition(self._key)
        if definition is None:
            raise ConfigurationError(
                "missing-id-property",
                f"HubSpot has no contact property `{self._key}`",
                hint=f"make it under Settings, Properties: single-line text, internal name {self._key}, "
                "requiring unique values (or POST /crm/v3/properties/contacts with hasUniqueValue true)",
            )
        if not definition.unique:
            raise ConfigurationError(
                "id-property-not-unique",
                f"HubSpot's contact property `{self._key}` does not require unique values",
                hint="that is fixed when a property is made: make another, and name it in `id_property`",
            )
        self._key_is_proven = True

    def _send_for(self, change: Change) -> Send:
        match change.action:
            case Action.CREATE:
                return self._writer.upsert
            case Action.UPDATE:
                return self._writer.update if change.remote_id else self._writer.upsert
            case Action.MERGE:
                return self._merge
            case Action.ARCHIVE:
                return self._archive
            case Action.ERASE:
                return self._erase
            case Action.UNCHANGED | Action.BLOCKED | Action.CONFLICT:
                return _NO_WRITE

    def _reach(self, send: Send) -> int:
        """How many changes one call of that kind takes."""
        return 1 if send in {self._merge, self._erase} else BATCH_SIZE

    def _archive(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        known = [change for change in changes if change.remote_id]
        if known:
            self._api.archive([change.remote_id or "" for change in known])
        done = [Receipt(c.identity_id, Outcome.ARCHIVED, c.remote_id) for c in known]
        return done + [rejected(change, _no_remote_id()) for change in changes if not change.remote_id]

    def _erase(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        (change,) = changes
        if change.remote_id is None:
            raise _no_remote_id()
        self._api.erase(change.remote_id)
        return [Receipt(change.identity_id, Outcome.ERASED, change.remote_id)]

    def _merge(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        """Folds the others into the survivor one by one. Fields and the hub's id are not a merge's business:
        the survivor has its own change. What an interrupted merge has folded already is passed over.
        """
        (change,) = changes
        survivor = change.remote_id
        if survivor is None:
            raise _no_remote_id()
        for other in change.merged_remote_ids:
            survivor = self._fold(survivor, other)
        return [Receipt(change.identity_id, Outcome.MERGED, survivor)]

    def _fold(self, survivor: str, other: str) -> str:
        try:
            return self._api.merge(survivor, other)
        except RefusedError:
            holder = self._api.contact(other)
            if self._api.contact(survivor) is not None and (holder is None or holder.id == survivor):
                return survivor  # folded before, or gone: there is nothing left to fold
            raise


_NO_WRITE: Final = refuse_all("not-a-write", "this change writes nothing")


def _no_remote_id() -> RecordError:
    return RecordError("no-remote-id", "it is not known which HubSpot contact is meant")
