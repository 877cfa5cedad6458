"""A process that wants to lead: `python -m tests.scheduler.candidate URL FILE` ticks into FILE."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from outreach import scheduler
from outreach.core.db import Database
from outreach.core.settings import Settings


def main(url: str, ticks: Path) -> None:
    def tick() -> None:
        with ticks.open("a") as file:
            file.write(f"{os.getpid()}\n")

    scheduler.timetable = lambda settings, db: [("tick", 0.05, tick)]
    settings = Settings(database_url=url, testing=True)
    scheduler.run(settings, Database(url), threading.Event(), poll=0.1)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
