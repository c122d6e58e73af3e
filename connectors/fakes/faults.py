"""What can go wrong on the way, switched on for the next requests that fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock


class Fault(StrEnum):
    DROP_BEFORE = "drop-before"  # the connection ends; nothing was done
    DROP_AFTER = "drop-after"  # the connection ends; everything was done
    TORN_BODY = "torn-body"  # done, but the answer stops in the middle
    UNFRAMED_TORN_BODY = "unframed-torn-body"  # the same, without a declared length
    HTML = "html"  # a web page with status 200; nothing was done
    SERVER_ERROR = "server-error"
    RATE_LIMIT = "rate-limit"
    DAILY_LIMIT = "daily-limit"
    EXPIRED_TOKEN = "expired-token"  # noqa: S105 - the name of a fault
    REDIRECT = "redirect"  # to another host
    HUGE_BODY = "huge-body"  # a gigabyte
    MISSING_ROWS = "missing-rows"  # done, but the answer leaves out rows


@dataclass(slots=True)
class _Planned:
    fault: Fault
    times: int
    on: str
    after: int


@dataclass(slots=True)
class Faults:
    """The faults to come. Each request takes the first one that is meant for it.

    `other_host` is where redirects lead, `seconds` what a rate limit asks to wait for.
    """

    other_host: str = "http://other.example.test/"
    seconds: str = "0"
    _planned: list[_Planned] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def plan(self, fault: Fault, *, times: int = 1, on: str = "", after: int = 0) -> None:
        """`times` requests whose path or method name contains `on` meet `fault`, once `after` passed."""
        with self._lock:
            self._planned.append(_Planned(fault, times, on, after))

    def take(self, target: str) -> Fault | None:
        """The fault for this request, used up once."""
        with self._lock:
            for planned in self._planned:
                if planned.times <= 0 or planned.on not in target:
                    continue
                if planned.after > 0:
                    planned.after -= 1
                    continue
                planned.times -= 1
                return planned.fault
        return None
