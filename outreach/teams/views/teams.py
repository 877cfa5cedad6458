"""Teams: the list, one team, and setting one up."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts import scopes
from outreach.accounts.access import actor
from outreach.accounts.models import Role
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.teams import labels, queries, rules, services
from outreach.teams.forms import TeamForm
from outreach.teams.models import Team
from outreach.teams.views.blueprint import bp, leaders, office, today


@bp.get("/teams")
@leaders
def index() -> ResponseReturnValue:
    """The actor's teams."""
    page = max(1, min(request.args.get("page", 1, type=int), 100_000))
    text = request.args.get("q", "").strip()[:80]
    found, total = queries.summaries(session(), actor(), text=text, page=page)
    return render_template(
        "teams/index.html",
        summaries=found,
        total=total,
        text=text,
        page=page,
        pages=-(-total // queries.PAGE),
        may_add=actor().role in {Role.ADMINISTRATOR, Role.OFFICER},
    )


@bp.get("/teams/<uuid:team_id>")
@leaders
def show(team_id: UUID) -> ResponseReturnValue:
    """One team and its people."""
    team = queries.team_in_scope(session(), team_id, actor=actor())
    rows = queries.members(session(), team)
    return render_template(
        "teams/show.html",
        team=team,
        rows=[row for row in rows if row.member.left_on is None],
        gone=[row for row in rows if row.member.left_on is not None],
        come=len(queries.available(session(), team, today())),
        may_edit=actor().role in {Role.ADMINISTRATOR, Role.OFFICER},
        may_appoint=rules.may_appoint,
        position_name=labels.position_name,
        skill_name=labels.skill_name,
    )


def _form(team: Team | None = None) -> tuple[TeamForm, scopes.Choice]:
    """The form filled from the request or the team, offering the actor's areas."""
    args = request.args
    try:
        within = UUID(args["area"]) if args.get("area") else None
    except ValueError:
        within = None
    choice = scopes.to_choose(
        session(), actor=actor(), within=within, find=args.get("find", "")[:80]
    )
    data = request.form if request.method == "POST" else None
    form = TeamForm(data, data=_stored(team) if team else {"area_id": str(within or "")})
    options = choice.options()
    if team and str(team.area_id) not in dict(options):
        options.insert(0, (str(team.area_id), scopes.with_parent(team.area)))
    form.offer(options)
    return form, choice


def _stored(team: Team) -> dict[str, object]:
    start = f"{team.start_latitude}, {team.start_longitude}" if team.start_latitude else ""
    return {
        "name": team.name,
        "area_id": str(team.area_id),
        "decision_no": team.decision_no,
        "established_on": team.established_on,
        "dissolved_on": team.dissolved_on,
        "start": start,
    }


@bp.get("/teams/new")
@office
def new() -> ResponseReturnValue:
    """A form for a new team."""
    form, choice = _form()
    return render_template("teams/edit.html", form=form, choice=choice, team=None)


@bp.post("/teams/new")
@office
def create() -> ResponseReturnValue:
    """Set a team up."""
    form, choice = _form()
    if not form.validate():
        return render_template("teams/edit.html", form=form, choice=choice, team=None), 422
    team = services.add_team(session(), form.facts(), actor=actor(), now=clock.now())
    flash(_("The team is set up. Now add its people."), "success")
    return redirect(url_for("teams.show", team_id=team.id), 303)


@bp.get("/teams/<uuid:team_id>/edit")
@office
def edit(team_id: UUID) -> ResponseReturnValue:
    """A form with what is said of a team."""
    team = queries.team_in_scope(session(), team_id, actor=actor())
    form, choice = _form(team)
    return render_template("teams/edit.html", form=form, choice=choice, team=team)


@bp.post("/teams/<uuid:team_id>/edit")
@office
def update(team_id: UUID) -> ResponseReturnValue:
    """Change what is said of a team."""
    team = queries.team_in_scope(session(), team_id, actor=actor())
    form, choice = _form(team)
    if not form.validate():
        return render_template("teams/edit.html", form=form, choice=choice, team=team), 422
    services.edit_team(session(), team, form.facts(), actor=actor(), now=clock.now())
    flash(_("Saved."), "success")
    return redirect(url_for("teams.show", team_id=team.id), 303)
