"""What the hub asks of the rooms around it. They fulfil these; the hub imports none of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import pyarrow as pa

from hub.domain.matching import Matching, MatchingChange
from hub.domain.plan import Capabilities, Change, Receipt
from hub.domain.records import Check, Cursor, Mapped, Page, Stream


class Source(Protocol):
    """Where contacts come from."""

    def check(self) -> Check:
        """Proves credentials and reads one page. Never raises for what a user can mend: it says so."""

    def discover(self) -> Sequence[Stream]:
        """The objects and fields that can be read."""

    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        """Pages from `cursor` on, or everything when it is None.

        Delivery is at least once: a row may come again, never be left out. Raises `ConfigurationError`,
        `RetryableError` or `FatalError`; pages given before stay valid.
        """


class Destination(Protocol):
    """Where golden records go."""

    def check(self) -> Check: ...

    def discover(self) -> Sequence[Stream]: ...

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        """Writes at most `capabilities.batch_size` changes and gives one receipt each, in any order.

        An update whose record is no longer there is rejected as `REMOTE_GONE`; where it was merged, the
        receipt names the surviving record, or is a rejection as `MERGED_THERE` if that is another identity's.
        A merge whose survivor is gone is rejected as `REMOTE_GONE`; losers that are gone count as merged.

        Raises `RetryableError` when nothing of the batch is known to be written, `HubError` of another
        kind when the batch as a whole is refused.
        """


class DestinationWithCapabilities(Destination, Protocol):
    """A destination that says what it can do."""

    @property
    def capabilities(self) -> Capabilities: ...


@runtime_checkable
class ReadBack(Protocol):
    """A destination that can be asked what it holds."""

    def read_back(self, remote_ids: Sequence[str]) -> Mapping[str, Mapping[str, object] | None]:
        """Remote id → its fields under the destination's names, None where it is gone."""


@runtime_checkable
class Find(Protocol):
    """A destination that can be asked by the hub's own key, which it keeps with each record."""

    def find(self, identity_ids: Sequence[str]) -> Mapping[str, str]:
        """Identity id → the remote id of the live record that carries it; an identity that has none, or only
        one that was archived, is left out. Takes up to `batch_size` of them. Must show at once what was
        written, so no search index will do. Raises as `write` does.
        """


@runtime_checkable
class Collect(Protocol):
    """A destination that answers later."""

    def collect(self, tickets: Mapping[str, str]) -> Sequence[Receipt]:
        """Identity id → ticket; gives a receipt for each, pending ones for what is not decided yet. A ticket
        that the destination does not know any more is a rejection that is `unsure`. May be asked again for
        what it told before. Raises as `write` does.
        """


class Mapper(Protocol):
    """One source's mapping, from its records to contacts."""

    def columns(self) -> frozenset[str]:
        """The names of the source's top-level fields that the mapping reads."""

    def to_contacts(self, records: pa.Table) -> Mapped:
        """Maps a page's records (`page_schema`). Never raises for what is wrong with a row."""


class OutboundMapper(Protocol):
    """One destination's mapping, from golden records to its fields."""

    def to_payloads(self, golden: pa.Table) -> pa.Table:
        """`identity_id`, `payload` and `initial` (JSON object text, sorted keys) and `blocked` (or null).

        `payload` holds the fields that the hub owns, `initial` those that it writes only when it creates;
        `blocked` says why a record must not be pushed. Records out of scope are left out.
        """


class Surroundings(Protocol):
    """What is stored around a change, as it was before it, but for the contacts, which are as they are now.

    Record ids are `int64` arrays, blocks `uint64`.
    """

    def blocks_of(self, record_ids: pa.Array) -> pa.Table:
        """The entries (`BLOCK_SCHEMA`) of these records; a record may have none."""

    def block_sizes(self, blocks: pa.Array) -> pa.Table:
        """How many records are in each of these blocks: block, size; blocks without any may be left out."""

    def in_blocks(self, blocks: pa.Array) -> pa.Table:
        """The entries (`BLOCK_SCHEMA`) of these blocks."""

    def contacts(self, record_ids: pa.Array) -> pa.Table:
        """The contacts (`CONTACT_RECORD_SCHEMA`) of those of the records that are not gone."""

    def names(self, record_ids: pa.Array) -> pa.Table:
        """record_id, source and key of these records, also of those that are gone."""

    def linked(self, record_ids: pa.Array) -> pa.Array:
        """Every record that hangs together with these, directly or through others: by an identity, a stored
        edge or a judgement that two are the same. With the records themselves, as far as they are stored.
        """

    def judgements(self, record_ids: pa.Array) -> pa.Table:
        """The judgements (`JUDGEMENT_SCHEMA`) that hold between any two of these records."""


class Matcher(Protocol):
    """Finds which contacts are the same."""

    def match(
        self, contacts: pa.Table, judgements: pa.Table, *, model: str | None = None, index: bool = False
    ) -> Matching:
        """`contacts` has `CONTACT_RECORD_SCHEMA`, `judgements` `JUDGEMENT_SCHEMA`. With the text of a
        `model` that model is used as it is, else one is made. `index` asks for the blocks as well.
        """

    def train(self, contacts: pa.Table, judgements: pa.Table, *, from_judgements: bool = False) -> str:
        """The text of a new model for these contacts. `from_judgements`: what people judged the same or
        different is used as labels; where nobody judged, the data speak.
        """

    def update(
        self, changed: pa.Array, gone: pa.Array, surroundings: Surroundings, *, model: str
    ) -> MatchingChange:
        """The partition after records came, changed (`changed`) or went (`gone`), worked out from what is
        around them: the same that `match` would find with this model for all that is then there.
        """

    def fits(self, model: str, records: int, contacts: pa.Table) -> bool:
        """Whether a model still suits a hub of so many records, with these among them; else it is time to
        make a new one.
        """


class Explainer(Protocol):
    """Tells why pairs have their weight."""

    def explain_pairs(self, contacts: pa.Table, pairs: pa.Table, *, model: str | None = None) -> pa.Table:
        """Pairs (`record_a`, `record_b`) in their order, as `EXPLAINED_SCHEMA`. With a model, `contacts` need
        hold no more than the pairs' records.
        """

    def threshold(self, model: str | None = None) -> float:
        """The probability from which a pair is taken for the same."""


class Scorer(Protocol):
    """An expression that rates the values of a field, to choose among them; what is equal rates equally."""

    @property
    def text(self) -> str: ...

    def score(self, told: Mapping[str, object]) -> float | None:
        """More is better, None is worst of all. `told` has `value` (as text), `parts` (of a name or of an
        item of a list, else null), `source`, `updated_at`.
        """


class Clock(Protocol):
    def now(self) -> datetime:
        """Now, in UTC."""
