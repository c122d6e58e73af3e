"""Pages mapped in a thread of their own while the next are read; nothing here knows a store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from hub.domain.records import Mapped, Page
from hub.ports import Mapper


def mapped_beside(pages: Iterable[Page], mapper: Mapper) -> Iterator[tuple[Page, Mapped]]:
    """The pages in their order, each mapped in a thread of its own while the next is read."""
    with ThreadPoolExecutor(1, "mapping") as thread:
        before: tuple[Page, Future[Mapped]] | None = None
        for page in pages:
            coming = thread.submit(mapper.to_contacts, page.records)
            if before is not None:
                yield before[0], before[1].result()
            before = (page, coming)
        if before is not None:
            yield before[0], before[1].result()
