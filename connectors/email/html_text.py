"""HTML mail as lines of text, quoted parts marked with `>` and signatures with `-- ` as in plain mail.

Written here because `html.parser` of Python 3.11.7 takes seven minutes for 200 kB of `<a <a <a `, which
anyone can send; this reads each character once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

QUOTE_MARK: Final = "> "
SIGNATURE_MARK: Final = "-- "

_BREAKS: Final = frozenset(
    {"address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "footer", "h1", "h2", "h3"}
    | {"h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tbody", "tr", "ul"}
)
_CELLS: Final = frozenset({"td", "th"})
_UNSEEN: Final = frozenset({"head", "script", "style", "title"})
# Classes and ids with which mail programs mark what they add.
_SIGNATURES: Final = frozenset(
    {"gmail_signature", "moz-signature", "applemailsignature", "signature", "ms-outlook-mobile-signature"}
)
_QUOTES: Final = frozenset({"gmail_quote", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix"})
_REST_IS_QUOTED: Final = frozenset({"divrplyfwdmsg", "appendonsend"})
_TAG: Final = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_MARKED: Final = re.compile(r"""\b(?:class|id)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LONGEST_TAG: Final = 2000


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    is_end: bool
    marks: frozenset[str] = frozenset()


def html_to_lines(html: str) -> list[str]:
    """The visible lines, empty ones left out; cells of one row are parted by tabs."""
    page = _Page()
    for token in _tokens(html):
        if isinstance(token, str):
            page.text(token)
        elif token.is_end:
            page.end(token)
        else:
            page.start(token)
    return page.lines()


def _tokens(html: str) -> Iterator[str | _Tag]:
    """Text and tags in turn. What has no end is text, or nothing when it would not be seen."""
    at = 0
    while at < len(html):
        opened = html.find("<", at)
        if opened < 0:
            break
        yield html[at:opened]
        if html.startswith("<!--", opened):
            at = _after(html, "-->", opened + 4)
            continue
        closed = html.find(">", opened)
        if closed < 0:
            return
        tag = _tag(html[opened + 1 : closed])
        at = closed + 1
        if tag is not None:
            yield tag
            if tag.name in _UNSEEN and not tag.is_end:
                at = _after_element(html, tag.name, at)
    yield html[at:]


def _after(html: str, end: str, start: int) -> int:
    found = html.find(end, start)
    return len(html) if found < 0 else found + len(end)


def _after_element(html: str, name: str, start: int) -> int:
    found = re.compile(rf"</{name}\b", re.IGNORECASE).search(html, start)
    return len(html) if found is None else found.start()


def _tag(inside: str) -> _Tag | None:
    found = _TAG.match(inside)
    if found is None:
        return None
    name, is_end = found[2].lower(), bool(found[1])
    values = (next(filter(None, groups), "") for groups in _MARKED.findall(inside[:_LONGEST_TAG]))
    return _Tag(name, is_end, frozenset(word.lower() for value in values for word in value.split()))


class _Page:
    """The lines so far, the one being written, and the quoted elements that are open."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes: list[tuple[str, int]] = []  # a quoted element's name and how many of that name are open
        self._rest_is_quoted = False

    def text(self, text: str) -> None:
        self._line.append(re.sub(r"\s+", " ", unescape(text)))

    def start(self, tag: _Tag) -> None:
        if tag.name in _BREAKS:
            self._break()
        elif tag.name in _CELLS:
            self._line.append("\t")
        if self._quotes and self._quotes[-1][0] == tag.name:
            self._quotes[-1] = (tag.name, self._quotes[-1][1] + 1)
        elif tag.name == "blockquote" or tag.marks & _QUOTES:
            self._break()
            self._quotes.append((tag.name, 1))
        if tag.marks & _REST_IS_QUOTED:
            self._break()
            self._rest_is_quoted = True
        elif tag.marks & _SIGNATURES:
            self._break()
            self._write(SIGNATURE_MARK)

    def end(self, tag: _Tag) -> None:
        if tag.name in _BREAKS:
            self._break()
        if self._quotes and self._quotes[-1][0] == tag.name:
            self._break()
            open_ones = self._quotes.pop()[1] - 1
            if open_ones:
                self._quotes.append((tag.name, open_ones))

    def lines(self) -> list[str]:
        self._break()
        return self._lines

    def _break(self) -> None:
        line = re.sub(r" ?\t[ \t]*", "\t", "".join(self._line)).strip()
        self._line = []
        self._write(re.sub(r"  +", " ", line))

    def _write(self, line: str) -> None:
        if line:
            is_quoted = bool(self._quotes) or self._rest_is_quoted
            self._lines.append(QUOTE_MARK + line if is_quoted else line)
