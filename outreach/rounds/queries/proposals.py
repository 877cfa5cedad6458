"""A proposal as its page shows it: what would change for whom, in minutes, names and promises."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.appointments.models import Appointment
from outreach.households.models import Household
from outreach.rounds import questions, rules
from outreach.rounds.models import Proposal, Round, Route, Step
from outreach.rounds.queries import candidates, plans
from outreach.rounds.queries.views_of import RoundView, RouteView, StopView, round_view
from outreach.rounds.questions import Missed, Visit, Walk


@dataclass(frozen=True, slots=True)
class Side:
    """A route in numbers, in seconds, and how many promises it would break."""

    homes: int
    work_s: int
    walking_s: int
    broken: int
    runs_over: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A home that comes to a route or goes from it. `other` is who has it on the other side."""

    household: Household
    other: str | None
    starts_s: int | None
    broken: list[rules.Broken]


@dataclass(frozen=True, slots=True)
class RouteDiff:
    """What a proposal does to one volunteer's list."""

    route: Route
    before: Side
    after: Side
    comes: list[Move]
    goes: list[Move]
    #: Homes that stay whose promise it would break, and those whose promise would hold again.
    breaks: list[Move]
    mends: list[Move]
    #: Whether homes that stay are visited in another order.
    reordered: bool
    #: Whether the volunteer is marked as unable to come by it.
    absent: bool

    @property
    def changes(self) -> bool:
        return bool(self.comes or self.goes or self.reordered or self.absent)


@dataclass(slots=True)
class Diff:
    """The whole proposal against the round as it is now."""

    proposal: Proposal
    routes: list[RouteDiff] = field(default_factory=list)
    #: Homes that nobody would visit any more, with why.
    dropped: list[tuple[Household, Missed]] = field(default_factory=list)
    #: What those of them were promised who were told or agreed on a time, by home.
    let_down: dict[UUID, Appointment] = field(default_factory=dict)

    @property
    def changed(self) -> list[RouteDiff]:
        return [one for one in self.routes if one.changes]

    @property
    def others(self) -> int:
        """How many routes change besides the one whose volunteer cannot come."""
        return sum(not one.absent for one in self.changed)

    @property
    def moved(self) -> int:
        return sum(move.other is not None for one in self.routes for move in one.comes)

    @property
    def added(self) -> int:
        return sum(move.other is None for one in self.routes for move in one.comes)

    def total(self, name: str) -> tuple[int, int]:
        """One number of all routes, before and after."""
        return (
            sum(int(getattr(one.before, name)) for one in self.routes),
            sum(int(getattr(one.after, name)) for one in self.routes),
        )


def proposal_of(session: orm.Session, round_: Round) -> Proposal | None:
    """The round's proposal, being worked out or ready, with the absent volunteer."""
    return session.scalar(
        sa.select(Proposal)
        .where(Proposal.round_id == round_.id)
        .options(orm.joinedload(Proposal.absent_route).joinedload(Route.volunteer))
    )


def steps_of(round_: Round) -> sa.Select[Step]:
    """Changes of a round that can be undone, the last one first."""
    return sa.select(Step).where(Step.round_id == round_.id).order_by(Step.revision.desc())


def last_step(session: orm.Session, round_: Round) -> Step | None:
    """The change that can be undone now, with who made it."""
    found = session.scalar(steps_of(round_).options(orm.joinedload(Step.made_by)).limit(1))
    return found if found is not None and found.revision == round_.revision else None


def homes_of(session: orm.Session, ids: Collection[UUID]) -> dict[UUID, Household]:
    """These homes by id."""
    if not ids:
        return {}
    chosen = sa.select(Household).where(Household.id.in_(ids))
    found = session.scalars(chosen.options(orm.selectinload(Household.visitors)))
    return {home.id: home for home in found}


def diff(session: orm.Session, round_: Round, proposal: Proposal, *, zone: ZoneInfo) -> Diff:
    """The proposal against the round as it is now, in a constant number of queries."""
    view = round_view(session, round_, zone=zone)
    answer = questions.answer_from(proposal.answer)
    return _Comparison(session, view, proposal, answer, zone).diff()


class _Comparison:
    def __init__(
        self,
        session: orm.Session,
        view: RoundView,
        proposal: Proposal,
        answer: questions.Answer,
        zone: ZoneInfo,
    ) -> None:
        self.view, self.proposal, self.answer = view, proposal, answer
        self.walks = {walk.walker: walk for walk in answer.walks}
        self.now = {str(s.stop.household_id): (one, s) for one in view.routes for s in one.stops}
        self.then = {v.home: walk.walker for walk in answer.walks for v in walk.visits}
        new = [UUID(home) for home in self.then if home not in self.now]
        self.homes = homes_of(session, new)
        self.fresh = candidates.of_homes(session, view.round, new, zone=zone)
        self.skills = plans.skills(session, view.round)
        self.names = {str(v.route.volunteer_id): v.route.names for v in view.routes}

    def diff(self) -> Diff:
        found = Diff(self.proposal, [self._route(one) for one in self.view.routes])
        for missed in self.answer.missed:
            if missed.home in self.now and missed.home not in self.then:
                stop = self.now[missed.home][1]
                found.dropped.append((stop.stop.household, missed))
                if stop.appointment is not None and self.view.round.published_at is not None:
                    found.let_down[stop.stop.household_id] = stop.appointment
        return found

    def _route(self, one: RouteView) -> RouteDiff:
        route, ill = one.route, one.route.id == self.proposal.absent_route_id
        before = Side(len(one.stops), route.work_s, route.walking_s,
                      sum(bool(s.broken) for s in one.stops), one.runs_over)  # fmt: skip
        walk = self.walks.get(str(route.volunteer_id))
        held = [str(s.stop.household_id) for s in sorted(one.stops, key=_position)]
        order = held if walk is None else [visit.home for visit in walk.visits]
        if order == held and not ill:  # accepting leaves it alone: its times are as they are now
            return RouteDiff(route, before, before, [], [], [], [], reordered=False, absent=False)
        if walk is None:
            walk, order = Walk(str(route.volunteer_id), (), 0, 0, 0), []
        comes = [self._comes(route, v) for v in walk.visits if v.home not in held]
        goes = [self._goes(s) for s in one.stops if str(s.stop.household_id) not in order]
        stays = [self._stays(route, v) for v in walk.visits if v.home in held]
        stays_before = [home for home in held if home in order]
        stays_after = [home for home in order if home in held]
        return RouteDiff(
            route, before, self._after(route, walk), comes, goes,
            [move for move, was in stays if move.broken and not was],
            [move for move, was in stays if was and not move.broken],
            reordered=stays_before != stays_after, absent=ill,
        )  # fmt: skip

    def _after(self, route: Route, walk: Walk) -> Side:
        work = walk.walking_s + walk.service_s + walk.waiting_s
        broken = sum(bool(self._broken(route, visit)) for visit in walk.visits)
        to_do = [v.starts_s + self._service_s(v) for v in walk.visits if not self._done(v)]
        over = rules.runs_over(route.ends, max(to_do, default=None))
        return Side(len(walk.visits), work, walk.walking_s, broken, over)

    def _done(self, visit: Visit) -> bool:
        return visit.home in self.now and self.now[visit.home][1].done

    def _service_s(self, visit: Visit) -> int:
        if visit.home in self.now:
            return self.now[visit.home][1].stop.service_s
        fresh = self.fresh.get(UUID(visit.home))
        return fresh.home.service_s if fresh else 0

    def _broken(self, route: Route, visit: Visit) -> list[rules.Broken]:
        skills = {skill for one in route.people for skill in self.skills.get(one, ())}
        if visit.home in self.now:
            _view, stop = self.now[visit.home]
            if stop.done:
                return []
            unsafe = stop.safety.broken(visit.starts_s, stop.stop.service_s, route.people)
            return [*rules.broken(visit.starts_s, stop.window, stop.skill, skills), *unsafe]
        fresh = self.fresh.get(UUID(visit.home))
        if fresh is None:
            return []
        window = questions.window(fresh.home)
        return rules.broken(visit.starts_s, window, fresh.home.skill, skills)

    def _comes(self, route: Route, visit: Visit) -> Move:
        held = self.now.get(visit.home)
        home = held[1].stop.household if held else self.homes[UUID(visit.home)]
        other = held[0].route.names if held else None
        return Move(home, other, visit.starts_s, self._broken(route, visit))

    def _stays(self, route: Route, visit: Visit) -> tuple[Move, list[rules.Broken]]:
        """A home that stays, and what its stop breaks as the plan is now."""
        _view, stop = self.now[visit.home]
        broken = self._broken(route, visit)
        return Move(stop.stop.household, None, visit.starts_s, broken), stop.broken

    def _goes(self, one: StopView) -> Move:
        taker = self.then.get(str(one.stop.household_id))
        return Move(one.stop.household, self.names.get(taker) if taker else None, None, [])


def _position(one: StopView) -> int:
    return one.stop.position
