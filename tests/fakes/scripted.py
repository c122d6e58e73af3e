"""A server that answers what it was told to, in turn."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.fakes.faults import Fault, Faults
from connectors.fakes.server import Reply, Request


@dataclass
class Scripted:
    """Gives the replies in turn, the last one for ever; keeps what it was asked."""

    replies: list[Reply] = field(default_factory=lambda: [Reply(200, {"fine": True})])
    faults: Faults = field(default_factory=Faults)
    asked: list[Request] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.replies[min(len(self.asked), len(self.replies)) - 1]

    def answer_with(self, _fault: Fault, _request: Request) -> Reply:
        return Reply(500, {"error": "as planned"})
