"""Writers of one SQLite file take turns, threads and processes alike."""

from __future__ import annotations

import multiprocessing
import threading
from pathlib import Path

import pytest

from outreach.core.turns import Turn


def test_threads_write_one_at_a_time_in_the_order_of_asking(tmp_path: Path) -> None:
    turn, order, inside = Turn(tmp_path / "turn"), list[int](), list[int]()

    def write(number: int) -> None:
        with turn.hold():
            assert not inside
            inside.append(number)
            order.append(number)
            inside.pop()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    with turn.hold():
        for count, thread in enumerate(threads, 1):
            thread.start()
            while len(turn._queue._waiting) < count:  # in line before the next one asks
                pass
    for thread in threads:
        thread.join(10)
    assert order == list(range(6))
    turn.close()


def test_a_write_inside_a_write_is_refused(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "turn")
    with turn.hold(), pytest.raises(RuntimeError), turn.hold():
        pass
    with turn.hold():  # and the first is over
        pass
    turn.close()


def _add(path: Path, total: Path, times: int) -> None:
    turn = Turn(path)
    for _ in range(times):
        with turn.hold():
            total.write_text(str(int(total.read_text()) + 1))
    turn.close()


def test_processes_never_write_at_once(tmp_path: Path) -> None:
    total = tmp_path / "total"
    total.write_text("0")
    context = multiprocessing.get_context("spawn")
    asked = (tmp_path / "turn", total, 200)
    others = [context.Process(target=_add, args=asked) for _ in range(2)]
    for other in others:
        other.start()
    _add(*asked)
    for other in others:
        other.join(60)
    assert total.read_text() == "600"
