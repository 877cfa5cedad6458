"""What a round asks the planner and what it answers, as plain values that travel as JSON."""

from outreach.rounds.questions.plain import answer_from, question_from, to_json
from outreach.rounds.questions.posing import (
    Posed,
    answer,
    instance,
    missed,
    posed,
    walked,
    window,
)
from outreach.rounds.questions.values import (
    Answer,
    Home,
    Missed,
    Question,
    Visit,
    Walk,
    Walker,
    owned,
    pinned,
)

__all__ = [
    "Answer",
    "Home",
    "Missed",
    "Posed",
    "Question",
    "Visit",
    "Walk",
    "Walker",
    "answer",
    "answer_from",
    "instance",
    "missed",
    "owned",
    "pinned",
    "posed",
    "question_from",
    "to_json",
    "walked",
    "window",
]
