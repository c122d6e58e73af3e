"""Pages made ready ahead: while one is stored, the next is read and mapped in a thread of its own.

What takes long in that is done by the engines under the columns, which let the other core work meanwhile.
The store is asked and written by one thread only, page by page, in the order of the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa

from hub.domain.records import Mapped, Page
from hub.ports import Mapper
from hub.store import record_pages


@dataclass(frozen=True, slots=True)
class Ready:
    """What can be made of a page's records (`record_pages.incoming`, their contacts and those as the store
    writes them) before the store is asked what of them is new.
    """

    incoming: pa.Table
    mapped: Mapped
    written: pa.Table


def made_ready(page: pa.Table, mapper: Mapper) -> Ready:
    mapped = mapper.to_contacts(page)
    return Ready(record_pages.incoming(page), mapped, record_pages.written(mapped.contacts))


def pages_ahead(
    pages: Iterator[Page], mapper: Mapper, is_worth_it: Callable[[Page], bool]
) -> Generator[tuple[Page, Ready | None]]:
    """The pages in their order. While the caller has one that is worth it, the next is read and made ready.

    One page is ahead at most. What reading or mapping it raises is raised after the pages before it were
    given. Close it to be sure that the thread has ended.
    """

    def following() -> tuple[Page, Ready | None] | None:
        page = next(pages, None)
        return None if page is None else (page, made_ready(page.records, mapper))

    with ThreadPoolExecutor(1, "pages-ahead") as thread:
        first = next(pages, None)
        given: tuple[Page, Ready | None] | None = None if first is None else (first, None)
        while given is not None:
            if is_worth_it(given[0]):
                coming = thread.submit(following)
                yield given
                given = coming.result()
            else:
                yield given
                page = next(pages, None)
                given = None if page is None else (page, None)
