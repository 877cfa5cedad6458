"""Takes the last change by hand back: routes are as they were, times are worked out again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.appointments import queries as appointments_read
from outreach.appointments import services as appointments
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.rounds import queries
from outreach.rounds.limits import Limits
from outreach.rounds.models import LeftOut, Route, Step, Stop
from outreach.rounds.services.edits import Edit
from outreach.rounds.services.history import UNDONE


def undo(edit: Edit) -> str:
    """Undo the last change; what it was. What was visited since is never moved.

    Raises `Conflict` when there is none, or when something else changed the round after it.
    """
    step, former = _last(edit)
    states = {UUID(state["id"]): state for state in step.before["routes"]}
    routes = {route.id: route for route in edit.picture.routes if route.id in states}
    _check_visited(edit, routes, states)
    _take_off(edit, routes, states)
    _bring_back(edit, routes, states)
    _list_again(edit, step)
    edit.finish(UNDONE, set(routes.values()), undone=step.action)
    if former is not None and former.revision == step.began:
        former.revision = edit.round.revision
    edit.session.delete(step)
    return step.action


def _last(edit: Edit) -> tuple[Step, Step | None]:
    found = edit.session.scalars(queries.steps_of(edit.round).limit(2)).all()
    if not found:
        raise Conflict(_("There is nothing to undo."))
    if found[0].revision != edit.round.revision:
        raise Conflict(_("The round has changed since in another way, so this cannot be undone."))
    return found[0], found[1] if len(found) > 1 else None


def _check_visited(edit: Edit, routes: dict[UUID, Route], states: dict[UUID, Any]) -> None:
    for route in routes.values():
        held = {stop["id"] for stop in states[route.id]["stops"]}
        if any(str(stop.id) not in held for stop in edit.picture.split(route)[0]):
            raise Conflict(_("Somebody was there meanwhile, so this cannot be undone."))


def _take_off(edit: Edit, routes: dict[UUID, Route], states: dict[UUID, Any]) -> None:
    """Stops that were not there before the change."""
    kept = {stop["id"] for state in states.values() for stop in state["stops"]}
    gone = [s for route in routes.values() for s in route.stops if str(s.id) not in kept]
    appointments.withdraw(edit.session, [stop.id for stop in gone], actor=edit.actor, now=edit.now)
    for stop in gone:
        stop.route.stops.remove(stop)
        edit.session.delete(stop)


def _bring_back(edit: Edit, routes: dict[UUID, Route], states: dict[UUID, Any]) -> None:
    """Every stop in its route and place, every lock as it was."""
    here = {str(stop.id): stop for route in routes.values() for stop in route.stops}
    missing = [s for state in states.values() for s in state["stops"] if s["id"] not in here]
    homes = [UUID(said["household_id"]) for said in missing]
    edit.picture.windows |= appointments_read.day_of_homes(edit.session, homes, *edit.picture.day())
    households = queries.homes_of(edit.session, homes)
    for said in missing:
        stop = Stop(id=UUID(said["id"]), round_id=edit.round.id, position=0)
        stop.household = households[UUID(said["household_id"])]
        stop.household_id = stop.household.id
        here[said["id"]] = stop
    told = {UUID(s["id"]): s["told"] for state in states.values() for s in state["stops"]}
    again = appointments.tell_again(
        edit.session, {id_: said for id_, said in told.items() if said},
        actor=edit.actor, now=edit.now,
    )  # fmt: skip
    edit.picture.windows |= {window.household_id: window for window in again}
    for id_, route in routes.items():
        _restore(edit, route, states[id_], here)
    for route in routes.values():  # only when every stop is where it belongs
        order = [here[said["id"]] for said in states[route.id]["stops"]]
        edit.picture.retime(route, [stop for stop in order if not edit.picture.is_done(stop)])


def _restore(edit: Edit, route: Route, state: dict[str, Any], here: dict[str, Stop]) -> None:
    absent = state["absent_at"]
    route.absent_at = None if absent is None else datetime.fromisoformat(absent)
    route.locked, route.full = state["locked"], state["full"]
    if "hours" in state:  # not in what was remembered before there were pairs
        _restore_people(edit, route, state)
    for said in state["stops"]:
        stop = here[said["id"]]
        stop.route = route
        stop.locked, stop.service_s, stop.prize = said["locked"], said["service_s"], said["prize"]
        stop.skill, stop.reasons = said["skill"], list(said["reasons"])
        appointment = said["appointment_id"]
        stop.appointment_id = None if appointment is None else UUID(appointment)
        edit.session.add(stop)


def _restore_people(edit: Edit, route: Route, state: dict[str, Any]) -> None:
    partner = state["partner_id"]
    route.volunteer = edit.session.get_one(User, UUID(state["volunteer_id"]))
    route.partner = None if partner is None else edit.session.get_one(User, UUID(partner))
    route.volunteer_id = route.volunteer.id
    route.partner_id = None if route.partner is None else route.partner.id
    route.starts, route.ends = state["hours"]
    for name, value in zip(Limits.__annotations__, state["limits"], strict=True):
        setattr(route, name, value)


def _list_again(edit: Edit, step: Step) -> None:
    """Homes on routes are not left out; those the change had taken in are again."""
    planned = {stop.household_id for stop in edit.picture.stops()}
    edit.session.execute(
        sa.delete(LeftOut).where(
            LeftOut.round_id == edit.round.id, LeftOut.household_id.in_(planned)
        )
    )
    for home, reason, values in step.before["aside"]:
        if UUID(home) not in planned:
            edit.session.add(
                LeftOut(
                    round_id=edit.round.id,
                    household_id=UUID(home),
                    reason=reason,
                    values=values,
                )
            )
