"""A hub of few people that pushes to a destination in memory."""

from __future__ import annotations

from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.pull import PullRequest, pull
from hub.jobs.push import PushRequest, PushResult, push
from hub.jobs.resolve import ResolveRequest, resolve
from hub.ports import Clock
from hub.store import golden
from hub.store.engine import Store
from tests.fakes.small_world import MailPayloads, MemoryDestination, MemorySource, Row, SameMail, mapper


def hold(store: Store, clock: Clock, *rows: tuple[str, str, str]) -> None:
    """Makes the hub hold exactly these (key, first name, mail)."""
    found = [Row(key, {"first": first, "mail": mail, "news": None}) for key, first, mail in rows]
    take(store, clock, found)


def take(store: Store, clock: Clock, rows: list[Row]) -> None:
    source = MemorySource(rows, page=100)
    pull(store, clock, PullRequest("crm", "rows", source, mapper(), "m1", full=True, max_missing_share=None))
    resolve(store, clock, ResolveRequest(SameMail(), "h", SurvivorshipRules()))


def request(destination: MemoryDestination, *, allow_many: bool = False) -> PushRequest:
    return PushRequest("news", destination, MailPayloads(), allow_many=allow_many)


def send(store: Store, clock: Clock, destination: MemoryDestination) -> PushResult:
    return push(store, clock, request(destination))


def people(count: int) -> list[tuple[str, str, str]]:
    return [(str(n), f"Ada{n}", f"a{n}@x.org") for n in range(count)]


def identity_with(store: Store, mail: str) -> str:
    with store.reading() as connection:
        rows = golden.active(connection).to_pylist()
    return str(next(row["identity_id"] for row in rows if row["emails"][0]["value"] == mail))
