"""Thinks about one question in a process of its own, so that the site answers meanwhile.

Parent and child speak JSON lines: the question goes in; progress, then the answer, come out. A
child whose parent is gone ends at its next word, because nobody reads it.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from outreach.rounds import questions
from outreach.rounds.questions import Answer, Question

ROOT = Path(__file__).resolve().parents[2]
#: How the line with the answer begins.
_ANSWER = '{"answer": '


class Unsolved(RuntimeError):
    """The child ended without an answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """How far the thinking is; None for a sign of life without news."""

    percent: int
    visits: int


def solve(question: Question, *, beat: float = 1.0) -> Generator[Told | Answer | None]:
    """News at least every `beat` seconds, and at last the answer. Closing it stops the child.

    Raises `Unsolved` when the child broke.
    """
    thinker = Thinker()
    try:
        yield from thinker.solve(question, beat=beat)
    finally:
        thinker.close()


def heard(
    news: Generator[Told | Answer | None], keep: Callable[[Told | None], bool], *, every: float
) -> Answer | None:
    """The answer. None once `keep`, told the latest every so many seconds, says to stop."""
    told = time.monotonic()
    try:
        for said in news:
            if isinstance(said, Answer):
                return said
            if time.monotonic() - told < every:
                continue
            told = time.monotonic()
            if not keep(said):
                return None
        return None
    finally:
        news.close()


class Thinker:
    """A child that stays for the next question: starting one takes as long as a small plan."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None

    def solve(self, question: Question, *, beat: float = 1.0) -> Generator[Told | Answer | None]:
        """As the function of that name; the child stays once it has answered."""
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = _started()
        answer: Answer | None = None
        try:
            for said in _talk(self._child, question, beat):
                if isinstance(said, Answer):
                    answer = said
                    break
                yield said
        except BaseException:  # also when nobody wants to hear the answer any more
            self.close()
            raise
        yield answer

    def close(self) -> None:
        """Stop the child, whatever it is doing."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None and not pipe.closed:
                _close(pipe)


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "outreach.rounds.solving"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )


def _close(pipe: IO[str]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return  # what the child did not read is of no use to anybody


def _talk(
    child: subprocess.Popen[str], question: Question, beat: float
) -> Generator[Told | Answer | None]:
    assert child.stdin is not None
    assert child.stdout is not None
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(child.stdout, lines), daemon=True).start()
    try:
        child.stdin.write(questions.to_json(question) + "\n")
        child.stdin.flush()
    except BrokenPipeError as error:
        raise Unsolved("the solver ended before it was asked") from error
    while True:
        try:
            line = lines.get(timeout=beat)
        except queue.Empty:
            yield None
            continue
        if not line:
            raise Unsolved(f"the solver ended with status {child.wait()}")
        said = json.loads(line)
        if "answer" in said:
            yield questions.answer_from(said["answer"])
            return
        yield Told(said["percent"], said["visits"])


def _read(pipe: IO[str], lines: queue.SimpleQueue[str]) -> None:
    """Hand lines on up to the answer; an empty one when the child ended without."""
    try:
        for line in pipe:
            lines.put(line)
            if line.startswith(_ANSWER):
                return
    except ValueError:
        pass  # closed by the other side of this process
    lines.put("")


def main() -> None:
    """The child: questions in, news and one answer to each out, until nobody asks any more."""
    os.nice(5)  # pages come first
    for asked in sys.stdin:
        if not asked.endswith("\n"):
            return  # whoever asked was killed in the middle of it
        _think(questions.question_from(json.loads(asked)))


def _think(question: Question) -> None:
    from outreach.routing import budget, planner
    from outreach.routing.mode import Mode

    began = time.monotonic()

    def tell(news: budget.Progress) -> bool:
        _say(json.dumps({"percent": round(news.fraction * 100), "visits": news.visits}))
        return time.monotonic() - began < question.patience_s

    asked = questions.posed(question)
    plan = planner.solve(
        asked.instance,
        seconds=question.seconds,
        seed=question.seed,
        progress=tell,
        mode=Mode(question.mode),
    )
    _say(f"{_ANSWER}{questions.to_json(questions.answer(plan, asked, question))}}}")


def _say(line: str) -> None:
    try:
        print(line, flush=True)  # noqa: T201 - this is the conversation
    except BrokenPipeError:
        os._exit(1)  # nobody listens any more


if __name__ == "__main__":
    main()
