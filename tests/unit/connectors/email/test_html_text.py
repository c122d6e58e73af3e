from __future__ import annotations

import time

import pytest

from connectors.email.html_text import html_to_lines

PAGES = {
    "lines": ("<p>Hello&nbsp;there</p><div>Jane<br>Doe</div>", ["Hello there", "Jane", "Doe"]),
    "unseen": ("<head><title>x</title></head><style>a{}</style><script>1<2</script>Hi<!-- no -->", ["Hi"]),
    "cells": ("<table><tr><td>Tel</td><td>+33</td></tr></table>", ["Tel\t+33"]),
    "entities": ("caf&eacute; &amp; &lt;b&gt; &#8364;", ["café & <b> €"]),
    "blanks": ("a \n  b", ["a b"]),
    "quote": ("mine<blockquote>theirs</blockquote>mine", ["mine", "> theirs", "mine"]),
    "gmail-quote": (
        '<div class="gmail_quote">On Monday<div>x</div><blockquote>y</blockquote></div>mine',
        ["> On Monday", "> x", "> y", "mine"],
    ),
    "nested-quotes": ("<blockquote>a<blockquote>b</blockquote>c</blockquote>d", ["> a", "> b", "> c", "d"]),
    "outlook-reply": (
        'mine<div id="divRplyFwdMsg">From</div><div>theirs</div>',
        ["mine", "> From", "> theirs"],
    ),
    "signature": ('Hi<div class="x gmail_signature">Jane</div>', ["Hi", "-- ", "Jane"]),
    "unclosed-tag": ("Hi <b", ["Hi"]),
    "unclosed-comment": ("Hi <!-- there", ["Hi"]),
    "unclosed-script": ("Hi <script>there", ["Hi"]),
    "lone-bracket": ("a < b > c", ["a c"]),
    "empty": ("", []),
}  # fmt: skip


@pytest.mark.parametrize(("html", "lines"), PAGES.values(), ids=PAGES)
def test_html_is_read_as_people_see_it(html: str, lines: list[str]) -> None:
    assert html_to_lines(html) == lines


@pytest.mark.parametrize(
    "html",
    ["<a " * 66_000, "<!--" * 50_000, "<script>" * 25_000, '<a b="' * 33_000, "&#" * 100_000, "<td>" * 50_000,
     "<blockquote>" * 16_000, "<" * 200_000, ('<a class="' * 200 + ">") * 90],
    ids=["tags", "comments", "scripts", "attributes", "entities", "cells", "quotes", "brackets", "classes"],
)  # fmt: skip
def test_html_made_to_be_slow_is_read_at_once(html: str) -> None:
    before = time.process_time()
    html_to_lines(html)
    assert time.process_time() - before < 3
