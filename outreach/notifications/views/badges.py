"""Badges: printed for volunteers, and the page their QR leads to."""

from __future__ import annotations

from uuid import UUID

import segno
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts import rules
from outreach.accounts.access import actor, public, staff
from outreach.accounts.models import User
from outreach.core import clock
from outreach.core.errors import NotAllowed, NotFound
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.notifications.models import Badge
from outreach.notifications.queries import public as queries
from outreach.notifications.services import badges as services
from outreach.notifications.views.blueprint import acting, bp, office, settings
from outreach.teams import queries as teams


@bp.get("/badge/<uuid:badge_id>")
@public
def badge(badge_id: UUID) -> ResponseReturnValue:
    """Who carries this badge, for whoever scans it at the door."""
    today = clock.today(zone())
    found = queries.badge(session(), badge_id)
    user = found.user if found and found.user.deactivated_at is None else None
    belongs = queries.teams_of(session(), user.id, on=today) if user else []
    page = render_template(
        "notifications/badge.html", user=user if belongs else None, teams=belongs, today=today
    )
    return page, 200 if belongs else 404


@bp.post("/my-badge")
@staff
def my_badge() -> ResponseReturnValue:
    """Make one's own badge, or show the one there is."""
    services.issue(session(), actor(), **acting())
    return redirect(url_for("notifications.print_badge", user_id=actor().id), 303)


@bp.post("/badges/<uuid:user_id>")
@office
def replace_badge(user_id: UUID) -> ResponseReturnValue:
    """A new badge for somebody of one's teams; a lost one is worth nothing from now on."""
    user = _mine(user_id)
    services.replace(session(), user, **acting())
    flash(_("The old badge is no longer valid. Print this one."), "ok")
    return redirect(url_for("notifications.print_badge", user_id=user.id), 303)


@bp.get("/badges/<uuid:user_id>")
@staff
def print_badge(user_id: UUID) -> ResponseReturnValue:
    """The badge as it is printed."""
    user = actor() if user_id == actor().id else _mine(user_id)
    found = queries.badge_of(session(), user.id)
    return render_template(
        "notifications/badge_print.html",
        user=user,
        badge=found,
        qr=_qr(found) if found else "",
        teams=queries.teams_of(session(), user.id, on=clock.today(zone())),
        may_replace=user.id != actor().id,
    )


def _mine(user_id: UUID) -> User:
    """Oneself, or somebody whose account one may administer."""
    user = session().get(User, user_id)
    if user is None:
        raise NotFound(_("There is no such account, or it is not yours."))
    own = [team.id for team in teams.manageable(session(), actor())]
    in_own_team = queries.is_in(session(), user.id, own)
    if not rules.may_administer(actor(), user, in_own_team=in_own_team):
        raise NotAllowed(_("This person is not in a team of yours."))
    return user


def _qr(found: Badge) -> str:
    path = url_for("notifications.badge", badge_id=found.id)
    base = settings().public_url.rstrip("/")
    here = request.url_root.rstrip("/")
    code = segno.make(f"{base or here}{path}", error="m", micro=False)
    return str(code.svg_data_uri(scale=6, border=3, light="#fff", dark="#000"))
