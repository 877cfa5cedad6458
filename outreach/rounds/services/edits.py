"""What leaders change by hand: stops moved, added, removed; stops and routes locked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments import queries as windows
from outreach.appointments import services as appointments
from outreach.appointments.models import State as Kept
from outreach.core.errors import Conflict, NotFound, Refusal
from outreach.core.i18n import gettext as _
from outreach.core.i18n import lazy_gettext
from outreach.rounds import places, queries, questions, rules, sentences
from outreach.rounds.models import LeftOut, Round, Route, Stop
from outreach.rounds.queries import candidates, holds
from outreach.rounds.services import history, keeping_safe, publishing
from outreach.rounds.services.changes import changed, expect, expect_ahead
from outreach.rounds.services.handing_out import PROMISED, held_by_others
from outreach.rounds.services.storing import fill
from outreach.rounds.services.timing import Picture
from outreach.routing import demands


class Edit:
    """One change of a round by one actor: checks it may be made, then keeps all in step."""

    def __init__(
        self,
        session: orm.Session,
        round_: Round,
        *,
        revision: int | None,
        actor: User,
        now: datetime,
        zone: ZoneInfo,
    ) -> None:
        expect(round_, revision)
        if round_.state not in rules.EDITABLE:
            raise Conflict(_("This round cannot be changed now."))
        expect_ahead(session, round_, now)
        self.session, self.round = session, round_
        self.actor, self.now, self.zone = actor, now, zone
        self.picture = Picture(session, round_, now=now, zone=zone)
        self.began = round_.revision
        self.before = history.states(self.picture.routes, self.picture.windows)
        self.unsafe = keeping_safe.breaches(self.picture, self.picture.routes)
        #: Rows of homes left out that this change takes away: undoing it brings them back.
        self.aside: list[LeftOut] = []
        #: Routes whose times it worked out again.
        self.touched: set[Route] = set()
        #: How many homes that had been told a time it tells another.
        self.told_anew = 0

    def route(self, route_id: UUID) -> Route:
        """One of the round's routes, or `NotFound`."""
        for route in self.picture.routes:
            if route.id == route_id:
                return route
        raise NotFound(_("There is no such route in this round."))

    def open_stop(self, stop_id: UUID) -> Stop:
        """A stop that was not visited yet, or `NotFound` or `Conflict`."""
        for stop in self.picture.stops():
            if stop.id == stop_id:
                if self.picture.is_done(stop):
                    raise Conflict(_("Somebody was there already, so this stays as it is."))
                return stop
        raise NotFound(_("There is no such stop in this round."))

    def open_route(self, route_id: UUID) -> Route:
        """A route that may be given more, or `NotFound` or `Conflict`."""
        route = self.route(route_id)
        if route.absent_at is not None:
            raise Conflict(_("This person cannot come, so nothing more is given to them."))
        if any(other.partner_id == route.volunteer_id for other in self.picture.routes):
            raise Conflict(_("This person goes together with somebody else, on their route."))
        return route

    def place(self, stop: Stop, route: Route, position: int | None) -> None:
        """Put a stop into a route: at a 1-based position of what is left, or where it fits best."""
        going = self.picture.under_way(route)
        stop.route = route
        self.session.add(stop)
        _done, to_do = self.picture.split(route)
        rest = [other for other in to_do if other is not stop]
        if position is None:
            begun = {} if going is None or going is stop else {route.id: going}
            at = places.best_gap(
                self.picture.question([route], begun=begun),
                [str(other.household_id) for other in rest if other not in begun.values()],
                str(stop.household_id),
            )
            position = at + len(begun) + 1
        self.picture.retime(route, rules.reordered(rest, stop, position))

    def know_windows(self, household_ids: Collection[UUID]) -> None:
        """Read what was agreed with homes that come to the round."""
        self.picture.windows |= windows.day_of_homes(
            self.session, household_ids, *self.picture.day()
        )

    def no_longer_left_out(self, household_ids: Collection[UUID]) -> None:
        """Homes that come to a route are not listed as left out any more."""
        chosen = sa.select(LeftOut).where(
            LeftOut.round_id == self.round.id, LeftOut.household_id.in_(household_ids)
        )
        for row in self.session.scalars(chosen).all():
            self.aside.append(row)
            self.session.delete(row)

    def finish(self, action: str, routes: Collection[Route] = (), **facts: object) -> None:
        """Write it into the trail and, where people see the round, into their appointments.

        Raises `Refusal` where it would send somebody into danger.
        """
        self.touched = set(routes)
        keeping_safe.check(self.picture, routes, self.unsafe)
        changed(self.session, self.round, action, actor=self.actor, now=self.now, **facts)
        self.session.flush()
        if action != history.UNDONE:
            history.remember(
                self.session, self.round, self.before,
                history.states(self.picture.routes, self.picture.windows),
                aside=self.aside, began=self.began, action=action, actor=self.actor, now=self.now,
            )  # fmt: skip
        if routes and self.round.published_at is not None:
            told = {
                home: window.starts_at
                for home, window in self.picture.windows.items()
                if window.state is Kept.OPEN
            }
            publishing.announce(
                self.session, self.round,
                actor=self.actor, now=self.now, zone=self.zone, routes=routes,
            )  # fmt: skip
            self.told_anew = sum(
                self.picture.windows[home].starts_at != starts for home, starts in told.items()
            )


def move_stop(edit: Edit, stop_id: UUID, route_id: UUID, position: int | None) -> Stop:
    """Give a stop to a volunteer, at a place in their order or (None) where it fits best."""
    stop, target = edit.open_stop(stop_id), edit.open_route(route_id)
    source = stop.route
    edit.place(stop, target, position)
    if source is not target:
        edit.picture.retime(source)
    edit.finish(
        "round.stop_moved", {source, target},
        stop_id=stop.id, from_route=source.id, to_route=target.id,
    )  # fmt: skip
    return stop


def add_home(edit: Edit, household_id: UUID, route_id: UUID | None) -> Stop:
    """Add a home to a route, or (None) to the one to which it adds least.

    Raises `Refusal` when it has no point, or when nobody could fit it in and nobody was named.
    """
    if any(stop.household_id == household_id for stop in edit.picture.stops()):
        raise Conflict(_("This home is on a route already."))
    home = windows.household_in_scope(edit.session, household_id, actor=edit.actor)
    found = candidates.of_homes(edit.session, edit.round, [household_id], zone=edit.zone)
    candidate = found.get(household_id)
    if candidate is None:
        raise Refusal(_("This home has no point on the map, so it cannot be on a route."))
    _check_nowhere_else(edit, household_id, candidate)
    route = edit.open_route(route_id) if route_id else _fitting(edit, candidate)
    stop = Stop(
        round_id=edit.round.id, household_id=household_id, position=0, locked=False,
        arrives_s=0, starts_s=0,
    )  # fmt: skip
    fill(stop, candidate)
    stop.household = home
    edit.know_windows([household_id])
    edit.place(stop, route, None)
    edit.no_longer_left_out([household_id])
    edit.finish("round.home_added", {route}, household_id=household_id, route_id=route.id)
    return stop


def _check_nowhere_else(edit: Edit, household_id: UUID, candidate: candidates.Candidate) -> None:
    """Before anything is changed: what people see holds only homes that no other round has."""
    if edit.round.published_at is None:
        return
    homes, day, own = [household_id], edit.round.day, edit.round.id
    taken = holds.held(edit.session, homes, day, but=own, now=edit.now)
    if not PROMISED & set(candidate.reasons):
        taken |= holds.coming(edit.session, homes, day, but=own, now=edit.now)
    if taken:
        raise held_by_others(edit.session, edit.round, homes, now=edit.now)


def _fitting(edit: Edit, candidate: candidates.Candidate) -> Route:
    found = fitting(edit.picture, candidate)
    if found is None:
        raise Refusal(why_nobody(edit.picture, candidate) or str(_NOBODY))
    return found[0]


_NOBODY = lazy_gettext(
    "Nobody has time or the skill for this home. Name somebody, or free some time first."
)


def why_nobody(picture: Picture, candidate: candidates.Candidate) -> str | None:
    """Why nobody on the round could take the home in, however free they were; None: no time."""
    routes = [r for r in picture.routes if r.absent_at is None and not r.locked]
    if not routes:
        return None
    asked = questions.instance(picture.question(routes, [candidate.home]))
    left = demands.impossible(asked, asked.household[candidate.home.id])
    if left is None:
        return None
    missed = questions.missed(left, candidate.home)
    names = queries.names_for(picture.session, picture.round, [missed.facts])
    return sentences.left_out(missed.reason, missed.facts, names)


def fitting(
    picture: Picture, candidate: candidates.Candidate, *, anyhow: bool = False
) -> tuple[Route, float] | None:
    """The route to which a home adds least, and the minutes it adds; None when it fits nowhere.

    `anyhow`: to which it adds least though it is too much for anybody.
    """
    routes = [r for r in picture.routes if r.absent_at is None and not r.locked]
    begun = picture.begun(routes)
    question = picture.question(routes, [candidate.home], begun=begun)
    held = {str(r.volunteer_id): _to_do(picture, r, begun.get(r.id)) for r in routes}
    best = (
        places.cheapest_walker(question, held, candidate.home.id, anyhow=anyhow) if routes else None
    )
    if best is None:
        return None
    return next(r for r in routes if str(r.volunteer_id) == best[0]), best[1]


def _to_do(picture: Picture, route: Route, going: Stop | None) -> list[str]:
    return [str(stop.household_id) for stop in picture.split(route)[1] if stop is not going]


def remove_stop(edit: Edit, stop_id: UUID) -> None:
    """Take a home off the round; it is listed among those left out."""
    stop = edit.open_stop(stop_id)
    route, household_id = stop.route, stop.household_id
    appointments.withdraw(edit.session, [stop.id], actor=edit.actor, now=edit.now)
    drop(edit, stop, "removed")
    edit.picture.retime(route)
    edit.finish("round.stop_removed", {route}, household_id=household_id, route_id=route.id)


def drop(edit: Edit, stop: Stop, reason: str, values: dict[str, object] | None = None) -> None:
    """Delete a stop and say why its home is left out."""
    stop.route.stops.remove(stop)
    edit.session.delete(stop)
    edit.session.add(
        LeftOut(
            round_id=edit.round.id,
            household_id=stop.household_id,
            reason=reason,
            values=values or {},
        )
    )


def lock_stop(edit: Edit, stop_id: UUID, *, locked: bool) -> Stop:
    """Planning again leaves a locked stop with its volunteer."""
    stop = edit.open_stop(stop_id)
    stop.locked = locked
    edit.finish("round.stop_locked" if locked else "round.stop_unlocked", stop_id=stop.id)
    edit.touched = {stop.route}
    return stop


def fill_route(edit: Edit, route_id: UUID, *, full: bool) -> None:
    """Planning again gives a full route's volunteer no more homes than they have."""
    route = edit.route(route_id)
    route.full = full
    edit.finish("round.route_full" if full else "round.route_not_full", route_id=route.id)
    edit.touched = {route}


def lock_route(edit: Edit, route_id: UUID, *, locked: bool) -> None:
    """Planning again leaves a locked route as it is."""
    route = edit.route(route_id)
    route.locked = locked
    edit.finish("round.route_locked" if locked else "round.route_unlocked", route_id=route.id)
    edit.touched = {route}
