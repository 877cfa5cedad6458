"""Another plan beside the one people hold: asked for, worked out by a job, kept for a leader."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Conflict, NotFound
from outreach.core.i18n import gettext as _
from outreach.rounds import calming, places, questions, rules
from outreach.rounds.models import Mode, Planning, Proposal, Round, Route, Stop
from outreach.rounds.queries.candidates import Candidates
from outreach.rounds.questions import Answer, Home, Question, Walk, Walker
from outreach.rounds.services import standing
from outreach.rounds.services.changes import expect_ahead
from outreach.rounds.services.timing import Picture


@dataclass(frozen=True, slots=True)
class Terms:
    """What a leader asks for. A route whose volunteer is ill is shared out among few others."""

    mode: Mode = Mode.LEAST
    absent_route_id: UUID | None = None
    #: How many other routes may change; None: all.
    most_changed: int | None = None

    @classmethod
    def ill(cls, route_id: UUID, most_changed: int | None = calming.MOST_CHANGED) -> Terms:
        """The terms for a volunteer who cannot come."""
        return cls(Mode.LEAST, route_id, most_changed)

    @classmethod
    def of(cls, proposal: Proposal) -> Terms:
        """The terms a proposal was asked for with."""
        return cls(proposal.mode, proposal.absent_route_id, proposal.most_changed)


def propose(
    session: orm.Session, round_: Round, terms: Terms, *, actor: User, now: datetime
) -> Proposal:
    """Wish for a proposal; it takes the place of an older one. The round itself stays as it is."""
    if round_.state not in rules.EDITABLE:
        raise Conflict(_("This round cannot be changed now."))
    expect_ahead(session, round_, now)
    if terms.absent_route_id is not None:
        _check_absent(round_, terms.absent_route_id)
    forget(session, round_)
    proposal = Proposal(
        round=round_,
        mode=terms.mode,
        revision=round_.revision,
        asked_by_id=actor.id,
        asked_at=now,
        absent_route_id=terms.absent_route_id,
        most_changed=terms.most_changed,
        answer={},
    )
    session.add(proposal)
    session.add(
        Planning(
            round=round_,
            revision=round_.revision,
            requested_by_id=actor.id,
            requested_at=now,
            attempts=0,
            progress=0,
            visits=0,
            proposal=proposal,
        )
    )
    audit.record(
        session, actor=actor, action="round.proposal_asked", subject=round_, now=now,
        mode=terms.mode, route_id=terms.absent_route_id,
    )  # fmt: skip
    return proposal


def _check_absent(round_: Round, route_id: UUID) -> None:
    route = next((one for one in round_.routes if one.id == route_id), None)
    if route is None:
        raise NotFound(_("There is no such route in this round."))
    if route.absent_at is not None:
        raise Conflict(_("This person was marked absent already."))


def forget(session: orm.Session, round_: Round) -> None:
    """Delete the round's proposal and the wish for it, if there is one. Not audited by itself.

    Whoever asks for another at the same moment waits: a round has one.
    """
    session.flush()
    session.execute(sa.select(Round.id).where(Round.id == round_.id).with_for_update())
    session.execute(
        sa.delete(Planning).where(Planning.round_id == round_.id, Planning.proposal_id.is_not(None))
    )
    session.execute(sa.delete(Proposal).where(Proposal.round_id == round_.id))


def throw_away(session: orm.Session, round_: Round, *, actor: User, now: datetime) -> None:
    """The leader does not want it. Twice is once."""
    found = session.scalar(sa.select(Proposal.id).where(Proposal.round_id == round_.id))
    if found is not None:
        forget(session, round_)
        audit.record(session, actor=actor, action="round.proposal_dropped", subject=round_, now=now)


def question(picture: Picture, found: Candidates, planning: Planning, now: datetime) -> Question:
    """What the planner is asked for a proposal: done and under way stays, locks hold."""
    proposal = planning.proposal
    assert proposal is not None
    ill = proposal.absent_route_id
    routes = [r for r in picture.routes if not r.locked or r.id == ill]
    narrow = ill is not None
    round_ = picture.round
    waited = (now - planning.requested_at).total_seconds()
    asked = Question(
        homes=_homes(picture, routes, found, ill, held_only=narrow),
        walkers=tuple(_walker(picture, route, ill) for route in routes),
        detour_factor=round_.detour_factor,
        streets=picture.streets,
        now_s=picture.now_s,
        held={} if proposal.mode is Mode.FREE else _held(picture, routes, ill),
        seconds=float(min(round_.solve_seconds, rules.AGAIN_S)),
        patience_s=max(3.0, rules.AGAIN_PATIENCE_S - waited),
        seed=round_.seed,
        mode=proposal.mode,
    )
    if proposal.mode is Mode.FILL:
        return calming.kept(asked, {walker.id for walker in asked.walkers})
    if proposal.most_changed is not None:
        return calming.narrowed(asked, proposal.most_changed)
    return asked


def _frozen(picture: Picture, route: Route, ill: UUID | None) -> list[Stop]:
    return picture.split(route)[0] if route.id == ill else picture.frozen(route)


def _open(picture: Picture, route: Route, ill: UUID | None) -> list[Stop]:
    frozen = _frozen(picture, route, ill)
    return [stop for stop in picture.split(route)[1] if stop not in frozen]


def _walker(picture: Picture, route: Route, ill: UUID | None) -> Walker:
    walker = picture.walker(route, _frozen(picture, route, ill))
    absent = walker.absent or route.id == ill
    return from_now(dataclasses.replace(walker, absent=absent), picture.now_s)


def from_now(walker: Walker, now_s: int | None) -> Walker:
    """Hours that are over are nobody's work: minutes are balanced from now on."""
    if now_s is None or walker.done:
        return walker
    starts_s = min(max(walker.starts_s, now_s), walker.ends_s)
    return dataclasses.replace(walker, starts_s=starts_s)


def _held(picture: Picture, routes: list[Route], ill: UUID | None) -> dict[str, tuple[str, ...]]:
    """Who goes where next in the plan that people know."""
    return {
        str(route.volunteer_id): tuple(str(s.household_id) for s in _open(picture, route, ill))
        for route in routes
        if route.absent_at is None
    }


def _homes(
    picture: Picture,
    routes: list[Route],
    found: Candidates,
    ill: UUID | None,
    *,
    held_only: bool,
) -> tuple[Home, ...]:
    """Homes that stay first, homes on routes (whatever they need), and those that need a visit."""
    homes = {
        str(s.household_id): picture.home(s) if picture.is_done(s) else picture.going_home(s)
        for r in routes
        for s in _frozen(picture, r, ill)
    }
    elsewhere = {str(s.household_id) for r in picture.routes if r not in routes for s in r.stops}
    known = {c.home.id: c.home for c in found.taken}
    for route in routes:
        for stop in _open(picture, route, ill):
            home = _still(known.get(str(stop.household_id)) or picture.home(stop), picture.now_s)
            stays = stop.locked and route.absent_at is None and route.id != ill
            homes[home.id] = questions.pinned(home, str(route.volunteer_id) if stays else None)
    if not held_only:
        homes |= {
            id_: home for id_, home in known.items() if id_ not in homes and id_ not in elsewhere
        }
    return tuple(homes.values())


def _still(home: Home, now_s: int | None) -> Home:
    """A home whose hour is over is not dropped for that: it is visited late."""
    over = now_s is not None and home.closes_s is not None and home.closes_s < now_s
    return dataclasses.replace(home, opens_s=None, closes_s=None) if over else home


def keep(
    session: orm.Session, planning: Planning, asked: Question, answer: Answer, *,
    picture: Picture, now: datetime,
) -> bool:  # fmt: skip
    """Store what was worked out; asked anew when the round has changed meanwhile."""
    proposal = planning.proposal
    assert proposal is not None
    if planning.round.revision != planning.revision:
        proposal.revision = planning.revision = planning.round.revision
        planning.leased_by = planning.leased_until = None
        planning.requested_at, planning.attempts = now, 0
        return False
    told = standing.timed(picture, asked.homes, _fitted(picture, asked, answer))
    proposal.answer = json.loads(questions.to_json(told))
    proposal.ready_at = now
    session.delete(planning)
    return True


def _fitted(picture: Picture, asked: Question, answer: Answer) -> Answer:
    """Homes that fit nowhere within what they were told: told another time rather than left out."""
    held = {home for homes in asked.held.values() for home in homes}
    lost = {missed.home for missed in answer.missed} & held
    if not lost:
        return answer
    stops = {str(stop.household_id): stop for stop in picture.stops()}
    free = tuple(
        _still(picture.home(stops[home.id], required=True, told=False), picture.now_s)
        if home.id in lost
        else home
        for home in asked.homes
    )
    done = {walker.id: len(walker.done) for walker in asked.walkers}
    orders = {w.walker: [v.home for v in w.visits][done[w.walker] :] for w in answer.walks}
    held_so = {walker: tuple(homes) for walker, homes in orders.items()}
    again = dataclasses.replace(asked, homes=free, held=held_so)
    routes, missed = places.shared_out(again, orders)
    walks = tuple(_walked(again, routes))
    others = tuple(m for m in answer.missed if m.home not in lost)
    still = tuple(one for one in missed if one.home in lost)
    return dataclasses.replace(answer, walks=walks, missed=(*others, *still))


def _walked(asked: Question, routes: dict[str, list[str]]) -> Iterator[Walk]:
    instance = questions.instance(asked)
    for walker in asked.walkers:
        yield questions.walked(instance, walker.id, [*walker.done, *routes[walker.id]])
