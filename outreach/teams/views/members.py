"""People of a team: taking in, changing, leaving; inviting and signing out."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts import queries as account_queries
from outreach.accounts import rules as account_rules
from outreach.accounts.access import actor
from outreach.accounts.views import invitations
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.teams import labels, queries, rules, services
from outreach.teams.forms import JoinForm, PlaceForm
from outreach.teams.models import Member, Position, Team
from outreach.teams.views.blueprint import bp, leaders, today


def _positions() -> list[Position]:
    return [p for p in Position if rules.may_appoint(actor(), p)]


def _member(member_id: UUID) -> Member:
    return queries.member_in_scope(session(), member_id, actor=actor())


def _join_page(team: Team, form: JoinForm) -> str:
    return render_template(
        "teams/join.html", team=team, form=form, organisations=labels.organisations()
    )


@bp.get("/teams/<uuid:team_id>/members/new")
@leaders
def join(team_id: UUID) -> ResponseReturnValue:
    """A form for somebody new in the team."""
    team = queries.team_in_scope(session(), team_id, actor=actor())
    form = JoinForm()
    form.offer(_positions())
    return _join_page(team, form)


@bp.post("/teams/<uuid:team_id>/members/new")
@leaders
def take_in(team_id: UUID) -> ResponseReturnValue:
    """Take somebody in: whoever has the number, or a new volunteer with an invitation."""
    team = queries.team_in_scope(session(), team_id, actor=actor())
    form = JoinForm(request.form)
    form.offer(_positions())
    joined = _taken_in(team, form) if form.validate() else None
    if joined is None:
        return _join_page(team, form), 422
    if joined.issued:
        return invitations.made(joined.issued, back=url_for("teams.show", team_id=team.id))
    flash(_("%(name)s is now in the team.", name=joined.member.user.name), "success")
    return redirect(url_for("teams.show", team_id=team.id), 303)


def _taken_in(team: Team, form: JoinForm) -> services.Joined | None:
    try:
        return services.take_in(
            session(),
            team,
            phone=form.phone.e164,
            name=form.name.data or "",
            place=form.place(),
            actor=actor(),
            now=clock.now(),
            today=today(),
        )
    except services.NameNeeded as needed:
        form.name.errors = [str(needed)]
    except services.AlreadyIn as already:
        form.phone.errors = [str(already)]
    return None


def _page(member: Member, form: PlaceForm) -> str:
    mine = rules.may_appoint(actor(), member.position)
    return render_template(
        "teams/member.html",
        member=member,
        form=form,
        mine=mine,
        devices=account_queries.devices_of(session(), member.user, now=clock.now()),
        may_sign_out=account_rules.may_administer(actor(), member.user, in_own_team=True),
        organisations=labels.organisations(),
        position_name=labels.position_name,
    )


def _form(member: Member) -> PlaceForm:
    data = request.form if request.method == "POST" else None
    form = PlaceForm(data, obj=member)
    form.offer(_positions())
    return form


@bp.get("/members/<uuid:member_id>")
@leaders
def member(member_id: UUID) -> ResponseReturnValue:
    """One person of a team."""
    found = _member(member_id)
    return _page(found, _form(found))


@bp.post("/members/<uuid:member_id>")
@leaders
def change(member_id: UUID) -> ResponseReturnValue:
    """Change what somebody is in the team."""
    found = _member(member_id)
    form = _form(found)
    if not form.validate():
        return _page(found, form), 422
    services.edit_member(session(), found, form.place(), actor=actor(), now=clock.now())
    return _back(found, _("Saved."))


def _back(member: Member, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("teams.member", member_id=member.id), 303)


@bp.post("/members/<uuid:member_id>/leave")
@leaders
def leave(member_id: UUID) -> ResponseReturnValue:
    """They leave the team."""
    found = _member(member_id)
    services.leave(session(), found, actor=actor(), now=clock.now(), today=today())
    return _back(found, _("%(name)s has left the team.", name=found.user.name))


@bp.post("/members/<uuid:member_id>/return")
@leaders
def bring_back(member_id: UUID) -> ResponseReturnValue:
    """They come back."""
    found = _member(member_id)
    services.bring_back(session(), found, actor=actor(), now=clock.now())
    return _back(found, _("%(name)s is now in the team.", name=found.user.name))


@bp.post("/members/<uuid:member_id>/invite")
@leaders
def invite(member_id: UUID) -> ResponseReturnValue:
    """A new invitation, for a first or a forgotten password."""
    found = _member(member_id)
    issued = services.invite_member(session(), found, actor=actor(), now=clock.now())
    return invitations.made(issued, back=url_for("teams.member", member_id=found.id))


@bp.post("/members/<uuid:member_id>/revoke")
@leaders
def revoke(member_id: UUID) -> ResponseReturnValue:
    """A lost phone: end every session of this person."""
    found = _member(member_id)
    services.sign_out_member(session(), found, actor=actor(), now=clock.now())
    return _back(found, _("Signed out of every device."))
