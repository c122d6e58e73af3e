"""Match models: making a new one, choosing which decides, and what another one would change."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy.engine import Connection

from hub import columns
from hub.domain.instants import instant
from hub.errors import ConfigurationError
from hub.ports import Clock, Matcher
from hub.store import contacts, edges, identities, models, runs
from hub.store.engine import Store
from hub.store.leases import hold
from hub.store.models import StoredModel


@dataclass(frozen=True, slots=True)
class Trained:
    """The new model, the one that decided before, and how many judgements were labels."""

    model: StoredModel
    before: StoredModel | None
    labels: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a model would make of the identities there are. `merges`: identities that would come together,
    a list each; `splits`: identities that would lose members.
    """

    merges: list[list[str]]
    splits: list[str]
    identities: int
    identities_after: int


def train(store: Store, clock: Clock, matcher: Matcher, *, from_judgements: bool) -> Trained:
    """Makes a model from the contacts there are; it decides from the next resolve on, which matches all.

    Raises `ConfigurationError` when there is nothing to learn from.
    """
    with hold(store, clock, "resolve"), runs.started(store, clock, "train", "model") as run:
        with store.reading() as connection:
            held, judged = contacts.live_contacts(connection), edges.judged(connection)
            before = models.active(connection)
        if held.num_rows < 2:
            raise ConfigurationError(
                "nothing-to-learn", "a model needs contacts to learn from", hint="run `hub pull` first"
            )
        labels = judged.num_rows if from_judgements else 0
        if from_judgements and labels == 0:
            raise ConfigurationError(
                "no-judgements",
                "nobody has judged any pair yet",
                hint="leave out --from-judgements, or judge pairs first",
            )
        text = matcher.train(held, judged, from_judgements=from_judgements)
        now = instant(clock.now())
        with store.writing() as connection:
            number = models.store(connection, text, now)
            run.count(connection, {"records": held.num_rows, "labels": labels, "model": number})
        return Trained(StoredModel(number, text, now), before, labels)


def effect(store: Store, matcher: Matcher, model: StoredModel) -> Effect:
    """What matching everything with a model would merge and split; writes nothing."""
    with store.reading() as connection:
        held, judged = contacts.live_contacts(connection), edges.judged(connection)
        members = identities.all_members(connection)
    clusters = matcher.match(held, judged, model=model.text).clusters
    tables = {"clusters": clusters, "members": members}
    merges = columns.query(_MERGES, **tables)["ids"].to_pylist()
    splits = columns.query(_SPLITS, **tables)["identity_id"].to_pylist()
    counts = [table[column].unique() for table, column in ((members, "identity_id"), (clusters, "cluster"))]
    return Effect(merges, splits, len(counts[0]), len(counts[1]))


def stored_model(connection: Connection, number: int | None) -> StoredModel:
    """A model by number, or the one that decides. Raises `ConfigurationError` when there is none."""
    found = models.active(connection) if number is None else models.find(connection, number)
    if found is None:
        known = ", ".join(str(one) for one, _ in models.versions(connection)[:10])
        sentence = "there is no model yet" if number is None else f"there is no model {number}"
        hint = f"there are {known}" if known else "`hub model train` makes one, `hub resolve` too"
        raise ConfigurationError("unknown-model", sentence, hint=hint)
    return found


def use(store: Store, clock: Clock, number: int) -> StoredModel:
    """Lets a stored model decide from the next resolve on."""
    with hold(store, clock, "resolve"), store.writing() as connection:
        found = stored_model(connection, number)
        models.use(connection, number)
        return found


_MERGES = """
SELECT list(DISTINCT identity_id ORDER BY identity_id) AS ids
FROM clusters JOIN members USING (record_id)
GROUP BY cluster HAVING count(DISTINCT identity_id) > 1
ORDER BY count(*) DESC, min(identity_id)
"""

_SPLITS = """
SELECT identity_id FROM clusters JOIN members USING (record_id)
GROUP BY identity_id HAVING count(DISTINCT cluster) > 1
ORDER BY count(*) DESC, identity_id
"""


def versions(store: Store) -> pa.Table:
    """Every model, the newest first: number, created_at, and whether it decides now."""
    with store.reading() as connection:
        active, found = models.active(connection), models.versions(connection)
    return pa.table(
        {
            "number": pa.array([number for number, _ in found], pa.int64()),
            "created_at": pa.array([created for _, created in found], pa.string()),
            "decides": pa.array([active is not None and number == active.number for number, _ in found]),
        }
    )
