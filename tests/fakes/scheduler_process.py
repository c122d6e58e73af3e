"""A scheduler in a process of its own, with one job whose batches it writes down.

    python scheduler_process.py STORE_URL LOG '{"cron": …, "every": seconds, "missed": …, "batches": …,
        "batch_seconds": …, "deaf": …, "grace": seconds}'

Each line of the log is a word and the process's number: `up`, `start`, `batch`, `end`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cli.signals import stop_when_asked
from hub.jobs.due import Missed, ScheduledJob
from hub.jobs.schedule import Scheduler
from hub.store.opening import open_store


class Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


def main(url: str, log: str, options: str) -> int:
    told = json.loads(options)
    every = timedelta(seconds=told["every"]) if "every" in told else None
    job = ScheduledJob("job", told.get("cron"), every, missed=Missed(told.get("missed", "run_once")))

    def write(word: str) -> None:
        with Path(log).open("a", encoding="ascii") as file:
            file.write(f"{word} {os.getpid()}\n")

    def work(_job: ScheduledJob, stopping: Callable[[], bool]) -> None:
        write("start")
        for _ in range(told.get("batches", 1)):
            time.sleep(told.get("batch_seconds", 0.05))
            write("batch")
            if not told.get("deaf", False) and stopping():
                return
        write("end")

    scheduler = Scheduler(
        open_store(url), Now(), [job], work, lambda name, sentence: None, pulse=timedelta(seconds=0.5)
    )
    with stop_when_asked(scheduler.stop):
        write("up")
        if not scheduler.run(timedelta(seconds=told.get("grace", 20))):
            os._exit(0)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
