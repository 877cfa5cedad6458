"""A team's tomorrow: the question put to the planner, and the whole answer stored at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import orm

from outreach.core.errors import Conflict, NotFound
from outreach.nights import queries, rules
from outreach.nights.models import Habit, Outcome, Run
from outreach.nights.services.leasing import own
from outreach.rounds import queries as rounds_queries
from outreach.rounds import rules as rounds_rules
from outreach.rounds import services as rounds
from outreach.rounds.models import Round, State
from outreach.rounds.queries import candidates
from outreach.rounds.questions import Answer, Question
from outreach.teams import queries as teams
from outreach.teams.models import Team
from outreach.turf.walking import Walking


@dataclass(frozen=True, slots=True)
class Asked:
    """A night's question, and what is needed to store its answer."""

    run_id: UUID
    wish: rounds.Wish
    question: Question
    candidates: candidates.Candidates
    walking: Walking


def ask(session: orm.Session, run_id: UUID, *, now: datetime, zone: ZoneInfo) -> Asked | Outcome:
    """The question of a claimed night, or why there is none. Reads only."""
    run = session.get_one(Run, run_id)
    habit = session.get(Habit, run.team_id)
    if habit is None or not habit.plans:
        return Outcome.REFRESHED
    if queries.made_by_hand(session, run.team_id, run.day):
        return Outcome.MADE_BY_HAND
    if not teams.runs(session, run.team_id, actor=habit.told_by):
        return Outcome.ASKER_GONE
    return _asked(session, run, habit, now=now, zone=zone)


def _asked(
    session: orm.Session, run: Run, habit: Habit, *, now: datetime, zone: ZoneInfo
) -> Asked | Outcome:
    team = session.get_one(Team, run.team_id)
    people = rounds_queries.people(
        session, team, run.day, rounds_rules.Hours(habit.starts, habit.ends)
    )
    able = [person.member.user_id for person in people if not person.busy]
    if not able:
        return Outcome.NOBODY
    areas = teams.neighbourhoods_of(session, team)
    if candidates.middle(session, areas) is None:
        return Outcome.NO_POINT
    wish = rounds.Wish(
        team_id=team.id,
        day=run.day,
        starts=habit.starts,
        ends=habit.ends,
        area_ids=tuple(area.id for area in areas),
        volunteer_ids=tuple(able),
        pairs=tuple(rounds_queries.usual_pairs(session, team, run.day, able)),
    )
    drawn = rounds.drafted(session, wish, actor=habit.told_by, now=now, zone=zone)
    found = candidates.of_round(session, drawn, zone=zone, now=now)
    if not found.taken:
        return Outcome.NOTHING_TO_VISIT
    question, walking = rounds.measured(session, drawn, found, _question(session, drawn, found))
    return Asked(run.id, wish, question, found, walking)


def _question(session: orm.Session, drawn: Round, found: candidates.Candidates) -> Question:
    skills = rounds_queries.skills(session, drawn)
    walkers = tuple(rounds.walker_of(route, skills) for route in drawn.routes)
    homes = [one.home for one in found.taken]
    sharing = queries.teams_of_night(session, drawn.day)
    usual = float(rounds_rules.solve_seconds(len(homes)))
    return Question(
        homes=rounds.owned(session, drawn.team.id, homes, walkers),
        walkers=walkers,
        detour_factor=drawn.detour_factor,
        seconds=rules.thinking_s(len(homes), sharing, usual),
        patience_s=rules.PATIENCE_S,
    )


def store(
    session: orm.Session,
    asked: Asked,
    answer: Answer,
    *,
    worker: str,
    now: datetime,
    zone: ZoneInfo,
) -> bool:
    """Make the round with its plan, if the night is still the worker's; all of it or nothing."""
    run = own(session, asked.run_id, worker=worker)
    if run is None:
        return False
    habit = session.get_one(Habit, run.team_id)
    if queries.made_by_hand(session, run.team_id, run.day):
        run.ended_at, run.outcome = now, Outcome.MADE_BY_HAND
        return True
    if not any(walk.visits for walk in answer.walks):
        run.ended_at, run.outcome = now, Outcome.NOTHING_TO_VISIT
        return True
    try:
        made = rounds.create(session, asked.wish, actor=habit.told_by, now=now, zone=zone)
    except NotFound:
        run.ended_at, run.outcome = now, Outcome.ASKER_GONE
        return True
    _planned(session, made, asked, answer, habit, worker=worker, now=now, zone=zone)
    run.ended_at, run.round_id = now, made.id
    run.outcome = _shown(session, made, habit, now=now, zone=zone)
    run.facts = {
        "visits": sum(len(walk.visits) for walk in answer.walks),
        "people": sum(bool(walk.visits) for walk in answer.walks),
    }
    return True


def _planned(
    session: orm.Session,
    made: Round,
    asked: Asked,
    answer: Answer,
    habit: Habit,
    *,
    worker: str,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """The answer as the plan of the round that was just made."""
    planning = rounds.request_planning(session, made, actor=habit.told_by, now=now)
    planning.leased_by = worker
    session.flush()
    question = rounds.Asked(planning.id, asked.question, asked.candidates, asked.walking)
    stored = rounds.store(session, question, answer, worker=worker, now=now, zone=zone)
    assert stored, "nobody else knows of this round yet"
    assert made.state is State.PROPOSED


def _shown(
    session: orm.Session, made: Round, habit: Habit, *, now: datetime, zone: ZoneInfo
) -> Outcome:
    if not habit.publishes:
        return Outcome.PLANNED
    try:
        with session.begin_nested():
            rounds.publish(session, made, actor=habit.told_by, now=now, zone=zone)
    except Conflict:
        return Outcome.NOT_PUBLISHED
    return Outcome.PUBLISHED
