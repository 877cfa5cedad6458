"""Makes rows with sensible values, so that a test names only what it is about.

One file a feature; `Make` is all of them. Every method commits and returns the stored row.
"""

from __future__ import annotations

from tests.factories.assistance import MakeAssistance
from tests.factories.insights import MakeInsights
from tests.factories.messages import MakeMessages
from tests.factories.people import MakePeople
from tests.factories.reminders import MakeReminders
from tests.factories.rounds import MakeRounds
from tests.factories.stock import MakeStock
from tests.factories.texts import MakeTexts
from tests.factories.visits import MakeVisits


class Make(
    MakeVisits,
    MakeTexts,
    MakeAssistance,
    MakeInsights,
    MakeMessages,
    MakeReminders,
    MakeRounds,
    MakeStock,
    MakePeople,
):
    """All factories in one."""
