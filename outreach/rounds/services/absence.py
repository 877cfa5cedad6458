"""A volunteer who cannot come: what they had left is shared out among the others at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from outreach.appointments import services as appointments
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.rounds import places
from outreach.rounds.models import Route, Stop
from outreach.rounds.questions import Missed
from outreach.rounds.services.edits import Edit, drop


@dataclass(frozen=True, slots=True)
class Shared:
    """What came of it."""

    taken_over: int
    left_out: int
    #: Routes that got longer.
    helpers: int


def mark_absent(edit: Edit, route_id: UUID) -> Shared:
    """Nothing more is given to this volunteer; their open stops go where they fit.

    Other stops keep their volunteer and order; locked routes are left alone. Homes that fit
    nowhere are left out, with why, and what was announced for them is withdrawn.
    """
    route = edit.route(route_id)
    if route.absent_at is not None:
        raise Conflict(_("This person was marked absent already."))
    route.absent_at = edit.now
    _done, orphans = edit.picture.split(route)
    helpers = [r for r in edit.picture.routes if r.absent_at is None and not r.locked]
    grown, reasons = redistribute(edit, helpers, orphans)
    edit.picture.retime(route)
    edit.finish(
        "round.volunteer_absent", {route, *grown},
        route_id=route.id, taken_over=len(orphans) - len(reasons), left_out=len(reasons),
    )  # fmt: skip
    return Shared(len(orphans) - len(reasons), len(reasons), len(grown))


def mark_present(edit: Edit, route_id: UUID) -> None:
    """They come after all: they can be given stops again, but get none back by themselves."""
    route = edit.route(route_id)
    route.absent_at = None
    edit.finish("round.volunteer_present", route_id=route.id)


Reasons = dict[str, tuple[str, dict[str, object]]]


def redistribute(
    edit: Edit, helpers: Sequence[Route], orphans: Sequence[Stop]
) -> tuple[set[Route], Reasons]:
    """Give stops to others: the routes that got longer, and why homes fit nowhere (left out)."""
    given, reasons = _shared_out(edit, helpers, orphans)
    grown = _hand_over(edit, given, helpers, orphans)
    for stop in orphans:
        if str(stop.household_id) in reasons:
            appointments.withdraw(edit.session, [stop.id], actor=edit.actor, now=edit.now)
            reason, values = reasons[str(stop.household_id)]
            drop(edit, stop, reason, values)
    return grown, reasons


def _shared_out(
    edit: Edit, helpers: Sequence[Route], orphans: Sequence[Stop]
) -> tuple[dict[str, list[str]], Reasons]:
    """(homes to do by walker, reasons of homes that fit nowhere).

    Windows that people were told are kept where that is possible; else they are told new ones.
    """
    if not helpers:
        return {}, {str(stop.household_id): ("no_team", {}) for stop in orphans}
    picture = edit.picture
    begun = picture.begun(helpers)
    held = {
        str(r.volunteer_id): [
            str(s.household_id) for s in picture.split(r)[1] if s is not begun.get(r.id)
        ]
        for r in helpers
    }
    lost = {str(stop.household_id): stop for stop in orphans}
    missed: list[Missed] = []
    for told in (True, False):
        homes = [picture.home(stop, required=True, told=told) for stop in lost.values()]
        taken = [picture.home(stop) for stop in orphans if str(stop.household_id) not in lost]
        question = picture.question(helpers, [*homes, *taken], begun=begun)
        held, missed = places.shared_out(question, held)
        still = {m.home: lost[m.home] for m in missed}
        if not told:
            picture.told_anew |= {lost[id_].household_id for id_ in lost if id_ not in still}
        lost = still
        if not lost:
            break
    return held, {m.home: (m.reason, dict(m.facts)) for m in missed}


def _hand_over(
    edit: Edit,
    given: Mapping[str, Sequence[str]],
    helpers: Sequence[Route],
    orphans: Sequence[Stop],
) -> set[Route]:
    """Write the new orders of the routes that got longer."""
    lost = {str(stop.household_id): stop for stop in orphans}
    grown = set()
    for route in helpers:
        order = given.get(str(route.volunteer_id), ())
        if not any(home in lost for home in order):
            continue
        going = edit.picture.under_way(route)
        held = {str(stop.household_id): stop for stop in route.stops}
        for home in order:
            if home in lost:
                lost[home].route = route
                lost[home].locked = False
        first = [] if going is None else [going]
        edit.picture.retime(route, [*first, *(held.get(home) or lost[home] for home in order)])
        grown.add(route)
    return grown
