"""Stores a plan in one transaction, if the round still waits for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.rounds import questions, rules
from outreach.rounds.models import LeftOut, Planning, Round, Route, State, Stop
from outreach.rounds.queries import holds
from outreach.rounds.queries.candidates import Candidate
from outreach.rounds.questions import Answer
from outreach.rounds.services import proposing, publishing, standing
from outreach.rounds.services.changes import changed
from outreach.rounds.services.planning import Asked
from outreach.rounds.services.timing import Picture, apply
from outreach.turf.walking import Source, Walking


def store(
    session: orm.Session,
    asked: Asked,
    answer: Answer,
    *,
    worker: str,
    now: datetime,
    zone: ZoneInfo,
) -> bool:
    """Replace the round's plan, if the lease and the revision are still the worker's own."""
    planning = session.get(Planning, asked.planning_id, with_for_update=True)
    if planning is None or planning.leased_by != worker:
        return False
    round_, actor = planning.round, planning.requested_by
    if planning.proposal is not None:
        picture = Picture(session, round_, now=now, zone=zone)
        return proposing.keep(session, planning, asked.question, answer, picture=picture, now=now)
    if round_.revision != planning.revision or round_.state is not State.PLANNING:
        return False
    if round_.published_at is not None:
        picture = Picture(session, round_, now=now, zone=zone)
        if standing.moves_done(picture, answer) or _lost(session, round_, asked, answer, now):
            planning.leased_by = planning.leased_until = None  # asked again, as the day is now
            return False
        answer = standing.timed(picture, asked.question.homes, answer)
    session.delete(planning)
    before = {stop.id for route in round_.routes for stop in route.stops}
    held = _holders(round_)
    _write(session, round_, asked, answer, now=now, zone=zone)
    _write_left_out(session, round_, asked, answer)
    stops = sum(len(route.stops) for route in round_.routes)
    round_.state = rules.after_planning(published=round_.published_at is not None, stops=stops)
    round_.failure = None if stops else "nothing_to_visit"
    round_.figures = {**_figures(asked, answer), **_changes(held, _holders(round_))}
    round_.detour_factor = asked.walking.factor
    changed(session, round_, "round.planned", actor=None, now=now, stops=stops)
    session.flush()
    if round_.published_at is not None:
        publishing.withdraw_gone(session, round_, before, actor=actor, now=now)
        publishing.announce(session, round_, actor=actor, now=now, zone=zone)
    return True


def _lost(session: orm.Session, round_: Round, asked: Asked, answer: Answer, now: datetime) -> bool:
    """Whether somebody took one of the homes while the planner thought."""
    homes = {UUID(visit.home) for walk in answer.walks for visit in walk.visits}
    if holds.held(session, homes, round_.day, but=round_.id, now=now):
        return True
    homes -= {stop.household_id for route in round_.routes for stop in route.stops}
    homes -= {UUID(one.home.id) for one in asked.candidates.taken if one.home.required}
    return bool(holds.coming(session, homes, round_.day, but=round_.id, now=now))


def _write(
    session: orm.Session,
    round_: Round,
    asked: Asked,
    answer: Answer,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Routes and stops as answered. A home that stays in the round keeps its stop's id."""
    picture = Picture(session, round_, now=now, zone=zone)
    routes = {str(r.volunteer_id): r for r in picture.routes if not r.locked}
    known = {str(s.household_id): s for r in routes.values() for s in r.stops}
    homes = {c.home.id: c for c in asked.candidates.taken}
    walks = {walk.walker: walk for walk in answer.walks}
    planned = {visit.home for walk in answer.walks for visit in walk.visits}
    for home, stop in known.items():
        if home not in planned:
            stop.route.stops.remove(stop)
            session.delete(stop)
    for walker, route in routes.items():
        walk = walks.get(walker) or questions.Walk(walker, (), 0, 0, 0)
        order = [
            _stop(round_, route, known.get(visit.home), homes.get(visit.home))
            for visit in walk.visits
        ]
        session.add_all(order)
        apply(route, order, walk)


def _stop(round_: Round, route: Route, stop: Stop | None, candidate: Candidate | None) -> Stop:
    if stop is None:
        assert candidate is not None
        stop = Stop(round_id=round_.id, household_id=UUID(candidate.home.id), locked=False)
    stop.route = route
    if candidate is not None:
        fill(stop, candidate)
    return stop


def fill(stop: Stop, candidate: Candidate) -> None:
    """What a stop keeps of its candidate."""
    stop.service_s, stop.prize = candidate.home.service_s, candidate.home.prize
    stop.skill, stop.reasons = candidate.home.skill, list(candidate.reasons)
    stop.appointment_id = candidate.appointment_id


def _write_left_out(session: orm.Session, round_: Round, asked: Asked, answer: Answer) -> None:
    session.execute(sa.delete(LeftOut).where(LeftOut.round_id == round_.id))
    planned = {stop.household_id for route in round_.routes for stop in route.stops}
    rows: dict[UUID, Mapping[str, object]] = {
        home: {"round_id": round_.id, "household_id": home, "reason": reason, "values": values}
        for home, reason, values in asked.candidates.aside
        if home not in planned
    }
    for missed in answer.missed:
        home = UUID(missed.home)
        rows[home] = {
            "round_id": round_.id,
            "household_id": home,
            "reason": missed.reason,
            "values": missed.facts,
        }
    if rows:
        session.execute(sa.insert(LeftOut), list(rows.values()))


def _holders(round_: Round) -> dict[UUID, UUID]:
    """Who visits each home, as the plan stands."""
    return {
        stop.household_id: route.volunteer_id for route in round_.routes for stop in route.stops
    }


def _changes(before: Mapping[UUID, UUID], after: Mapping[UUID, UUID]) -> dict[str, object]:
    """What another plan changed: homes that changed hands, came in, fell out; people touched."""
    if not before:
        return {}
    homes = before.keys() | after.keys()
    touched = {
        person
        for home in homes
        if before.get(home) != after.get(home)
        for person in (before.get(home), after.get(home))
        if person is not None
    }
    both = before.keys() & after.keys()
    return {
        "moved": sum(before[home] != after[home] for home in both),
        "added": len(after.keys() - before.keys()),
        "dropped": len(before.keys() - after.keys()),
        "touched": len(touched),
    }


def _figures(asked: Asked, answer: Answer) -> dict[str, object]:
    return {
        "candidates": len(asked.candidates.taken),
        "beyond": asked.candidates.beyond,
        "seconds": round(answer.seconds, 1),
        "walking": _walking(asked, answer).figures(),
    }


def _walking(asked: Asked, answer: Answer) -> Walking:
    """What the times of the answer really come from: an extract may have gone meanwhile."""
    if asked.walking.source is Source.STREETS and not answer.on_streets:
        return asked.walking.without_streets
    return dataclasses.replace(asked.walking, far=answer.far)
