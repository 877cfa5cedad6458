"""Which homes a round may visit today, what each is worth, and which are set aside at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.appointments import queries as appointments
from outreach.appointments.models import Appointment, Origin
from outreach.appointments.models import State as Kept
from outreach.assistance import queries as assistance
from outreach.assistance.priority import Need
from outreach.core import clock
from outreach.households import queries as households
from outreach.households.models import Hazard, Household
from outreach.places.models import Area
from outreach.rounds import rules, safety
from outreach.rounds.models import Round, Stop
from outreach.rounds.models import State as RoundState
from outreach.rounds.queries import holds, wanted_visits
from outreach.rounds.questions import Home

#: A promised visit is worth this many minutes where nothing else is known.
PROMISED_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Candidate:
    """A home for the planner, with what its stop keeps."""

    home: Home
    reasons: tuple[str, ...] = ()
    appointment_id: UUID | None = None


@dataclass(slots=True)
class Candidates:
    """All homes of a round's areas, sorted out."""

    taken: list[Candidate] = field(default_factory=list)
    #: (household, reason, values) of homes that no planner needs to look at.
    aside: list[tuple[UUID, str, dict[str, Any]]] = field(default_factory=list)
    #: How many homes beyond the limit were not looked at.
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read at once for all the homes."""

    needs: Mapping[UUID, Need]
    windows: Mapping[UUID, Appointment]
    elsewhere: Collection[UUID]
    #: On a round of another day, or taken by somebody.
    coming: Collection[UUID]
    wanted: Collection[UUID]
    only: Mapping[UUID, tuple[UUID, ...]]


def of_round(
    session: orm.Session, round_: Round, *, zone: ZoneInfo, now: datetime | None = None
) -> Candidates:
    """Every home of the round's areas that is not archived, in a constant number of queries.

    With `now`, homes of a claim whose lease is over count as free.
    """
    return _sorted_out(session, round_, _below(round_.areas), zone, now)


def of_homes(
    session: orm.Session, round_: Round, household_ids: Collection[UUID], *, zone: ZoneInfo
) -> dict[UUID, Candidate]:
    """These homes as candidates, whether or not they need anything; without a point: absent."""
    rows = _rows(session, Household.id.in_(household_ids))
    known = _known(session, round_, [row.id for row in rows], zone, None)
    return {
        row.id: _candidate(row, round_, known, zone) for row in rows if row.latitude is not None
    }


def middle(session: orm.Session, areas: Sequence[Area]) -> tuple[float, float] | None:
    """The middle of the homes of these areas; None when none has a point."""
    lat, lon = session.execute(
        sa.select(sa.func.avg(Household.latitude), sa.func.avg(Household.longitude)).where(
            _below(areas), Household.archived_at.is_(None)
        )
    ).one()
    return None if lat is None else (float(lat), float(lon))


def area_ids(areas: Sequence[Area]) -> sa.Select[UUID]:
    """These areas and all below them, as a subquery for `IN`."""
    return sa.select(Area.id).where(sa.or_(sa.false(), *(scopes.below(area) for area in areas)))


def _below(areas: Sequence[Area]) -> sa.ColumnElement[bool]:
    return Household.area_id.in_(area_ids(areas))


def _rows(session: orm.Session, chosen: sa.ColumnElement[bool]) -> Sequence[Any]:
    return session.execute(
        sa.select(
            Household.id,
            Household.latitude,
            Household.longitude,
            Household.home_from,
            Household.home_until,
            Household.never_alone,
            Household.not_after_dark,
            Household.hazards,
        )
        .where(chosen, Household.archived_at.is_(None))
        .order_by(Household.sort_key, Household.id)
    ).all()


def _known(
    session: orm.Session,
    round_: Round,
    ids: Sequence[UUID],
    zone: ZoneInfo,
    now: datetime | None,
) -> _Known:
    day = clock.day_bounds(round_.day, zone)
    return _Known(
        needs=assistance.needs(session, ids, on=round_.day),
        windows=appointments.day_of_homes(session, ids, *day),
        elsewhere=set(_elsewhere(session, round_, now)),
        coming=holds.coming(session, None, round_.day, but=round_.id, now=now) if now else (),
        wanted=wanted_visits.still_wanted(session, round_.day, besides=round_.id),
        only=households.only_visitors(session, ids),
    )


def _elsewhere(session: orm.Session, round_: Round, now: datetime | None) -> Iterator[UUID]:
    """Homes that another published round of the day visits."""
    yield from session.scalars(
        sa.select(Stop.household_id)
        .join(Round, Round.id == Stop.round_id)
        .where(
            Round.day == round_.day,
            Round.id != round_.id,
            Round.published_at.is_not(None),
            Round.state != RoundState.CANCELLED,
            sa.true() if now is None else holds.is_live(now),
        )
    )


def _sorted_out(
    session: orm.Session,
    round_: Round,
    chosen: sa.ColumnElement[bool],
    zone: ZoneInfo,
    now: datetime | None,
) -> Candidates:
    rows = _rows(session, chosen)
    known = _known(session, round_, [row.id for row in rows], zone, now)
    found = Candidates()
    for row in rows:
        why = _aside(row, round_, known)
        if why:
            found.aside.append((row.id, why, {}))
        else:
            found.taken.append(_candidate(row, round_, known, zone))
    found.taken.sort(key=lambda c: (not c.home.required, -c.home.prize))
    found.beyond = max(0, len(found.taken) - rules.MOST_HOMES)
    del found.taken[rules.MOST_HOMES :]
    return found


def _aside(row: Any, round_: Round, known: _Known) -> str | None:
    """Why a home need not be looked at, as a reason code; None when it should be."""
    window = known.windows.get(row.id)
    if row.id in known.elsewhere:
        return "other_round"
    if window is not None and window.state in {Kept.KEPT, Kept.MISSED}:
        return "visited"
    promised = window is not None and window.origin is Origin.AGREED
    promised = promised or row.id in known.wanted
    if row.id in known.coming and not promised:
        return "other_day"
    need = known.needs.get(row.id)
    if not promised and (need is None or not need.prize_minutes):
        return "nothing_missing"
    return None if row.latitude is not None else "no_point"


def _candidate(row: Any, round_: Round, known: _Known, zone: ZoneInfo) -> Candidate:
    need, appointment = known.needs.get(row.id), known.windows.get(row.id)
    agreed = appointment is not None and appointment.origin is Origin.AGREED
    wanted = row.id in known.wanted
    promised = agreed or wanted
    opens, closes = hours(row.home_from, row.home_until, appointment, round_, zone)
    prize = need.prize_minutes if need else 0
    helping = need is not None and prize > 0
    return Candidate(
        home=Home(
            id=str(row.id),
            latitude=row.latitude,
            longitude=row.longitude,
            service_s=60 * (need.service_minutes if need and helping else round_.visit_minutes),
            prize=max(prize, PROMISED_MINUTES) if promised else prize,
            skill=(appointment.skill if appointment else None) or (need.skill if need else None),
            opens_s=opens,
            closes_s=closes,
            required=promised,
            **_safety(row, round_, known, zone).of_home(),
        ),
        reasons=(
            *(("appointment",) if agreed else ()),
            *(("wanted",) if wanted else ()),
            *(need.reasons if need else ()),
        ),
        appointment_id=appointment.id if agreed and appointment else None,
    )


def _safety(row: Any, round_: Round, known: _Known, zone: ZoneInfo) -> safety.Rules:
    dark = row.not_after_dark
    return safety.Rules(
        pair=row.never_alone or Hazard.UNSAFE in row.hazards,
        only=known.only.get(row.id, ()),
        dark_s=safety.dusk(row.latitude, row.longitude, round_.day, zone) if dark else None,
    )


def hours(
    home_from: int | None,
    home_until: int | None,
    appointment: Appointment | None,
    round_: Round,
    zone: ZoneInfo,
) -> tuple[int | None, int | None]:
    """When a visit may begin, in seconds of the day: what was promised before what is usual.

    Announced windows count only once the round is published: people were told.
    """
    told = appointment is not None and (
        appointment.origin is Origin.AGREED or round_.published_at is not None
    )
    if appointment is not None and told:
        return (
            seconds_of_day(appointment.starts_at, round_.day, zone),
            seconds_of_day(appointment.ends_at, round_.day, zone),
        )
    return (
        None if home_from is None else home_from * 60,
        None if home_until is None else home_until * 60,
    )


def seconds_of_day(moment: datetime, day: date, zone: ZoneInfo) -> int:
    """Seconds between a local midnight and a moment."""
    begins, _ends = clock.day_bounds(day, zone)
    return round((moment - begins).total_seconds())
