"""Puts a proposal in the place of the plan people hold, in one transaction, or asks for another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments import services as appointments
from outreach.core.errors import Conflict, NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household
from outreach.rounds import queries, questions
from outreach.rounds.models import Proposal, Round, Route, Stop
from outreach.rounds.queries import candidates
from outreach.rounds.questions import Answer
from outreach.rounds.services import standing
from outreach.rounds.services.edits import Edit, drop
from outreach.rounds.services.proposing import Terms, forget, propose
from outreach.rounds.services.storing import fill


def accept(
    session: orm.Session,
    round_: Round,
    proposal_id: UUID,
    *,
    actor: User,
    now: datetime,
    zone: ZoneInfo,
) -> bool:
    """Walk it so from now on. False: the round has changed, and a new proposal is asked for.

    `proposal_id` is the one that the leader looked at; `NotFound` when it is gone.
    """
    proposal = queries.proposal_of(session, round_)
    if proposal is None or proposal.id != proposal_id:
        raise NotFound(_("This proposal is gone: somebody decided on it, or asked for another."))
    if proposal.ready_at is None:
        raise Conflict(_("This proposal is still being worked out."))
    edit = Edit(session, round_, revision=None, actor=actor, now=now, zone=zone)
    answer = questions.answer_from(proposal.answer)
    fresh = _fresh(edit, answer)
    if fresh is None or _is_stale(edit, proposal, answer, fresh):
        propose(session, round_, Terms.of(proposal), actor=actor, now=now)
        return False
    edit.picture.told_anew |= standing.earlier(edit.picture, answer)
    _Taking(edit, proposal, answer, fresh).take()
    forget(session, round_)
    return True


def _fresh(edit: Edit, answer: Answer) -> dict[UUID, tuple[candidates.Candidate, Household]] | None:
    """Homes that come to the round; None when one of them is no longer to be had."""
    here = {stop.household_id for stop in edit.picture.stops()}
    new = [UUID(v.home) for w in answer.walks for v in w.visits if UUID(v.home) not in here]
    known = candidates.of_homes(edit.session, edit.round, new, zone=edit.zone)
    homes = queries.homes_of(edit.session, new)
    if any(home not in known or home not in homes for home in new):
        return None
    edit.know_windows(new)
    return {home: (known[home], homes[home]) for home in new}


def _is_stale(
    edit: Edit,
    proposal: Proposal,
    answer: Answer,
    fresh: Mapping[UUID, tuple[candidates.Candidate, Household]],
) -> bool:
    """Whether it is not what the leader looked at any more: the round or the day went on."""
    if proposal.revision != edit.round.revision:
        return True
    if standing.moves_done(edit.picture, answer, proposal.absent_route_id):
        return True
    assert proposal.ready_at is not None
    homes = [candidate.home for candidate, _household in fresh.values()]
    return standing.grows_late(edit.picture, homes, answer, since=proposal.ready_at, now=edit.now)


class _Taking:
    """One proposal being written over the routes it is about."""

    def __init__(
        self,
        edit: Edit,
        proposal: Proposal,
        answer: Answer,
        fresh: Mapping[UUID, tuple[candidates.Candidate, Household]],
    ) -> None:
        self.edit, self.proposal, self.answer, self.fresh = edit, proposal, answer, fresh
        said = {walk.walker: [UUID(v.home) for v in walk.visits] for walk in answer.walks}
        self.orders: dict[Route, list[UUID]] = {}
        for route in edit.picture.routes:
            ill = route.id == proposal.absent_route_id
            if str(route.volunteer_id) in said or ill:
                self.orders[route] = said.get(str(route.volunteer_id), [])
        self.stops = {s.household_id: s for route in self.orders for s in route.stops}

    def take(self) -> None:
        """Routes whose homes or order change are written anew; the others are left alone."""
        edit, before = self.edit, {home: s.route.id for home, s in self.stops.items()}
        held = {route: [s.household_id for s in route.stops] for route in self.orders}
        touched = {route: homes for route, homes in self.orders.items() if homes != held[route]}
        dropped = self._drop()
        if self.proposal.absent_route is not None:
            self.proposal.absent_route.absent_at = edit.now
        orders = {
            route: [self._stop(route, home) for home in homes] for route, homes in touched.items()
        }
        for route, order in orders.items():
            edit.picture.retime(route, [s for s in order if not edit.picture.is_done(s)])
        edit.no_longer_left_out(list(self.fresh))
        moved = sum(
            before.get(home, route.id) != route.id
            for route, homes in touched.items()
            for home in homes
        )
        edit.finish(
            "round.proposal_accepted", set(touched),
            mode=self.proposal.mode, moved=moved, added=len(self.fresh), dropped=dropped,
            touched=len(touched),
        )  # fmt: skip

    def _drop(self) -> int:
        """Homes that nobody visits any more, each with why; what was announced is withdrawn."""
        planned = {home for homes in self.orders.values() for home in homes}
        gone = [stop for home, stop in self.stops.items() if home not in planned]
        why = {missed.home: missed for missed in self.answer.missed}
        edit = self.edit
        appointments.withdraw(edit.session, [s.id for s in gone], actor=edit.actor, now=edit.now)
        for stop in gone:
            missed = why.get(str(stop.household_id))
            drop(
                edit, stop,
                missed.reason if missed else "no_time", dict(missed.facts) if missed else None,
            )  # fmt: skip
        return len(gone)

    def _stop(self, route: Route, home: UUID) -> Stop:
        stop = self.stops.get(home)
        if stop is None:
            candidate, household = self.fresh[home]
            stop = Stop(round_id=self.edit.round.id, household_id=home, position=0, locked=False)
            fill(stop, candidate)
            stop.household = household
            self.edit.session.add(stop)
        if stop.route is not route:
            stop.route = route
            stop.locked = False
        return stop
