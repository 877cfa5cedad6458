"""Who may write to a SQLite file now: one at a time, in the order of asking."""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turn:
    """One fair turn for writers of a SQLite file, over threads and processes.

    SQLite's own busy handler polls, and let one of two writers wait three seconds; a file lock
    queues processes. The threads of one process queue before it: the file lock wakes every waiter
    for one to go on, which with eight threads cost as much as the write. It also refuses a write
    transaction inside another, which would wait for itself.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._queue = _Queue()
        self._held = threading.local()
        #: The file, open, and the process that opened it: a fork must not share a lock.
        self._file: tuple[int, int] | None = None

    @contextmanager
    def hold(self) -> Iterator[None]:
        self.take()
        try:
            yield
        finally:
            self.leave()

    def take(self) -> None:
        """Wait for the turn, which is this thread's until it leaves."""
        if getattr(self._held, "now", False):
            raise RuntimeError("a write transaction inside another would wait for itself")
        self._queue.enter()
        try:
            fcntl.flock(self._opened(), fcntl.LOCK_EX)
        except BaseException:  # an interrupt too: whoever is next must not wait for this one
            self._queue.leave()
            raise
        self._held.now = True

    def leave(self) -> None:
        """Give the turn on; only for who took it."""
        self._held.now = False
        try:
            fcntl.flock(self._opened(), fcntl.LOCK_UN)
        finally:
            self._queue.leave()

    def close(self) -> None:
        """Give the file back; the next turn opens it again."""
        if self._file:
            os.close(self._file[0])
            self._file = None

    def _opened(self) -> int:
        if self._file is None or self._file[1] != os.getpid():
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644), os.getpid()
        return self._file[0]


class Own:
    """One transaction's turn: taken when it begins, given on when it is over, if it began."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._taken = False

    def take(self) -> None:
        self._turn.take()
        self._taken = True

    def leave(self) -> None:
        if self._taken:
            self._taken = False
            self._turn.leave()


class _Queue:
    """A lock that is handed to whoever has waited longest."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    def enter(self) -> None:
        with self._mutex:
            mine = threading.Lock() if self._taken else None
            self._taken = True
            if mine:
                mine.acquire()  # released by whoever hands the turn on
                self._waiting.append(mine)
        if mine:
            mine.acquire()

    def leave(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
