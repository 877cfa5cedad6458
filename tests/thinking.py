"""One child that thinks for all tests of a process and stays, as a night's does.

Starting one takes longer than what a test asks of it.
"""

from __future__ import annotations

import atexit
from collections.abc import Generator
from contextlib import AbstractContextManager
from unittest.mock import patch

from outreach.rounds import solving
from outreach.rounds.questions import Answer, Question


class _Staying(solving.Thinker):
    """Whoever had his answer does not end it; whoever wants none any more does."""

    _busy = False

    def solve(
        self, question: Question, *, beat: float = 1.0
    ) -> Generator[solving.Told | Answer | None]:
        self._busy = True
        for said in super().solve(question, beat=beat):
            self._busy = not isinstance(said, Answer)
            yield said

    def close(self) -> None:
        if self._busy:
            super().close()


_mind = _Staying()
atexit.register(solving.Thinker.close, _mind)


def without_starting() -> AbstractContextManager[object]:
    """While this is entered, rounds are planned by the child that is there already."""
    return patch.object(solving, "Thinker", lambda: _mind)
