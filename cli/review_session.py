"""Deciding pair after pair on a terminal, a key each; every decision is kept at once."""

from __future__ import annotations

from typing import Final

import typer

from cli.output import Output
from cli.show_review import show_question
from cli.wiring import Hub
from hub.domain.judgement import Decision
from hub.domain.matching import Verdict
from hub.errors import HubError
from hub.jobs.decide import Person, exclude, judge, undo
from hub.jobs.review import Question, next_question, queue
from hub.store.review import Waiting

_VERDICTS: Final = {"s": Verdict.SAME, "d": Verdict.DIFFERENT, "u": Verdict.UNSURE}
_KEYS: Final = "[s]ame  [d]ifferent  [u]nsure  e[x]clude a record  [n]ext  [z] take back  [q]uit"
_LAST: Final = "[z] take the last decision back  any other key: leave, and carry out what was decided"
_LEAVE: Final = frozenset({"q", "\x03", "\x04", "\x1b"})


class Session:
    """One sitting of one person. Killed at any moment, it has kept every decision that was shown as kept."""

    def __init__(self, hub: Hub, output: Output, person: Person) -> None:
        self._hub = hub
        self._output = output
        self._person = person
        self._matcher, self._rules = hub.matcher(), hub.rules()
        self._passed: set[tuple[int, int]] = set()
        self._kept: list[tuple[int, tuple[int, int]]] = []

    def run(self) -> int:
        """Asks until nothing waits or the person leaves; gives how many decisions were kept."""
        known = queue(self._hub.store)
        while True:
            found = self._next(known)
            if found is None:
                known = queue(self._hub.store)  # what others added since
                found = self._next(known)
            if found is None:
                if not self._goes_on():
                    break
                known = queue(self._hub.store)
                continue
            self._output.show()
            self._output.show("─" * min(self._output.out.width - 1, 100), style="dim")
            show_question(self._output, found)
            if not self._answered(found):
                break
        if self._kept:
            n = len(self._kept)
            self._output.say(f"{n} decision{'s' if n > 1 else ''} kept; `hub undo` takes the last one back")
        return len(self._kept)

    def _next(self, known: list[Waiting]) -> Question | None:
        store, clock = self._hub.store, self._hub.clock
        return next_question(store, clock, self._matcher, self._rules, passed=self._passed, known=known)

    def _goes_on(self) -> bool:
        """At the end of the queue the last decision can still be taken back."""
        left = f"; {len(self._passed)} were passed over" if self._passed else ""
        self._output.say(f"nothing else waits{left}")
        if not self._kept:
            return False
        self._output.say(_LAST, style="bold")
        if _key() != "z":
            return False
        try:
            self._take_back()
        except HubError as error:
            self._output.error(error)
            return False
        return True

    def _answered(self, question: Question) -> bool:
        """Takes keys until one leads to another pair; False when the person leaves."""
        waiting = question.waiting
        while True:
            self._output.say()
            self._output.say(_KEYS, style="bold")
            key = _key()
            if key in _LEAVE:
                return False
            if key == "n":
                self._passed.add((waiting.record_a, waiting.record_b))
                return True
            try:
                if key in _VERDICTS:
                    made = judge(
                        self._hub.store,
                        self._hub.clock,
                        self._person,
                        str(waiting.a),
                        str(waiting.b),
                        _VERDICTS[key],
                    )
                    self._keep(made.decision, waiting)
                    return True
                if key == "x":
                    self._exclude(question)
                elif key == "z":
                    self._take_back()
                    return True
            except HubError as error:
                self._output.error(error)

    def _keep(self, decision: Decision, waiting: Waiting) -> None:
        self._kept.append((decision.number, (waiting.record_a, waiting.record_b)))
        self._output.say(f"kept as decision {decision.number}: {decision.sentence}", style="green")

    def _exclude(self, question: Question) -> None:
        """One record of a group does not belong to it; the pair stays to be decided."""
        groups = [one for one in (question.members_a, question.members_b) if len(one) > 1]
        if not groups:
            self._output.say("both records are alone: there is no group to leave")
            return
        members = [member for group in groups for member in group]
        for place, member in enumerate(members, 1):
            self._output.say(f"  {place:2} {member}")
        asked = "which one does not belong to its group? (a number, empty: none) "
        told = self._output.err.input(asked).strip()
        leaving = [one for place, one in enumerate(members, 1) if told in {str(place), one}]
        if leaving:
            made = exclude(self._hub.store, self._hub.clock, self._person, leaving[0])
            self._keep(made.decision, question.waiting)
        elif told:
            self._output.say(f"{told} is none of them; nothing was decided", style="yellow")

    def _take_back(self) -> None:
        if not self._kept:
            self._output.say("nothing was decided in this sitting; `hub undo N` takes earlier decisions back")
            return
        number, pair = self._kept[-1]
        taken = undo(self._hub.store, self._hub.clock, self._person, number)
        self._kept.pop()
        self._passed.discard(pair)
        self._output.say(f"taken back: {taken.sentence}", style="yellow")


def _key() -> str:
    try:
        return typer.getchar().lower()
    except (KeyboardInterrupt, EOFError):
        return "q"
