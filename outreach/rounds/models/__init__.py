"""A team's plan for a day, whom it had to leave out, and what is asked of the planner."""

from outreach.rounds.models.planning import Mode, Planning, Proposal, Step
from outreach.rounds.models.plans import (
    Handout,
    Hold,
    LeftOut,
    Round,
    RoundArea,
    Route,
    State,
    Stop,
    WantedVisit,
)

__all__ = [
    "Handout",
    "Hold",
    "LeftOut",
    "Mode",
    "Planning",
    "Proposal",
    "Round",
    "RoundArea",
    "Route",
    "State",
    "Step",
    "Stop",
    "WantedVisit",
]
