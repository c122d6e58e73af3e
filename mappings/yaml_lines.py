"""Changes one entry of a YAML text where it stands; every other character stays as it is.

A path is `(name,)` or `(section, name)`. The texts given are YAML whose top is a block of names. What comes
out is to be parsed again by the caller: in rare layouts (anchors, tags) it may not say what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent, NodeEvent

_COLON: Final = re.compile(r"\s*:")
_LINE: Final = re.compile(r"[^\r\n]*")
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_COMMENT: Final = re.compile(r"(?<!\S)#[^\r\n]*")
_NOTHING: Final = re.compile(r"(\{\s*\})?")


@dataclass(frozen=True, slots=True)
class Node:
    """Something in the text, from `start` to `end`; comments after it are no part of it.

    `text` is what a word says. `children` are a list's items, or a block's names and values in turn. `inline`
    is what another value can take the place of: all but what stands on lines of its own.
    """

    start: int
    end: int
    text: str | None = None
    inline: bool = True
    children: tuple[Node, ...] = ()

    @property
    def entries(self) -> list[tuple[Node, Node]]:
        return list(zip(self.children[::2], self.children[1::2], strict=True))

    def named(self, name: str) -> tuple[Node, Node] | None:
        return next((entry for entry in self.entries if entry[0].text == name), None)


def tree(text: str) -> Node | None:
    """The nodes of a text; None when it holds nothing but comments."""
    events = YAML(typ="safe", pure=True).parse(text)
    return next((_node(event, events, text, 0) for event in events if isinstance(event, NodeEvent)), None)


def with_entry(text: str, path: tuple[str, ...], written: str, value: str, order: Sequence[str] = ()) -> str:
    """The text in which `path` is `value`: in the place of the old value, else as a new entry.

    `written` is the last name as it is written when it is new. A new top-level name comes after those before
    it in `order`, a name in a section after its kin (`name.…`), else after the last.
    """
    root = tree(text) or Node(0, 0, inline=False)
    if len(path) == 1:
        return _set(text, root, path[0], f"{written}: ", value, _before(root, path[0], order))
    section, name = path
    named = root.named(section)
    if named is not None and named[1].children:
        return _set(text, named[1], name, f"{written}: ", value, _kin(named[1], name))
    flat = f"{{{written}: {value}}}"
    if root.inline or section == "defaults":
        return _set(text, root, section, f"{section}: ", flat, _before(root, section, order))
    if named is None:
        lines = [f"{section}:", f"  {written}: {value}"]
        return _added(text, root, lines, _before(root, section, order))
    if _NOTHING.fullmatch(text, named[1].start, named[1].end):
        return _begun(text, *named, f"{written}: {value}")
    return _replaced(text, *named, flat)


def without_entry(text: str, path: tuple[str, ...]) -> str:
    """The text without the lines of `path`; unchanged when it does not stand there itself.

    A section whose last entry goes stays as `{}`, with its comments.
    """
    block = tree(text)
    section = block.named(path[0]) if block is not None and len(path) > 1 else None
    block = section[1] if section is not None else block
    named = block.named(path[-1]) if block is not None else None
    if block is None or named is None:
        return text
    cut = _cut(text, block, block.entries.index(named))
    if section is None or block.inline or len(block.entries) > 1:
        return cut
    colon = _after_colon(text, section[0].end)
    return f"{cut[:colon]} {{}}{cut[colon:]}"


def _node(event: Any, events: Iterator[Any], text: str, after: int) -> Node:
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, CollectionStartEvent):
        children: list[Node] = []
        for inner in events:
            if isinstance(inner, CollectionEndEvent):
                end = inner.end_mark.index
                break
            children.append(_node(inner, events, text, children[-1].end if children else start))
        inline = bool(event.flow_style)
        return Node(start, end if inline else children[-1].end, None, inline, tuple(children))
    if start == end:  # a name without a value; the library places that before whatever comes next
        start = end = _after_colon(text, after)
    return Node(start, start + len(text[start:end].rstrip()), getattr(event, "value", None))


def _before(root: Node, name: str, order: Sequence[str]) -> Node | None:
    earlier = order[: order.index(name)] if name in order else ()
    return next((value for key, value in reversed(root.entries) if key.text in earlier), None)


def _kin(block: Node, name: str) -> Node:
    head = name.partition(".")[0]
    kin = [value for key, value in block.entries if (key.text or "").partition(".")[0] == head]
    return (kin or [block.children[-1]])[-1]


def _set(text: str, block: Node, name: str, head: str, value: str, after: Node | None) -> str:
    named = block.named(name)
    return _replaced(text, *named, value) if named else _added(text, block, [head + value], after)


def _added(text: str, block: Node, lines: Sequence[str], after: Node | None) -> str:
    """A new entry after another one, or first."""
    if block.inline:
        at = block.children[-1].end if block.children else block.start + 1
        return f"{text[:at]}{', ' if block.children else ''}{lines[0]}{text[at:]}"
    if not block.children:
        ended = text if not text or text.endswith(("\n", "\r")) else text + _line_end(text)
        return ended + _line_end(text).join([*lines, ""])
    first = block.children[0].start
    indented = _line_end(text) + " " * _column(text, first)
    if after is None:
        return text[:first] + indented.join([*lines, ""]) + text[first:]
    at = _end_of_line(text, after.end)
    return text[:at] + indented.join(["", *lines]) + text[at:]


def _begun(text: str, name: Node, value: Node, line: str) -> str:
    """The first entry of a section that is empty."""
    colon, end = _after_colon(text, name.end), _end_of_line(text, value.end)
    indent = " " * (_column(text, name.start) + 2)
    return text[:colon] + text[value.end : end] + _line_end(text) + indent + line + text[end:]


def _replaced(text: str, name: Node, old: Node, new: str) -> str:
    """Another value in place of the old one. Comments within the old one are kept, on lines after it."""
    end = _end_of_line(text, old.end)
    if old.start == old.end:
        return text[: old.start] + (" " if text[old.start - 1] == ":" else ": ") + new + text[old.start :]
    if old.inline:
        head, rest = text[: old.start] + new, text[old.end : end]
        comments, column = _comments(text, old, old.start, old.end), _column(text, name.start) + 2
    else:
        colon = _after_colon(text, name.end)
        first = min(_end_of_line(text, colon), old.start)
        head, rest = f"{text[:colon]} {new}", text[colon:first].rstrip()
        comments, column = _comments(text, old, first, end), _column(text, old.start)
    kept = "".join(_line_end(text) + " " * column + comment for comment in comments)
    return head + rest + kept + text[end:]


def _cut(text: str, block: Node, place: int) -> str:
    name, value = block.entries[place]
    begin, end = name.start - _column(text, name.start), _end_of_line(text, value.end)
    alone = not text[begin : name.start].strip() and re.fullmatch(r"\s*,?\s*(#.*)?", text[value.end : end])
    if alone:
        line_end = _LINE_END.match(text, end)
        if line_end is not None:
            return text[:begin] + text[line_end.end() :]
        return re.sub(r"(\r\n|\n|\r)\Z", "", text[:begin])
    comma = re.compile(r"\s*,[ \t]*").match(text, value.end)
    if comma is not None:
        return text[: name.start] + text[comma.end() :]
    before = block.entries[place - 1][1].end if place else name.start
    start = before if not text[before : name.start].strip(", \t") else name.start
    return text[:start] + text[value.end :]


def _comments(text: str, node: Node, start: int, end: int) -> list[str]:
    """The comments between two places, of which all words belong to the node."""
    found, at = [], start
    for word in [*_words(node), Node(end, end)]:
        found += _COMMENT.findall(text, at, max(at, word.start))
        at = word.end
    return found


def _words(node: Node) -> Iterator[Node]:
    if node.children:
        for child in node.children:
            yield from _words(child)
    else:
        yield node


def _after_colon(text: str, at: int) -> int:
    found = _COLON.match(text, at)
    return found.end() if found else at


def _column(text: str, at: int) -> int:
    return at - 1 - max(text.rfind("\n", 0, at), text.rfind("\r", 0, at))


def _end_of_line(text: str, at: int) -> int:
    found = _LINE.match(text, at)
    return found.end() if found else at


def _line_end(text: str) -> str:
    found = _LINE_END.search(text)
    return found[0] if found else "\n"
