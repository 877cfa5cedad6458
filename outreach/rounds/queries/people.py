"""Who can walk on a day: availability cut to the session, other rounds, minutes of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import orm

from outreach.rounds import rules
from outreach.rounds.queries import plans
from outreach.rounds.queries.ledger import Carried, ledger
from outreach.teams import queries as teams
from outreach.teams.models import Member, Team


@dataclass(frozen=True, slots=True)
class Person:
    """A member who can come, for how long, and what speaks against it."""

    #: Its user is loaded.
    member: Member
    hours: rules.Hours
    #: False when they never said when they can come.
    told: bool
    #: On another published round at that time.
    busy: bool
    #: What they walked in the four weeks before.
    lately: Carried

    @property
    def minutes(self) -> int:
        return self.hours.ends - self.hours.starts


def people(session: orm.Session, team: Team, day: date, during: rules.Hours) -> list[Person]:
    """Members who can come for long enough, by name. A constant number of queries."""
    available = teams.available(session, team, day)
    elsewhere = plans.sessions_of_day(session, [a.member.user_id for a in available], day)
    busy = {
        user
        for user, round_ in elsewhere
        if rules.overlap(during, rules.Hours(round_.starts, round_.ends))
    }
    lately = ledger(session, team, day)
    found = []
    for one in available:
        hours = rules.within(one.starts, one.ends, during)
        if hours is not None:
            user = one.member.user_id
            found.append(
                Person(one.member, hours, one.told, user in busy, lately.get(user, Carried()))
            )
    return found
