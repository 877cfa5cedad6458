"""Refuses what would send people into danger, with a sentence that says whom and why."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.rounds import safety
from outreach.rounds.models import Route, Stop
from outreach.rounds.rules import Broken
from outreach.rounds.services.timing import Picture

#: Which stop on which route breaks which rule.
Breaches = frozenset[tuple[UUID, UUID, Broken]]


def breaches(picture: Picture, routes: Iterable[Route]) -> Breaches:
    """What the routes break as they are."""
    return frozenset(
        (stop.id, route.id, broken)
        for route in routes
        for stop, found in picture.unsafe(route).items()
        for broken in found
    )


def check(picture: Picture, routes: Iterable[Route], known: Breaches = frozenset()) -> None:
    """Raise `Refusal` for the first rule that these routes break and did not break before.

    What was broken before is no reason to refuse: the change may be on the way to mending it.
    """
    for route in routes:
        if route.absent_at is not None:
            continue
        for stop, found in picture.unsafe(route).items():
            new = [one for one in found if (stop.id, route.id, one) not in known]
            if new:
                raise Refusal(sentence(picture, route, stop, new[0]))


def sentence(picture: Picture, route: Route, stop: Stop, broken: Broken) -> str:
    """Why these people may not go there, or not then."""
    home = stop.household
    called = home.address or home.head_name or home.landmark
    if broken is Broken.ALONE:
        return _(
            "%(home)s: nobody may go there alone, and %(name)s walks alone. Choose a pair, or let "
            "somebody go along.",
            home=called,
            name=route.volunteer.name,
        )
    if broken is Broken.NOT_NAMED:
        return _(
            "%(home)s: only %(people)s may go there.",
            home=called,
            people=", ".join(one.name for one in home.visitors),
        )
    rules_ = safety.rules_of(home, picture.round.day, picture.zone)
    return _(
        "%(home)s: a visit there must end before dark (%(dark)s); so it would end at %(ends)s.",
        home=called,
        dark=_clock(rules_.dark_s or 0),
        ends=_clock(stop.starts_s + stop.service_s),
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"
