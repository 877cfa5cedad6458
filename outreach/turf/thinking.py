"""Cuts in a process of its own, so that the site answers meanwhile: a task in, a cut out."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from outreach.turf.cutting import Cut
from outreach.turf.tasks import Task, Trouble, cut

ROOT = Path(__file__).resolve().parents[2]


def thought(task: Task, keep: Callable[[], bool], *, every: float) -> Cut | Trouble | None:
    """What the child makes of it. None once `keep`, asked every so many seconds, says to stop.

    Raises `RuntimeError` when the child broke.
    """
    with tempfile.TemporaryFile() as asked:  # a pipe that is not read yet would have to be fed
        pickle.dump(task, asked)
        asked.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-m", "outreach.turf.thinking"],
            stdin=asked,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        try:
            return _answer(child, keep, every)
        finally:
            child.kill()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _answer(
    child: subprocess.Popen[bytes], keep: Callable[[], bool], every: float
) -> Cut | Trouble | None:
    while True:
        try:
            said, _errors = child.communicate(timeout=every)
        except subprocess.TimeoutExpired:
            if not keep():
                return None
            continue
        if child.returncode:
            raise RuntimeError(f"cutting ended with status {child.returncode}")
        found: Cut | Trouble = pickle.loads(said)  # noqa: S301 - of our own child
        return found


def main() -> None:
    """The child. Whoever asked may be gone by the end: then nobody reads it."""
    os.nice(5)  # pages come first
    task: Task = pickle.load(sys.stdin.buffer)  # noqa: S301 - of our own parent
    sys.stdout.buffer.write(pickle.dumps(cut(task)))


if __name__ == "__main__":
    main()
