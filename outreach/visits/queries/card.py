"""One home's card at the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments.models import Appointment
from outreach.assistance import queries as assistance
from outreach.assistance.queries import HomeHelp
from outreach.core.db import zone_of
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household
from outreach.places.models import Area
from outreach.rounds.models import Round, Route, Stop
from outreach.rounds.safety import Rules, rules_of
from outreach.swaps import queries as swaps
from outreach.swaps.models import Approval
from outreach.visits.queries.day import Phone, moved_from, phones_of, promised
from outreach.visits.queries.listing import Told, histories, history
from outreach.visits.queries.progress import RouteProgress, progress
from outreach.visits.queries.reporting import check_mine
from outreach.visits.rules import is_shown


@dataclass(frozen=True, slots=True)
class StopCard:
    """What a volunteer needs to know before and after knocking."""

    stop: Stop
    home: HomeHelp
    phones: Sequence[Phone]
    appointment: Appointment | None
    #: What became of it when the home moved it to another day.
    moved: Appointment | None
    #: The newest first, those taken back left out.
    history: Sequence[Told]
    progress: RouteProgress
    #: The home's place on the approved list, while it waits for its phone.
    approval: Approval | None = None
    #: What keeps visitors of the home safe.
    safety: Rules = field(default_factory=Rules)

    @property
    def number(self) -> int:
        """Its place on the route, from 1."""
        return list(self.progress.stops).index(self.stop.id) + 1

    @property
    def following(self) -> UUID | None:
        """Where to go from here: the next home without a report, else the first, else none."""
        order = list(self.progress.stops)
        here = order.index(self.stop.id)
        others = (*order[here + 1 :], *order[:here])
        return next((one for one in others if not self.progress.stops[one].done), None)

    @property
    def here(self) -> Sequence[Told]:
        """Reports on this very stop."""
        return [one for one in self.history if one.report.stop_id == self.stop.id]

    @property
    def reportable(self) -> bool:
        round_ = self.stop.route.round
        return is_shown(round_.state, round_.published_at)

    @property
    def phones_by_resident(self) -> Mapping[UUID, Sequence[Phone]]:
        found: dict[UUID, list[Phone]] = {}
        for one in self.phones:
            found.setdefault(one.resident_id, []).append(one)
        return found


def stop_card(session: orm.Session, stop_id: UUID, *, actor: User, on: date) -> StopCard:
    """The card of a stop on the actor's own route, or on one of a team they run."""
    stop = _stop(session, stop_id, actor)
    here = promised(session, [stop_id]).get(stop_id)
    return StopCard(
        stop=stop,
        home=assistance.helps_of_homes(session, [stop.household], on=on)[stop.household_id],
        phones=phones_of(session, [stop.household_id]).get(stop.household_id, ()),
        appointment=here,
        moved=None if here else moved_from(session, [stop_id]).get(stop_id),
        history=history(session, stop.household_id),
        progress=progress(session, [stop.route_id])[stop.route_id],
        approval=swaps.open_approvals(session, [stop.household_id]).get(stop.household_id),
        safety=rules_of(stop.household, stop.route.round.day, zone_of(session)),
    )


def cards_of(
    session: orm.Session,
    stops: Sequence[Stop],
    progress: Mapping[UUID, RouteProgress],
    *,
    on: date,
) -> list[StopCard]:
    """The cards of a whole route, in constant queries. `progress` is that of each stop's route."""
    homes = [stop.household for stop in stops]
    ids = [home.id for home in homes]
    _know_areas(session, homes)
    helps = assistance.helps_of_homes(session, homes, on=on)
    phones, told = phones_of(session, ids), histories(session, ids)
    stop_ids = [stop.id for stop in stops]
    windows, moved = promised(session, stop_ids), moved_from(session, stop_ids)
    approvals = swaps.open_approvals(session, ids)
    return [
        StopCard(
            stop=stop,
            home=helps[stop.household_id],
            phones=phones.get(stop.household_id, ()),
            appointment=windows.get(stop.id),
            moved=None if stop.id in windows else moved.get(stop.id),
            history=told.get(stop.household_id, ()),
            progress=progress[stop.id],
            approval=approvals.get(stop.household_id),
            safety=rules_of(stop.household, on, zone_of(session)),
        )
        for stop in stops
    ]


def _know_areas(session: orm.Session, homes: Sequence[Household]) -> None:
    """So that no home asks for its own."""
    chosen = sa.select(Area).where(Area.id.in_({home.area_id for home in homes}))
    areas = {area.id: area for area in session.scalars(chosen)}
    for home in homes:
        orm.attributes.set_committed_value(home, "area", areas[home.area_id])


def _stop(session: orm.Session, stop_id: UUID, actor: User) -> Stop:
    round_ = orm.joinedload(Stop.route).joinedload(Route.round)
    found = session.scalars(
        sa.select(Stop)
        .where(Stop.id == stop_id)
        .options(
            round_.joinedload(Round.team),
            orm.joinedload(Stop.route).joinedload(Route.volunteer),
            orm.joinedload(Stop.household).options(
                orm.joinedload(Household.area), orm.joinedload(Household.visitors)
            ),
        )
    )
    stop = found.unique().one_or_none()
    if stop is None:
        raise NotFound(_("This home is not on the route any more. Look at your day again."))
    if stop.route.partner_id != actor.id:
        check_mine(session, stop.route.volunteer_id, stop.route.round.team_id, actor)
    return stop
