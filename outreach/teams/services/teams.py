"""Teams as the office keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.core import audit
from outreach.core.errors import NotAllowed
from outreach.core.i18n import gettext as _
from outreach.core.text import fold, natural_key
from outreach.teams import rules
from outreach.teams.models import Team


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What the office says of a team."""

    name: str
    area_id: UUID
    decision_no: str = ""
    established_on: date | None = None
    dissolved_on: date | None = None
    #: Latitude and longitude where rounds start.
    start: tuple[float, float] | None = None


def add_team(session: orm.Session, facts: TeamFacts, *, actor: User, now: datetime) -> Team:
    """A new team for an area of the actor's. Raises `NotAllowed`, `NotFound`."""
    _refuse_others(actor)
    team = Team()
    _write(session, team, facts, actor=actor)
    session.add(team)
    audit.record(session, actor=actor, action="team.added", subject=team, now=now)
    return team


def edit_team(
    session: orm.Session, team: Team, facts: TeamFacts, *, actor: User, now: datetime
) -> None:
    """Change what is said of a team. Raises `NotAllowed`, `NotFound`."""
    _refuse_others(actor)
    refuse_unless_run(team, actor=actor)
    _write(session, team, facts, actor=actor)
    audit.record(session, actor=actor, action="team.edited", subject=team, now=now)


def refuse_unless_run(team: Team, *, actor: User) -> None:
    """Raise `NotAllowed` unless the actor leads or oversees the team."""
    if not rules.may_manage(actor, team):
        raise NotAllowed(_("This team is not yours to run."))


def _refuse_others(actor: User) -> None:
    if actor.role not in {Role.ADMINISTRATOR, Role.OFFICER}:
        raise NotAllowed(_("Teams are set up by the office."))


def _write(session: orm.Session, team: Team, facts: TeamFacts, *, actor: User) -> None:
    team.area = scopes.area_in_scope(session, facts.area_id, actor=actor)
    team.name, team.search_key = facts.name, fold(facts.name)
    team.sort_key = natural_key(facts.name)[:400]
    team.decision_no = facts.decision_no
    team.established_on, team.dissolved_on = facts.established_on, facts.dissolved_on
    team.start_latitude, team.start_longitude = facts.start or (None, None)
