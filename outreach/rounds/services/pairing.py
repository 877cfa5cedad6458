"""Two people join into a pair that walks one route, or part; what each can bear on a day."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from outreach.appointments import services as appointments
from outreach.core.errors import Conflict, NotFound, Refusal
from outreach.core.i18n import gettext as _
from outreach.rounds import queries, rules
from outreach.rounds.limits import Limits
from outreach.rounds.models import Route, Stop
from outreach.rounds.queries import Person
from outreach.rounds.rules import Broken
from outreach.rounds.services.absence import redistribute
from outreach.rounds.services.edits import Edit, drop


def join(edit: Edit, route_id: UUID, user_id: UUID) -> Route:
    """Somebody goes along on a route; the homes they had left come with them.

    Their own route stays, empty of what was to do and locked, so that parting gives it back.
    """
    route = edit.open_route(route_id)
    if route.partner_id is not None:
        raise Conflict(_("These two go together already."))
    if user_id == route.volunteer_id or any(
        user_id == other.partner_id for other in edit.picture.routes
    ):
        raise Refusal(_("Somebody can be in one pair only, with somebody else."))
    person = _person(edit, user_id)
    own = next((one for one in edit.picture.routes if one.volunteer_id == user_id), None)
    if own is not None and own.partner_id is not None:
        raise Refusal(_("Somebody can be in one pair only, with somebody else."))
    _cut(route, person)
    route.partner = person.member.user
    route.partner_id = user_id
    touched = {route}
    if own is not None:
        own.locked = True
        touched.add(own)
        for stop in edit.picture.split(own)[1]:
            edit.place(stop, route, None)
        edit.picture.retime(own)
    edit.picture.retime(route)
    edit.finish("round.pair_joined", touched, route_id=route.id, user_id=user_id)
    return route


def _person(edit: Edit, user_id: UUID) -> Person:
    during = rules.Hours(edit.round.starts, edit.round.ends)
    able = queries.people(edit.session, edit.round.team, edit.round.day, during)
    for person in able:
        if person.member.user_id == user_id:
            others = queries.sessions_of_day(
                edit.session, [user_id], edit.round.day, but=edit.round.id
            )
            if any(rules.overlap(during, rules.Hours(r.starts, r.ends)) for _user, r in others):
                raise Refusal(
                    _("Already on another round at that time: %(names)s.",
                      names=person.member.user.name)
                )  # fmt: skip
            return person
    raise NotFound(_("This person is not in the team, or cannot come at that time."))


def _cut(route: Route, person: Person) -> None:
    both = rules.within(route.starts, route.ends, person.hours)
    if both is None:
        raise Refusal(
            _(
                "%(one)s and %(other)s cannot come at the same time, so they cannot go together.",
                one=route.volunteer.name,
                other=person.member.user.name,
            )
        )
    route.starts, route.ends = both.starts, both.ends


def part(edit: Edit, route_id: UUID, leaving_id: UUID) -> int:
    """One of a pair goes no further with the other; how many homes the other cannot keep.

    Where the other may not go alone, homes go to who may, or are left out with why.
    """
    route = edit.route(route_id)
    if route.partner_id is None or leaving_id not in route.people:
        raise Conflict(_("These two do not go together."))
    touched = {route}
    own = next((one for one in edit.picture.routes if one.volunteer_id == route.partner_id), None)
    if leaving_id == route.volunteer_id and own is None:
        assert route.partner is not None
        route.volunteer, route.volunteer_id = route.partner, route.partner_id
    route.partner = None
    route.partner_id = None
    if own is not None:
        own.locked = False
        touched.add(own)
    if leaving_id == route.volunteer_id and own is not None:
        for stop in edit.picture.split(route)[1]:
            edit.place(stop, own, None)
        route.absent_at = edit.now
        edit.picture.retime(route)
    stays = own if route.absent_at is not None and own is not None else route
    edit.picture.retime(stays)
    forbidden = {Broken.ALONE, Broken.NOT_NAMED}
    unsafe = edit.picture.unsafe(stays)
    orphans = [stop for stop, broken in unsafe.items() if forbidden & set(broken)]
    helpers = [
        r for r in edit.picture.routes if r.absent_at is None and not r.locked and r is not stays
    ]
    grown: set[Route] = set()
    if helpers:
        grown, _reasons = redistribute(edit, helpers, orphans)
    else:
        _leave_out(edit, orphans)
    edit.picture.retime(stays)
    edit.finish(
        "round.pair_parted", {*touched, *grown},
        route_id=route.id, user_id=leaving_id, homes=len(orphans),
    )  # fmt: skip
    return len(orphans)


def _leave_out(edit: Edit, orphans: Sequence[Stop]) -> None:
    appointments.withdraw(
        edit.session, [stop.id for stop in orphans], actor=edit.actor, now=edit.now
    )
    for stop in orphans:
        named = " ".join(str(one.id) for one in stop.household.visitors)
        if stop.household.in_pairs_only:
            drop(edit, stop, "no_pair")
        else:
            drop(edit, stop, "only_by", {"people": named})


def limit(edit: Edit, route_id: UUID, limits: Limits) -> Route:
    """When the people of a route rest, and how much they can bear; plans to come keep to it."""
    route = edit.route(route_id)
    for name in Limits.__annotations__:
        setattr(route, name, limits[name])  # type: ignore[literal-required]
    edit.picture.retime(route)
    edit.finish("round.route_limited", {route}, route_id=route.id)
    return route
