"""The only writers of teams: teams, their members, and when those can come."""

from outreach.teams.services.hours import forget_day, tell_day, tell_limits, tell_week
from outreach.teams.services.members import (
    AlreadyIn,
    Joined,
    NameNeeded,
    Place,
    bring_back,
    edit_member,
    invite_member,
    leave,
    sign_out_member,
    take_in,
)
from outreach.teams.services.teams import TeamFacts, add_team, edit_team, refuse_unless_run

__all__ = [
    "AlreadyIn",
    "Joined",
    "NameNeeded",
    "Place",
    "TeamFacts",
    "add_team",
    "bring_back",
    "edit_member",
    "edit_team",
    "forget_day",
    "invite_member",
    "leave",
    "refuse_unless_run",
    "sign_out_member",
    "take_in",
    "tell_day",
    "tell_limits",
    "tell_week",
]
