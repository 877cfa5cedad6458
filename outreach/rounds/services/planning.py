"""From the wish for a plan to its question: asking, leasing, giving up."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.errors import Conflict, Refusal
from outreach.core.i18n import gettext as _
from outreach.rounds import queries, questions, rules
from outreach.rounds.models import Mode, Planning, Round, Route, State, Stop
from outreach.rounds.queries import ways
from outreach.rounds.queries.candidates import Candidates, of_round
from outreach.rounds.questions import Home, Question, Walker
from outreach.rounds.services import proposing
from outreach.rounds.services.changes import changed, expect, expect_ahead
from outreach.rounds.services.timing import Picture
from outreach.turf import queries as turf
from outreach.turf import walking
from outreach.turf.walking import Walking


@dataclass(frozen=True, slots=True)
class Asked:
    """A claimed round's question, and what is needed to store its answer."""

    planning_id: UUID
    question: Question
    candidates: Candidates
    walking: Walking


def request_planning(
    session: orm.Session,
    round_: Round,
    *,
    actor: User,
    now: datetime,
    revision: int | None = None,
) -> Planning:
    """Wish for a plan (or another one); the scheduler sees to it. Locks and what is done stay."""
    expect(round_, revision)
    if round_.state not in rules.PLANNABLE:
        raise Conflict(_("This round cannot be planned now."))
    expect_ahead(session, round_, now)
    if not any(not route.locked and route.absent_at is None for route in round_.routes):
        raise Refusal(_("Nobody is left to plan for: every route is locked or its person absent."))
    proposing.forget(session, round_)
    round_.state, round_.failure = State.PLANNING, None
    changed(session, round_, "round.planning_requested", actor=actor, now=now)
    session.flush()
    planning = Planning(
        round=round_,
        revision=round_.revision,
        requested_by_id=actor.id,
        requested_at=now,
        attempts=0,
        progress=0,
        visits=0,
    )
    session.add(planning)
    return planning


def stop_planning(session: orm.Session, round_: Round, *, actor: User, now: datetime) -> None:
    """Give the wish up; the round stays as it was before."""
    if round_.state is not State.PLANNING:
        return
    session.execute(sa.delete(Planning).where(Planning.round_id == round_.id))
    round_.state = _state_now(session, round_)
    changed(session, round_, "round.planning_stopped", actor=actor, now=now)


def claim(
    session: orm.Session, *, worker: str, now: datetime, proposals_only: bool = False
) -> UUID | None:
    """Take the oldest wish that nobody works on, proposals first; None when there is none.

    A leader with somebody ill waits in front of a proposal; a round's plan may take its time. What
    broke too often is given up instead.
    """
    free = sa.or_(Planning.leased_until.is_(None), Planning.leased_until < now)
    beside = Planning.proposal_id.is_not(None)
    planning = session.scalar(
        sa.select(Planning)
        .where(free, beside if proposals_only else sa.true())
        .order_by(beside.desc(), Planning.requested_at, Planning.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if planning is None:
        return None
    if planning.attempts >= rules.ATTEMPTS:
        fail(session, planning, "solver_broke", now=now)
        return None
    planning.leased_by, planning.leased_until = worker, now + rules.LEASE
    planning.attempts += 1
    planning.progress = planning.visits = 0
    return planning.id


def beat(
    session: orm.Session,
    planning_id: UUID,
    *,
    worker: str,
    now: datetime,
    news: tuple[int, int] | None,
) -> bool:
    """Keep the lease, with (percent, visits) where there is news; False when it was lost."""
    told = {} if news is None else {"progress": news[0], "visits": news[1]}
    done = session.execute(
        sa.update(Planning)
        .where(Planning.id == planning_id, Planning.leased_by == worker)
        .values(leased_until=now + rules.LEASE, **told)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def ask(session: orm.Session, planning_id: UUID, *, now: datetime, zone: ZoneInfo) -> Asked | None:
    """The question of a claimed round; None when somebody stopped it meanwhile. Reads only."""
    planning = session.get(Planning, planning_id)
    if planning is None:
        return None
    round_ = planning.round
    picture = Picture(session, round_, now=now, zone=zone)
    found = of_round(session, round_, zone=zone, now=now)
    if planning.proposal is not None:  # beside the plan that stands: measured as that one was
        source = walking.told(round_.figures, round_.detour_factor) or Walking()
        asked = proposing.question(picture, found, planning, now)
        if planning.proposal.mode is Mode.FREE:  # as a plan: nobody was promised a way
            asked = _fair(session, round_, asked)
        return Asked(planning_id, asked, found, source)
    question, source = measured(session, round_, found, _question(picture, found, planning, now))
    return Asked(planning_id, question, found, source)


def measured(
    session: orm.Session, round_: Round, found: Candidates, question: Question
) -> tuple[Question, Walking]:
    """The question with the best walking times there are, and how far each has walked of late."""
    source = ways.best(session, round_, [(c.home.latitude, c.home.longitude) for c in found.taken])
    streets = ways.streets(session, round_, source)
    asked = dataclasses.replace(question, detour_factor=source.factor, streets=streets)
    return _fair(session, round_, asked), source


def _fair(session: orm.Session, round_: Round, question: Question) -> Question:
    """The question with how far each has walked of late."""
    far, mean = queries.usual_ways(queries.ledger(session, round_.team, round_.day))
    walkers = tuple(
        dataclasses.replace(walker, carried_s=far.get(UUID(walker.id), mean))
        for walker in question.walkers
    )
    return dataclasses.replace(question, walkers=walkers)


def _question(picture: Picture, found: Candidates, planning: Planning, now: datetime) -> Question:
    round_ = picture.round
    kept = {str(s.household_id) for r in picture.routes if r.locked for s in r.stops}
    pinned = {
        str(stop.household_id): str(route.volunteer_id)
        for route in picture.routes
        for stop in route.stops
        if stop.locked and route.absent_at is None
    }
    open_routes = [route for route in picture.routes if not route.locked]
    begun = set(picture.begun(open_routes).values())
    done = [
        picture.going_home(stop) if stop in begun else picture.home(stop)
        for route in open_routes
        for stop in picture.frozen(route)
    ]
    seen = kept | {home.id for home in done}
    homes = [
        questions.pinned(c.home, pinned.get(c.home.id))
        for c in found.taken
        if c.home.id not in seen
    ]
    waited = (now - planning.requested_at).total_seconds()
    walkers = tuple(
        proposing.from_now(picture.walker(r, picture.frozen(r)), picture.now_s) for r in open_routes
    )
    return Question(
        homes=(*done, *owned(picture.session, round_.team_id, homes, walkers)),
        walkers=walkers,
        detour_factor=round_.detour_factor,
        now_s=picture.now_s,
        held=_held(picture, open_routes) if round_.published_at else {},
        seconds=float(min(round_.solve_seconds, rules.solve_seconds(len(homes)))),
        patience_s=max(5.0, rules.PATIENCE_S - waited),
        seed=round_.seed,
    )


def owned(
    session: orm.Session, team_id: UUID, homes: Sequence[Home], walkers: Sequence[Walker]
) -> tuple[Home, ...]:
    """The homes, each with those of the walkers whose turf it is in: the planner prefers them."""
    owners = turf.owners(session, team_id, [UUID(home.id) for home in homes])
    here = {
        UUID(one): walker.id
        for walker in walkers
        if not walker.absent
        for one in walker.people or (walker.id,)
    }
    return tuple(
        questions.owned(
            home, sorted({here[user] for user in owners.get(UUID(home.id), ()) if user in here})
        )
        for home in homes
    )


def _held(picture: Picture, routes: list[Route]) -> dict[str, tuple[str, ...]]:
    """Who goes where in the plan that people know: it changes only for good reason."""
    return {
        str(route.volunteer_id): tuple(
            str(stop.household_id)
            for stop in picture.split(route)[1]
            if stop not in picture.frozen(route)
        )
        for route in routes
        if route.absent_at is None
    }


def fail(session: orm.Session, planning: Planning, reason: str, *, now: datetime) -> None:
    """Give up: the round is as before, with the reason."""
    round_, proposal = planning.round, planning.proposal
    session.delete(planning)
    if proposal is not None:
        proposal.failure = reason
        return
    round_.failure = reason
    round_.state = _state_now(session, round_)
    changed(session, round_, "round.planning_failed", actor=None, now=now, reason=reason)


def _state_now(session: orm.Session, round_: Round) -> State:
    stops = session.scalar(
        sa.select(sa.func.count()).select_from(Stop).where(Stop.round_id == round_.id)
    )
    return rules.after_planning(published=round_.published_at is not None, stops=stops or 0)
