"""`python app.py` and `make run`: migrate, fill an empty database, tick, and serve.

waitress serves: one process whose threads wait for whole requests in an event loop, so that phones
which hold connections open silently cost nothing (DECISIONS.md has the measurements).
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType

import waitress

from outreach.core import migrate
from outreach.core.settings import ROOT
from outreach.web import demo
from outreach.web.app import Outreach

log = logging.getLogger(__name__)


def main(app: Outreach) -> None:
    """Serve until stopped. `PORT` and `HOST` say where; 8000 on every interface by default."""
    host, port = os.environ.get("HOST", "0.0.0.0"), _port()  # noqa: S104 - phones must reach it
    logging.basicConfig(
        level=app.settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    _refuse_taken(host, port)
    migrate.upgrade(app.db.engine)
    _announce(port, demo.fill_when_empty(app))
    scheduler = Supervised(
        [sys.executable, "-m", "flask", "--app", "app", "scheduler", "--parent", str(os.getpid())]
    )
    signal.signal(signal.SIGTERM, _leave)
    try:
        waitress.serve(
            app,
            host=host,
            port=port,
            threads=app.settings.threads,
            connection_limit=2000,
            channel_timeout=60,
            ident=None,
        )
    except KeyboardInterrupt:
        pass
    finally:
        scheduler.stop()
        app.db.dispose()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            sys.exit(f"Port {port} is taken. Choose another: PORT={port + 1} make run")


def _announce(port: int, accounts: Sequence[demo.Shown]) -> None:
    lines = [f"\n  Outreach is at http://localhost:{port}\n"]
    if accounts:
        lines.append("  Demonstration accounts (passwords are shown this once):\n")
        lines += [f"    {a.role:<14} {a.phone:<12} {a.password}   {a.name}" for a in accounts]
        lines.append("\n  Lost them? `.venv/bin/flask accounts reset PHONE` makes an invitation.\n")
    print("\n".join(lines), flush=True)  # noqa: T201 - this is the command's answer


class Supervised:
    """A child process that is started again when it dies, until told to stop."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._stopping = threading.Event()
        self._child = self._start()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _start(self) -> subprocess.Popen[bytes]:
        # ours, not a user's, and without a shell
        return subprocess.Popen(self._command, cwd=ROOT)  # noqa: S603

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self._child.wait()
            if self._stopping.is_set():
                return
            log.warning("the scheduler ended with %s; starting it again", self._child.returncode)
            time.sleep(1)
            self._child = self._start()

    def stop(self) -> None:
        """End the child and wait for it, firmly after ten seconds."""
        self._stopping.set()
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
