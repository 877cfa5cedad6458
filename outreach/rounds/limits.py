"""What people can bear on a day: a rest, so many homes, so much walking. A pair shares it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict

from outreach.rounds.rules import Hours
from outreach.teams.models import Member


class Limits(TypedDict):
    """Fields of a route."""

    rest_from: int | None
    rest_until: int | None
    rest_minutes: int | None
    most_visits: int | None
    most_walking: int | None


def shared(members: Sequence[Member], hours: Hours) -> Limits:
    """What all of these can bear: the least of each, and a rest in which both can rest.

    A rest that begins outside their hours that day is none. Where two rest at different times,
    both rest when the first does, as long as the longer rest.
    """
    rests = [rest for one in members if (rest := _rest(one, hours))]
    begins = max((rest[0] for rest in rests), default=None)
    ends = min((rest[1] for rest in rests), default=None)
    if begins is not None and ends is not None and begins > ends:
        begins, ends, _minutes = min(rests)
    return Limits(
        rest_from=begins,
        rest_until=ends,
        rest_minutes=max((rest[2] for rest in rests), default=None),
        most_visits=_least(one.most_visits for one in members),
        most_walking=_least(one.most_walking for one in members),
    )


def _rest(member: Member, hours: Hours) -> tuple[int, int, int] | None:
    """(earliest, latest, minutes) of somebody's rest, cut to their hours."""
    if member.rest_from is None or member.rest_until is None or not member.rest_minutes:
        return None
    begins = max(member.rest_from, hours.starts)
    ends = min(member.rest_until, hours.ends - member.rest_minutes)
    return (begins, ends, member.rest_minutes) if hours.starts < ends and begins <= ends else None


def _least(found: Iterable[int | None]) -> int | None:
    return min((one for one in found if one is not None), default=None)
