"""A pair for review as people read it: side by side, the waterfall, what it would become."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from cli.output import Output, harmless
from hub.jobs.review import Question
from hub.web.side_by_side import SideBySide, Value, side_by_side
from hub.web.waterfall import Waterfall, waterfall

_BAR: Final = 28  # characters of the waterfall's drawing; fewer on a narrow terminal
_NARROW: Final = 18
_WIDEST: Final = 150  # characters: wider columns are harder to compare
_MEMBERS: Final = 8  # records of a group that are named


def show_question(output: Output, question: Question) -> None:
    waiting = question.waiting
    output.show(f"pair {question.place} of {question.of} · {waiting.reason}", style="bold")
    output.show(_consequence(question))
    output.show()
    _side_by_side(output, question)
    output.show()
    _why(output, question)
    _groups(output, question)


def question_as_json(question: Question) -> dict[str, Any]:
    waiting = question.waiting
    evidence = json.loads(question.evidence["evidence"] or "{}")
    return {
        "a": {
            "record": str(waiting.a),
            "identity": waiting.identity_a,
            "contact": _filled(question.contact_a),
        },
        "b": {
            "record": str(waiting.b),
            "identity": waiting.identity_b,
            "contact": _filled(question.contact_b),
        },
        "place": question.place,
        "of": question.of,
        "reason": waiting.reason,
        "probability": question.evidence["probability"],
        "consequence": round(waiting.consequence, 6),
        "records": waiting.records,
        "destinations": waiting.destinations,
        "members_a": list(question.members_a),
        "members_b": list(question.members_b),
        "evidence": {
            **evidence,
            "weight": question.evidence["weight"],
            "needed": question.evidence["needed"],
        },
        "golden": _filled(question.together),
    }


def _consequence(question: Question) -> str:
    waiting = question.waiting
    told = f"if they are the same, {waiting.records} records become one customer"
    if waiting.destinations:
        told += f"; {waiting.destinations} records of destinations change"
    return told


def _side_by_side(output: Output, question: Question) -> None:
    """Both records and what they would become, a line a field; ≠ marks what differs."""
    pair = side_by_side([question.contact_a, question.contact_b], question.together)
    heads = ("", "", str(question.waiting.a), str(question.waiting.b), "together")
    if not output.out.is_terminal:
        output.table(heads, [tuple(str(cell) for cell in row) for row in _lines(pair)])
        return
    width = min(output.out.width, _WIDEST)
    table = Table(header_style="bold", box=None, pad_edge=False, width=width)
    for place, head in enumerate(heads):
        table.add_column(Text(harmless(head)), overflow="fold", ratio=1 if place > 1 else None)
    for row in _lines(pair):
        table.add_row(*row)
    output.out.print(table, soft_wrap=False)


def _lines(pair: SideBySide) -> list[tuple[Text, ...]]:
    lines = []
    for place, head in enumerate(pair.heads):
        cells = [_cell(row.cells[place], row.more[place]) for row in pair.rows]
        differs = any(value.differs for row in pair.rows for value in row.cells[place])
        golden = _cell(pair.golden.cells[place], pair.golden.more[place]) if pair.golden else Text()
        golden.stylize("green")
        mark = Text("≠" if differs else "", style="yellow")
        lines.append((Text(head, style="bold"), mark, *cells, golden))
    return lines


def _cell(values: Sequence[Value], more: int) -> Text:
    cell = Text()
    for place, value in enumerate(values):
        cell.append(", " if place else "")
        cell.append(harmless(value.text), style="yellow" if value.differs else "")
    return cell.append(f" +{more}" if more else "")


def _why(output: Output, question: Question) -> None:
    """The waterfall: each bar begins where the one before it ended."""
    told = question.evidence
    falls = waterfall(told["evidence"], told["probability"], told["needed"])
    if falls is None:
        return
    drawn, wide = output.out.is_terminal, _BAR if output.out.width >= 100 else _NARROW
    rows = [
        (
            step.label,
            step.found,
            f"{step.points:+.1f}",
            *((_bar(step.start, step.width, wide),) if drawn else ()),
        )
        for step in falls.steps
    ]
    total = (f"{falls.total:+.1f}", *((_marks(falls, wide),) if drawn else ()))
    verdict = "enough" if falls.merges else "not enough"
    rows.append(("Total", f"{verdict}: merged from {falls.threshold:+.1f} on", *total))
    output.table(
        ("why", "found", "points", *((f"probability {told['probability']:.2f}",) if drawn else ())), rows
    )


def _bar(start: float, width: float, wide: int) -> str:
    begin, end = round(start / 100 * wide), round((start + width) / 100 * wide)
    return " " * min(begin, wide - 1) + "█" * max(end - begin, 1)


def _marks(falls: Waterfall, wide: int) -> str:
    """Where the threshold stands (│) and where the total came to (▲)."""
    line = [" "] * (wide + 1)
    line[round(falls.line / 100 * wide)] = "│"
    line[round(falls.end / 100 * wide)] = "▲"
    return "".join(line).rstrip()


def _groups(output: Output, question: Question) -> None:
    for members in (question.members_a, question.members_b):
        if len(members) > 1:
            more = f" and {len(members) - _MEMBERS} more" if len(members) > _MEMBERS else ""
            output.show(f"{members[0]} is together with {', '.join(members[1:_MEMBERS])}{more}")


def _filled(contact: Mapping[str, Any]) -> dict[str, Any]:
    skipped = {"record_id", "identity_id", "sources", "record_count", "provenance"}
    return {
        name: value for name, value in contact.items() if name not in skipped and value not in (None, [], {})
    }
