"""Plan → day → neighbourhoods → people → review → publish. Steps are GET forms, so Back works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, allow
from outreach.core import clock
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.rounds import queries, sentences, services
from outreach.rounds.forms import AreasForm, DayForm, PeopleForm
from outreach.rounds.models import Round
from outreach.rounds.views.blueprint import OFFICE, bp
from outreach.teams import queries as teams
from outreach.teams.models import Team
from outreach.turf import queries as turf

MORNING = (time(7, 30), time(11, 30))


@bp.get("/new")
@allow(*OFFICE)
def new() -> ResponseReturnValue:
    """The first step: the day, tomorrow unless changed, and the team where there are several."""
    mine = teams.manageable(session(), actor())
    if not mine:
        raise Refusal(_("You do not run a team, so there is nobody to plan for."))
    tomorrow = clock.today(zone()) + timedelta(days=1)
    form = DayForm(team=mine[0].id, day=tomorrow, starts=MORNING[0], ends=MORNING[1])
    return _day_page(form, mine)


@bp.get("/new/areas")
@allow(*OFFICE)
def new_areas() -> ResponseReturnValue:
    """The second step: the neighbourhoods, all of the team's ticked."""
    form = AreasForm(request.args)
    bad_day = _bad_day(form)
    if bad_day is not None:
        return bad_day
    return _areas_page(form, 200)


@bp.get("/new/people")
@allow(*OFFICE)
def new_people() -> ResponseReturnValue:
    """The third step: who can come that day, all ticked."""
    form = PeopleForm(request.args)
    bad_day = _bad_day(form)
    if bad_day is not None:
        return bad_day
    if not form.area.data:
        form.validate()
        return _areas_page(form, 422)
    return _people_page(form, 200)


@bp.post("/new")
@allow(*OFFICE)
def create() -> ResponseReturnValue:
    """The fourth: make the round and ask for its plan."""
    form = PeopleForm(request.form)
    bad_day = _bad_day(form)
    if bad_day is not None:
        return bad_day
    if form.validate() and (made := _created(form)):
        return redirect(url_for("rounds.show", round_id=made.id), 303)
    return _people_page(form, 422) if form.area.data else _areas_page(form, 422)


def _created(form: PeopleForm) -> Round | None:
    """The round, its plan asked for; or None, with why in the form (nothing is stored then)."""
    now = clock.now()
    try:
        if not form.anyway.data and any(one.promised for one in _impossible(form.wish())):
            form.form_errors.append(_("Some promised visits cannot be made by these people."))
            return None
        made = services.create(session(), form.wish(), actor=actor(), now=now, zone=zone())
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return None
    session().flush()
    services.request_planning(session(), made, actor=actor(), now=now)
    return made


def _bad_day(form: DayForm) -> ResponseReturnValue | None:
    """The first step again when its answers are wrong; None when they are right."""
    day = DayForm(request.values)
    if day.validate() & day.check_day(clock.today(zone())):
        return None
    mine = teams.manageable(session(), actor())
    return _day_page(day, mine), 422


def _day_page(form: DayForm, mine: Sequence[Team]) -> str:
    return render_template("rounds/new_day.html", form=form, teams=mine)


def _team(form: DayForm) -> Team:
    assert form.team.data is not None
    return teams.team_in_scope(session(), form.team.data, actor=actor())


def _areas_page(form: AreasForm, status: int) -> ResponseReturnValue:
    team = _team(form)
    areas = queries.areas_offered(session(), team)
    page = render_template(
        "rounds/new_areas.html",
        form=form,
        team=team,
        areas=areas,
        homes=queries.homes_by_area(session(), areas),
        chosen=_ticked(form.area.data, [area.id for area in areas], status),
    )
    return page, status


def _impossible(wish: services.Wish) -> list[services.Impossible]:
    """What these people could not do on that day. Raises `Refusal` for a wish without sense."""
    now = clock.now()
    drawn = services.drafted(session(), wish, actor=actor(), now=now, zone=zone())
    return services.foreseen(session(), drawn, now=now, zone=zone())


def _people_page(form: PeopleForm, status: int) -> ResponseReturnValue:
    team = _team(form)
    assert form.day.data is not None
    people = queries.people(session(), team, form.day.data, form.during)
    free = [person.member.user_id for person in people if not person.busy]
    first = status == 200 and not form.person.data
    usual = queries.usual_pairs(session(), team, form.day.data, free) if first else form.pairs
    chosen = _ticked(form.person.data, free, status)
    wish = replace(form.wish(), volunteer_ids=tuple(chosen), pairs=tuple(usual))
    impossible = _foreseen(wish) if chosen else []
    page = render_template(
        "rounds/new_people.html",
        form=form,
        team=team,
        people=people,
        pairs=usual,
        turfs=turf.names_by_holder(session(), team),
        chosen=chosen,
        impossible=impossible,
        names=queries.facts_names(session(), [one.missed.facts for one in impossible]),
        say=sentences,
    )
    return page, status


def _foreseen(wish: services.Wish) -> list[services.Impossible]:
    """The same for a page: a wish without sense is refused only when it is sent."""
    try:
        return _impossible(wish)
    except Refusal:
        return []


def _ticked(asked: Sequence[UUID], preset: Sequence[UUID], status: int) -> set[UUID]:
    """What was asked for, or all of it the first time a step is shown."""
    return set(asked) if asked or status != 200 else set(preset)
