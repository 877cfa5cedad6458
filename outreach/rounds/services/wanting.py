"""A home is wanted on the next round: kept as a wish, put on tomorrow's plan where there is one."""

from __future__ import annotations

import enum
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.core import audit
from outreach.core.errors import Conflict, NotFound, Refusal
from outreach.core.i18n import gettext as _
from outreach.households.models import Household
from outreach.rounds.models import Round, WantedVisit
from outreach.rounds.queries import had_home, wanted_visits
from outreach.rounds.services.edits import Edit, add_home
from outreach.teams import queries as teams

#: A wish that no plan could serve for so long is no longer one.
LASTS = timedelta(days=14)
#: How long a home of a route stays one's own to ask about.
STILL_MINE = timedelta(days=31)


class Asking(enum.StrEnum):
    """What became of it at once."""

    #: The next plan serves it.
    KEPT = "kept"
    #: It is on tomorrow's plan now.
    ADDED = "added"
    #: It was on tomorrow's plan.
    THERE = "there"
    #: Tomorrow is planned and has no room: the leader has to make some.
    NO_ROOM = "no_room"


def want(
    session: orm.Session, household_id: UUID, *, actor: User, now: datetime, zone: ZoneInfo
) -> Asking:
    """Ask for a visit from tomorrow on; asked twice is asked once.

    Raises `NotFound` for a home that is none of the actor's business.
    """
    today = now.astimezone(zone).date()
    home = _home(session, household_id, actor=actor, today=today)
    tomorrow = today + timedelta(days=1)
    if household_id not in wanted_visits.wanted_of(session, [household_id], today=today):
        row = WantedVisit(
            household_id=home.id, day=tomorrow, until=tomorrow + LASTS, asked_by_id=actor.id,
            asked_at=now,
        )  # fmt: skip
        session.add(row)
        audit.record(session, actor=actor, action="visit.wanted", subject=row, now=now,
                     household_id=home.id, day=tomorrow)  # fmt: skip
        session.flush()
    if actor.role is Role.VOLUNTEER:
        return Asking.KEPT
    return _onto_plan(session, home, tomorrow, actor=actor, now=now, zone=zone)


def no_longer_want(
    session: orm.Session, household_id: UUID, *, actor: User, now: datetime, zone: ZoneInfo
) -> None:
    """Take the wish back. Twice is once; a stop it led to stays."""
    today = now.astimezone(zone).date()
    home = _home(session, household_id, actor=actor, today=today)
    row = wanted_visits.wanted_of(session, [home.id], today=today).get(home.id)
    if row is not None:
        row.withdrawn_at = now
        audit.record(session, actor=actor, action="visit.unwanted", subject=row, now=now)


def _home(session: orm.Session, household_id: UUID, *, actor: User, today: date) -> Household:
    """A home in the actor's area; for a volunteer, one they were given."""
    home = session.get(Household, household_id, options=[orm.joinedload(Household.area)])
    mine = home is not None and home.archived_at is None and scopes.covers(actor, home.area)
    if mine and actor.role is Role.VOLUNTEER:
        mine = had_home(session, household_id, actor, since=today - STILL_MINE)
    if home is None or not mine:
        raise NotFound(_("There is no such household, or it is not yours."))
    return home


def _onto_plan(
    session: orm.Session,
    home: Household,
    day: date,
    *,
    actor: User,
    now: datetime,
    zone: ZoneInfo,
) -> Asking:
    """Where it fits best in a plan of the day that covers it; it stays a wish where none does."""
    found = Asking.KEPT
    for round_ in wanted_visits.rounds_around(session, home, day):
        if teams.runs(session, round_.team_id, actor=actor):
            found = _onto(session, round_, home, actor=actor, now=now, zone=zone)
            if found is not Asking.NO_ROOM:
                return found
    return found


def _onto(
    session: orm.Session,
    round_: Round,
    home: Household,
    *,
    actor: User,
    now: datetime,
    zone: ZoneInfo,
) -> Asking:
    edit = Edit(session, round_, revision=None, actor=actor, now=now, zone=zone)
    try:
        add_home(edit, home.id, None)
    except Conflict:
        return Asking.THERE
    except Refusal:  # raised before anything was changed: no room, no skill, no point on the map
        return Asking.NO_ROOM
    return Asking.ADDED
