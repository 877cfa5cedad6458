"""What teams want of their nights, and what each night did or why it did not."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.nights import queries, sentences, services
from outreach.nights.forms import HabitForm
from outreach.nights.models import Habit
from outreach.teams import queries as teams
from outreach.teams.models import Team

bp = Blueprint("nights", __name__, url_prefix="/rounds/nights")
OFFICE = (Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)


@bp.context_processor
def _words() -> dict[str, object]:
    return {"say": sentences}


@bp.get("")
@allow(*OFFICE)
def index() -> ResponseReturnValue:
    """Every team one runs or oversees with its last night; the only one's own page at once."""
    lines = queries.lines(session(), actor=actor())
    if len(lines) == 1:
        return redirect(url_for("nights.team", team_id=lines[0].team.id), 303)
    return render_template("nights/index.html", lines=lines)


@bp.get("/<uuid:team_id>")
@allow(*OFFICE)
def team(team_id: UUID) -> ResponseReturnValue:
    """One team's wish and its last nights."""
    found = teams.team_in_scope(session(), team_id, actor=actor())
    return _page(found, _form(queries.habit_of(session(), found)), 200)


def _form(habit: Habit | None) -> HabitForm:
    if habit is None:
        return HabitForm(starts=time(7, 30), ends=time(11, 30))
    return HabitForm(
        plans=habit.plans,
        publishes=habit.publishes,
        starts=time(*divmod(habit.starts, 60)),
        ends=time(*divmod(min(habit.ends, 24 * 60 - 1), 60)),
    )


def _page(found: Team, form: HabitForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "nights/team.html", team=found, form=form, nights=queries.nights_of(session(), found)
    )
    return page, status


@bp.post("/<uuid:team_id>")
@allow(*OFFICE)
def want(team_id: UUID) -> ResponseReturnValue:
    """Save the wish."""
    found = teams.team_in_scope(session(), team_id, actor=actor())
    form = HabitForm(request.form)
    if not form.validate():
        return _page(found, form, 422)
    services.want(session(), found, form.wish(), actor=actor(), now=clock.now())
    flash(_("Saved."), "ok")
    return redirect(url_for("nights.team", team_id=found.id), 303)
