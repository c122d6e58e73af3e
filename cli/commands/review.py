"""`hub review`: pairs that the matching leaves to a person, the most consequential first."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from cli.app import AsJson, app_of
from cli.deciding import Author, Later, Reason, carry_out, done_as_json, person, show_done
from cli.review_session import Session
from cli.show_review import question_as_json, show_question
from hub.domain.matching import Verdict
from hub.jobs.decide import Decided, exclude, judge
from hub.jobs.review import names_of, next_question, queue
from hub.store.review import Waiting

review_app = typer.Typer(no_args_is_help=True, help="Pairs that wait for a person: see them, decide them.")

LIST: Final = "Example: hub review list --limit 50 --json"
NEXT: Final = "Examples:\n\nhub review next\n\nhub review next --json"
DECIDE: Final = (
    "Examples:\n\nhub review decide crm:12 form:7 same\n\nhub review decide crm:12 form:7 different"
    " --reason 'father and son'\n\nhub review decide --exclude crm:40"
)


@review_app.command("list", epilog=LIST)
def list_pairs(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """The queue: how many records and destinations change, times how unsure the matching is."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    found = queue(hub.store)
    if as_json:
        output.data({"waiting": len(found), "pairs": [_as_json(one) for one in found[:limit]]})
        return
    if not found:
        output.say("nothing waits for a person")
        return
    names = names_of(hub.store, found[:limit])
    heads = ("one", "other", "p", "why", "records", "destinations", "consequence")
    rows = [
        (
            f"{names[one.identity_a]} {one.a}".strip(),
            f"{names[one.identity_b]} {one.b}".strip(),
            f"{one.probability:.2f}",
            one.reason,
            one.records,
            one.destinations,
            f"{one.consequence:.1f}",
        )
        for one in found[:limit]
    ]
    output.table(heads, rows)
    if len(found) > limit:
        output.say(f"… and {len(found) - limit} more; --limit shows them")


@review_app.command("next", epilog=NEXT)
def next_pair(
    context: typer.Context,
    author: Author = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """The pair that matters most: side by side, why, and what it would become.

    On a terminal a key decides and the next pair follows; every decision is kept at once, and carried out
    when you leave. Elsewhere the pair is printed.
    """
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    if not as_json and output.out.is_terminal and sys.stdin.isatty():
        session = Session(hub, output, person(app, hub, author, reason))
        if session.run():
            result = carry_out(hub, output, later=False)
            if result:
                output.say(
                    f"{result.tally.golden_changed} golden records changed; {result.tally.review} wait"
                )
        return
    found = next_question(hub.store, hub.clock, hub.matcher(), hub.rules())
    if as_json:
        output.data(question_as_json(found) if found else None)
    elif found:
        show_question(output, found)
    else:
        output.say("nothing waits for a person")


@review_app.command("decide", epilog=DECIDE)
def decide_pair(
    context: typer.Context,
    told: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="A B VERDICT", help="Two records (source:key) or ids, then same, different or unsure."
        ),
    ] = None,
    excluded: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="RECORD", help="This record does not belong to its group."),
    ] = None,
    author: Author = None,
    reason: Reason = None,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Decide one pair, or take a record out of its group."""
    app = app_of(context)
    if len(told or []) not in ({0, 3} if excluded else {3}):
        raise typer.BadParameter("say two records and same, different or unsure; or --exclude RECORD")
    output, hub = app.output(as_json=as_json), app.hub()
    who, made = person(app, hub, author, reason), list[Decided]()
    if told:
        made.append(judge(hub.store, hub.clock, who, told[0], told[1], _verdict(told[2])))
    made += [exclude(hub.store, hub.clock, who, record) for record in excluded or ()]
    result = carry_out(hub, output, later=later)
    if as_json:
        output.data([done_as_json(one.decision, result, one.judgements) for one in made])
        return
    for one in made:
        show_done(output, one.decision, result)


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text.lower())
    except ValueError:
        raise typer.BadParameter(f"`{text}` is none of same, different, unsure") from None


def _as_json(one: Waiting) -> dict[str, Any]:
    names = {"a": str(one.a), "b": str(one.b), "consequence": round(one.consequence, 6)}
    kept = {"identity_a", "identity_b", "probability", "reason", "records", "destinations"}
    return names | {name: value for name, value in asdict(one).items() if name in kept}
