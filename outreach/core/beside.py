"""Runs one long job at a time beside the timetable, so that the next tick need not wait for it."""

from __future__ import annotations

import contextvars
import logging
import threading
from collections.abc import Callable

from outreach.core.failures import described

log = logging.getLogger(__name__)


class Beside:
    """One thread at a time in this process; what its end interrupts is found again by its lease."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._busy = threading.Lock()

    def start(self, job: Callable[[], object]) -> threading.Thread | None:
        """Run it in a thread, in the context of this tick; None while one still runs."""
        if not self._busy.acquire(blocking=False):
            return None
        run = contextvars.copy_context().run  # with the definitions and language of this tick
        thread = threading.Thread(target=run, args=(self._run, job), name=self.name, daemon=True)
        thread.start()
        return thread

    def _run(self, job: Callable[[], object]) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - a thread has nobody to tell; the next tick tries
            log.error("%s failed: %s", self.name, described(error))  # noqa: TRY400 - no values
        finally:
            self._busy.release()
