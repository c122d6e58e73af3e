"""How two records hang together: the chain between them whose weakest link is the strongest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Link = tuple[int, int, float]  # two records, and how strongly they are linked


def chain(links: Iterable[Link], start: int, end: int) -> tuple[Link, ...]:
    """The links from `start` to `end`, each as (from, to, strength); empty when there is no way.

    Of several ways the one whose weakest link is the strongest; the same whatever the order of the links.
    """
    tree: dict[int, dict[int, float]] = {}
    for a, b, strength in sorted(links, key=lambda link: (-link[2], link[0], link[1])):
        if not _way(tree, a, b) and a != b:
            tree.setdefault(a, {})[b] = tree.setdefault(b, {})[a] = strength
            if way := _way(tree, start, end):
                return way
    return ()


def _way(tree: Mapping[int, Mapping[int, float]], start: int, end: int) -> tuple[Link, ...]:
    """The one way from here to there; a tree has no second."""
    waiting: list[tuple[int, tuple[Link, ...]]] = [(start, ())]
    seen = {start}
    while waiting:
        here, came = waiting.pop()
        if here == end:
            return came
        for there, strength in tree.get(here, {}).items():
            if there not in seen:
                seen.add(there)
                waiting.append((there, (*came, (here, there, strength))))
    return ()
